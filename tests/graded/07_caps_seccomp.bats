#!/usr/bin/env bats
# Lab 07: root in pieces, and system calls refused.  Ten points.

# shellcheck disable=SC2016 # scripts for a shell in the cell
# shellcheck disable=SC2030,SC2031 # $output, as bats runs tests

load ../lib/grade

CALL=$TOP/build/tests/call
INJECT=$TOP/build/tests/inject
JUDGE=$TOP/build/tests/filter_judge

# The program prepares itself, and becomes its command.
# shellcheck disable=SC2034 # hold() reads it
BECOMES=yes

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
		between i 0 $((${#words[@]} - 1))
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

# need PROGRAM: a trusted one; and where one is to trace, that it may.
need() {
	[ -x "$1" ] || skip "needs ${1#"$TOP/"}: make test-programs"
	[ "$1" != "$INJECT" ] || can_trace ||
		skip "needs ptrace(2) of other processes"
}

# It is tried on a process of the tests' own.
can_trace() {
	local pid seen
	[ ! -e "$BATS_FILE_TMPDIR/can-trace" ] || return 0
	sleep 5 3>&- &
	pid=$!
	seen=$("$INJECT" $pid getpid 2>&1 3>&-) || :
	kill -KILL $pid
	[ "$seen" = "getpid fine" ] && : >"$BATS_FILE_TMPDIR/can-trace"
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

# filtered [-u] OPTION ...: hold the program, with a command under a filter.
filtered() {
	local cell=() seen
	[ "$1" != -u ] || cell=(-u)
	starts "$@"
	hold "${cell[@]}" 07_caps_seccomp "${@:${#cell[@]}+1}"
	[ "/proc/$inside/exe" -ef "$(command -v sleep)" ] ||
		lost "the program of the command" "$(command -v sleep)" \
			"$(readlink "/proc/$inside/exe")" "$STRAY"
	seen=$(field Seccomp "/proc/$inside/status")
	[ "$seen" = 2 ] || lost "Seccomp in the box's status" "2, a filter" \
		"$seen" "a filter that is built is not loaded yet"
}

# inject CALL ...: make calls in the process that is held, past all that runs
# in it.  In $output what the kernel did, a line for each.
inject() {
	output=$("$INJECT" "$inside" "$@" 2>&1 3>&-) || :
}

# judged FILE-OF-RULES WHAT: the student's filter for these rules, as dumped in
# a cell, and judged out here: the lines that say NO are in $wrong, and in $right
# is the number of the others.
judged() {
	local rules
	mapfile -t rules <"$1"
	try seccomp_driver dump 4096 "${rules[@]}"
	output=$("$JUDGE" "$2" "${rules[@]}" <<<"$output" 2>&1 3>&-) || :
	wrong=$(grep -v ^ok <<<"$output" || :)
	right=$(grep -c ^ok <<<"$output" || :)
}

# make_rules SEED: a line for each, to judge by.
make_rules() { "$JUDGE" rules "$1" | tr ' ' '\n' >list; }

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

	# What execve(2) has not touched yet.
	between number 16 30
	name=${CAPS[number]}
	starts -k "$name"
	before_exec 07_caps_seccomp -k "$name"
	want=$(mask "$number")
	sets=("$(field CapPrm before)" "$(field CapEff before)")
	seen="permitted ${sets[0]:-?}, effective ${sets[1]:-?}"
	[ "$seen" = "permitted $want, effective $want" ] ||
		lost "sets before execve(2), with -k $name" \
			"permitted $want, effective $want" "$seen" \
			"$(about_now "$want" "${sets[0]:-0}" "${sets[1]:-0}")"
}

# before_exec COMMAND ...: the status file of the process when it has called
# execve(2), for the command, and the kernel has not done it yet: in "before".
before_exec() {
	local go tracer
	need "$INJECT"
	launch sh -c 'mkfifo go; read -r _ <go; exec "$@"' sh "$@"
	go=/proc/$outside/root/tmp/go
	while still_held && [ ! -p "$go" ]; do :; done
	find_first
	"$INJECT" -e "$first" >before 2>&1 3>&- &
	tracer=$!
	while still_held && ! grep -q ready before; do :; done
	timeout 1 sh -c 'echo >"$1"' sh "$go" 3>&- || :
	wait $tracer || :
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
	hold sh -c "$FILE_CAPS"'exec $as_nobody "$@"' sh "${CAPS[a]}" "${CAPS[b]}"
	[ "$(field CapPrm "/proc/$inside/status")" = "$(mask "$a" "$b")" ] ||
		skip "needs a kernel with file capabilities in user namespaces"
	hold sh -c "$FILE_CAPS"'exec 07_caps_seccomp -d "$a" $as_nobody "$@"' \
		sh "${CAPS[a]}" "${CAPS[b]}"
	want=$(mask "$b")
	seen=$(field CapPrm "/proc/$inside/status")
	[ "$seen" = "$want" ] ||
		lost "CapPrm of a program with ${CAPS[a]} and ${CAPS[b]}, under -d ${CAPS[a]}" \
			"$want, ${CAPS[b]} alone" "$seen" \
			"a file gives what one of the process's sets allows: which is a limit for every execve(2)?"
	[ "$(stat -L -c %i "/proc/$inside/exe")" = \
		"$(stat -L -c %i "/proc/$outside/root/tmp/sleep")" ] &&
		[ $((16#$(field CapBnd "/proc/$inside/status") & 1 << a)) = 0 ] ||
		lost "the program of the command" "the one with capabilities" \
			"$(readlink "/proc/$inside/exe")" "$STRAY"
}

FILE_CAPS='as_nobody="setpriv --securebits +noroot --inh-caps=-all"
	cp "$(command -v sleep)" . && setcap "cap_$1,cap_$2+p" sleep || exit
	a=$1; shift 2; PATH=/tmp:$PATH
'

# each CALL ...: what becomes of each, in a process with $refused.
each() {
	filtered -s "$(comma "${refused[@]}")"
	inject "$@"
}

# expect CALL ...: what each() shall see.
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
	*SIG*) about_start 159 killed ;;
	*EPERM*fine* | *fine*EPERM*)
		echo "both ways: calls that were named go free, and others are refused. Print the filter with -p, and count what each jump skips" ;;
	*EPERM*) echo "a call is refused that no rule names: print the filter with -p. Where does its number go when it has passed the last rule below it?" ;;
	*fine*) echo "a call that was named did not fail: print the filter with -p. Does its number come to the return, and does that return carry the errno?" ;;
	*) echo "a call that was named got past: print the filter with -p, and follow its number" ;;
	esac
}

@test "[1] named calls: they fail with EPERM, in any order, and all others are unharmed" {
	local refused
	need "$INJECT"
	pick 4 "${CALLS[@]}" && refused=("${picked[@]}" "${picked[0]}")
	each "${CALLS[@]}"
	as_expected "calls under -s $(comma "${refused[@]}")" "${CALLS[@]}"
}

# Over a hundred calls that no program needs to start, nor "sleep" to sleep.
# Named thrice, they are more than a jump can skip.
spare_calls() {
	"$CALL" -l | grep -E '^(mq_|io_|timer|inotify|fanotify|epoll|msg|sem|shm|clock_[gs]et|pkey|landlock|quota|swap|key|add_key|request_key|move_|mount|umount|open_tree|fs(config|mount|open|pick)|perf|bpf|kexec|init_m|delete_m|process_|pidfd|get_mem|set_mem|mbind|ml?ock|munlock|mincore|accept|bind|listen|sendm|recvm|socket|shutdown|[gs]etsockopt|reboot|acct|chroot|pivot|setns|unshare|splice|tee|vmsplice|sync|personality|ptrace|userfaultfd|lookup|name_to|open_by|ioprio|settimeofday|adjtimex|setd|seth|vhangup)'
}

@test "[1] long policy: over a hundred calls in one filter" {
	local refused tried hint
	need "$CALL"
	need "$INJECT"
	after "named calls"
	hint="with few names it works: how far can one jump go, and what becomes of a distance that does not fit?"
	mapfile -t refused < <(spare_calls && spare_calls && spare_calls)
	pick 4 "${refused[@]}" && tried=("${picked[@]}" "${refused[0]}")
	each "${tried[@]}" "${CALLS[@]}"
	as_expected "calls under -s with ${#refused[@]} names" "${tried[@]}" \
		"${CALLS[@]}"
}

@test "[1] actions: kill ends the process with SIGSYS, log lets the call be made" {
	local call wrong right action
	need "$INJECT"
	need "$JUDGE"
	pick 1 "${CALLS[@]}" && call=${picked[0]}
	filtered -a log -s "$call"
	inject "$call"
	[ "$output" = "$call fine" ] ||
		lost "$call under -a log" "$call fine" "$output" "$ACTION"
	filtered -a kill -s "$call"
	inject "$call"
	[ "$output" = "$call killed by SIGSYS" ] ||
		lost "$call under -a kill" "$call killed by SIGSYS" "$output" \
			"$ACTION"
	status=0
	wait "$held" || status=$?
	[ "$status" -eq 159 ] ||
		lost "the program whose command was killed by SIGSYS" \
			"status 159" "status $status" \
			"the command is what the program becomes: who could have another status?"

	# Allowing is not logging, and nobody sees the difference from outside.
	for action in 0x7ffc0000 0x80000000; do
		printf '%s\n' 0x7fff0000 \
			"$("$CALL" -n "$call"):$action:0:0:0" >list
		judged list check
		[ -z "$wrong" ] && [ "$right" -gt 4 ] ||
			lost "the verdicts for $call under -a log or kill" \
				"the rule's action, 0x7ffc0000 for log" \
				"$(head -n 1 <<<"$wrong")" "$ACTION"
	done
}

ACTION="a rule brings its own action: which one does the filter return? See what -p prints"

@test "[1] foreign calls: neither a 32-bit call nor an x32 call slips past" {
	local number wrong right
	[ "$(uname -m)" = x86_64 ] || skip "needs an x86-64 machine"
	need "$CALL"
	need "$INJECT"
	need "$JUDGE"
	after "named calls"
	hold env
	inject i386/37,0,0
	if [ "$output" = "i386/37 fine" ]; then
		filtered -s kill
		inject kill,0,0 i386/37,0,0
		[ "$output" = $'kill EPERM\ni386/37 killed by SIGSYS' ] ||
			lost "kill(2) as a 32-bit program calls it, under -s kill" \
				"killed by SIGSYS" "$output" \
				"kill has the number 37 there, which is alarm(2) to you: what tells a filter whose numbers they are?"
	fi
	number=$((0x40000000 | $("$CALL" -n kill)))
	filtered -s kill
	inject kill,0,0 $number,0,0
	[ "$output" = $'kill EPERM\n'"$number killed by SIGSYS" ] ||
		lost "kill(2) by its number for x32, $(printf %#x $number)" \
			"killed by SIGSYS" "$output" \
			"a second convention has the same arch as yours, and its numbers are yours with one bit more"
	make_rules "$MARK"
	judged list foreign
	[ -z "$wrong" ] && [ "$right" -gt 20 ] ||
		lost "calls in other conventions" "that each kills" \
			"$(head -n 1 <<<"$wrong")" \
			"what tells a filter whose numbers they are? And which conventions may call: one, or all but one?"
}

@test "[1] plain user: one without privilege can load a filter" {
	local call seen
	pick 1 "${CALLS[@]}" && call=${picked[0]}
	filtered -u -s "$call"
	seen=$(field NoNewPrivs "/proc/$inside/status")
	[ "$seen" = 1 ] || lost "NoNewPrivs in the box's status" 1 "$seen" \
		"could a set-uid program still gain something under this filter?"
}

@test "[1] arguments: a rule holds as its mask says, and a rule that cannot be is refused" {
	local wrong right round
	need "$JUDGE"
	for round in 1 2 3 4; do
		make_rules "$MARK$round"
		judged list check
		[ -z "$wrong" ] && [ "$right" -gt 60 ] ||
			lost "calls under a filter that looks at arguments" \
				"the verdicts that the rules say" \
				"${wrong:-$output}" "$(about_verdict "${wrong#NO }")"
	done
	mapfile -t round < <(lists | sort -R --random-source=<(yes "$MARK"))
	for round in "${round[@]}"; do
		refuses "${round%% *}" "${round#* }"
	done
}

# What seccomp_build() is given, and what it shall say.
lists() {
	local n=$((MARK % 90 + 3)) m=$((MARK % 7))
	echo "program 4096 0x7fff0000 $n:0:0:0:0 $((n + 4)):0:5:8:8"
	echo "program $((MARK % 99 + 99)) 0x7fff0000 $n:0:$m:0:0" | sed s/:6:/:5:/
	echo "program 4096 0x7fff0000"
	echo "EINVAL 4096 0x7fff0000 $((n + 1 + m)):0:0:0:0 $n:0:0:0:0"
	echo "EINVAL 4096 0x7fff0000 $n:0:$((6 + m)):0:0"
	echo "EINVAL 4096 0x7fff0000 $n:0:0:0x$((m + 1))0:0x$((m + 1))1"
	echo "EINVAL 4096 0x7fff0000 -$n:0:0:0:0"
	echo "E2BIG 9 0x7fff0000 $n:0:0:0:0 $((n + 4)):0:5:8:8"
	echo "E2BIG 0 0x7fff0000 $n:0:0:0:0"
	echo "E2BIG 4096 0x7fff0000 $(seq -s ' ' -f '%g:0:0:0:0' 0 2 5998)"
}

# refuses WANTED "ARGUMENT ...": what comes of a list as it is.
refuses() {
	local arguments seen
	read -ra arguments <<<"$2"
	try seccomp_driver -u dump "${arguments[@]}"
	seen=${output%%[ $'\n']*}
	[ "$seen" = "$1" ] ||
		lost "$((${#arguments[@]} - 2)) rules, with room for ${arguments[0]}: ${arguments[*]:2:2}" \
			"$1" "${seen:-status $status}" \
			"seccomp.h names what seccomp_build() refuses, and with which errno"
	[ "$1" != program ] || [ ${#arguments[@]} -eq 2 ] || {
		wrong=$("$JUDGE" check "${arguments[@]:1}" <<<"$output" 2>&1 |
			grep -v ^ok || :)
		[ -z "$wrong" ] || lost "the filter for ${arguments[*]:2}" \
			"what the rules say" "$wrong" \
			"$(about_verdict "${wrong#NO }")"
	}
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
	*"the kernel refuses"*) about_start 125 "seccomp: Invalid argument" ;;
	filter*) echo "seccomp_build() is given rules that are in order, and room for all of them" ;;
	*) echo "which numbers does a step of the filter take, and which action do they get?" ;;
	esac
}
