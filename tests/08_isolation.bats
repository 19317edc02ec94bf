#!/usr/bin/env bats
# box: what the box sees of the machine, and what it may do to it.

# shellcheck disable=SC2016,SC2154 # for the box's shell; set by run and lib
load lib/box
# shellcheck disable=SC2034 # read by lib/box
NETWORK=()

# mounted [option ...]: the mounts of a box, a line each: place, type, flags
# of the mount, options of the file system.
mounted() {
	boxed "$@" busybox cat /proc/self/mountinfo |
		awk '{ for (i = 7; $i != "-"; i++);
			print $5, $(i + 1), $6, $(i + 3) }'
}

# assert_mount PLACE TYPE FLAG ...: exactly these flags, and relatime or not,
# which is the kernel's choice.  A leading / starts a file system's option.
assert_mount() {
	local place=$1 type=$2 line flags want
	shift 2
	line=$(grep "^$place " <<<"$MOUNTED" | tail -n 1)
	read -r _ got flags _ <<<"$line"
	assert_equal "$place $got" "$place $type"
	flags=$(tr , '\n' <<<"$flags" | grep -v relatime | sort | xargs)
	want=$(printf '%s\n' "$@" | sort | xargs)
	assert_equal "$place: $flags" "$place: $want"
}

@test "each namespace is the box's own" {
	local kind
	run -0 boxed busybox sh -c 'for kind in cgroup ipc mnt net pid uts; do
		readlink /proc/self/ns/$kind; done'
	assert_equal "${#lines[@]}" 6
	for kind in cgroup ipc mnt net pid uts; do
		assert_line --partial "$kind:["
		refute_line "$(readlink "/proc/self/ns/$kind")"
	done
	run -0 boxed busybox readlink /proc/self/ns/user
	if is_root; then
		assert_output "$(readlink /proc/self/ns/user)"
	else
		refute_output "$(readlink /proc/self/ns/user)"
	fi
}

@test "two boxes share no namespace" {
	local show='for kind in ipc mnt net pid uts cgroup; do
		readlink /proc/1/ns/$kind; done'
	start_box one busybox sh -c "$show; $STAY"
	run -0 boxed busybox sh -c "$show"
	assert_equal "${#lines[@]}" 6
	run -0 uniq -d <(sort one.out - <<<"$output")
	assert_output ""
}

@test "ps shows the box and nothing else" {
	run -0 boxed busybox ps -o pid,args
	assert_line --index 0 --regexp '^ *PID'
	assert_line --index 1 --regexp '^ *1 '
	refute_line --partial bats
	run -0 boxed busybox sh -c 'echo /proc/[0-9]*'
	assert_output /proc/1
}

@test "the box is no child, and in no session or group, of the host's" {
	run -0 boxed busybox sh -c \
		'cut -d " " -f 4-8 /proc/$$/stat; :' # ppid pgrp session tty
	assert_output "0 1 1 0 -1"
}

@test "the root is an overlay, and nothing of the host's is mounted" {
	MOUNTED=$(mounted -v "$PWD:/mnt")
	assert_mount / overlay rw nodev
	# Of box's own state, where the names of others are.
	! is_root || assert_mount /etc/hosts.d \
		"$(findmnt -no FSTYPE -T "$BOXLAB_HOME")" ro nosuid nodev noexec
	run grep -vE '^(/|/mnt|/etc/hosts.d|/(dev|proc|sys)(/.*)?) ' \
		<<<"$MOUNTED"
	assert_output ""
}

@test "/proc, /dev and /sys have the flags they should" {
	MOUNTED=$(mounted)
	assert_mount /proc proc rw nosuid nodev noexec
	assert_mount /dev tmpfs rw nosuid nodev
	assert_mount /dev/pts devpts rw nosuid noexec
	assert_mount /dev/shm tmpfs rw nosuid nodev noexec
	assert_mount /dev/mqueue mqueue rw nosuid nodev noexec
	assert_mount /sys sysfs ro nosuid nodev noexec
	run -0 grep -E '^/sys/fs/cgroup' <<<"$MOUNTED"
	refute_line --regexp '^[^ ]* [^ ]* rw,'
	run -0 grep '^/dev tmpfs' <<<"$MOUNTED"
	assert_output --regexp 'size=65536k.*mode=755'
	run -0 grep '^/dev/pts ' <<<"$MOUNTED"
	assert_output --regexp 'mode=620.*ptmxmode=666'
	! is_root || assert_output --partial gid=5
	run -0 boxed busybox stat -c '%a %n' /dev/shm /dev /dev/mqueue /proc /sys
	assert_line "1777 /dev/shm"
	assert_line "755 /dev"
	assert_line "1777 /dev/mqueue"
}

@test "with the host's network, /sys is as well protected" {
	MOUNTED=$(mounted --network host)
	assert_mount /sys sysfs ro nosuid nodev noexec
	run -1 boxed --network host busybox touch /sys/x
	run -1 boxed --network host busybox mkdir /sys/fs/cgroup/x
	run -0 grep '^/sys/fs/cgroup ' <<<"$MOUNTED"
	assert_regex "${lines[-1]}" ' ro,nosuid,nodev,noexec'
}

@test "/dev holds the harmless devices and nothing else" {
	run -0 boxed busybox sh -c 'cd /dev && ls; stat -c "%n %t:%T %a" \
		null zero full random urandom tty; for link in fd stdin \
		stdout stderr ptmx; do readlink $link; done'
	assert_output "\
fd
full
mqueue
null
ptmx
pts
random
shm
stderr
stdin
stdout
tty
urandom
zero
null 1:3 666
zero 1:5 666
full 1:7 666
random 1:8 666
urandom 1:9 666
tty 5:0 666
/proc/self/fd
/proc/self/fd/0
/proc/self/fd/1
/proc/self/fd/2
pts/ptmx"
}

@test "the devices work" {
	run -0 boxed busybox sh -c 'echo x >/dev/null && head -c 4 /dev/zero |
		od -An -tx1 && head -c 9 /dev/urandom | wc -c
		echo x >/dev/full; echo $?; echo shm >/dev/shm/x &&
		cat /dev/shm/x; ls /dev/pts; echo err >/dev/stderr'
	assert_line " 00 00 00 00"
	assert_line 9
	assert_line --partial "No space left on device"
	assert_line 1
	assert_line shm
	assert_line ptmx
	assert_line err
}

# As its files tell: is it, in the box, the null device or an empty directory?
@test "masked paths are empty, and cannot be written" {
	local path count=0
	for path in /proc/{acpi,asound,interrupts,kcore,keys,latency_stats} \
		/proc/{sched_debug,scsi,timer_list,timer_stats} \
		/sys/devices/virtual/powercap /sys/firmware; do
		[ -e "$path" ] || continue
		count=$((count + 1))
		if [ -d "$path" ]; then
			run -0 boxed busybox ls -A "$path"
			assert_output ""
			run -1 boxed busybox touch "$path/x"
			assert_output --partial "Read-only file system"
		else
			run -0 boxed busybox stat -c %t:%T "$path"
			assert_output "1:3"
			run -0 boxed busybox cat "$path"
			assert_output ""
		fi
	done
	[ "$count" -gt 2 ]
}

@test "read-only paths of /proc refuse root" {
	run boxed busybox sh -c '
		for path in /proc/sys/kernel/hostname /proc/sysrq-trigger \
			/proc/sys/kernel/core_pattern \
			/proc/sys/net/ipv4/ip_forward /proc/irq/default_smp_affinity; do
			echo h >$path && echo "$path written"
		done 2>&1
		for path in bus fs irq sys; do
			[ ! -d /proc/$path ] || mkdir /proc/$path/x &&
				echo "$path written"
		done'
	refute_output --partial written
	assert_line --partial \
		"can't create /proc/sys/kernel/hostname: Read-only file system"
	[ ! -e /proc/sysrq-trigger ] || assert_line --partial \
		"can't create /proc/sysrq-trigger: Read-only file system"
	assert_line --partial \
		"can't create /proc/sys/kernel/core_pattern: Read-only file"
}

@test "/sys and /sys/fs/cgroup refuse root" {
	run boxed busybox sh -c 'cd /sys && find . -type f -perm -200 |
		while read -r file; do
			{ : >>"$file"; } 2>/dev/null && echo "$file"
		done; mkdir /sys/fs/cgroup/x /sys/fs/cgroup/*/x 2>/dev/null ||
			echo refused'
	assert_output refused
}

@test "the cgroup tree begins at the box's own group" {
	run -0 boxed busybox cat /proc/self/cgroup
	refute_output --partial boxlab
	need_limits
	run -0 grep -vE ':(name=[^:]*:|[^:]*:/$)' <<<"$output" || :
	assert_output ""
	run -0 boxed busybox sh -c "cat $(group_file pids cgroup.procs)/tasks \
		2>/dev/null || cat /sys/fs/cgroup/cgroup.procs"
	assert_line 1
}

@test "a cgroup tree in which the box has no group is not shown" {
	[ -e /sys/fs/cgroup/memory/memory.usage_in_bytes ] ||
		skip "cgroup v1 memory on a v2 machine"
	run -0 boxed busybox ls -a /sys/fs/cgroup
	refute_line cpuset
	refute_line devices
	if is_root; then
		assert_line memory
		run -0 boxed --cpuset-cpus 0 busybox cat /proc/self/mounts \
			/sys/fs/cgroup/cpuset/cpuset.cpus
		assert_line --regexp ' /sys/fs/cgroup/cpuset cgroup ro,'
		assert_line 0
	else
		refute_line memory
	fi
}

@test "the five capability sets" {
	run -0 boxed busybox grep ^Cap /proc/self/status
	assert_output "\
CapInh:	0000000000000000
CapPrm:	00000000a80425fb
CapEff:	00000000a80425fb
CapBnd:	00000000a80425fb
CapAmb:	0000000000000000"
}

@test "no new privileges, and a filter" {
	run -0 boxed busybox grep -E '^(NoNewPrivs|Seccomp):' /proc/self/status
	assert_line --regexp '^NoNewPrivs:.1$'
	assert_line --regexp '^Seccomp:.2$'
}

@test "System V objects of the host are not there" {
	local id
	id=$(ipcmk -M 4096 | grep -oE '[0-9]+$')
	run -0 boxed busybox cat /proc/sysvipc/shm
	ipcrm -m "$id"
	assert_equal "${#lines[@]}" 1
}

@test "the host keeps its names, mounts and links" {
	local before
	read_host
	before=$HOST_STATE
	start_box one --hostname "$TOKEN" --network none busybox sh -c "
		hostname changed-$TOKEN; mkdir /m; mount -t tmpfs x /m; $STAY"
	read_host
	assert_equal "$HOST_STATE" "$before"
}

@test "nothing that the box does reaches the host's files" {
	local before after
	before=$(cd "$IMAGES" && find . -type f -exec cksum {} + | sort)
	run -0 boxed busybox sh -c 'echo x >/etc/passwd; rm -rf /bin /usr /sbin
		echo finished'
	assert_output --partial finished
	after=$(cd "$IMAGES" && find . -type f -exec cksum {} + | sort)
	assert_equal "$after" "$before"
	run -0 boxed busybox cat /etc/passwd
	assert_line --partial root:x:0:0
}
