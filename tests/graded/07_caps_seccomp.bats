#!/usr/bin/env bats
# Lab 07: root in pieces, and system calls refused.  Ten points.

# shellcheck disable=SC2016 # scripts for a shell in the cell
# shellcheck disable=SC2030,SC2031 # $output, as bats runs tests

load ../lib/grade

CALL=$TOP/build/tests/call
INT80=$TOP/build/tests/int80

# Calls without arguments that always succeed.
CALLS=(getpid getppid getuid geteuid getgid getegid gettid sched_yield)

# Capabilities by number.  8, CAP_SETPCAP, is never asked for: without it
# nothing can be dropped any more.
CAPS=(chown dac_override dac_read_search fowner fsetid kill setgid setuid
	setpcap linux_immutable net_bind_service net_broadcast net_admin
	net_raw ipc_lock ipc_owner sys_module sys_rawio sys_chroot sys_ptrace
	sys_pacct sys_admin sys_boot sys_nice sys_resource sys_time
	sys_tty_config mknod lease audit_write audit_control setfcap
	mac_override mac_admin syslog wake_alarm block_suspend audit_read)

every_cap() { seq 0 "$(cat /proc/sys/kernel/cap_last_cap)"; }

# pick N WORD ...: N of the words, in any order, into the array picked.
pick() {
	local n=$1 i words=("${@:2}")
	picked=()
	while [ ${#picked[@]} -lt "$n" ]; do
		i=$(between 0 $((${#words[@]} - 1)))
		picked+=("${words[i]}")
		words=("${words[@]:0:i}" "${words[@]:i+1}")
	done
}

# comma WORD ...: the words as one, with commas.
comma() {
	local IFS=,
	echo "$*"
}

# mask NUMBER ...: as in /proc/PID/status.
mask() {
	local number mask=0
	for number; do
		mask=$((mask | 1 << number))
	done
	printf '%016x' $mask
}

# field NAME FILE: of a status file.
field() { awk -v f="$1:" '$1 == f { print $2 }' "$2"; }

need() {
	[ -x "$1" ] || skip "needs ${1#"$TOP/"}: make test-programs"
}

# starts [-u] OPTION ...: with these, the program gets as far as its command.
starts() {
	local cell=() options
	[ "$1" != -u ] || cell=(-u)
	try "${cell[@]}" 07_caps_seccomp "${@:${#cell[@]}+1}" true
	options=${*:${#cell[@]}+1}
	[ "$status" -eq 0 ] || lost "a command run with ${options:0:80}" \
		"that it runs" "status $status: $output" \
		"$(about_start "$status" "$output")"
}

about_start() {
	case $2 in
	*"not written yet"* | *"not implemented"*)
		echo "that function comes first" ;;
	*capab*"not permitted"* | *cap*"not permitted"*)
		echo "dropping a capability needs one itself: which, and do you still hold it at that moment?" ;;
	*seccomp_build*"Invalid argument"*)
		echo "rules are refused that are in order, or that seccomp_sort() should have put there" ;;
	*seccomp*"Invalid argument"*)
		echo "the kernel looks a filter over and refuses one that it cannot trust to end: print it with -p, and follow each jump" ;;
	*seccomp_build*"Argument list too long"*)
		echo "how many instructions does a rule take, and how many fit? A jump has 8 bits" ;;
	*seccomp*) echo "what must a process that is not privileged give up before it may load a filter? See seccomp(2)" ;;
	*execve* | *"true: Operation not permitted"*)
		echo "execve(2) is refused as well: which action is for the calls that no rule names?" ;;
	*)
		if [ "$1" -eq 139 ]; then
			echo "it crashed. With -s that is also how a program ends which not even exit(2) is allowed: which action is for the calls that no rule names?"
		elif [ "$1" -eq 159 ]; then
			echo "a call that no rule names kills: print the filter with -p, and follow your own convention through its start"
		else
			echo "what it says tells where it ended"
		fi
		;;
	esac
}

# sets_are MASK: of the command that hold() has started.
sets_are() {
	local set want seen
	for set in Bnd Prm Eff Inh Amb; do
		want=$1
		[[ $set != [IA]* ]] || want=$(mask)
		seen=$(field Cap$set "/proc/$inside/status")
		[ "$seen" = "$want" ] || lost "Cap$set in the box" "$want" \
			"$seen" "$(about_set $set "$want" "$seen")"
	done
}

about_set() {
	local wrong=$((16#$2 ^ 16#$3)) more=$((~16#$2 & 16#$3))
	if [ $((wrong & 0xffffffff)) -eq 0 ]; then
		echo "right up to bit 31: how wide is each number that the bits go through, and of what does capget(2) take two?"
	elif [[ $1 == [IA]* ]]; then
		echo "two sets pass something on to the next program: is anything to be passed on?"
	elif [ $more -ne 0 ]; then
		echo "at an execve(2) root gets all that one of the sets lets it have: which, and who makes that smaller?"
	else
		echo "something is gone that was to be kept: does the mask say what to keep, or what to drop?"
	fi
}

@test "[2] five sets: -k and -d leave exactly the capabilities that were named" {
	local names numbers kept=() number
	pick 5 {0..7} {9..31} && numbers=("${picked[@]}")
	pick 2 {32..37} && numbers+=("${picked[@]}")
	names=$(for number in "${numbers[@]}"; do
		echo "${CAPS[number]}"
	done | paste -sd,)
	starts -k "$names"
	hold 07_caps_seccomp -k "$names"
	sets_are "$(mask "${numbers[@]}")"
	mapfile -t kept < <(every_cap |
		grep -vxF "$(printf '%s\n' "${numbers[@]}")")
	starts -d "$names"
	hold 07_caps_seccomp -d "$names"
	sets_are "$(mask "${kept[@]}")"
	hold 07_caps_seccomp -k ""
	sets_are "$(mask)"
}

@test "[1] left over: nothing inheritable or ambient, and no more than -k before the command begins" {
	local name number all want seen sets=()
	mapfile -t all < <(every_cap)
	starts -k ALL
	hold setpriv --inh-caps +kill,+syslog --ambient-caps +kill,+syslog \
		07_caps_seccomp -k ALL
	sets_are "$(mask "${all[@]}")"

	# What execve(2) has not touched yet, the program tells with -v.
	number=$(between 16 30)
	name=${CAPS[number]}
	starts -k "$name"
	try 07_caps_seccomp -v -k "$name" true
	read -ra sets <<<"$(grep ^box <<<"$output")"
	want=$(printf %x $((1 << number)))
	seen="permitted ${sets[4]:-0}, effective ${sets[6]:-0}"
	[ "$seen" = "permitted $want, effective $want" ] ||
		lost "sets before execve(2), with -k $name" \
			"permitted $want, effective $want" "$seen" \
			"$(about_now "$want" "${sets[4]:-0}" "${sets[6]:-0}")"
}

about_now() {
	local wrong=$(((16#$1 ^ 16#$2) | (16#$1 ^ 16#$3)))
	if [ $((wrong & 0xffffffff)) -eq 0 ]; then
		echo "right up to bit 31: of what does capget(2) take two?"
	else
		echo "the bounding set decides what an execve(2) may give: what about the capabilities that this process has now?"
	fi
}

@test "[1] file capabilities: what was dropped does not come back through a program that has it" {
	local a b want seen
	command -v setcap >/dev/null || skip "needs setcap (libcap2-bin)"
	pick 2 10 12 13 18 19 22 23 25
	a=${picked[0]} b=${picked[1]}
	# No root there: only what its file gives counts for the program.
	try sh -c 'as_nobody="setpriv --securebits +noroot --inh-caps=-all"
		cp "$(command -v cat)" . && setcap "cap_$1,cap_$2+p" cat
		$as_nobody ./cat /proc/self/status >before
		07_caps_seccomp -d "$1" $as_nobody ./cat /proc/self/status \
			>after && grep -h ^CapPrm: before after' \
		sh "${CAPS[a]}" "${CAPS[b]}"
	[ "$status" -eq 0 ] || lost "a program with file capabilities" \
		"that it runs" "status $status: $output" \
		"$(about_start "$status" "$output")"
	[ "$(awk 'NR == 1 { print $2 }' <<<"$output")" = "$(mask "$a" "$b")" ] ||
		skip "needs a kernel with file capabilities in user namespaces"
	want=$(mask "$b")
	seen=$(awk 'NR == 2 { print $2 }' <<<"$output")
	[ "$seen" = "$want" ] ||
		lost "CapPrm of a program with ${CAPS[a]} and ${CAPS[b]}, under -d ${CAPS[a]}" \
			"$want, ${CAPS[b]} alone" "$seen" \
			"a file gives what one of the process's sets allows: which is a limit for every execve(2)?"
}

# each CALL ...: what becomes of each, in a program of its own, with $refused.
each() {
	try sh -c 'for call; do
			printf "%s " "$call"
			07_caps_seccomp -s "$0" "'"$CALL"'" "$call" 2>&1 ||
				echo "(status $?)"
		done' "$(comma "${refused[@]}")" "$@"
}

# expect CALL ...: what each() shall say.
expect() {
	local call
	for call; do
		case " ${refused[*]} " in
		*" $call "*) echo "$call EPERM" ;;
		*) echo "$call fine" ;;
		esac
	done
}

# as_expected WHAT CALL ...
as_expected() {
	local want less more
	want=$(expect "${@:2}")
	[ "$output" = "$want" ] && return
	less=$(comm -23 <(sort <<<"$want") <(sort <<<"$output") | paste -sd,)
	more=$(comm -13 <(sort <<<"$want") <(sort <<<"$output"))
	lost "$1" "$less" "$more" "${hint:-$(about_calls "$more")}"
}

about_calls() {
	case $1 in
	*"(status 125)"*) about_start 125 "$1" ;;
	*"(status 126)"*) about_start 126 execve ;;
	*"(status 159)"*) about_start 159 killed ;;
	*"(status "*) echo "the program ended in another way than its command: what does the filter do to it?" ;;
	*EPERM*fine* | *fine*EPERM*)
		echo "both ways: calls that were named go free, and others are refused. Print the filter with -p, and count what each jump skips" ;;
	*EPERM*) echo "a call is refused that no rule names: print the filter with -p. Where does its number go when it has passed the last rule below it?" ;;
	*fine*) echo "a call that was named did not fail: print the filter with -p. Does its number come to the return, and does that return carry the errno?" ;;
	*) echo "a call that was named got past: print the filter with -p, and follow its number" ;;
	esac
}

@test "[1] named calls: they fail with EPERM, in any order, and all others are unharmed" {
	local refused
	need "$CALL"
	pick 4 "${CALLS[@]}" && refused=("${picked[@]}" "${picked[0]}")
	starts -s "${refused[0]}"
	each "${CALLS[@]}"
	as_expected "calls under -s $(comma "${refused[@]}")" "${CALLS[@]}"
}

# Over a hundred calls that no program needs to start.  Named thrice, they are
# more than a jump can skip.
spare_calls() {
	"$CALL" -l | grep -E '^(mq_|io_|timer|inotify|fanotify|epoll|msg|sem|shm|clock_|pkey|landlock|quota|swap|key|add_key|request_key|move_|mount|umount|open_tree|fs(config|mount|open|pick)|perf|bpf|kexec|init_m|delete_m|process_|pidfd|get_mem|set_mem|mbind|ml?ock|munlock|mincore|accept|bind|listen|sendm|recvm|socket|shutdown|[gs]etsockopt|reboot|acct|chroot|pivot|setns|unshare|splice|tee|vmsplice|sync|personality|ptrace|userfaultfd|lookup|name_to|open_by|ioprio|settimeofday|adjtimex|setd|seth|vhangup)'
}

@test "[1] long policy: over a hundred calls in one filter" {
	local refused tried hint
	need "$CALL"
	after "named calls"
	hint="with few names it works: how far can one jump go, and what becomes of a distance that does not fit?"
	mapfile -t refused < <(spare_calls && spare_calls && spare_calls)
	pick 4 "${refused[@]}" && tried=("${picked[@]}" "${refused[0]}")
	starts -s "$(comma "${refused[@]}")"
	each "${tried[@]}" "${CALLS[@]}"
	as_expected "calls under -s with ${#refused[@]} names" "${tried[@]}" \
		"${CALLS[@]}"
}

@test "[1] actions: kill ends the process with SIGSYS, log lets the call be made" {
	local call
	need "$CALL"
	pick 1 "${CALLS[@]}" && call=${picked[0]}
	starts -a log -s "$call"
	try 07_caps_seccomp -a kill -s "$call" "$CALL" "$call"
	[ "$status" -eq 159 ] ||
		lost "$call under -a kill" "status 159, which is SIGSYS" \
			"status $status: $output" \
			"a rule brings its own action: which one does the filter return? See what -p prints"
	try 07_caps_seccomp -a log -s "$call" "$CALL" "$call"
	[ "$status" -eq 0 ] && [ "$output" = fine ] ||
		lost "$call under -a log" "status 0: fine" \
			"status $status: $output" \
			"a rule brings its own action: which one does the filter return? See what -p prints"
	try 07_caps_seccomp -a log -s "$call" -p
	[[ $output == *"return LOG"*"$call"* ]] ||
		lost "the filter for $call under -a log" \
			"that it can return LOG" "$(grep return <<<"$output")" \
			"allowing is not logging: which action does the rule bring?"
	hold 07_caps_seccomp -a log -s "$call"
	[ "$(field Seccomp "/proc/$inside/status")" = 2 ] ||
		lost "Seccomp in the box's status" "2, a filter" \
			"$(field Seccomp "/proc/$inside/status")" \
			"a filter that is built is not loaded yet"
}

@test "[1] foreign calls: neither a 32-bit call nor an x32 call slips past" {
	local number
	[ "$(uname -m)" = x86_64 ] || skip "needs an x86-64 machine"
	need "$CALL"
	need "$INT80"
	after "named calls"
	try "$INT80"
	if [ "$output" = "kill: 0" ]; then
		try 07_caps_seccomp -s kill "$INT80"
		[ "$status" -eq 159 ] ||
			lost "kill(2) as a 32-bit program calls it, under -s kill" \
				"status 159, which is SIGSYS" \
				"status $status: $output" \
				"kill has the number 37 there, which is alarm(2) to you: what tells a filter whose numbers they are?"
	fi
	number=$((0x40000000 | $("$CALL" -n kill)))
	try 07_caps_seccomp -s kill "$CALL" $number 1 0
	[ "$status" -eq 159 ] ||
		lost "kill(2) by its number for x32, $(printf %#x $number)" \
			"status 159, which is SIGSYS" "status $status: $output" \
			"a second convention has the same arch as yours, and its numbers are yours with one bit more"
}

@test "[1] plain user: one without privilege can load a filter" {
	local call seen
	pick 1 "${CALLS[@]}" && call=${picked[0]}
	starts -u -s "$call"
	hold -u 07_caps_seccomp -s "$call"
	seen=$(field Seccomp "/proc/$inside/status")
	[ "$seen" = 2 ] || lost "Seccomp in the box's status" "2, a filter" \
		"$seen" "a filter that is built is not loaded yet"
	seen=$(field NoNewPrivs "/proc/$inside/status")
	[ "$seen" = 1 ] || lost "NoNewPrivs in the box's status" 1 "$seen" \
		"could a set-uid program still gain something under this filter?"
}

@test "[1] arguments: a rule holds as its mask says, and a rule that cannot be is refused" {
	local wrong seen
	try seccomp_driver verdicts
	wrong=$(grep ^NO <<<"$output" || echo "status $status: $output")
	[ "$status" -eq 0 ] && [ "$(grep -c ^ok <<<"$output")" -eq 29 ] ||
		lost "calls under a filter that looks at arguments" \
			"29 verdicts as in tests/programs/seccomp_driver.c" \
			"$wrong" \
			"$(about_verdict "$(head -n 1 <<<"${wrong#NO }")")"
	try seccomp_driver refusals
	seen=$(sed -n '1,8p;10p' <<<"$output" | paste -sd' ')
	[ "$seen" = "built built EINVAL EINVAL EINVAL EINVAL E2BIG E2BIG E2BIG" ] ||
		lost "two good lists of rules, four bad ones, three without room" \
			"built built EINVAL EINVAL EINVAL EINVAL E2BIG E2BIG E2BIG" \
			"$seen" \
			"seccomp.h names what seccomp_build() refuses, and with which errno"
}

about_verdict() {
	case $1 in
	"64 bits"* | *"upper half"* | "other lower half"* | "upper bits only"*)
		echo "the register holds half of an argument: which half comes first in memory, and is the other one looked at?" ;;
	"an int"* | *" bits"*)
		echo "the mask says which bits count, and those alone: in both halves" ;;
	"first rule decides"* | "else the second"* | "the later rule"* | \
		"two rules"*)
		echo "of several rules for one number the first in the list that holds decides: is that their order after sorting, and in the filter?" ;;
	*fails* | *"no rule holds"* | *holds* | "not the next"*)
		echo "when no rule for a number holds, where does the program go, and what is in the register there?" ;;
	*"not written yet"*) about_start 125 "$1" ;;
	"status 139"* | "status 159"*) about_start "${1:7:3}" killed ;;
	status*) echo "it did not come to its end: what does the filter do with a call that a rule allows?" ;;
	*) echo "which numbers does a step of the filter take, and which action do they get?" ;;
	esac
}
