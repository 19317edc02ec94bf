#!/usr/bin/env bats
# box run --cap-add, --cap-drop, --security-opt: what root in the box may do.

# shellcheck disable=SC2016,SC2154 # for the box's shell; set by run and lib
load lib/box


# probe "[option ...]" NAME ...: try each, in a box.
probe() {
	local options=$1
	shift
	# shellcheck disable=SC2086 # options are words
	boxed $options -v "$PROGRAMS/box_probe:/probe:ro" busybox \
		/probe "$@"
}

effective() {
	boxed "$@" busybox awk '$1 == "CapEff:" { print $2 }' /proc/self/status
}
# The bits of numbered capabilities, in hexadecimal as /proc has them.
bits() {
	local cap mask=0
	for cap; do
		mask=$((mask | 1 << cap))
	done
	printf '%016x\n' "$mask"
}
DEFAULT='0 1 3 4 5 6 7 8 10 13 18 27 29 31'

@test "--cap-drop takes away, --cap-add gives" {
	local all
	# shellcheck disable=SC2086 # numbers
	assert_equal "$(effective)" "$(bits $DEFAULT)"
	assert_equal "$(effective --cap-drop CHOWN,mknod --cap-drop cap_kill)" \
		"$(bits 1 3 4 6 7 8 10 13 18 29 31)"
	# shellcheck disable=SC2086 # numbers
	assert_equal "$(effective --cap-add NET_ADMIN --cap-add SYS_TIME)" \
		"$(bits $DEFAULT 12 25)"
	assert_equal "$(effective --cap-drop ALL)" "$(bits)"
	assert_equal "$(effective --cap-drop ALL --cap-add chown)" "$(bits 0)"
	assert_equal "$(effective --cap-add chown --cap-drop ALL)" "$(bits 0)"
	# All, that is, of those that we have ourselves.
	all=$(awk '$1 == "CapBnd:" { print $2 }' /proc/self/status)
	# shellcheck disable=SC2046 # numbers
	is_root || all=$(bits $(seq 0 "$(cat /proc/sys/kernel/cap_last_cap)"))
	assert_equal "$(effective --cap-add ALL)" "$all"
	assert_equal "$(effective --cap-add ALL --cap-drop CHOWN)" \
		"$(printf %016x $((0x$all & ~1)))"
}

@test "all sets follow; inheritable and ambient stay empty" {
	run -0 boxed --cap-drop ALL --cap-add KILL busybox grep ^Cap \
		/proc/self/status
	assert_output "\
CapInh:	0000000000000000
CapPrm:	0000000000000020
CapEff:	0000000000000020
CapBnd:	0000000000000020
CapAmb:	0000000000000000"
}

@test "a capability that is dropped has its effect no more" {
	run -0 boxed busybox sh -c 'touch /x && chown 0:0 /x && chroot / true'
	run boxed --cap-drop SYS_CHROOT busybox chroot / true
	[ "$status" -ne 0 ]
	assert_output --partial "Operation not permitted"
	need_ids
	run -0 boxed busybox sh -c 'touch /x && chown 1:1 /x'
	run -1 boxed --cap-drop CHOWN busybox sh -c 'touch /x && chown 1:1 /x'
	run -1 boxed --cap-drop DAC_OVERRIDE -u 0:0 busybox sh -c \
		'touch /x && chown 1:1 /x && chmod 600 /x && cat /x'
}

@test "what is no capability is refused, by its name" {
	run -125 boxed --cap-add NOSUCH busybox echo ran
	assert_output "box: no such capability: NOSUCH (see capabilities(7))"
	run -125 boxed --cap-drop CHOWN,NOSUCH busybox echo ran
	assert_output "box: no such capability: NOSUCH (see capabilities(7))"
	run -125 boxed --security-opt nosuch busybox echo ran
	assert_output \
		"box: --security-opt nosuch: only seccomp=FILE,\
 seccomp=unconfined and no-new-privileges are known"
	run -125 boxed --security-opt seccomp=/etc/passwd busybox echo ran
}

@test "system calls that no container needs are refused" {
	need_program box_probe
	run -0 probe "" unshare_user unshare_mount setns clone_user mount umount \
		fsopen open_tree keyctl add_key request_key bpf \
		perf_event_open io_uring_setup userfaultfd init_module \
		kexec_load reboot swapon settimeofday open_by_handle_at \
		syslog personality socket_alg socket_vsock acct iopl
	assert_equal "${#lines[@]}" 27
	refute_line --regexp ': (ok|E[^P]|EPI)'
	run -0 probe "" clone3
	assert_output "clone3: ENOSYS"
}

@test "system calls that programs do need are not" {
	need_program box_probe
	run -0 probe "" clone socket_inet personality_query chroot
	refute_line --regexp ': E'
	assert_equal "${#lines[@]}" 4
}

@test "busybox's own tools for these are refused" {
	run boxed busybox sh -c 'unshare -r true; mount -t tmpfs x /tmp
		umount /proc; mount -o remount,rw /sys; hostname x
		nsenter -t 1 -n true; dmesg; pivot_root / /tmp; swapoff -a'
	[ "$(grep -c "not permitted\|denied" <<<"$output")" -ge 7 ]
	run -0 boxed busybox true
}

@test "seccomp=unconfined lifts the filter, and only that" {
	need_program box_probe
	run -0 boxed --security-opt seccomp=unconfined busybox grep -E \
		'^(NoNewPrivs|Seccomp|CapEff):' /proc/self/status
	assert_line --regexp '^Seccomp:.0$'
	assert_line --regexp '^NoNewPrivs:.1$'
	assert_line --regexp '^CapEff:.00000000a80425fb$'
	run -0 probe "--security-opt seccomp=unconfined" keyctl personality \
		unshare_mount
	assert_line "keyctl: ok"
	assert_line "personality: ok"
	assert_line "unshare_mount: EPERM" # no capability
}

@test "with a capability, the filter allows what belongs to it" {
	need_program box_probe
	run -0 probe "--cap-add SYS_ADMIN" unshare_mount mount keyctl reboot
	assert_line "unshare_mount: ok"
	assert_line "mount: ok"
	assert_line "keyctl: EPERM"
	assert_line "reboot: EPERM"
	run -0 boxed --cap-add SYS_ADMIN busybox sh -c \
		'mount -t tmpfs x /mnt 2>/dev/null || mount -t tmpfs x /tmp &&
		hostname changed && hostname'
	assert_output changed
}

@test "a program for another processor mode finds no way around the filter" {
	need_program box_probe
	[ "$(uname -m)" = x86_64 ] || skip "is about x86-64"
	run probe "" x32_getpid
	assert_output --regexp '^x32_getpid: (EPERM|ENOSYS|killed by 31)$'
}

@test "set-user-id programs of the image give nothing" {
	need_ids
	make_root root
	chmod 4755 root/bin/busybox
	run -0 boxed -u 1000:1000 ./root sh -c \
		'id -u; grep -E "^(Uid|CapEff)" /proc/self/status'
	assert_line --index 0 1000
	assert_line --regexp '^Uid:.1000.1000.1000.1000$'
	assert_line --regexp '^CapEff:.0+$'
}
