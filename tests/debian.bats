#!/usr/bin/env bats
# box: a root file system that nobody made for it, with thousands of files and
# programs that set users and capabilities.  scripts/make-debian makes it.

# shellcheck disable=SC2016,SC2154 # for the box's shell; set by run and lib
load lib/image

setup() {
	image_setup
	need_root
	need_images
	DEBIAN=$TOP/build/debian.tar
	[ -e "$DEBIAN" ] ||
		skip "needs a Debian: scripts/make-debian build/debian.tar"
}

@test "imported, Debian's own programs work in a box" {
	box import "$DEBIAN" debian
	run -0 boxed debian dpkg --verify
	assert_output ""
	run -0 boxed debian sh -ec 'useradd -m "$1" && ls -ld "/home/$1" &&
		printf "%s:word\n" "$1" | chpasswd && su "$1" -c id' sh "$TOKEN"
	assert_line --regexp "^drwx.*$TOKEN $TOKEN .*/home/$TOKEN$"
	assert_line --regexp "^uid=1000\($TOKEN\)"
	run -0 boxed --user nobody debian sh -c 'su root -c id </dev/null; :'
	assert_output --partial "Authentication failure"
	run -0 boxed debian perl -e 'print 6 * 7'
	assert_output 42
}

@test "Debian unpacked as umoci does it, file by file" {
	need umoci
	make_layout layout "$TOKEN" "$DEBIAN"
	box load layout
	umoci unpack --image "layout:$TOKEN" bundle >/dev/null
	[ "$(find bundle/rootfs | wc -l)" -gt 3000 ]
	fingerprint bundle/rootfs >theirs
	fingerprint "$(layer_of "$TOKEN")" >ours
	run -0 diff theirs ours
	grep -Eq '^./usr/bin/(su|passwd) f 4755 0 0 ' ours
}

@test "Debian saved, and loaded elsewhere, is the same to the last file" {
	box import "$DEBIAN" debian
	fingerprint "$(layer_of debian)" >before
	box save -o saved debian
	BOXLAB_HOME=$BOXLAB_HOME.other box load saved
	fingerprint "$(BOXLAB_HOME=$BOXLAB_HOME.other layer_of debian)" >after
	BOXLAB_HOME=$BOXLAB_HOME.other box rmi debian
	rm -r "$BOXLAB_HOME.other"
	run -0 diff before after
}
