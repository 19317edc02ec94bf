#!/usr/bin/env bats
# The default seccomp filter of box: the table, and what was compiled of it.

load lib/boxlab

# See tests/programs: "filtered" runs a command under the filter, "call" makes
# one system call and says how it went.
call() { filtered default call "$@"; }

@test "ordinary programs run under it" {
	run -0 filtered default sh -c \
		"echo $TOKEN >file && cp file other && cat other | tr t t &&
		 mkdir dir && mv other dir && ls dir && rm -r dir && date +%Y &&
		 sort file | uniq -c && find . -name file | xargs grep t &&
		 kill -0 \$\$ && timeout 5 sleep 0.01 && nice true"
	assert_line --index 0 "$TOKEN"
}

@test "the compiled filter is what the table says, and small" {
	run -0 filtered default
	assert [ "${#lines[@]}" -gt 50 ]
	assert [ "${#lines[@]}" -lt 250 ]
	assert_line --regexp 'return ERRNO\(ENOSYS\).* clone3$'
}

@test "clone: threads and processes yes, namespaces no" {
	local flag
	# CLONE_FS without CLONE_SIGHAND's other half is EINVAL: it got through.
	run -0 call clone 0x800
	assert_output fine || assert_output EINVAL
	for flag in 0x20000 0x2000000 0x4000000 0x8000000 0x10000000 \
		0x20000000 0x40000000 0x7e020000; do
		run -0 call clone "$flag"
		assert_output EPERM
		run -0 call clone "$((flag | 0xf00000000))"
		assert_output EPERM
	done
}

@test "clone3 does not exist, so that libc falls back to clone" {
	run -0 call clone3 0 0
	assert_output ENOSYS
}

@test "what is younger than the table does not exist either" {
	run -0 call 600
	assert_output ENOSYS
	run -0 call 512
	assert_output ENOSYS
}

@test "personality: the five harmless ones" {
	local p
	for p in 0 8 0x20000 0x20008 0xffffffff; do
		run -0 call personality "$p"
		assert_output fine
	done
	for p in 1 0x40000 0x20009 0x28 0x0040000; do
		run -0 call personality "$p"
		assert_output EPERM
	done
}

@test "socket: every family but AF_ALG and AF_VSOCK" {
	local family
	for family in 38 40 0x100000026 0xdead00000028; do
		run -0 call socket "$family" 5 0
		assert_output EPERM
	done
	for family in 1 2 10 16; do
		run -0 call socket "$family" 2 0
		assert_output fine
	done
	run -0 call socket 39 2 0
	refute_output EPERM
}

@test "keyrings, io_uring, userfaultfd, kexec, swap: refused for everybody" {
	local name caps
	for caps in default 0x1ffffffffff; do
		for name in add_key request_key keyctl io_uring_setup \
			io_uring_enter io_uring_register userfaultfd \
			kexec_load kexec_file_load swapon swapoff; do
			run -0 filtered "$caps" call "$name" -1 -1 -1 -1
			[ "$output" = unknown ] || assert_output EPERM
		done
	done
}

# CAP  NAME  ARGUMENTS that make the kernel itself refuse, but not with EPERM.
# CAP_SYS_TTY_CONFIG's vhangup takes none: it would happen, so it is not here.
with_capability() {
	cat <<-'EOF'
	21 unshare 0
	21 setns -1 0
	21 clone3 0 0
	21 mount 1 1 1 0 0
	21 umount2 1 0
	21 pivot_root 1 1
	21 fsopen 1 0
	21 fsmount -1 0 0
	21 move_mount -1 1 -1 1 0
	21 open_tree -1 1 0
	21 mount_setattr -1 1 0 1 0
	21 quotactl -1 1 0 0
	21 sethostname 1 -1
	21 bpf -1 1 0
	21 perf_event_open 1 0 0 -1 0
	21 fanotify_init -1 -1
	39 bpf -1 1 0
	38 perf_event_open 1 0 0 -1 0
	2 open_by_handle_at -1 1 0
	18 chroot 1
	19 kcmp 0 0 0 0 0
	19 pidfd_getfd -1 0 0
	19 process_madvise -1 1 1 0 -1
	23 mbind 1 -1 -1 1 1 -1
	23 set_mempolicy 99 0 0
	25 settimeofday 1 0
	25 clock_settime -1 1
	22 reboot 0 0 0 0
	16 init_module 1 0 1
	16 finit_module -1 1 0
	16 delete_module 1 0
	17 iopl 99
	17 ioperm -1 -1 1
	20 acct 1
	34 syslog 99 0 0
	EOF
}

@test "what needs a capability is there with it and not without" {
	local cap name args tried=0
	while read -r cap name args; do
		# shellcheck disable=SC2086
		set -- "$name" $args
		run -0 filtered $((0x1ffffffffff & ~(1 << cap))) call "$@"
		# Other capabilities also open these two, and clone3 is ENOSYS.
		case $cap-$name-$output in
		*-bpf-* | *-perf_event_open-* | *-syslog-*) ;;
		*-clone3-*) assert_output ENOSYS ;;
		*-unknown) continue ;;
		*) assert_equal "$cap $name $output" "$cap $name EPERM" ;;
		esac
		run -0 filtered 0 call "$@"
		assert_output --regexp '^(EPERM|ENOSYS)$'
		# Where the kernel says EPERM by itself there is nothing to see.
		run -0 call.unfiltered "$@"
		[ "$output" != EPERM ] || continue
		local expected=$output
		run -0 filtered $((1 << cap)) call "$@"
		assert_equal "$cap $name $output" "$cap $name $expected"
		tried=$((tried + 1))
	done < <(with_capability)
	is_root || return 0
	assert [ "$tried" -ge 20 ]
}

call.unfiltered() { command call "$@"; }

@test "the clock's drift may be read; setting it is the kernel's matter" {
	run -0 call adjtimex 1
	assert_output EFAULT
}

@test "a rule list that does not fit is refused, not cut short" {
	run -0 filtered short
	assert_output "0 0"
}
