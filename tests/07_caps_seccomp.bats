#!/usr/bin/env bats
# 07_caps_seccomp: root in pieces, and system calls refused.
# shellcheck disable=SC2154 # bats and the library set stderr and started

load lib/boxlab

# The number of a system call, from the headers.
nr() {
	printf '#include <sys/syscall.h>\nSYS_%s\n' "$1" | cc -E -P - |
		tail -n 1
}

# call NR [ARG ...]: make one system call and say how it went.
make_call() {
	cat >call.c <<-'EOF'
	#define _GNU_SOURCE
	#include <errno.h>
	#include <stdio.h>
	#include <stdlib.h>
	#include <string.h>
	#include <unistd.h>
	int main(int argc, char *argv[])
	{
		long a[7] = { 0 };
		for (int i = 1; i < argc && i < 8; i++)
			a[i - 1] = (long)strtoull(argv[i], NULL, 0);
		if (syscall(a[0], a[1], a[2], a[3], a[4], a[5], a[6]) == -1)
			puts(strerrorname_np(errno));
		else
			puts("fine");
	}
	EOF
	cc -o call call.c
}

# A program that tests the mechanism's functions, from the student's files
# where there are any.
make_harness() {
	local file sources=(harness.c "$TOP/common/exit.c")
	for file in caps seccomp filter emit; do
		if [ -n "${WORK:-}" ] && [ -e "$WORK/07_caps_seccomp/$file.c" ]
		then
			sources+=("$WORK/07_caps_seccomp/$file.c")
		else
			sources+=("$TOP/labs/07_caps_seccomp/$file.c")
		fi
	done
	{ echo "#define _GNU_SOURCE" && cat; } >harness.c
	cc -I"$TOP/labs/07_caps_seccomp" -I"$TOP/common" \
		-o harness "${sources[@]}"
}

# One field of a status file on standard input.
status() { awk -v f="$1:" '$1 == f { print $2 }'; }
bits() { printf '%016x\n' "$((16#$1 & $2))"; }

@test "-k: the five sets are exactly what was asked for" {
	local all want
	all=$(is_root && status CapBnd </proc/self/status ||
		echo 1ffffffffff)
	# CHOWN 0, KILL 5, SETPCAP 8, SYS_CHROOT 18.
	want=$(bits "$all" 0x40121)
	run -0 07_caps_seccomp -k CHOWN,cap_kill,Sys_Chroot,CAP_SETPCAP \
		cat /proc/self/status
	assert_equal "$(status CapInh <<<"$output")" 0000000000000000
	assert_equal "$(status CapPrm <<<"$output")" "$want"
	assert_equal "$(status CapEff <<<"$output")" "$want"
	assert_equal "$(status CapBnd <<<"$output")" "$want"
	assert_equal "$(status CapAmb <<<"$output")" 0000000000000000
}

@test "-d: all but these, and it may be combined with -k" {
	local before
	run -0 07_caps_seccomp -k ALL cat /proc/self/status
	before=$(status CapEff <<<"$output")
	run -0 07_caps_seccomp -d net_admin,bpf cat /proc/self/status
	assert_equal "$(status CapEff <<<"$output")" \
		"$(bits "$before" ~0x8000001000)"
	assert_equal "$(status CapBnd <<<"$output")" \
		"$(bits "$before" ~0x8000001000)"
	run -0 07_caps_seccomp -k chown,kill -d kill cat /proc/self/status
	assert_equal "$(status CapEff <<<"$output")" 0000000000000001
}

@test "-k with nothing leaves a root without power" {
	run -0 07_caps_seccomp -k "" sh -c 'id -u; cat /proc/self/status'
	assert_line --index 0 0
	assert_equal "$(status CapEff <<<"$output")" 0000000000000000
	assert_equal "$(status CapBnd <<<"$output")" 0000000000000000
	touch file
	run -1 07_caps_seccomp -k "" chown 1:1 file
}

@test "inheritable and ambient capabilities are emptied" {
	need_root
	need setpriv
	run -0 setpriv --inh-caps +kill,+chown --ambient-caps +kill,+chown \
		cat /proc/self/status
	refute [ "$(status CapAmb <<<"$output")" = 0000000000000000 ]
	run -0 setpriv --inh-caps +kill,+chown --ambient-caps +kill,+chown \
		07_caps_seccomp -k ALL cat /proc/self/status
	assert_equal "$(status CapInh <<<"$output")" 0000000000000000
	assert_equal "$(status CapAmb <<<"$output")" 0000000000000000
}

@test "a dropped capability does not come back by execve as root" {
	run -0 07_caps_seccomp -d net_raw sh -c \
		'sh -c "exec cat /proc/self/status"'
	assert_equal "$(($(printf '16#%s' "$(status CapEff <<<"$output")") \
		& 1 << 13))" 0
}

@test "a dropped capability does not come back through a set-uid program" {
	need_root
	need setpriv
	local plain=(setpriv --reuid 65534 --regid 65534 --clear-groups)
	cp "$(command -v cat)" setuid
	chmod 4755 setuid
	run -0 "${plain[@]}" ./setuid /proc/self/status
	[ "$(status CapEff <<<"$output")" != 0000000000000000 ] ||
		skip "set-uid has no effect in $PWD"
	assert [ $((16#$(status CapEff <<<"$output") & 1 << 12)) -ne 0 ]
	run -0 07_caps_seccomp -d net_admin "${plain[@]}" \
		./setuid /proc/self/status
	assert [ $((16#$(status CapEff <<<"$output"))) -ne 0 ]
	assert_equal $((16#$(status CapEff <<<"$output") & 1 << 12)) 0
}

@test "a dropped capability does not come back through file capabilities" {
	need_root
	need setpriv setcap
	local plain=(setpriv --reuid 65534 --regid 65534 --clear-groups)
	cp "$(command -v cat)" permitted
	cp permitted effective
	setcap cap_net_admin,cap_chown+p permitted ||
		skip "no file capabilities"
	setcap cap_net_admin+ep effective
	run -0 "${plain[@]}" ./permitted /proc/self/status
	assert_equal "$(status CapPrm <<<"$output")" 0000000000001001
	run -0 "${plain[@]}" ./effective /proc/self/status
	assert_equal "$(status CapEff <<<"$output")" 0000000000001000
	run -0 07_caps_seccomp -d net_admin "${plain[@]}" \
		./permitted /proc/self/status
	assert_equal "$(status CapPrm <<<"$output")" 0000000000000001
	# A program that would start without what it needs is not started.
	run ! 07_caps_seccomp -d net_admin "${plain[@]}" \
		./effective /proc/self/status
	assert_output --partial "Operation not permitted"
}

@test "under a filter a set-uid program gains nothing" {
	need_root
	need setpriv
	local plain=(setpriv --reuid 65534 --regid 65534 --clear-groups)
	cp "$(command -v cat)" setuid
	chmod 4755 setuid
	run -0 "${plain[@]}" ./setuid /proc/self/status
	assert_line --regexp '^Uid:.65534.0.'
	run -0 07_caps_seccomp -s kill "${plain[@]}" ./setuid /proc/self/status
	assert_line --regexp '^Uid:.65534.65534.'
	assert_line --regexp '^NoNewPrivs:.1$'
	assert_equal "$(status CapEff <<<"$output")" 0000000000000000
}

@test "capabilities alone do not set no_new_privs, and set no filter" {
	run -0 07_caps_seccomp -d kill cat /proc/self/status
	assert_line --regexp '^NoNewPrivs:.0$'
	assert_line --regexp '^Seccomp:.0$'
}

@test "bounding first, then another user, then the rest: without privilege" {
	need_root
	make_harness <<-'EOF'
	#include <stdio.h>
	#include <unistd.h>
	#include "caps.h"
	int main(void)
	{
		caps_bound(0x21);
		if (setresuid(65534, 65534, 65534) == -1)
			return 1;
		caps_keep(0x21);
		execlp("cat", "cat", "/proc/self/status", NULL);
	}
	EOF
	run -0 ./harness
	assert_equal "$(status CapBnd <<<"$output")" 0000000000000021
	assert_equal "$(status CapPrm <<<"$output")" 0000000000000000
}

@test "permitted and effective are reduced at once, not at the next execve" {
	make_harness <<-'EOF'
	#include <stdio.h>
	#include <stdlib.h>
	#include <string.h>
	#include "caps.h"
	int main(void)
	{
		char line[256];
		FILE *f;
		caps_keep(0x21);
		f = fopen("/proc/self/status", "r");
		while (fgets(line, sizeof(line), f) != NULL)
			fputs(line, stdout);
	}
	EOF
	run -0 07_caps_seccomp -k ALL ./harness
	assert_equal "$(status CapPrm <<<"$output")" 0000000000000021
	assert_equal "$(status CapEff <<<"$output")" 0000000000000021
	assert_equal "$(status CapInh <<<"$output")" 0000000000000000
}

@test "every capability has a name, and the names stand in the right order" {
	need_root
	local number name
	while read -r name number; do
		run -0 07_caps_seccomp -k "$name" cat /proc/self/status
		assert_equal "$name $(status CapBnd <<<"$output")" \
			"$name $(bits "$(status CapBnd </proc/self/status)" \
			$((1 << number)))"
	done < <(printf '#include <linux/capability.h>\n' | cc -E -dM - |
		awk '/define CAP_[A-Z_]+ +[0-9]+$/ { print $2, $3 }')
}

@test "errno: the call fails with EPERM, nothing else does" {
	make_call
	run -0 07_caps_seccomp -s kill ./call "$(nr kill)" $$ 0
	assert_output EPERM
	run -0 07_caps_seccomp -a errno -s kill ./call "$(nr kill)" $$ 0
	assert_output EPERM
	run -0 ./call "$(nr kill)" 0 0
	assert_output fine
	run -0 07_caps_seccomp -s kill ./call "$(nr tgkill)" 0 0 0
	assert_output EINVAL
}

@test "a process that may not kill cannot signal another" {
	start victim sleep 1000
	run -1 07_caps_seccomp -s kill,tkill,tgkill,pidfd_send_signal \
		sh -c "kill $started"
	assert [ -d "/proc/$started" ]
	run -0 07_caps_seccomp -s tkill sh -c "kill $started"
	wait "$started" || :
	assert [ ! -d "/proc/$started" ]
}

@test "kill: the process dies of SIGSYS" {
	make_call
	run -159 07_caps_seccomp -a kill -s getppid ./call "$(nr getppid)"
	refute_output --partial fine
	run -0 07_caps_seccomp -a kill -s getppid ./call "$(nr getuid)"
	assert_output fine
}

@test "log: the call is made" {
	make_call
	run -0 07_caps_seccomp -a log -s getppid ./call "$(nr getppid)"
	assert_output fine
	run -0 07_caps_seccomp -a log -s getppid -p
	assert_output --regexp "return LOG.* $(nr getppid) getppid"
}

# Calls without arguments that always succeed.
CALLS="getpid getppid getuid geteuid getgid getegid gettid sched_yield"

@test "exactly the calls that were named are refused, in any order, twice" {
	local name refused
	make_call
	refused=$(tr ' ' '\n' <<<"$CALLS" | shuf -n 4 | paste -sd,)
	for name in $CALLS; do
		run -0 07_caps_seccomp -s "$refused" -s "$refused" \
			./call "$(nr "$name")"
		case ,$refused, in
		*,$name,*) assert_output EPERM ;;
		*) assert_output fine ;;
		esac
	done
}

@test "the calls next to a refused one are unharmed" {
	local i n
	make_call
	n=$(nr geteuid)
	for i in $((n - 2)) $((n - 1)) $((n + 1)) $((n + 2)); do
		run -0 07_caps_seccomp -s geteuid ./call "$i" -1 -1 -1 -1 -1 -1
		refute_output EPERM
	done
	run -0 07_caps_seccomp -s geteuid ./call "$n"
	assert_output EPERM
}

@test "a filter with every second system call in it loads and runs" {
	local names
	names=$(cc -dM -E -include sys/syscall.h -x c /dev/null |
		sed -n 's/^#define SYS_\([a-z0-9_]*\) .*/\1/p' | sort |
		awk 'NR % 2' | paste -sd,)
	run -0 07_caps_seccomp -a log -s "$names" echo "$TOKEN"
	assert_output "$TOKEN"
	run -0 07_caps_seccomp -p -a log -s "$names"
	assert [ "${#lines[@]}" -gt 150 ]
}

@test "a 32-bit call through int 0x80 does not slip past" {
	[ "$(uname -m)" = x86_64 ] || skip "is about x86-64"
	cat >int80.c <<-'EOF'
	#include <stdio.h>
	#include <unistd.h>
	int main(void)
	{
		int pid = getpid(), result;
		/* 37 is kill(2) to i386, and alarm(2) to x86-64. */
		__asm__ volatile("int $0x80" : "=a"(result)
		    : "a"(37), "b"(pid), "c"(0) : "memory");
		printf("kill: %d\n", result);
	}
	EOF
	cc -o int80 int80.c
	run ./int80
	[ "$output" = "kill: 0" ] || skip "no 32-bit calls on this kernel"
	run -159 07_caps_seccomp -s kill ./int80
	refute_output --partial "kill: 0"
	run -159 07_caps_seccomp -s kill -a log ./int80
}

@test "an x32 call does not slip past" {
	[ "$(uname -m)" = x86_64 ] || skip "is about x86-64"
	make_call
	run -0 ./call $((0x40000000 | $(nr kill))) $$ 0
	run -159 07_caps_seccomp -s kill ./call \
		$((0x40000000 | $(nr kill))) $$ 0
	run -159 07_caps_seccomp -s kill ./call $((0x40000000)) -1 0 0
}

@test "a filter can be added to a filter, never taken away" {
	make_call
	run -0 07_caps_seccomp -s getppid 07_caps_seccomp -s getuid \
		./call "$(nr getppid)"
	assert_output EPERM
	run -0 07_caps_seccomp -s getppid 07_caps_seccomp -s getuid \
		./call "$(nr getuid)"
	assert_output EPERM
}

@test "children and the programs they run stay filtered" {
	make_call
	run -0 07_caps_seccomp -s getppid sh -c \
		"sh -c './call $(nr getppid)'; :"
	assert_output EPERM
}

@test "a plain user loads a filter without a user namespace" {
	local here
	here=$(readlink /proc/self/ns/user)
	if is_root; then
		# Without capabilities: only no_new_privs lets it load.
		run -0 setpriv --bounding-set -all --inh-caps -all \
			07_caps_seccomp -s kill sh -c \
			'readlink /proc/self/ns/user; cat /proc/self/status'
	else
		run -0 07_caps_seccomp -s kill sh -c \
			'readlink /proc/self/ns/user; cat /proc/self/status'
	fi
	assert_line --index 0 "$here"
	assert_line --regexp '^Seccomp:.2$'
	assert_line --regexp '^NoNewPrivs:.1$'
}

@test "a plain user keeps capabilities in a user namespace of its own" {
	need_plain
	run -0 07_caps_seccomp -k chown,kill sh -c \
		'readlink /proc/self/ns/user; id -u; cat /proc/self/uid_map;
		 cat /proc/self/status'
	refute_line --index 0 "$(readlink /proc/self/ns/user)"
	assert_line --index 1 0
	assert_line --index 2 --regexp "^ *0 +$(id -u) +1$"
	assert_equal "$(status CapEff <<<"$output")" 0000000000000021
}

@test "-k and -s together" {
	make_call
	run -0 07_caps_seccomp -k chown -s prctl,capset,getppid sh -c \
		"./call $(nr getppid); ./call $(nr capset);
		 cat /proc/self/status"
	assert_line --index 0 EPERM
	assert_line --index 1 EPERM
	assert_equal "$(status CapEff <<<"$output")" 0000000000000001
	assert_line --regexp '^Seccomp:.2$'
}

@test "-p prints the filter, with names, and runs nothing" {
	run -0 07_caps_seccomp -s kill -p
	assert_line --regexp '^ +0  A = arch$'
	assert_line --regexp 'return KILL_PROCESS'
	assert_line --regexp "return ERRNO\(EPERM\).* $(nr kill) kill$"
	run -0 07_caps_seccomp -s kill -a kill -p
	assert_line --regexp "return KILL_PROCESS.* $(nr kill) kill$"
	run -125 07_caps_seccomp -p
	assert_output --partial "-p prints the filter of -s"
	run -125 07_caps_seccomp -s kill -p touch ran
	assert_file_not_exist ran
}

@test "rules that look at arguments see the bits that the mask says" {
	make_harness <<-'EOF'
	#include <errno.h>
	#include <stdio.h>
	#include <sys/syscall.h>
	#include <unistd.h>
	#include "seccomp.h"
	#define ANSWER(n) (SECCOMP_RET_ERRNO | (n))
	#define ALL UINT64_MAX
	#define INT UINT32_MAX
	#define TOP 0x1000000000000000
	static void check(const char *what, int want, long nr, uint64_t a,
	    uint64_t b, uint64_t c)
	{
		long got = syscall(nr, a, b, c) == -1 ? errno : 0;
		printf("%s %s: %ld, want %d\n", got == want ? "ok" : "NO",
		    what, got, want);
	}
	int main(void)
	{
		/* lseek of -1 is EBADF when it reaches the kernel. */
		struct seccomp_rule rules[] = {
			{ SYS_lseek, ANSWER(101), 1, ALL, 0x100000005 },
			{ SYS_getppid, ANSWER(105), 0, 0, 0 },
			{ SYS_lseek, ANSWER(102), 2, INT, 7 },
			{ SYS_lseek, ANSWER(103), 1, 0xf0, 0x30 },
			{ SYS_lseek, ANSWER(106), 1, TOP * 15, TOP },
			{ SYS_lseek, SECCOMP_RET_ALLOW, 1, ALL, 9 },
			{ SYS_lseek, ANSWER(104), 1, INT, 9 },
			{ SYS_getuid, SECCOMP_RET_ALLOW, 0, 0, 0 },
			{ SYS_getuid, ANSWER(107), 0, 0, 0 },
			{ SYS_fchdir, SECCOMP_RET_ALLOW, 0, INT, 5 },
			{ SYS_fchmod, ANSWER(108), 0, INT, 3 },
			{ SYS_fchmod, ANSWER(109), 0, 0, 0 },
			{ SYS_write, SECCOMP_RET_ALLOW, 0, 0, 0 },
			{ SYS_lseek, SECCOMP_RET_ALLOW, 0, INT, INT },
			{ 1001, ANSWER(112), 0, 0, 0 },
			{ 1000, ANSWER(111), 0, 0, 0 },
			{ 1002, ANSWER(112), 0, 0, 0 },
			{ 1004, ANSWER(112), 0, 0, 0 },
			{ 1006, ANSWER(113), 0, INT, 5 },
			{ 1007, ANSWER(114), 0, 0, 0 },
			{ SYS_fstat, SECCOMP_RET_ALLOW, 0, 0, 0 },
			{ SYS_newfstatat, SECCOMP_RET_ALLOW, 0, 0, 0 },
			{ SYS_brk, SECCOMP_RET_ALLOW, 0, 0, 0 },
			{ SYS_ioctl, SECCOMP_RET_ALLOW, 0, 0, 0 },
			{ SYS_exit_group, SECCOMP_RET_ALLOW, 0, 0, 0 },
		};
		size_t n = sizeof(rules) / sizeof(rules[0]);
		struct sock_filter filter[BPF_MAXINSNS];
		struct sock_fprog program = { BPF_MAXINSNS, filter };

		seccomp_sort(rules, n);
		if (seccomp_build(rules, n, ANSWER(110), &program) == -1)
			return 1;
		seccomp_no_new_privs();
		seccomp_load(&program);
		check("64 bits", 101, SYS_lseek, -1, 0x100000005, 0);
		check("other upper half", EBADF, SYS_lseek, -1, 0x200000005, 0);
		check("upper half empty", EBADF, SYS_lseek, -1, 5, 0);
		check("other lower half", EBADF, SYS_lseek, -1, 0x100000006, 0);
		check("an int", 102, SYS_lseek, -1, 0, 7);
		check("an int with garbage above", 102, SYS_lseek, -1, 0,
		    0xdeadbeef00000007);
		check("some bits", 103, SYS_lseek, -1, 0xffffff3f, 0);
		check("other bits", EBADF, SYS_lseek, -1, 0xffffff2f, 0);
		check("upper bits only", 106, SYS_lseek, -1, TOP, 0);
		check("first rule decides", EBADF, SYS_lseek, -1, 9, 0);
		check("else the second", 104, SYS_lseek, -1, 0x500000009, 0);
		check("no rule holds", 110, SYS_lseek, 3, 0, 0);
		check("always", 105, SYS_getppid, 0, 0, 0);
		check("the later rule for a number", 0, SYS_getuid, 0, 0, 0);
		check("rule fails, default", 110, SYS_fchdir, 4, 0, 0);
		check("rule holds, allowed", EBADF, SYS_fchdir, 5, 0, 0);
		check("two rules, first", 108, SYS_fchmod, 3, 0, 0);
		check("two rules, second", 109, SYS_fchmod, 4, 0, 0);
		check("no rule: default", 110, SYS_getgid, 0, 0, 0);
		check("no rule: default again", 110, SYS_io_setup, 0, 0, 0);
		check("neighbour", 111, 1000, 0, 0, 0);
		check("another action", 112, 1001, 0, 0, 0);
		check("end of a run", 112, 1002, 0, 0, 0);
		check("gap", 110, 1003, 0, 0, 0);
		check("after the gap", 112, 1004, 0, 0, 0);
		check("its rule holds", 113, 1006, 5, 0, 0);
		check("its rule fails", 110, 1006, 4, 0, 0);
		check("not the next one's", 114, 1007, 5, 0, 0);
		check("beyond all numbers", 110, 100000, 0, 0, 0);
	}
	EOF
	run -0 sh -c 'exec ./harness 5>&-'
	assert_equal "${#lines[@]}" 29
	refute_output --partial NO
}

@test "seccomp_build refuses what it cannot compile" {
	make_harness <<-'EOF'
	#include <errno.h>
	#include <stdio.h>
	#include <string.h>
	#include "seccomp.h"
	static struct sock_filter filter[BPF_MAXINSNS];
	static struct seccomp_rule many[3000];
	static void try(const struct seccomp_rule *rules, size_t n, size_t room)
	{
		struct sock_fprog program = { room, filter };
		int r = seccomp_build(rules, n, SECCOMP_RET_ALLOW, &program);
		puts(r == -1 ? strerrorname_np(errno) : "built");
	}
	int main(void)
	{
		struct seccomp_rule sorted[] = { { 3, 0, 0, 0, 0 },
			{ 7, 0, 5, 8, 8 } };
		struct seccomp_rule unsorted[] = { { 7, 0, 0, 0, 0 },
			{ 3, 0, 0, 0, 0 } };
		struct seccomp_rule arg[] = { { 7, 0, 6, 0, 0 } };
		struct seccomp_rule value[] = { { 7, 0, 0, 1, 2 } };
		struct seccomp_rule negative[] = { { -1, 0, 0, 0, 0 } };
		size_t i;

		try(sorted, 2, BPF_MAXINSNS);
		try(NULL, 0, BPF_MAXINSNS);
		try(unsorted, 2, BPF_MAXINSNS);
		try(arg, 1, BPF_MAXINSNS);
		try(value, 1, BPF_MAXINSNS);
		try(negative, 1, BPF_MAXINSNS);
		try(sorted, 2, 9);
		try(sorted, 2, 0);
		for (i = 0; i < 3000; i++)
			many[i].nr = (int)i * 2;
		try(many, 1000, BPF_MAXINSNS);
		try(many, 3000, BPF_MAXINSNS);
		for (i = 0; i < 3000; i++)
			many[i] = (struct seccomp_rule){ 7, 0, 0, 1, 1 };
		try(many, 60, BPF_MAXINSNS);
		try(many, 70, BPF_MAXINSNS);
	}
	EOF
	run -0 ./harness
	assert_output "built
built
EINVAL
EINVAL
EINVAL
EINVAL
E2BIG
E2BIG
built
E2BIG
built
E2BIG"
}

@test "loading a filter without no_new_privs says what is missing" {
	make_harness <<-'EOF'
	#include <sys/prctl.h>
	#include "caps.h"
	#include "seccomp.h"
	int main(void)
	{
		struct sock_filter filter[BPF_MAXINSNS];
		struct sock_fprog program = { BPF_MAXINSNS, filter };
		if (seccomp_build(0, 0, SECCOMP_RET_ALLOW, &program) == -1)
			return 1;
		caps_keep(0);
		seccomp_load(&program);
	}
	EOF
	run -125 07_caps_seccomp -k setpcap ./harness
	assert_output --partial \
		"seccomp: needs no_new_privs, or CAP_SYS_ADMIN"
}

@test "unknown names are refused, and named" {
	run -125 07_caps_seccomp -k "chown,$TOKEN,kill" true
	assert_output --partial "no capability \"$TOKEN\""
	run -125 07_caps_seccomp -d "cap_" true
	assert_output --partial 'no capability "cap_"'
	run -125 07_caps_seccomp -k "chown,," true
	assert_output --partial 'no capability ""'
	run -125 07_caps_seccomp -k "chown kill" true
	assert_output --partial 'no capability "chown kill"'
	run -125 07_caps_seccomp -k "CHOW" true
	run -125 07_caps_seccomp -k "CHOWNX" true
	run -125 07_caps_seccomp -s "kill,$TOKEN" true
	assert_output --partial "no system call \"$TOKEN\""
	run -125 07_caps_seccomp -s "" true
	assert_output --partial 'no system call ""'
	run -125 07_caps_seccomp -s "KILL" true
	run -125 07_caps_seccomp -a "$TOKEN" -s kill true
	assert_output --partial "no action \"$TOKEN\": errno, kill or log"
}

@test "where user namespaces are forbidden, a plain user is told what to do" {
	need_root
	run -125 unshare --user --map-root-user sh -c \
		'echo 0 >/proc/sys/user/max_user_namespaces &&
		 exec setpriv --bounding-set -all --inh-caps -all \
			07_caps_seccomp -k chown true'
	assert_output --partial "07_caps_seccomp: no user namespace"
	assert_output --partial "make vm"
}

@test "options: -h is help, an unknown one is an error" {
	run -0 --separate-stderr 07_caps_seccomp -h
	assert_output --partial "usage: 07_caps_seccomp"
	run -125 --separate-stderr 07_caps_seccomp -Z
	assert_output ""
	assert_regex "$stderr" "usage: 07_caps_seccomp"
	for option in -k -d -s -a; do
		run -125 07_caps_seccomp "$option"
		assert_output --partial "usage: 07_caps_seccomp"
	done
	for option in -k -d -s; do
		run -125 07_caps_seccomp "$option" kill
		assert_output --partial "-k, -d and -s need a command"
	done
}

@test "the command's arguments are its own, and so is its exit status" {
	local wall
	for wall in "-k chown" "-s kill,acct" "-k chown -s acct"; do
		# shellcheck disable=SC2086
		set -- $wall
		run -0 07_caps_seccomp "$@" echo -k "$TOKEN" -s
		assert_output -- "-k $TOKEN -s"
		run -42 07_caps_seccomp "$@" sh -c 'exit 42'
		run -127 07_caps_seccomp "$@" "/nonexistent/$TOKEN"
		run -126 07_caps_seccomp "$@" /
	done
	run -143 07_caps_seccomp -d chown sh -c 'kill -TERM $$'
	run -126 07_caps_seccomp -s execve true
	assert_output "07_caps_seccomp: true: Operation not permitted"
	run -159 07_caps_seccomp -a kill -s execve true
}

@test "with a command it is silent; -v narrates on stderr" {
	run -0 --separate-stderr 07_caps_seccomp -k chown -s kill true
	assert_output ""
	assert_equal "$stderr" ""
	run -0 --separate-stderr 07_caps_seccomp -v -k chown -s kill echo out
	assert_output out
	assert_regex "$stderr" "box  .*bnd 1 "
	assert_regex "$stderr" "box  .*a filter of [0-9]+ instructions"
}

@test "the demonstration is true, and quick" {
	run -0 timeout 5 07_caps_seccomp
	assert_line --regexp '^box   ok  uid 0 without it: link lo set down'
	assert_line --regexp '^box   ok  with it: kill: '
	assert_line --regexp '^box   ok  outside none'
	assert_line --regexp "return ERRNO\(EPERM\).* $(nr kill) kill$"
	refute_line --regexp '^(host|box ) +NO '
}

@test "the demonstration holds with every privilege, where there is one" {
	need_root
	run -0 07_caps_seccomp
	assert_line --regexp '^box   ok  uid 1 runs a set-uid .* euid 0'
	assert_line --regexp '^box   ok  the same under no_new_privs: euid 1'
	assert_equal "$(grep -c ' ok ' <<<"$output")" 12
}
