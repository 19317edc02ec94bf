#!/usr/bin/env bats
# box when things go wrong: one clear line, status 125, nothing left behind.

# shellcheck disable=SC2016,SC2154 # for the box's shell; set by run and lib
load lib/box
# shellcheck disable=SC2034 # read by lib/box
NETWORK=()

# The command fails as box's own failures do: 125, nothing on stdout, one
# line on stderr, and it matches; and without anybody's help nothing is left.
refused() {
	local pattern=$1
	shift
	run -125 --separate-stderr "$@"
	assert_output ""
	assert_regex "$stderr" "^box: .*$pattern"
	assert_equal "${#stderr_lines[@]}" 1
	no_leftovers || fail "$(leftovers)"
}

@test "unknown options, missing and unwanted arguments" {
	refused "unrecognized option '--nosuch'" boxed --nosuch busybox echo ran
	refused "invalid option -- 'Z'" boxed -Z busybox echo ran
	refused "option '--name' requires an argument" boxed --name
	refused "option requires an argument -- 'm'" boxed -m
	refused "option '--rm' doesn't allow an argument" boxed --rm=yes \
		busybox echo ran
	refused "option '--c' is ambiguous" boxed --c busybox echo ran
	refused "which image\?" boxed --name x
}

@test "root without CAP_SYS_ADMIN is a plain user to box" {
	need_root
	run -0 setpriv --bounding-set -sys_admin --inh-caps -sys_admin \
		box run -q --rm --network none busybox sh -c \
		'id -u; readlink /proc/self/ns/user'
	assert_line 0
	refute_line "$(readlink /proc/self/ns/user)"
}

@test "root without a capability that box needs is told which call failed" {
	need_root
	local cap
	for cap in net_admin mknod setpcap; do
		refused "Operation not permitted" setpriv --bounding-set \
			"-$cap" --inh-caps "-$cap" box run -q --rm busybox true
	done
}

@test "root of somebody's user namespace: it works, or says why not" {
	run unshare --user --map-root-user box run -q --rm --network none \
		busybox echo ran
	if [ "$status" -eq 0 ]; then
		assert_output ran
	else
		assert_equal "$status" 125
		assert_output --regexp '^box: '
		assert_equal "${#lines[@]}" 1
	fi
	no_leftovers
}

@test "where user namespaces are forbidden, a plain user is told what to do" {
	need_root
	run -125 unshare --user --map-root-user sh -c \
		'echo 0 >/proc/sys/user/max_user_namespaces &&
		 exec setpriv --bounding-set -all --inh-caps -all \
			box run busybox true'
	assert_output --partial "box: no user namespace"
	assert_output --partial "make vm"
	no_leftovers
}

@test "no memory controller: -m fails clearly, and nothing else does" {
	need_root
	local without='umount -l /sys/fs/cgroup/memory && exec "$@"'
	[ -e /sys/fs/cgroup/memory/memory.usage_in_bytes ] ||
		skip "cgroup v1 memory on a v2 machine"
	refused "-m .*" unshare -m sh -c "$without" sh \
		box run -q --rm -m 64M busybox true
	run -0 unshare -m sh -c "$without" sh box run -q --rm busybox echo ran
	assert_output ran
}

@test "no cgroups at all: limits fail clearly, and nothing else does" {
	need_root
	local without='umount -l /sys/fs/cgroup && exec "$@"' limit
	for limit in "-m 64M" "--cpus 1" "--pids-limit 9"; do
		# shellcheck disable=SC2086 # two words
		refused "no limits" unshare -m sh -c "$without" sh \
			box run -q --rm $limit busybox true
	done
	run -0 unshare -m sh -c "$without" sh box run -q --rm busybox echo ran
	assert_output ran
}

@test "a state directory that cannot be" {
	BOXLAB_HOME=relative refused "must start with /" box run busybox true
	touch file
	BOXLAB_HOME=$PWD/file refused "Not a directory|File exists" \
		box run busybox true
	BOXLAB_HOME=/$(printf 'x%.0s' {1..300}) refused "name too long" \
		box run busybox true
	BOXLAB_HOME=/$(printf 'x/%.0s' {1..3000}) refused "too long" \
		box run busybox true
	BOXLAB_HOME=/proc/nosuch refused "No such file or directory" \
		box run busybox true
}

@test "a read-only state directory" {
	mkdir "$BOXLAB_HOME"
	if is_root; then
		mount --bind "$BOXLAB_HOME" "$BOXLAB_HOME"
		mount -o remount,bind,ro "$BOXLAB_HOME"
		run -125 --separate-stderr boxed busybox echo ran
		umount "$BOXLAB_HOME"
		assert_regex "$stderr" "^box: $BOXLAB_HOME.*Read-only file system"
	else
		chmod 555 "$BOXLAB_HOME"
		run -125 --separate-stderr boxed busybox echo ran
		assert_regex "$stderr" "^box: $BOXLAB_HOME.*Permission denied"
	fi
	assert_output ""
	assert_regex "$stderr" "BOXLAB_HOME"
	assert_equal "${#stderr_lines[@]}" 1
}

@test "a state directory that became read-only" {
	need_root
	boxed busybox true
	mount --bind "$BOXLAB_HOME" "$BOXLAB_HOME"
	mount -o remount,bind,ro "$BOXLAB_HOME"
	run -125 --separate-stderr boxed busybox echo ran
	umount "$BOXLAB_HOME"
	assert_output ""
	assert_regex "$stderr" "^box: $BOXLAB_HOME"
	assert_equal "${#stderr_lines[@]}" 1
	no_leftovers
}

# A state directory on a file system of its own, with these mount options.
small_home() {
	need_root
	mkdir "$BOXLAB_HOME"
	mount -t tmpfs -o "$1" tmpfs "$BOXLAB_HOME"
}
teardown() {
	mountpoint -q "$BOXLAB_HOME" && umount -l "$BOXLAB_HOME"
	box_teardown
}

@test "a state file system without a file to spare, at any point" {
	small_home nr_inodes=100
	local free
	box ps >/dev/null
	for free in 0 1 2 3 4 5 6; do
		mount -o remount,nr_inodes=$((free + $(df --output=iused \
			"$BOXLAB_HOME" | tail -n 1))) "$BOXLAB_HOME"
		run --separate-stderr boxed --name "$TOKEN" busybox echo ran
		if [ "$status" -eq 0 ]; then
			assert_output ran
			break
		fi
		assert_equal "$status" 125
		assert_output ""
		assert_regex "$stderr" "^box: .*No space left on device"
		assert_equal "${#stderr_lines[@]}" 1
		no_leftovers || fail "$free: $(leftovers)"
	done
	[ "$free" -gt 2 ]
	run -0 ls -A "$BOXLAB_HOME/containers" "$BOXLAB_HOME/names"
	refute_output --partial "$TOKEN"
}

@test "a state file system without a byte to spare" {
	small_home size=32k
	box ps >/dev/null
	head -c 40000 /dev/zero >"$BOXLAB_HOME/fill" 2>/dev/null || :
	run -125 --separate-stderr boxed busybox echo ran
	assert_output ""
	assert_regex "$stderr" "^box: .*No space left on device"
	assert_equal "${#stderr_lines[@]}" 1
	no_leftovers
}

@test "a box that fills its state file system ends, and goes" {
	small_home size=256k
	run -1 boxed busybox sh -c \
		'head -c 900000 /dev/zero >/file; echo x >/other'
	assert_output --regexp 'No space left|I/O error'
	no_leftovers
	run -0 box_keep --name "$TOKEN" busybox sh -c \
		'head -c 900000 /dev/zero >/file 2>/dev/null; true'
	run -0 box rm "$TOKEN"
	no_leftovers
}

@test "rubbish in the state directory harms nobody" {
	box ps
	touch "$BOXLAB_HOME/running/short" "$BOXLAB_HOME/running/0123456789ab" \
		"$BOXLAB_HOME/names/file" "$BOXLAB_HOME/containers/file"
	printf 'x%.0s' {1..500} >"$BOXLAB_HOME/running/ba9876543210"
	ln -s ../../.. "$BOXLAB_HOME/names/link"
	ln -s nobody "$BOXLAB_HOME/net/10.16.8.2"
	echo "../../../.. rm" >"$BOXLAB_HOME/running/000000000000"
	run -0 boxed busybox echo ran
	assert_output ran
	run -0 box ps -a
	run -125 box rm link
	run -125 box rm file
	assert_exists "$BATS_TEST_TMPDIR"
	rm -rf "${BOXLAB_HOME:?}"/*/*
}

@test "descriptors run out: one line, not a crash" {
	local n
	for n in {3..14}; do
		run bash -c "ulimit -n $n; box run -q --rm busybox echo ran ||
			echo failed \$?"
		case ${lines[-1]} in
		ran) assert_output ran ;;
		"failed 125" | "failed 127") # 127 is the dynamic loader's
			[ "${#lines[@]}" -gt 1 ] ;;
		*) fail "$n: $output" ;;
		esac
	done
	box ps
	no_leftovers || fail "$(leftovers)"
}

@test "standard output that nobody reads ends the box" {
	run -0 bash -c 'timeout -s KILL 10 box run -q --rm --init busybox yes |
		head -n 1; [ "${PIPESTATUS[0]}" -ne 137 ]'
	assert_output y
}

@test "output that cannot be written is said, and not called a success" {
	run -125 --separate-stderr \
		bash -c 'box run -q --rm busybox echo x >/dev/full'
	assert_equal "$stderr" "box: standard output: No space left on device"
	run -125 bash -c 'box run --rm busybox sh -c "echo x >&2" 2>/dev/full'
	run -7 bash -c 'box run -q --rm busybox sh -c "echo x; exit 7" >/dev/full'
	assert_output "box: standard output: No space left on device"
	detach --name "f$TOKEN" busybox sleep 600
	run -125 bash -c "box exec f$TOKEN echo x >/dev/full"
	assert_output "box: standard output: No space left on device"
	run -0 bash -c "box exec f$TOKEN echo x | :"
	box rm -f "f$TOKEN"
}
