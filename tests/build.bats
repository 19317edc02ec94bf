#!/usr/bin/env bats
# The Makefile: what is built, what is left out, and whose files are linked.

load lib/boxlab

setup_file() {
	TOP=$(cd "$BATS_TEST_DIRNAME/.." && pwd)
	unset MAKEFLAGS MFLAGS MAKELEVEL
	export BUILT=$BATS_FILE_TMPDIR/build
	local TIMEFORMAT='%3U %3S'
	{ time make -s -j2 -C "$TOP" BUILD="$BUILT" \
		>"$BATS_FILE_TMPDIR/log" 2>&1; } 2>"$BATS_FILE_TMPDIR/time" || {
		cat "$BATS_FILE_TMPDIR/log"
		return 1
	}
}

# Build into a directory of this file's own, never into the tree's.
mk() { make -C "$TOP" --no-print-directory BUILD="$BUILT" "$@"; }

# Compile one small file ten times, as make would.
compile_ten() {
	local i flags
	flags=$(mk print-ALL_CFLAGS)
	for i in 1 2 3 4 5 6 7 8 9 10; do
		# shellcheck disable=SC2086 # flags are words
		(cd "$TOP" && cc $flags -c -o "$BATS_TEST_TMPDIR/$i.o" \
			labs/01_uts/uts.c)
	done
}

# Processor time, which does not grow when the machine has other things to do,
# and in units of the machine: where a file takes 60 ms, these are 30 seconds.
@test "from clean, all is built in the time of 500 small files" {
	local TIMEFORMAT='%3U %3S' user system ten all
	read -r user system < <({ time compile_ten >&2; } 2>&1)
	ten=$((10#${user/./} + 10#${system/./}))
	read -r user system <"$BATS_FILE_TMPDIR/time"
	all=$((10#${user/./} + 10#${system/./}))
	echo "all: $all ms, ten small files: $ten ms"
	[ "$ten" -gt 0 ]
	[ "$all" -lt $((50 * ten)) ]
}

@test "what is built: the labs, box and its image" {
	run -0 ls "$BUILT/bin"
	assert_output "\
01_uts
02_pid
03_netns_veth
04_cgroup_mem
05_chroot_vs_pivot
06_overlay_whiteout
07_caps_seccomp
box"
	assert_exists "$BUILT/images/busybox/layers/10-base/etc/passwd"
}

@test "the build has nothing to say" {
	run -0 cat "$BATS_FILE_TMPDIR/log"
	assert_output ""
}

@test "the second time there is nothing to do" {
	run -0 mk
	refute_output --partial " -o "
	refute_output --partial make-rootfs
}

@test "help is the menu: each target that a person may want, with a line" {
	local target
	run -0 mk help
	for target in demo test lint asan shell install clean help; do
		assert_line --regexp "^    $target	[a-z]"
	done
	while read -r target _; do
		mk -n "$target" >/dev/null
	done < <(printf '%s\n' "${lines[@]:1}")
}

# A pkg-config that does not know the libraries named.
without() {
	printf '#!/bin/sh\ncase "$*" in %s) exit 1 ;; esac\nexec pkg-config "$@"\n' \
		"$1" >pkg-config
	chmod +x pkg-config
}

# Does the program ask for a dynamic loader?
is_dynamic() { readelf -lW "$1" | grep -q INTERP; }

@test "box is static where there are archives of all its libraries" {
	local archive
	for archive in libc.a libbsd.a libmd.a rcrt1.o; do
		[ -e "$("${CC:-cc}" -print-file-name=$archive)" ] ||
			skip "needs $archive"
	done
	is_dynamic "$BUILT/bin/01_uts"
	run ! is_dynamic "$BUILT/bin/box"
	run -0 readelf -hW "$BUILT/bin/box"
	assert_line --regexp "Type: +DYN" # position independent all the same
}

@test "without one of the archives box is dynamic, and works" {
	# shellcheck disable=SC2016 # for the compiler
	printf '%s\n' '#!/bin/sh' 'case $1 in
		-print-file-name=libmd.a) echo libmd.a ;;
		*) exec '"${CC:-cc}"' "$@" ;;
		esac' >compiler
	chmod +x compiler
	run -0 --separate-stderr make -s -j2 -C "$TOP" CC="$PWD/compiler" \
		BUILD="$PWD/build" CFLAGS=-O0
	assert_equal "${stderr-}" ""
	is_dynamic build/bin/box
	run -0 build/bin/box --help
	assert_line --index 0 --partial "usage: box run"
}

@test "without libbsd, all is left out, in one line" {
	without '*libbsd*'
	run -0 --separate-stderr make -s -C "$TOP" \
		BUILD="$PWD/build" PKG_CONFIG="$PWD/pkg-config"
	assert_equal "${stderr:?}" \
		"no libbsd: left out everything (scripts/setup build)"
	assert_not_exists build/bin
}

@test "without a library that two programs need, they are left out, in one line" {
	without '*json-c*'
	run -0 --separate-stderr make -s -C "$TOP" BUILD="$PWD/build" \
		PKG_CONFIG="$PWD/pkg-config" missing
	assert_equal "${stderr:?}" "no libseccomp or json-c: left out\
 box-seccomp. no libarchive json-c libcrypto: left out box-image.\
 (scripts/setup box)"
	run -0 make -s -C "$TOP" BUILD="$PWD/build" \
		PKG_CONFIG="$PWD/pkg-config" print-LIBEXEC
	assert_output ""
}

@test "without pkg-config the message is the same" {
	run -0 --separate-stderr make -s -C "$TOP" BUILD="$PWD/build" \
		PKG_CONFIG="nonexistent-$TOKEN"
	assert_equal "${stderr:?}" \
		"no libbsd: left out everything (scripts/setup build)"
}

@test "without a static busybox, the image is left out, in one line" {
	BUSYBOX=/nonexistent run -0 --separate-stderr make -s -C "$TOP" \
		BUILD="$PWD/build" "$PWD/build/images/busybox"
	assert_equal "${stderr:?}" \
		"no static busybox: left out the image (scripts/setup build)"
	assert_not_exists build/images/busybox
}

# A student's uts.c: whatever name is asked for, the host is called $1.
student() {
	mkdir -p work/01_uts
	sed "s/sethostname(host, strlen(host))/sethostname(\"$1\", ${#1})/" \
		"$TOP/labs/01_uts/uts.c" >work/01_uts/uts.c
	run ! cmp -s work/01_uts/uts.c "$TOP/labs/01_uts/uts.c"
}

# The name that 01_uts gives, built with WORK=$1.
name_with() {
	mk -s WORK="$1" "$BUILT/bin/01_uts" >&2
	"$BUILT/bin/01_uts" -n reference uname -n
}

@test "WORK links a student's file, and goes back when it is gone" {
	student "$TOKEN"
	assert_equal "$(name_with "$PWD/work")" "$TOKEN"
	assert_equal "$(name_with)" reference
	assert_equal "$(name_with "$PWD/work")" "$TOKEN"
	student "new-$TOKEN"
	assert_equal "$(name_with "$PWD/work")" "new-$TOKEN"
	rm work/01_uts/uts.c
	assert_equal "$(name_with "$PWD/work")" reference
	student "$TOKEN"
	assert_equal "$(name_with "$PWD/work")" "$TOKEN"
	assert_equal "$(name_with)" reference
}

@test "WORK replaces only what is there, in box too" {
	student "$TOKEN"
	run -0 mk WORK="$PWD/work" print-MECH_OBJS
	assert_output --partial "$PWD/work/01_uts/uts.o"
	refute_output --partial "labs/01_uts/uts.o"
	assert_output --partial " $BUILT/obj/labs/02_pid/pid.o"
	run -0 mk -n WORK="$PWD/work" "$BUILT/bin/box"
	assert_output --regexp " -o $BUILT/bin/box .*$PWD/work/01_uts/uts\.o"
	refute_output --regexp " -o $BUILT/bin/box .*labs/01_uts/uts\.o"
}

@test "WORK may hold all that is asked for, and builds from clean" {
	local lab
	for lab in "$TOP"/labs/0[1-7]*; do
		mkdir -p "work/${lab##*/}"
		cp "$lab"/*.c "work/${lab##*/}"
	done
	mkdir work/08_capstone
	cp "$TOP/labs/08_capstone/container.c" work/08_capstone
	run -0 make -s -j2 -C "$TOP" BUILD="$PWD/b" WORK="$PWD/work" CFLAGS=-O0
	assert_output ""
	run -0 ls b/bin
	assert_equal "${#lines[@]}" 8
	run -0 find "b/obj/$PWD" -name syscalls.o
	assert_output --partial 07_caps_seccomp
}

@test "WORK may be relative, and must exist" {
	local up
	student "$TOKEN"
	up=$(realpath --relative-to "$TOP" "$PWD/work")
	assert_equal "$(name_with "$up")" "$TOKEN"
	run -2 mk WORK="nonexistent-$TOKEN"
	assert_output --partial "WORK=nonexistent-$TOKEN: no such directory"
}

@test "a student's warning is shown, and is no error" {
	student "$TOKEN"
	sed -i 's/^uts_unshare(void)$/&/; s/^	int fd;$/	int fd, unused;/' \
		work/01_uts/uts.c
	run -0 mk -s WORK="$PWD/work" "$BUILT/bin/01_uts"
	assert_output --partial "unused variable"
}

@test "a header that changed rebuilds what includes it" {
	cp -a "$TOP"/{Makefile,common,labs,scripts} .
	make -s "$PWD/b/bin/01_uts" BUILD="$PWD/b"
	run -0 make "$PWD/b/bin/01_uts" BUILD="$PWD/b"
	refute_output --partial uts.o
	touch labs/01_uts/uts.h
	run -0 make "$PWD/b/bin/01_uts" BUILD="$PWD/b"
	assert_output --partial "labs/01_uts/uts.o"
	assert_output --partial "labs/01_uts/main.o"
	refute_output --partial "obj/common/sync.o -c"
}

@test "install puts programs and image under DESTDIR and PREFIX" {
	run -0 mk install DESTDIR="$PWD/dest" PREFIX=/opt/boxlab
	run -0 ls dest/opt/boxlab/bin
	assert_equal "${#lines[@]}" 8
	assert_exists dest/opt/boxlab/share/boxlab/images/busybox/layers
	run -0 ls dest/opt/boxlab/share/man/man1 dest/opt/boxlab/share/man/man7
	assert_line box.1
	assert_line 01_uts.1
	assert_line boxlab.7
	run -0 bash --norc -c \
		'. dest/opt/boxlab/share/bash-completion/completions/box
		complete -p box'
	assert_output "complete -F _box box"
	run -0 dest/opt/boxlab/bin/01_uts -n "$TOKEN" uname -n
	assert_output "$TOKEN"
	# A second time is no different.
	run -0 mk install DESTDIR="$PWD/dest" PREFIX=/opt/boxlab
	run -0 ls dest/opt/boxlab/share/boxlab/images
	assert_output busybox
}

@test "shell has the programs on its PATH" {
	run -0 env SHELL=/bin/sh make -s -C "$TOP" BUILD="$BUILT" shell \
		<<<'command -v 01_uts; command -v box'
	assert_line "$BUILT/bin/01_uts"
	assert_line "$BUILT/bin/box"
}

@test "clean removes what was built" {
	mkdir build
	touch build/x
	run -0 make -s -C "$TOP" BUILD="$PWD/build" clean
	assert_not_exists build
}
