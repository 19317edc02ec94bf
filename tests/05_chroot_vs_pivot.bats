#!/usr/bin/env bats
# 05_chroot_vs_pivot: the jail and the move.
# shellcheck disable=SC2154 # bats and the library set stderr and started

load lib/boxlab

# Make $BATS_TEST_TMPDIR/root, as small as a root can be and still run things,
# with the test's token in /inside.  The file "outside" lies next to it.
make_root() {
	local applet
	need busybox
	mkdir -p root/bin root/sub
	cp "$(command -v busybox)" root/bin/busybox
	for applet in sh cat ls pwd stat touch uname; do
		ln -s busybox "root/bin/$applet"
	done
	echo "inside-$TOKEN" >root/inside
	echo "outside-$TOKEN" >outside
	outside=$BATS_TEST_TMPDIR/outside
}

# A box that stays until it is killed: its pid in $box.
start_box() {
	mkfifo -m 600 root/sub/wait 2>/dev/null || :
	start "box$1" 05_chroot_vs_pivot "$@" /bin/sh -c \
		'echo up; read -r x </sub/wait'
	box=$started
	wait_for grep -q . "$BATS_TEST_TMPDIR/box$1.out"
	run -0 cat "$BATS_TEST_TMPDIR/box$1.out"
	assert_output up
}

# Run a shell script in a mount namespace of its own, by someone who may mount.
# "/" is shared there, as on machines with systemd, though not with ours.
in_mounts() {
	local user=()
	is_root || user=(--user --map-root-user)
	# shellcheck disable=SC2016 # the inner shell expands
	timeout 20 unshare "${user[@]}" --mount sh -euc 'mount --make-rshared /
		script=$1; shift; exec sh -euc "$script" "$@"' sh "$@"
}

# A directory as the kernel knows it.
id_of() { stat -c %d:%i "$1"; }

# A mutant of the lab may leave a mount on our directory, and bats could not
# remove that.
teardown_file() {
	local point
	while read -r _ _ _ _ point _; do
		case $point in
		"$BATS_RUN_TMPDIR"/*) umount -l "$point" || : ;;
		esac
	done </proc/self/mountinfo
}

@test "-c and -p: the box's / is the directory" {
	local way
	make_root
	for way in -c -p; do
		run -0 05_chroot_vs_pivot $way root /bin/stat -c %d:%i /
		assert_output "$(id_of root)"
		run -0 05_chroot_vs_pivot $way root /bin/cat /inside
		assert_output "inside-$TOKEN"
	done
}

@test "-c and -p: what is outside cannot be named inside" {
	local way
	make_root
	assert_equal "$(cat "$outside")" "outside-$TOKEN"
	for way in -c -p; do
		run -1 05_chroot_vs_pivot $way root /bin/cat "$outside"
		refute_output --partial "$TOKEN"$'\n'
		assert_output --partial "No such file"
		run -1 05_chroot_vs_pivot $way root /bin/cat /../outside
	done
}

@test "-c and -p: the working directory is inside" {
	local way
	make_root
	for way in -c -p; do
		run -0 05_chroot_vs_pivot $way root /bin/stat -c %d:%i .
		assert_output "$(id_of root)"
		run -0 05_chroot_vs_pivot $way root /bin/pwd
		assert_output /
		run -1 05_chroot_vs_pivot $way root /bin/cat outside
		run -1 05_chroot_vs_pivot $way root /bin/cat ../outside
	done
	cd root/sub
	for way in -c -p; do
		run -0 05_chroot_vs_pivot $way .. /bin/cat inside
		assert_output "inside-$TOKEN"
	done
}

@test "-c -e: the escape from chroot reads a token outside" {
	make_root
	run -0 05_chroot_vs_pivot -c root -e cat "$outside"
	assert_output "outside-$TOKEN"
	run -0 05_chroot_vs_pivot -c root -e stat -c %d:%i / .
	assert_line --index 0 "$(id_of /)"
	assert_line --index 1 "$(id_of /)"
}

@test "-c -e: the escape leaves two jails, and a deep one, as well" {
	local deep
	make_root
	cp "$BOXLAB_BIN/05_chroot_vs_pivot" root/lab
	deep=root/$(printf 'deep/%.0s' {1..60})
	mkdir -p "$deep"
	run -0 05_chroot_vs_pivot -c "$deep" -e cat "$outside"
	assert_output "outside-$TOKEN"
	# No user namespace is made inside of a chroot.
	is_root && ! is_asan || return 0
	ldd root/lab | grep -o '/[^ ]*' | while read -r library; do
		cp --parents "$library" root
	done
	run -0 05_chroot_vs_pivot -c root /lab -c /sub -e cat "$outside"
	assert_output "outside-$TOKEN"
}

@test "-p -e: the escape from pivot_root ends in the jail's own root" {
	make_root
	run -0 05_chroot_vs_pivot -p root -e /bin/stat -c %d:%i / . /..
	assert_line --index 0 "$(id_of root)"
	assert_line --index 1 "$(id_of root)"
	assert_line --index 2 "$(id_of root)"
	run -0 05_chroot_vs_pivot -p root -e /bin/cat /inside
	assert_output "inside-$TOKEN"
	run -1 05_chroot_vs_pivot -p root -e /bin/cat "$outside"
	assert_output --partial "No such file"
}

@test "-e leaves nothing behind in the jail" {
	local before
	make_root
	before=$(find root | sort)
	05_chroot_vs_pivot -c root -e true
	05_chroot_vs_pivot -p root -e /bin/sh -c :
	assert_equal "$(find root | sort)" "$before"
}

@test "-p: the old root is gone from the box's mounts" {
	make_root
	assert [ "$(wc -l </proc/self/mountinfo)" -gt 1 ]
	start_box -p root
	assert_not_equal "$(readlink "/proc/$box/ns/mnt")" \
		"$(readlink /proc/self/ns/mnt)"
	run -0 cat "/proc/$box/mountinfo"
	assert_equal "${#lines[@]}" 1
	assert_output --regexp '^[0-9]+ [0-9]+ [0-9:]+ /.*/root / '
}

@test "-c: the mounts stay, in a namespace that is still ours" {
	make_root
	start_box -c root
	assert_equal "$(readlink "/proc/$box/ns/mnt")" \
		"$(readlink /proc/self/ns/mnt)"
	run -0 cat "/proc/$box/mountinfo"
	assert_output ""
	run -0 05_chroot_vs_pivot -c root -e cat /proc/self/mountinfo
	assert_output "$(cat /proc/self/mountinfo)"
}

@test "-p: the host's mounts stay as they are, although / is shared" {
	make_root
	run -0 in_mounts '
		grep -q "^[^-]* / [^-]*shared:" /proc/self/mountinfo
		cat /proc/self/mountinfo >before
		05_chroot_vs_pivot -p root /bin/cat /inside
		cat /proc/self/mountinfo >after
		cmp before after'
	assert_output "inside-$TOKEN"
	cat /proc/self/mountinfo >before
	start_box -p root
	cat /proc/self/mountinfo >during
	assert_files_equal before during
}

@test "-p: mounts below the directory come along" {
	make_root
	# shellcheck disable=SC2016 # the inner shell expands
	run -0 in_mounts '
		mount -t tmpfs tmpfs root/sub
		echo "below-$0" >root/sub/file
		05_chroot_vs_pivot -p root /bin/cat /sub/file' "$TOKEN"
	assert_output "below-$TOKEN"
}

@test "-p: the directory may be a mount point already" {
	make_root
	# shellcheck disable=SC2016 # the inner shell expands
	run -0 in_mounts '
		mkdir mounted
		mount -t tmpfs tmpfs mounted
		cp -a root/. mounted
		echo "mounted-$0" >mounted/inside
		05_chroot_vs_pivot -p mounted -e /bin/cat /inside' "$TOKEN"
	assert_output "mounted-$TOKEN"
}

@test "-c and -p: a symbolic link will do, and a slash at the end" {
	local way
	make_root
	ln -s root link
	for way in -c -p; do
		run -0 05_chroot_vs_pivot $way link /bin/cat /inside
		assert_output "inside-$TOKEN"
		run -0 05_chroot_vs_pivot $way "$PWD/root/" /bin/cat /inside
		assert_output "inside-$TOKEN"
	done
}

@test "no descriptor comes into the jail, neither ours nor the caller's" {
	local way script
	make_root
	# shellcheck disable=SC2016 # the shell inside expands
	script='i=3; while [ $i -lt 64 ]; do
		(exec 0<&$i) 2>&- && echo open $i; i=$((i + 1)); done; :'
	run -0 busybox sh -c "$script" 9<.
	assert_line "open 9"
	for way in "-c root" "-p root" "-c root -e" "-p root -e"; do
		# shellcheck disable=SC2086 # the way is words
		run -0 05_chroot_vs_pivot $way /bin/busybox sh -c "$script" \
			9<. 20</
		assert_output ""
	done
}

@test "no descriptor is open in the jail, says /proc" {
	local way
	make_root
	mkdir root/proc
	for way in -c -p; do
		# shellcheck disable=SC2016 # the inner shell expands
		run -0 in_mounts '
			mount --rbind /proc root/proc
			exec 9<.
			05_chroot_vs_pivot "$0" root /bin/ls /proc/self/fd' $way
		# ls itself opens the directory that it lists.
		assert_output $'0\n1\n2\n3'
	done
}

@test "a root has no kernel of its own" {
	make_root
	run -0 05_chroot_vs_pivot -p root /bin/uname -rv
	assert_output "$(uname -rv)"
}

@test "-l finds both kinds of jail" {
	local chrooted pivoted
	make_root
	start_box -c root
	chrooted=$box
	start_box -p root
	pivoted=$box
	run -0 05_chroot_vs_pivot -l
	assert_line --index 0 --regexp '^ *PID +KIND +COMMAND +ROOT$'
	assert_line --regexp "^ *$chrooted +chroot +sh +$PWD/root$"
	assert_line --regexp "^ *$pivoted +pivot +sh +/$"
	kill -KILL "$chrooted" "$pivoted"
	wait "$chrooted" "$pivoted" || :
	run -0 05_chroot_vs_pivot -l
	refute_line --regexp "^ *($chrooted|$pivoted) "
}

@test "-l does not take a mount namespace for a jail, nor itself" {
	local other
	# shellcheck disable=SC2016 # the inner shell expands
	start other in_mounts 'echo $$; exec sleep 60'
	wait_for grep -q . other.out
	other=$(cat other.out)
	STARTED+=("$other")
	assert_not_equal "$(readlink "/proc/$other/ns/mnt")" \
		"$(readlink /proc/self/ns/mnt)"
	run -0 05_chroot_vs_pivot -l
	refute_line --regexp "^ *($other|$BASHPID|$PPID) "
	refute_line --partial 05_chroot_vs_piv
}

@test "-l tells roots apart that have the same inode number" {
	make_root
	[ "$(stat -c %i /)" -lt 1000 ] || skip "/ has a large inode number"
	# shellcheck disable=SC2016 # the inner shell expands
	run -0 in_mounts '
		mkdir disk && mount -t tmpfs tmpfs disk
		jail=disk i=0
		until [ "$(stat -c %i $jail)" -eq "$(stat -c %i /)" ]; do
			jail=disk/$((i += 1)) && mkdir $jail
			[ $i -lt 1000 ]
		done
		cp -r root/bin $jail && mkfifo $jail/up $jail/down
		05_chroot_vs_pivot -c $jail /bin/sh -c ": >/up; : </down" &
		: <$jail/up
		05_chroot_vs_pivot -l >list
		: >$jail/down
		wait $!
		grep "^ *$! " list'
	assert_output --partial chroot
}

@test "-l counts jails, not only processes" {
	need_root
	make_root
	mkfifo root/sub/wait up
	# shellcheck disable=SC2016 # the inner shell expands
	run -0 timeout 20 unshare --mount --pid --fork --kill-child \
		--mount-proc sh -euc '
		box="echo up; read -r x </sub/wait"
		05_chroot_vs_pivot -c root /bin/sh -c "$box" >up &
		read -r x <up
		05_chroot_vs_pivot -c root /bin/sh -c "$box" >up &
		read -r x <up
		05_chroot_vs_pivot -p root /bin/sh -c "$box" >up &
		read -r x <up
		# A zombie has no root; it is nobody we may not look at.
		sh -c ": & exec sleep 15" &
		until grep -q "^State:.Z" /proc/[0-9]*/status; do :; done
		05_chroot_vs_pivot -l'
	assert_line "jails: 2, processes: 3, not mine to look at: 0"
}

@test "-l says how many processes a user may not look at" {
	need_root
	make_root
	start_box -c root
	run -0 as_plain 05_chroot_vs_pivot -l
	refute_line --regexp "^ *$box "
	assert_line --regexp 'not mine to look at: [1-9][0-9]*$'
}

@test "-l without /proc fails clearly" {
	! is_asan || skip "AddressSanitizer needs /proc"
	run -125 in_mounts 'mount -t tmpfs tmpfs /proc; 05_chroot_vs_pivot -l'
	assert_output "05_chroot_vs_pivot: /proc: No such file or directory"
}

@test "a directory that is missing, or is none, is refused" {
	echo >file
	run -125 05_chroot_vs_pivot -c "$TOKEN" true
	assert_output "05_chroot_vs_pivot: chroot: $TOKEN: No such file or directory"
	run -125 05_chroot_vs_pivot -p "$TOKEN" true
	assert_output "05_chroot_vs_pivot: mount: bind $TOKEN: No such file or directory"
	run -125 05_chroot_vs_pivot -c file true
	assert_output "05_chroot_vs_pivot: chroot: file: Not a directory"
	run -125 05_chroot_vs_pivot -p file true
	assert_output "05_chroot_vs_pivot: chdir: file: Not a directory"
	run -125 05_chroot_vs_pivot -p / true
	assert_output --partial "05_chroot_vs_pivot: pivot_root: /: "
	for way in -c -p; do
		run -125 --separate-stderr 05_chroot_vs_pivot $way "$TOKEN"
		assert_equal "$stderr" \
			"05_chroot_vs_pivot: stat: $TOKEN: No such file or directory"
		run -125 05_chroot_vs_pivot $way ""
		assert_output --partial ": No such file or directory"
	done
}

@test "an escape that is refused says so, and leaves nothing behind" {
	make_root
	run -125 in_mounts '
		mount --bind root root
		mount -o remount,bind,ro root
		05_chroot_vs_pivot -c root -e true'
	assert_output "05_chroot_vs_pivot: escape from root: Read-only file system"
	mv root/sub other
	run -125 in_mounts 'exec setpriv --bounding-set -sys_chroot \
		--inh-caps -sys_chroot 05_chroot_vs_pivot -p root -e true'
	assert_output "05_chroot_vs_pivot: escape from root: Operation not permitted"
	assert_equal "$(ls -A root)" $'bin\ninside'
}

@test "chroot without its capability is refused" {
	make_root
	run -125 in_mounts 'exec setpriv --bounding-set -sys_chroot \
		--inh-caps -sys_chroot 05_chroot_vs_pivot -c root true'
	assert_output "05_chroot_vs_pivot: chroot: root: Operation not permitted"
}

@test "where user namespaces are forbidden, a plain user is told what to do" {
	need_root
	run -125 unshare --user --map-root-user sh -c \
		'echo 0 >/proc/sys/user/max_user_namespaces &&
		 exec setpriv --bounding-set -all --inh-caps -all \
			05_chroot_vs_pivot -c . true'
	assert_output --partial "05_chroot_vs_pivot: no user namespace"
	assert_output --partial "make vm"
}

@test "options: -h is help, a wrong one is an error" {
	run -0 --separate-stderr 05_chroot_vs_pivot -h
	assert_output --partial "usage: 05_chroot_vs_pivot"
	assert_equal "$stderr" ""
	run -125 --separate-stderr 05_chroot_vs_pivot -Z
	assert_output ""
	assert_regex "$stderr" "usage: 05_chroot_vs_pivot"
	run -125 05_chroot_vs_pivot -c
	assert_output --partial "usage: 05_chroot_vs_pivot"
	run -125 05_chroot_vs_pivot -p
	assert_output --partial "usage: 05_chroot_vs_pivot"
	run -125 05_chroot_vs_pivot -c . -p . true
	assert_output "05_chroot_vs_pivot: -c and -p are two ways: choose one"
	run -125 05_chroot_vs_pivot -e
	assert_output "05_chroot_vs_pivot: no jail: -c or -p says which"
	run -125 05_chroot_vs_pivot true
	assert_output "05_chroot_vs_pivot: no jail: -c or -p says which"
	for extra in true -e "-c ." "-p ."; do
		# shellcheck disable=SC2086 # the extra is words
		run -125 05_chroot_vs_pivot -l $extra
		assert_output "05_chroot_vs_pivot: -l goes alone"
	done
}

@test "the command's arguments are its own, and so is its exit status" {
	local way
	make_root
	for way in -c -p; do
		run -0 05_chroot_vs_pivot $way root /bin/busybox echo -e "$TOKEN" -l
		assert_output "$TOKEN -l"
		run -42 05_chroot_vs_pivot $way root /bin/sh -c 'exit 42'
		run -143 05_chroot_vs_pivot $way root /bin/sh -c 'kill -TERM $$'
		run -127 05_chroot_vs_pivot $way root "/$TOKEN"
		assert_output "05_chroot_vs_pivot: /$TOKEN: No such file or directory"
		run -126 05_chroot_vs_pivot $way root /bin
		PATH=/bin run -0 "$BOXLAB_BIN/05_chroot_vs_pivot" $way root pwd
		assert_output /
	done
}

@test "with a command it is silent; -v narrates on stderr" {
	local way
	make_root
	for way in -c -p; do
		run -0 --separate-stderr 05_chroot_vs_pivot $way root -e \
			/bin/sh -c :
		assert_output ""
		assert_equal "$stderr" ""
		run -0 --separate-stderr 05_chroot_vs_pivot -v $way root \
			/bin/cat /inside
		assert_output "inside-$TOKEN"
		assert_regex "$stderr" "box  .*root"
	done
}

@test "without a command it looks around, in a jail with nothing in it" {
	mkdir empty
	chmod 700 empty
	run -0 05_chroot_vs_pivot -c empty
	assert_line --regexp "^box   ok  / is inode $(stat -c %i empty) of"
	refute_line --partial attack
	run -0 05_chroot_vs_pivot -p empty
	assert_line --regexp "^box   ok  / is inode $(stat -c %i empty) of"
	run -0 05_chroot_vs_pivot -c empty -e
	assert_line --partial "ok  the attack succeeds: / is the host's"
	run -0 05_chroot_vs_pivot -p empty -e
	assert_line --partial "ok  the attack succeeds and leads nowhere"
	assert_equal "$(ls -A empty)" ""
}

@test "the demonstration is true, and says who speaks" {
	run -0 05_chroot_vs_pivot
	assert_line --regexp '^host  ok  '
	assert_line --regexp '^box   ok  I read the token in .*: [0-9a-f]{16}$'
	assert_line --regexp '^box   ok  .* still out of reach$'
	assert_line --regexp '^host  ok  the lister finds it: pid .*chroot'
	assert_line --regexp '^host  ok  the lister finds it: pid .*pivot'
	refute_line --regexp '^(host|box ) +NO '
}

@test "a killed box leaves nothing behind" {
	local signal
	make_root
	mkfifo root/sub/wait
	for signal in KILL TERM INT; do
		# Or it would ignore SIGINT, as shells want in the background.
		start box env --default-signal=INT 05_chroot_vs_pivot -p root \
			/bin/sh -c 'echo up; read -r x </sub/wait'
		wait_for grep -q up box.out
		kill -$signal "$started"
		wait "$started" || :
		assert [ ! -e "/proc/$started" ]
		rm box.out
	done
}

# Is this process in other namespaces than we are?
boxed() {
	[ -e "/proc/$1/ns/mnt" ] &&
		[ "$(readlink /proc/"$1"/ns/{mnt,user})" != \
			"$(readlink /proc/self/ns/{mnt,user})" ]
}

# The demonstration writes into a pipe that is full: it stops at its first
# line, and for root its stage is built by then.
@test "a demonstration that is killed half-way leaves nothing behind" {
	local signal child
	mkfifo pipe
	for signal in KILL TERM INT; do
		exec 8<>pipe
		timeout 0.2 cat /dev/zero >&8 || :
		start demo env --default-signal=INT sh -c \
			'exec 05_chroot_vs_pivot >pipe 8>&-'
		wait_for pgrep -P "$started"
		child=$(pgrep -P "$started")
		wait_for boxed "$child"
		! is_root || wait_for grep -q ' /tmp .*size=1024k' \
			"/proc/$child/mountinfo"
		kill -$signal "$started"
		wait "$started" || :
		exec 8>&-
		wait_for test ! -e "/proc/$child"
	done
}

@test "many at once do not meet" {
	local i pids=()
	make_root
	for i in {1..8}; do
		05_chroot_vs_pivot >"demo$i" 3>&- &
		pids+=($!)
		05_chroot_vs_pivot -p root -e /bin/cat /inside \
			>"box$i" 3>&- &
		pids+=($!)
	done
	for i in "${pids[@]}"; do
		wait "$i"
	done
	for i in {1..8}; do
		assert_equal "$(cat "box$i")" "inside-$TOKEN"
	done
	assert_equal "$(ls -A root)" $'bin\ninside\nsub'
}
