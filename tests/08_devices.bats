#!/usr/bin/env bats
# box run --device, --privileged, --shm-size: what else is in /dev.

# shellcheck disable=SC2016,SC2154 # for the box's shell; set by run and lib
load lib/box

@test "--device shows a device of the host, and it works" {
	run -0 boxed --device /dev/zero:/dev/made busybox sh -c \
		'stat -c "%F %t:%T" /dev/made; head -c 3 /dev/made | wc -c'
	assert_line --index 0 "character special file 1:5"
	assert_line --index 1 3
	run -0 boxed --device /dev/zero:/dev/one/two/made:rwm \
		--device /dev/null:/dev/one/sink busybox sh -c \
		'head -c 5 /dev/one/two/made | tee /dev/one/sink | wc -c'
	assert_output 5
	run -1 boxed busybox ls /dev/made
}

@test "--device: mode and owner are the host's" {
	need_root
	mknod -m 640 node c 1 5
	chown 0:1234 node
	run -0 boxed --device "$PWD/node:/dev/made" busybox \
		stat -c '%a %u:%g' /dev/made
	assert_output "640 0:1234"
	run -1 boxed -u 77:77 --device "$PWD/node:/dev/made" busybox \
		head -c 1 /dev/made
	assert_output --partial "Permission denied"
	run -0 boxed -u 77:77 --group-add 1234 --device \
		"$PWD/node:/dev/made" busybox sh -c 'head -c 1 /dev/made | wc -c'
	assert_output 1
	run -0 boxed --device "$PWD/node:/dev/made" busybox chmod 777 /dev/made
	assert_equal "$(stat -c %a node)" 640
}

@test "--device: a block device" {
	local disk
	need_root
	disk=$(find /dev -maxdepth 1 -type b | head -n 1)
	[ -n "$disk" ] || skip "needs a block device"
	run -0 boxed --device "$disk:/dev/disk" busybox stat -c %F /dev/disk
	assert_output "block special file"
}

@test "--device: other nodes of the same device still open nothing" {
	need_root
	run boxed --device /dev/zero:/dev/made busybox sh -c '
		mknod /dev/twin c 1 5; mknod /tmp/twin c 1 5
		head -c 1 /dev/twin; head -c 1 /tmp/twin; echo ran'
	assert_line ran
	[ "$(grep -c "Permission denied" <<<"$output")" -eq 2 ]
}

@test "--device: what is wrong with it is said" {
	local text message
	mkdir dir
	while IFS='|' read -r text message; do
		run -125 boxed --device "$text" busybox echo ran
		assert_output "box: --device $message"
	done <<-LIST
		dev/null|dev/null: not /HOST[:/dev/BOX[:rwm]]
		|: not /HOST[:/dev/BOX[:rwm]]
		/dev/null:/dev/a:rwm:x|/dev/null:/dev/a:rwm:x: not /HOST[:/dev/BOX[:rwm]]
		/dev/null:/dev/a:rx|/dev/null:/dev/a:rx: rx is not made of r, w and m
		/dev/null:/dev/a:|/dev/null:/dev/a::  is not made of r, w and m
		/dev/null:/dev/a:r|/dev/null:/dev/a:r: box gives a device to read and write, or not at all
		/dev/null:/etc/a|/dev/null:/etc/a: its place must be below /dev
		/dev/null:/dev/|/dev/null:/dev/: its place must be below /dev
		/dev/null:/dev/zero|/dev/zero: is there already
		$PWD/dir:/dev/a|$PWD/dir: not a device
		/etc/passwd:/dev/a|/etc/passwd: not a device
		/nosuch:/dev/a|/nosuch: No such file or directory
	LIST
}

@test "--device: no way out through .. or a link" {
	run -125 boxed --device /dev/zero:/dev/fd/made busybox echo ran
	refute_output ran
	run boxed --device /dev/zero:/dev/../../../etc/made busybox \
		ls /etc/made
	[ "$status" -ne 0 ]
	assert_not_exists /etc/made
}

@test "--shm-size is the size of /dev/shm, 64 megabytes without it" {
	run -0 boxed busybox sh -c "df -k /dev/shm | awk 'END { print \$2 }'"
	assert_output 65536
	run -0 boxed --shm-size 2M busybox sh -c "
		df -k /dev/shm | awk 'END { print \$2 }'
		head -c 3000000 /dev/zero >/dev/shm/x || echo full"
	assert_line --index 0 2048
	assert_line full
	local size
	for size in 0 -1 x "" 1x; do
		run -125 boxed --shm-size "$size" busybox echo ran
		assert_output --partial "--shm-size $size: not a size"
	done
}

@test "--privileged: all capabilities, no filter, nothing masked" {
	need_root
	run -0 boxed --privileged busybox sh -c '
		grep -E "^(CapEff|Seccomp):" /proc/self/status
		wc -c </proc/timer_list
		(: >>/proc/sys/kernel/core_pattern) && echo writable
		mkdir /m && mount -t tmpfs x /m && echo mounted
		mknod /twin c 1 5 && head -c 1 /twin | wc -c
		grep -w sysfs /proc/mounts'
	assert_line --regexp "^CapEff:.$(awk '$1 == "CapBnd:" { print $2 }' \
		/proc/self/status)$"
	assert_line --regexp '^Seccomp:.0$'
	refute_line --index 2 0
	assert_line writable
	assert_line mounted
	assert_line --index 5 1
	assert_line --partial "sysfs rw,"
	run -0 boxed busybox sh -c 'wc -c </proc/timer_list
		(: >>/proc/sys/kernel/core_pattern) || echo protected'
	assert_line 0
	assert_line protected
}

@test "--privileged: the host's devices, with their modes" {
	need_root
	find /dev -maxdepth 1 \( -type c -o -type b \) \
		! -name console ! -name ptmx -printf '%f\n' | sort >host
	boxed --privileged busybox sh -c 'cd /dev
		for f in *; do [ ! -L $f ] || continue
			[ -c $f ] || [ -b $f ] && echo $f; done; :' | LC_ALL=C sort >inside
	LC_ALL=C sort -o host host
	run -0 diff host inside
}

@test "a device that a volume shows opens with --privileged, else not" {
	need_root
	mkdir dir
	mknod dir/zero c 1 5
	run -0 boxed --privileged -v "$PWD/dir:/dir" busybox head -c 3 /dir/zero
	run -1 boxed -v "$PWD/dir:/dir" busybox head -c 3 /dir/zero
	assert_output --partial "Permission denied"
}

@test "--privileged says what it means, unless it shall be quiet" {
	run -0 box run --rm --network none --privileged \
		-e BOXLAB_TEST_TOKEN busybox true
	assert_line "box: --privileged: this box can do to the machine\
 whatever you can"
	run -0 boxed --privileged busybox true
	assert_output ""
}

@test "--privileged without root is root of its own namespace only" {
	need_plain
	run -0 boxed --privileged busybox sh -c 'mkdir /m &&
		mount -t tmpfs x /m && echo mounted
		head -c 3 /dev/zero | wc -c
		(: >>/proc/sys/kernel/core_pattern) || echo refused'
	assert_line mounted
	assert_line 3
	assert_line refused
}
