#!/usr/bin/env bats
# make-rootfs: the image busybox.

load lib/boxlab

make_rootfs() { "$TOP/scripts/make-rootfs" "$@"; }

# All that make-rootfs may decide: names, modes, links, times, contents.
fingerprint() {
	(cd "$1/layers" && find . -printf '%p %m %l %T@\n' | sort &&
		find . -type f -exec cksum {} + | sort)
}

@test "two layers: busybox with its names, and a base" {
	local name
	run -0 make_rootfs image
	assert_output ""
	run -0 ls image image/layers
	assert_output "\
image:
layers

image/layers:
00-busybox
10-base"
	cd image/layers/00-busybox || return
	assert_equal "$(stat -c %a bin/busybox)" 755
	cmp bin/busybox "$("$TOP/scripts/make-rootfs" -b)"
	bin/busybox --list-full >"$BATS_TEST_TMPDIR/names"
	[ "$(wc -l <"$BATS_TEST_TMPDIR/names")" -gt 100 ]
	while read -r name; do
		case $name in
		*/*) [ "$name" -ef bin/busybox ] || fail "$name" ;;
		esac
	done <"$BATS_TEST_TMPDIR/names"
	run find . -lname '/*'
	assert_output ""
}

@test "the base has accounts, a profile and mount points" {
	make_rootfs image
	cd image/layers/10-base || return
	run -0 grep -E '^(root|nobody):' etc/passwd
	assert_equal "${#lines[@]}" 2
	assert_equal "$(stat -c %a tmp)" 1777
	assert_equal "$(sh -c '. etc/profile; echo $PATH')" \
		/usr/sbin:/usr/bin:/sbin:/bin
	assert_equal "$(sh -c '. etc/os-release; echo $ID')" boxlab
	run -0 find dev proc sys -type d -empty
	assert_equal "${#lines[@]}" 3
}

@test "it is a system: a shell runs in it" {
	make_rootfs image
	mkdir root
	cp -a image/layers/*/. root
	run -0 unshare -r "$(command -v chroot)" root /bin/sh -lc \
		"ls /usr/bin/env && id -un && echo $TOKEN"
	assert_output "\
/usr/bin/env
root
$TOKEN"
}

@test "the same busybox gives the same image" {
	make_rootfs one
	make_rootfs two
	diff <(fingerprint one) <(fingerprint two)
	run -0 find one/layers -newer "$("$TOP/scripts/make-rootfs" -b)"
	assert_output ""
	SOURCE_DATE_EPOCH=86400 make_rootfs three
	run -0 find three/layers ! -newermt @86399 -o -newermt @86400
	assert_output ""
}

@test "others can read it, whatever the umask" {
	make_rootfs one
	(umask 077 && make_rootfs two)
	diff <(fingerprint one) <(fingerprint two)
	run -0 find two ! -perm -a+r ! -path '*/root'
	assert_output ""
}

@test "an image that exists is kept; -f replaces it" {
	make_rootfs image
	touch image/mark
	run -125 make_rootfs image
	assert_output "make-rootfs: image: exists (-f replaces it)"
	assert_exists image/mark
	run -0 make_rootfs -f image
	assert_not_exists image/mark
	assert_exists image/layers/10-base
	run -0 ls -A
	assert_output image
}

@test "a dynamic busybox is refused, a missing one is named" {
	cp "$(command -v env)" busybox
	BUSYBOX=$PWD/busybox run -125 make_rootfs image
	assert_output "make-rootfs: $PWD/busybox: not a static program\
 (scripts/setup build)"
	BUSYBOX=/nonexistent run -125 make_rootfs image
	assert_output "make-rootfs: /nonexistent: not found (scripts/setup build)"
	BUSYBOX=/nonexistent run -125 make_rootfs -b
	run -0 ls -A
	assert_output busybox
}

@test "when it fails half-way, nothing is left" {
	mkdir bin
	# Looks like a static program, and cannot run.
	printf '\177ELF\002%059d' 0 | tr 0 '\0' >bin/busybox
	chmod +x bin/busybox
	BUSYBOX=$PWD/bin/busybox run -125 make_rootfs image
	assert_output --partial "make-rootfs: image: could not be built"
	run -0 ls -A
	assert_output bin
}

@test "when it is interrupted, nothing is left, and the old image stays" {
	local signal
	mkdir bin
	# shellcheck disable=SC2016 # for the stand-in
	printf '#!/bin/sh\nkill -$SIGNAL $PPID\n' >bin/find
	chmod +x bin/find
	for signal in HUP INT TERM; do
		SIGNAL=$signal PATH=$PWD/bin:$PATH run make_rootfs image
		assert_equal "$status" $((128 + $(kill -l $signal)))
		assert_equal "$(ls -A)" bin
	done
	make_rootfs image
	touch image/mark
	SIGNAL=TERM PATH=$PWD/bin:$PATH run -143 make_rootfs -f image
	run -0 ls -A . image
	assert_output "\
.:
bin
image

image:
layers
mark"
}

@test "a full disk is a failure that leaves nothing" {
	mkdir disk
	run -125 unshare -rm sh -c "mount -t tmpfs -o size=1m tmpfs disk &&
		{ '$TOP/scripts/make-rootfs' disk/image; status=\$?
		ls -A disk; exit \$status; }"
	assert_line --regexp 'No space left on device'
	assert_line "make-rootfs: disk/image: could not be built"
	refute_line image
	refute_line --regexp '^\.make-rootfs'
}

@test "a place that cannot be is an error" {
	touch file
	run -125 make_rootfs file/image
	assert_output --regexp 'file'
	run -125 make_rootfs
	assert_output --partial "usage: make-rootfs"
	run -125 make_rootfs -z image
	run -0 ls -A
	assert_output file
}

@test "made twice at once, one wins and the image is whole" {
	start one make_rootfs image
	make_rootfs image || :
	wait "${started:?}" || :
	make_rootfs other
	diff <(fingerprint image) <(fingerprint other)
	run -0 ls -A
	refute_line --partial .make-rootfs
}
