#!/usr/bin/env bats
# Lab 02: process number one.  Ten points.
#
# What is quoted is for the cell's shell.
# shellcheck disable=SC2016

load ../lib/grade

# Facts of the kernel about a process, by its pid here in the jail.
numbers() { field NSpid "/proc/$1/status" | tr '\t' ' '; }
gone() { [ ! -e "/proc/$1" ]; }
dead() {
	local state
	{ read -r _ _ state _ <"/proc/$1/stat"; } 2>/dev/null || state=X
	[[ $state == [ZX] ]]
}

# soon COMMAND ...: does it succeed within two seconds?
soon() {
	local tries
	for ((tries = 0; tries < 100; tries++)); do
		! "$@" || return 0
		sleep 0.02
	done
	return 1
}

# How the program that is held ends: its status, or that it does not.
result() {
	status="none: it still runs"
	! soon dead "$held" || {
		status=0
		wait "$held" || status=$?
	}
}

# all FUNCTION PID ...: is it true of each?
all() {
	local pid
	for pid in "${@:2}"; do
		"$1" "$pid" || return
	done
}

@test "[1] process one: the command is process 1, and 2 behind the init" {
	local seen
	hold 02_pid
	apart "$inside" "$outside" pid ||
		lost "the command's PID namespace" "another than the host's" \
			"the host's, $(ns "$outside" pid)" "$(about_namespace)"
	seen=$(numbers "$inside")
	[ "${seen##* }" = 1 ] || lost "the command's number in its namespace" \
		1 "${seen##* }" \
		"somebody was in the namespace before the command: who is its first process?"
	hold 02_pid -i
	seen=$(numbers "$inside")
	[ "${seen##* }" = 2 ] ||
		lost "the number of a command behind the init" 2 "${seen##* }" \
			"the init is the namespace's first process, and its child the second: is there anybody else?"
}

about_namespace() {
	if [ "$(ns "$inside" pid_for_children)" != "$(ns "$inside" pid)" ]; then
		echo "the command's children would be in a new namespace, the command itself is not: can a process change its own number?"
	else
		echo "a new process shares its parent's namespaces, unless whoever makes it says otherwise"
	fi
}

@test "[1] own proc: /proc in the box shows the box and nobody else" {
	local seen
	after "process one"
	hold 02_pid -i
	seen=$(cd "/proc/$inside/root/proc" && echo [0-9]*)
	[ "$seen" = "1 2" ] ||
		lost "processes that the box's /proc shows" "1 2" "$seen" \
			"$(about_proc)"
}

about_proc() {
	if [ "$(proc_mounts "$inside")" -le "$(proc_mounts "$outside")" ]; then
		echo "that is still the proc that the host has mounted: does a mounted proc change when another process looks at it?"
	else
		echo "a proc shows the namespace of the process that mounted it: which process was that?"
	fi
}

proc_mounts() { awk '$5 == "/proc"' "/proc/$1/mountinfo" | wc -l; }

@test "[1] host unchanged: its /proc stays, and its later children too" {
	local before seen above shared='mount --make-rshared / && exec "$@"'
	after "process one" "own proc"
	hold 02_pid
	parent above "$inside"
	seen=$(ns "$above" pid_for_children)
	[ "$seen" = "$(ns "$outside" pid)" ] ||
		lost "where later children of 02_pid itself would go" \
			"$(ns "$outside" pid), the host's namespace" "$seen" \
			"one call moves a single child, another moves every child to come: pid_namespaces(7) tells which"

	# Many systems have / shared, and so has this cell now.
	hold sh -c "$shared" sh
	before=$(proc_mounts "$outside")
	hold sh -c "$shared" sh 02_pid
	seen=$(proc_mounts "$outside")
	[ "$seen" = "$before" ] ||
		lost "mounts on the host's /proc, where / is shared" \
			"$before, as before" "$seen" \
			"the box's mount came to the host too: mounts of a copied mount namespace stay peers, each one of them, until someone ends it"
}

@test "[1] levels: three namespaces nest, and a refusal is told" {
	local host seen
	after "process one"
	hold 02_pid -l 3
	read -ra host <<<"$(numbers "$outside")"
	read -ra seen <<<"$(numbers "$inside")"
	[ $((${#seen[@]} - ${#host[@]})) -eq 3 ] ||
		lost "numbers of a command three levels below the host" \
			"3 more than the ${#host[@]} that the host's have" \
			"${seen[*]}" \
			"a process has one number in its own namespace and one in each above: which level made no namespace?"
	[ "${seen[-1]}" = 1 ] ||
		lost "its number in the innermost of them" 1 "${seen[-1]}" \
			"is the first process of each level the one that makes the next?"
	try sh -c 'echo 0 >/proc/sys/user/max_pid_namespaces && exec "$@"' sh \
		02_pid echo started
	[ "$status" -eq 125 ] && [[ $output == *"at level 1"* ]] &&
		[[ $output != *started* ]] ||
		lost "a box where user.max_pid_namespaces is 0" \
			"status 125 and \"no PID namespace at level 1\"" \
			"status $status: $output" \
			"the kernel said no: does the caller get -1, with errno as the kernel left it?"
}

@test "[2] orphans: the init takes a hundred of them when they die" {
	local init orphans left
	after "process one"
	hold 02_pid -i sh -c 'mkfifo never
		(i=0; while [ $i -lt 100 ]; do : <never & i=$((i + 1)); done)
		exec "$@"' sh
	parent init "$inside"
	mapfile -t orphans < <(pgrep -P "$init" | grep -vx "$inside")
	[ ${#orphans[@]} -eq 100 ] ||
		lost "orphans that process 1 has got" 100 ${#orphans[@]} \
			"an orphan becomes a child of process 1: is that who runs the init, and did it leave any of its children to others?"

	# Have them all die at once, as far as the init can tell.
	kill -STOP "$init"
	kill -KILL "${orphans[@]}"
	soon all dead "${orphans[@]}"
	kill -CONT "$init"
	soon all gone "${orphans[@]}" || :
	left=$(for pid in "${orphans[@]}"; do gone "$pid" || echo .; done |
		wc -l)
	[ "$left" -eq 0 ] || lost "zombies" "none" "$left of 100" \
		"$(about_zombies "$left")"
	! dead "$inside" ||
		lost "the command, when orphans have died" "it still runs" \
			"it was killed: process 1 has ended" \
			"the init takes many, but only one of them is the command: how does it tell whose end is the box's?"
}

about_zombies() {
	if [ "$1" -ge 100 ]; then
		echo "a dead process stays a zombie until its parent waits for it: for whom does the init wait?"
	else
		echo "signals do not queue: how many dead may one CHLD stand for?"
	fi
}

# signal_program NAME: to 02_pid -i, whose child is the init of the command.
signal_program() {
	local init program
	parent init "$inside"
	parent program "$init"
	kill "-$1" "$program"
}

@test "[2] signals: TERM, HUP and USR1 reach the command behind the init" {
	local mask name init orphan seen
	after "process one"
	hold env
	mask=$(field SigBlk "/proc/$inside/status")
	for name in TERM:143 HUP:129 USR1:138; do
		hold 02_pid -i
		seen=$(field SigBlk "/proc/$inside/status")
		[ "$seen" = "$mask" ] ||
			lost "the signals that the command has blocked" \
				"$mask, as before" "$seen" \
				"the mask lives on through fork and exec: what is the command given back, and who remembered it?"
		signal_program "${name%:*}"
		result
		[ "$status" = "${name#*:}" ] ||
			lost "02_pid -i, sent ${name%:*}" \
				"that the command dies of it, status ${name#*:}" \
				"status $status" "$(about_signal "$status")"
	done

	# An orphan's end must not make the init deaf.
	hold 02_pid -i sh -c '(sleep 1000 &); exec "$@"' sh
	parent init "$inside"
	orphan=$(pgrep -P "$init" | grep -vx "$inside" || :)
	[ -z "$orphan" ] || kill -KILL "$orphan"
	[ -z "$orphan" ] || soon gone "$orphan" || :
	signal_program TERM
	result
	[ "$status" = 143 ] ||
		lost "02_pid -i, sent TERM after an orphan has died" \
			"status 143" "status $status" \
			"an init that waits until the next child dies hears no signal meanwhile: can it look without waiting?"
}

about_signal() {
	case $1 in
	none*)
		! dead "$inside" || {
			echo "the command has died of it and 02_pid has not noticed: which signal tells a parent, and is it sent and taken?"
			return
		}
		echo "a process 1 gets no signal that it has not asked for, and nobody else passes it on: who was to take this one, and to whom did it go?"
		;;
	*) echo "the box ended, but not of this signal: was another number passed on, or another process hit?" ;;
	esac
}

@test "[1] exit status: the command's own, or 128 and its signal" {
	local code how orphan init
	after "process one"
	between code 1 120
	for how in "" -i "-i -l 2"; do
		# shellcheck disable=SC2086 # one word for each option
		try -t 2 02_pid $how sh -c "exit $code"
		[ "$status" -eq "$code" ] ||
			lost "02_pid $how sh -c 'exit $code'" "status $code" \
				"status $status $output" "$(about_status "$status")"
	done
	try -t 2 02_pid -i sh -c 'kill -HUP $$'
	[ "$status" -eq 129 ] ||
		lost "a command that dies of HUP, signal 1" "status 129" \
			"status $status $output" \
			"waitpid(2) stores in one number how a child ended, and there are two ways to end"
	try -t 2 env --ignore-signal=CHLD 02_pid -i sh -c "exit $code"
	[ "$status" -eq "$code" ] ||
		lost "the same where the caller ignores CHLD" "status $code" \
			"status $status (137 is too late) $output" \
			"what does exec leave ignored, and what happens to a dead child whose parent ignores CHLD?"

	# Command and orphan die at once, of different signals.
	hold 02_pid -i sh -c '(sleep 1000 &); exec "$@"' sh
	parent init "$inside"
	orphan=$(pgrep -P "$init" | grep -vx "$inside" || :)
	kill -STOP "$init"
	[ -z "$orphan" ] || kill -KILL "$orphan"
	kill -TERM "$inside"
	soon all dead "$inside"
	kill -CONT "$init"
	result
	[ "$status" = 143 ] ||
		lost "the command died of TERM, and an orphan of KILL" \
			"status 143" "status $status" \
			"several have died at once: whose status was kept?"
}

about_status() {
	case $1 in
	125) echo "the program ended before its command began: what it says tells where" ;;
	137) echo "two seconds were too short: it did not notice that the command had ended. Which signal tells a parent, and is it sent and taken?" ;;
	*) echo "waitpid(2) stores how a child ended in a number that is not yet an exit status: see exit.h" ;;
	esac
}

@test "[1] end: with the command or process 1, all in the box ends" {
	local everyone init
	after "process one"
	hold 02_pid -i sh -c 'sleep 1000 & exec "$@"' sh
	mapfile -t everyone < <(pgrep --ns "$inside" --nslist pid)
	parent init "$inside"
	kill -KILL "$init"
	result
	soon all gone "${everyone[@]}" && [ "$status" = 137 ] ||
		lost "a box whose process 1 is killed" \
			"nobody is left, status 137" "status $status" \
			"the kernel kills the others; who waits for process 1, and for what does the kernel wake it?"
	hold 02_pid -i sh -c '(sleep 1000 &); exec "$@"' sh
	mapfile -t everyone < <(pgrep --ns "$inside" --nslist pid)
	kill -TERM "$inside"
	result
	soon all gone "${everyone[@]}" && [ "$status" = 143 ] ||
		lost "a box whose command has ended, an orphan not" \
			"nobody is left, status 143" "status $status" \
			"the box is over when the command is: for whom does the init still wait?"
}
