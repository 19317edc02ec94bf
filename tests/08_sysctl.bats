#!/usr/bin/env bats
# box run --sysctl, --ulimit, --oom-score-adj: knobs of the kernel for a box.

# shellcheck disable=SC2016,SC2154 # for the box's shell; set by run and lib
load lib/box

@test "--sysctl turns knobs of the network and IPC namespaces" {
	local before
	before=$(cat /proc/sys/net/ipv4/ip_forward /proc/sys/kernel/msgmax \
		/proc/sys/fs/mqueue/msg_max)
	run -0 boxed --sysctl net.ipv4.ip_forward=1 busybox \
		cat /proc/sys/net/ipv4/ip_forward
	assert_output 1
	assert_equal "$before" "$(cat /proc/sys/net/ipv4/ip_forward \
		/proc/sys/kernel/msgmax /proc/sys/fs/mqueue/msg_max)"
	need_root
	run -0 boxed --sysctl kernel.msgmax=7777 \
		--sysctl fs.mqueue.msg_max=13 --sysctl kernel.shm_rmid_forced=1 \
		--sysctl "kernel.sem=250 32000 100 128" busybox sh -c 'cd /proc/sys
		cat kernel/msgmax fs/mqueue/msg_max kernel/shm_rmid_forced
		cat kernel/sem'
	assert_output $'7777\n13\n1\n250\t32000\t100\t128'
	assert_equal "$before" "$(cat /proc/sys/net/ipv4/ip_forward \
		/proc/sys/kernel/msgmax /proc/sys/fs/mqueue/msg_max)"
}

@test "--sysctl: names with slashes, and dots in names" {
	run -0 boxed --sysctl net/ipv4/conf/lo/forwarding=1 \
		--sysctl net.ipv6.conf.lo.disable_ipv6=1 busybox sh -c 'cat \
		/proc/sys/net/ipv4/conf/lo/forwarding \
		/proc/sys/net/ipv6/conf/lo/disable_ipv6'
	assert_output $'1\n1'
}

@test "--sysctl of a link that the bridge brings" {
	need_root
	run -0 boxed --network bridge \
		--sysctl net.ipv4.conf.eth0.rp_filter=2 busybox \
		cat /proc/sys/net/ipv4/conf/eth0/rp_filter
	assert_output 2
}

@test "--sysctl leaves /proc/sys write-protected" {
	run -1 boxed --sysctl net.ipv4.ip_forward=1 busybox sh -c \
		'echo 0 >/proc/sys/net/ipv4/ip_forward'
	assert_output --partial "Read-only file system"
	run -0 boxed --init --sysctl net.ipv4.ip_forward=1 busybox sh -c '
		ls /proc/self/fd | wc -l'
	assert_output 4 # with the one that reads the directory
}

@test "--sysctl: what is the machine's is refused" {
	local name
	for name in kernel.core_pattern kernel.hostname kernel.panic \
		kernel.modprobe vm.swappiness fs.file-max kernel.msg \
		kernel.shmmax2 kernel/shmmax/x fs.mqueue networks.x debug.x; do
		run -125 boxed --sysctl "$name=1" busybox echo ran
		assert_output --partial \
			"box: --sysctl $name=1: is the whole machine's"
	done
	for name in net net/../kernel/panic net//x net/./x ../x net/x/ \
		/net/x net..x; do
		run -125 boxed --sysctl "$name=1" busybox echo ran
		assert_equal "${#lines[@]}" 1
		refute_output ran
	done
	run -125 boxed --network host --sysctl net.ipv4.ip_forward=1 busybox \
		echo ran
	assert_output "box: --sysctl net/ipv4/ip_forward: with --network host\
 it is the host's"
	for name in "" = =1 net.x; do
		run -125 boxed --sysctl "$name" busybox echo ran
		assert_output "box: --sysctl $name: not NAME=VALUE"
	done
	run -125 boxed --sysctl net.nosuch=1 busybox echo ran
	assert_output "box: --sysctl net/nosuch: No such file or directory"
	run -125 boxed --sysctl net.ipv4.ip_forward=x busybox echo ran
	assert_output \
		"box: --sysctl net/ipv4/ip_forward=x: Invalid argument"
}

@test "--ulimit sets soft and hard limits" {
	run -0 boxed --ulimit nofile=100:200 --ulimit core=0 \
		--ulimit fsize=4096 busybox sh -c 'grep -E \
		"^Max (open files|core file size|file size)" /proc/self/limits'
	assert_line --regexp '^Max open files +100 +200 '
	assert_line --regexp '^Max core file size +0 +0 '
	assert_line --regexp '^Max file size +4096 +4096 '
	run boxed --ulimit fsize=4096 busybox sh -c \
		'head -c 9999 /dev/zero >/x; stat -c %s /x'
	assert_line 4096
	run -0 boxed --ulimit nofile=100 --init -u 0 busybox \
		sh -c 'ulimit -n; ulimit -Hn'
	assert_output $'100\n100'
}

@test "--ulimit holds for the box, not for box" {
	# Three descriptors are too few for box itself.
	run -0 boxed --ulimit nofile=3 --ulimit as=unlimited busybox true
	assert_output ""
}

@test "--ulimit: what is wrong with it is said" {
	local text message
	while IFS='|' read -r text message; do
		run -125 boxed --ulimit "$text" busybox echo ran
		assert_output "box: --ulimit $text: $message"
	done <<-'LIST'
		|not NAME=SOFT[:HARD]
		nofile|not NAME=SOFT[:HARD]
		nofile=|not a number, nor unlimited
		nofile=x|not a number, nor unlimited
		nofile= 1|not a number, nor unlimited
		nofile=+1|not a number, nor unlimited
		nofile=1:2:3|not a number, nor unlimited
		nofile=1:|not a number, nor unlimited
		nofile=-2|not a number, nor unlimited
		nofile=99999999999999999999|not a number, nor unlimited
		nofile=9:8|the soft limit is above the hard
		nosuch=1|no limit is called nosuch (nofile, nproc, core ... see setrlimit(2))
	LIST
	need_plain
	run -125 bash -c 'ulimit -n 500; box run -q --rm --network none \
		--ulimit nofile=501 busybox echo ran'
	assert_output "box: --ulimit nofile: not above the hard limit that we\
 have ourselves (ulimit -H)"
}

@test "--oom-score-adj says who goes first" {
	local own
	own=$(cat /proc/self/oom_score_adj)
	run -0 boxed --oom-score-adj 567 busybox cat /proc/self/oom_score_adj
	assert_output 567
	run -0 boxed busybox cat /proc/self/oom_score_adj
	assert_output "$own"
	# 0 is a value as well.
	run -0 bash -c 'echo 500 >/proc/self/oom_score_adj && exec "$@"' bash \
		box run -q --rm "${NETWORK[@]}" --oom-score-adj 0 busybox \
		cat /proc/self/oom_score_adj
	assert_output 0
	local value
	for value in 1001 -1001 x ""; do
		run -125 boxed --oom-score-adj "$value" busybox echo ran
		assert_output --partial "box: --oom-score-adj $value: "
	done
	need_plain
	run -125 boxed --oom-score-adj -999 busybox echo ran
	assert_output \
		"box: --oom-score-adj -999: to lower it needs CAP_SYS_RESOURCE"
}
