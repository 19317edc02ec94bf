#!/usr/bin/env bats
# box: images, their layers, and the ones that box adds.

# shellcheck disable=SC2016,SC2154 # for the box's shell; set by run and lib
load lib/box

# An image of three layers called "three", each with a file of its own, and
# one that all have.
make_three() {
	local dir=$BATS_TEST_TMPDIR/images/three/layers n
	export BOXLAB_IMAGES=$BATS_TEST_TMPDIR/images
	make_root "$dir/1"
	mkdir -p "$dir/2/etc" "$dir/3/etc"
	for n in 1 2 3; do
		echo "$n" >"$dir/$n/all"
		echo "$n" >"$dir/$n/only-$n"
	done
	echo 1 >"$dir/1/two" && echo 2 >"$dir/2/two"
	LAYERS=$dir
}

# Names, modes, times and contents of a tree.
fingerprint() {
	(cd "$1" && find . -printf '%p %y %m %U %l %T@\n' | sort &&
		find . -type f -exec cksum {} + | sort)
}

@test "the image busybox is two layers, read-only below" {
	run -0 boxed busybox sh -c 'ls -d /bin/busybox /etc/os-release'
	assert_line /bin/busybox
	assert_line /etc/os-release
}

@test "an upper layer wins over a lower one" {
	make_three
	run -0 boxed three cat all two only-1 only-2 only-3
	assert_output $'3\n2\n1\n2\n3'
}

@test "a whiteout hides what is below, and an opaque directory all of it" {
	is_root || skip "needs root" # to make a whiteout on the host
	make_three
	mkdir -p "$LAYERS"/{1,2}/dir
	touch "$LAYERS"/1/dir/{a,b} "$LAYERS/2/dir/c"
	mknod "$LAYERS/2/only-1" c 0 0
	setfattr -n trusted.overlay.opaque -v y "$LAYERS/2/dir"
	run -0 boxed three sh -c 'ls /dir; ls only-1'  || [ "$status" -eq 1 ]
	assert_line --index 0 c
	assert_line --index 1 --partial "only-1: No such file"
	assert_equal "${#lines[@]}" 2
}

@test "removing in the box makes a whiteout in its layer, not in the image" {
	make_three
	local before
	before=$(fingerprint "$LAYERS")
	run -0 box_keep --name "$TOKEN" three sh -c '
		rm /only-1 && echo new >/all && mkdir /made && rm -r /usr &&
		mkdir /usr && chmod 700 /tmp && touch /etc/passwd &&
		mv /two /moved && mv /sbin /sbin-moved && ls /usr /only-1'  ||
		[ "$status" -eq 1 ]
	assert_output --partial "/only-1: No such file"
	assert_equal "$(fingerprint "$LAYERS")" "$before"
	run -0 cat "$BOXLAB_HOME"/containers/*/upper/all
	assert_output new
	run -0 stat -c '%F %t:%T' "$BOXLAB_HOME"/containers/*/upper/only-1
	assert_output "character special file 0:0"
	box rm "$TOKEN"
	assert_equal "$(fingerprint "$LAYERS")" "$before"
}

@test "each box starts from the image, not from another box" {
	local before
	before=$(fingerprint "$IMAGES/busybox/layers")
	start_box one busybox sh -c "rm -rf /usr /home; touch /mine; $STAY"
	run -0 boxed busybox ls /
	assert_line usr
	assert_line home
	refute_line mine
	assert_equal "$(fingerprint "$IMAGES/busybox/layers")" "$before"
}

@test "what belongs to the container is in no layer that is kept" {
	run -0 box_keep --name "$TOKEN" --hostname "$TOKEN" busybox sh -c '
		cat /etc/hostname /etc/hosts; readlink /etc/mtab
		ls /etc/resolv.conf; echo changed >/etc/marker'
	assert_line "$TOKEN"
	assert_line --regexp '^127.0.0.1.localhost$'
	assert_line /proc/mounts
	assert_line /etc/resolv.conf
	run -0 find "$BOXLAB_HOME"/containers/*/upper ! -type d -printf '%P\n'
	assert_output etc/marker
	run find "$BOXLAB_HOME"/containers/*/upper -mindepth 1 -maxdepth 1 \
		! -name etc
	assert_output ""
	box rm "$TOKEN"
}

@test "/etc/resolv.conf has the host's name servers" {
	run -0 boxed busybox grep -v '^$' /etc/resolv.conf ||
		[ "$status" -eq 1 ]
	assert_output "$(grep -v '^$' /etc/resolv.conf)"
}

@test "/etc/mtab shows the box's mounts" {
	run -0 boxed busybox grep -c . /etc/mtab
	[ "$output" -gt 10 ]
	run -0 boxed busybox df /
	assert_line --index 1 --regexp ' /$'
}

@test "a box can change what the init layer has, for itself" {
	run -0 boxed busybox sh -c 'echo 10.0.0.9 other >>/etc/hosts &&
		rm /etc/hostname && tail -n 1 /etc/hosts; ls /etc'
	assert_line "10.0.0.9 other"
	refute_line hostname
	run -0 boxed busybox cat /etc/hosts
	refute_output --partial other
}

@test "a directory is an image of one layer, and is not written to" {
	make_root root
	echo "$TOKEN" >root/file
	local before
	before=$(fingerprint root)
	run -0 boxed ./root sh -c 'cat file; echo x >file; rm -r /home'
	assert_output "$TOKEN"
	run -0 boxed "$PWD/root" cat /file
	assert_output "$TOKEN"
	run -0 boxed root/ cat /file
	assert_output "$TOKEN"
	run -0 env -C root timeout -s KILL 20 box run -q --rm . cat /file
	assert_output "$TOKEN"
	assert_equal "$(fingerprint root)" "$before"
}

@test "a directory may be named by a link, and have an odd name" {
	local name
	make_root root
	ln -s root link
	run -0 boxed ./link true
	for name in 'with space' 'with,comma' 'with:colon' 'with\backslash' \
		'with"quote' ä; do
		cp -a root "$name"
		echo "$name" >"$name/file"
		run -0 boxed "./$name" cat /file
		assert_output "$name"
	done
}

@test "an image without mount points gets them, one without /bin its 127" {
	mkdir -p bare/bin
	cp "$IMAGES/busybox/layers/00-busybox/bin/busybox" bare/bin/
	run -0 boxed ./bare /bin/busybox ls /
	assert_output $'bin\ndev\netc\nproc\nsys'
	run -0 ls bare
	assert_output bin
	mkdir empty
	run -127 boxed ./empty true
	assert_output "box: true: No such file or directory"
}

@test "many layers" {
	local dir=$BATS_TEST_TMPDIR/images/many/layers n
	# shellcheck disable=SC2030,SC2031 # for this test
	export BOXLAB_IMAGES=$BATS_TEST_TMPDIR/images
	make_root "$dir/000"
	for n in {001..040}; do
		mkdir "$dir/$n"
		echo "$n" >"$dir/$n/top"
		echo "$n" >"$dir/$n/file-$n"
	done
	run -0 boxed many sh -c 'cat /top; ls /file-* | wc -l'
	assert_output $'040\n40'
}

@test "two hundred layers, of which each has a file" {
	local i
	# shellcheck disable=SC2030,SC2031 # for this test
	export BOXLAB_IMAGES=$PWD/images
	mkdir -p "images/$TOKEN/layers"
	cp -a "$IMAGES/busybox/layers/." "images/$TOKEN/layers"
	for i in {100..299}; do
		mkdir -p "images/$TOKEN/layers/$i-$TOKEN$TOKEN/srv"
		echo "$i" >"images/$TOKEN/layers/$i-$TOKEN$TOKEN/srv/$i"
		echo "$i" >"images/$TOKEN/layers/$i-$TOKEN$TOKEN/srv/top"
	done
	run -0 boxed "$TOKEN" sh -c \
		'ls /srv | wc -l; cat /srv/top /srv/100; echo x >/srv/150'
	assert_output $'201\n299\n100'
}

@test "no such image, no such directory" {
	run -125 boxed "nosuch-$TOKEN" true
	assert_output "box: no image nosuch-$TOKEN (box images; box pull\
 nosuch-$TOKEN; a directory needs a slash: ./nosuch-$TOKEN)"
	run -125 boxed "./nosuch-$TOKEN" true
	assert_output "box: ./nosuch-$TOKEN: No such file or directory"
	touch file
	run -125 boxed ./file true
	assert_output "box: ./file: not a directory (box import makes an\
 image of an archive)"
	BOXLAB_IMAGES=$PWD run -125 boxed busybox true
	assert_output "box: no image busybox in $PWD"
	mkdir -p empty/layers
	BOXLAB_IMAGES=$PWD run -125 boxed empty true
	assert_output "box: no image empty in $PWD"
	run -125 boxed "" true
	assert_line --partial "box: no image "
}
