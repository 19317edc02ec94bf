#!/usr/bin/env bats
# 07_caps_seccomp: root in pieces, and system calls refused.
# shellcheck disable=SC2154 # bats and the library set stderr and started

load lib/boxlab

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
	run -0 caps_driver bound
	assert_equal "$(status CapBnd <<<"$output")" 0000000000000021
	assert_equal "$(status CapPrm <<<"$output")" 0000000000000000
}

@test "permitted and effective are reduced at once, not at the next execve" {
	run -0 07_caps_seccomp -k ALL caps_driver keep
	assert_equal "$(status CapPrm <<<"$output")" 0000000000000021
	assert_equal "$(status CapEff <<<"$output")" 0000000000000021
	assert_equal "$(status CapInh <<<"$output")" 0000000000000000
}

@test "every capability has a name, and the names stand in the right order" {
	need_root
	need cc
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
	run -0 07_caps_seccomp -s kill call kill $$ 0
	assert_output EPERM
	run -0 07_caps_seccomp -a errno -s kill call kill $$ 0
	assert_output EPERM
	run -0 call kill 0 0
	assert_output fine
	run -0 07_caps_seccomp -s kill call tgkill 0 0 0
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
	run -159 07_caps_seccomp -a kill -s getppid call getppid
	refute_output --partial fine
	run -0 07_caps_seccomp -a kill -s getppid call getuid
	assert_output fine
}

@test "log: the call is made" {
	run -0 07_caps_seccomp -a log -s getppid call getppid
	assert_output fine
	run -0 07_caps_seccomp -a log -s getppid -p
	assert_output --regexp "return LOG.* $(call -n getppid) getppid"
}

# Calls without arguments that always succeed.
CALLS="getpid getppid getuid geteuid getgid getegid gettid sched_yield"

@test "exactly the calls that were named are refused, in any order, twice" {
	local name refused
	refused=$(tr ' ' '\n' <<<"$CALLS" | shuf -n 4 | paste -sd,)
	for name in $CALLS; do
		run -0 07_caps_seccomp -s "$refused" -s "$refused" \
			call "$name"
		case ,$refused, in
		*,$name,*) assert_output EPERM ;;
		*) assert_output fine ;;
		esac
	done
}

@test "the calls next to a refused one are unharmed" {
	local i n
	n=$(call -n geteuid)
	for i in $((n - 2)) $((n - 1)) $((n + 1)) $((n + 2)); do
		run -0 07_caps_seccomp -s geteuid call "$i" -1 -1 -1 -1 -1 -1
		refute_output EPERM
	done
	run -0 07_caps_seccomp -s geteuid call "$n"
	assert_output EPERM
}

@test "a filter with every second system call in it loads and runs" {
	local names
	names=$(call -l |
		awk 'NR % 2' | paste -sd,)
	run -0 07_caps_seccomp -a log -s "$names" echo "$TOKEN"
	assert_output "$TOKEN"
	run -0 07_caps_seccomp -p -a log -s "$names"
	assert [ "${#lines[@]}" -gt 150 ]
}

@test "a 32-bit call through int 0x80 does not slip past" {
	[ "$(uname -m)" = x86_64 ] || skip "is about x86-64"
	run int80
	[ "$output" = "kill: 0" ] || skip "no 32-bit calls on this kernel"
	run -159 07_caps_seccomp -s kill int80
	refute_output --partial "kill: 0"
	run -159 07_caps_seccomp -s kill -a log int80
}

@test "an x32 call does not slip past" {
	[ "$(uname -m)" = x86_64 ] || skip "is about x86-64"
	run -0 call $((0x40000000 | $(call -n kill))) $$ 0
	run -159 07_caps_seccomp -s kill call \
		$((0x40000000 | $(call -n kill))) $$ 0
	run -159 07_caps_seccomp -s kill call $((0x40000000)) -1 0 0
}

@test "a filter can be added to a filter, never taken away" {
	run -0 07_caps_seccomp -s getppid 07_caps_seccomp -s getuid \
		call getppid
	assert_output EPERM
	run -0 07_caps_seccomp -s getppid 07_caps_seccomp -s getuid \
		call getuid
	assert_output EPERM
}

@test "children and the programs they run stay filtered" {
	run -0 07_caps_seccomp -s getppid sh -c \
		"sh -c 'call getppid'; :"
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
	run -0 07_caps_seccomp -k chown -s prctl,capset,getppid sh -c \
		"call getppid; call capset;
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
	assert_line --regexp "return ERRNO\(EPERM\).* $(call -n kill) kill$"
	run -0 07_caps_seccomp -s kill -a kill -p
	assert_line --regexp "return KILL_PROCESS.* $(call -n kill) kill$"
	run -125 07_caps_seccomp -p
	assert_output --partial "-p prints the filter of -s"
	run -125 07_caps_seccomp -s kill -p touch ran
	assert_file_not_exist ran
}

@test "rules that look at arguments see the bits that the mask says" {
	run -0 sh -c 'exec seccomp_driver verdicts 5>&-'
	assert_equal "${#lines[@]}" 29
	refute_output --partial NO
}

@test "seccomp_build refuses what it cannot compile" {
	run -0 seccomp_driver refusals
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
	run -125 07_caps_seccomp -k setpcap caps_driver load
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
	assert_line --regexp "return ERRNO\(EPERM\).* $(call -n kill) kill$"
	refute_line --regexp '^(host|box ) +NO '
}

@test "the demonstration holds with every privilege, where there is one" {
	need_root
	run -0 07_caps_seccomp
	assert_line --regexp '^box   ok  uid 1 runs a set-uid .* euid 0'
	assert_line --regexp '^box   ok  the same under no_new_privs: euid 1'
	assert_equal "$(grep -c ' ok ' <<<"$output")" 12
}

@test "the demonstration holds as root of a namespace with one user" {
	run -0 unshare -Ur 07_caps_seccomp
	assert_line --partial "no uid 1 in uid_map"
	assert_line --partial "with it: kill: "
	refute_line --regexp '^(host|box ) +NO '
}
