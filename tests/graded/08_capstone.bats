#!/usr/bin/env bats
# The capstone: box, with a container.c of the student's.  Thirty points.
#
# The mechanisms are the reference's, so that a mistake in one costs once.  The
# boxes are rootless: started by a plain user, in a user namespace.

# shellcheck disable=SC2015,SC2030,SC2031 # lost() ends the test
load ../lib/grade

BOX=(env BOXLAB_HOME=/tmp/state box run -q --rm)

# A file that a group has, of the memory controller, by its name in version 1
# and in version 2; of the group that a process is in.
group_of() {
	local group
	group=$(sed -n 's/^[0-9]*:[a-z,]*memory[a-z,]*://p' "/proc/$1/cgroup")
	if [ -n "$group" ]; then
		echo "/sys/fs/cgroup/memory$group"
	else
		echo "/sys/fs/cgroup$(sed -n 's/^0:://p' "/proc/$1/cgroup")"
	fi
}
need_groups() {
	local group
	group=$(group_of $$)
	[ -w "$group/cgroup.procs" ] &&
		{ [ -e "$group/memory.limit_in_bytes" ] ||
			grep -qs memory "$group/cgroup.controllers"; } ||
		skip "needs a memory cgroup that this user may divide"
}

# of_command NAME: as the kernel tells it.
of_command() { field "$1" "/proc/$inside/status"; }

@test "[3] runs: the image's command runs, and its exit status comes back" {
	local code
	between code 1 120
	try -u "${BOX[@]}" busybox sh -c "echo $TOKEN; exit $code"
	[ "$output" = "$TOKEN" ] || lost "the output of a command" "$TOKEN" \
		"$output" "$(about_start)"
	[ "$status" -eq "$code" ] || lost "the exit status of box" \
		"$code, as its command" "$status" \
		"the command ran: who waits for process 1, and what becomes of the result?"
	# Anybody can run a command that is not in a box.
	hold -u "${BOX[@]}" busybox
	apart "$inside" "$outside" mnt &&
		[[ $(readlink "/proc/$inside/exe") == */bin/busybox ]] ||
		lost "the program that runs" "the image's" \
			"$(readlink "/proc/$inside/exe"), in $(ns "$inside" mnt)" \
			"the command is to be found below the box's own /"
}

about_start() {
	case $status in
	137) echo "nothing came within five seconds: which side waits for a word that the other never says?" ;;
	*) echo "process 1 ended before the command began: the message names the step, and its man page what the step needs before it" ;;
	esac
}

@test "[2] process one: the command is process 1 of a PID namespace" {
	local seen
	hold -u "${BOX[@]}" busybox
	seen=$(of_command NSpid)
	[ "${seen##*$'\t'}" = 1 ] || lost "its number in the box" 1 \
		"${seen##*$'\t'}" \
		"a PID namespace's first process is its number 1: who is that, if not the command?"
	seen=$(cd "/proc/$inside/root/proc" && echo [0-9]*)
	[ "$seen" = 1 ] || lost "processes in the box's /proc" 1 "$seen" \
			"a proc shows the PID namespace of who mounts it"
}

@test "[3] namespaces: six of its own, besides the user's" {
	local type shared=()
	hold -u "${BOX[@]}" busybox
	for type in uts ipc mnt net pid cgroup; do
		apart "$inside" "$outside" $type ||
			shared+=("$type")
	done
	[ ${#shared[@]} -eq 0 ] || lost "namespaces shared with the host" none \
		"${shared[*]}" \
		"/proc/PID/ns has a file for each: who leaves ${shared[0]}, and when?"
}

@test "[1] hostname: --hostname in the box, and the host keeps its own" {
	local seen
	hold -u "${BOX[@]}" --hostname "$TOKEN" busybox
	seen=$(within "$inside" -u uname -n)
	[ "$seen" = "$TOKEN" ] || lost "hostname in the box" "$TOKEN" "$seen" \
		"a new UTS namespace starts with the host's names: who sets another?"
}

@test "[3] root: its / is the image's, and the host's tree is gone" {
	local seen
	hold -u "${BOX[@]}" busybox
	seen=$(ls "/proc/$inside/root/")
	[[ $seen == *bin* && $seen != *build* ]] ||
		lost "what the command sees in /" "the image's directories" \
			"$seen" "which call makes a directory the / of a process?"
	# Who enters the namespace stands at the top of its mounts.
	seen=$("$TOP_OF" "$inside" 3>&-)
	[[ $seen != *build* ]] || lost "the top of the box's mounts" \
		"the image's /" "the host's: $seen" \
		"the / of the process is the image's, that of its mount namespace is not: lab 05 has two ways, and one is no jail"
}

@test "[2] descriptors: the command has nothing open but its three streams" {
	local fd seen=()
	after "namespaces"
	hold -u "${BOX[@]}" busybox
	for fd in "/proc/$inside/fd/"*; do
		[ "${fd##*/}" -le 2 ] ||
			seen+=("${fd##*/} to $(readlink "$fd")")
	done
	[ ${#seen[@]} -eq 0 ] || lost "descriptors besides 0, 1 and 2" none \
		"${seen[*]}" \
		"an open directory of the host is a way out of the box: what happens to descriptors at exec?"
}

@test "[2] layers: the box writes on a layer of its own, and sees its volumes" {
	# shellcheck disable=SC2016 # expanded by sh
	try -u sh -c 'mkdir /tmp/v && echo "$1" >/tmp/v/file
		export BOXLAB_HOME=/tmp/state
		box run -q -v /tmp/v:/mnt busybox sh -c \
			"cp /mnt/file /etc/new && rm /etc/passwd"
		cat /tmp/state/containers/*/upper/etc/new
		box run -q --rm busybox ls /etc' sh "$TOKEN"
	[ "${output%%$'\n'*}" = "$TOKEN" ] ||
		lost "a volume's file, copied to /etc, in the box's own layer" \
			"$TOKEN" "$output" \
			"what the box writes is kept in containers/ID/upper: was its / the overlay, and the volume in it, when the command ran?"
	[[ $output != *new* && $output == *passwd* ]] ||
		lost "/etc in another box of the image" "as in the image" \
			"${output#*$'\n'}" "two boxes share the image's layers and nothing else"
	try -u "${BOX[@]}" --read-only busybox touch /file
	[ "$status" -ne 0 ] && [[ $output == *Read-only* ]] ||
		lost "writing with --read-only" "Read-only file system" \
			"status $status: $output" \
			"which step comes after the new / is in place, and closes it?"
}

@test "[3] limits: the command is in the box's group, with its limit" {
	local size group file seen
	need_groups
	after "process one"
	size=$((RANDOM % 64 + 16))
	hold -u "${BOX[@]}" -m ${size}M busybox
	group=$(group_of "$inside")
	[ "$group" != "$(group_of "$outside")" ] ||
		lost "the group of the command" "one of its own" \
			"the host's, $group" \
			"a group limits who is in it: who joins, and when?"
	file=$group/memory.max
	[ -e "$file" ] || file=$group/memory.limit_in_bytes
	seen=$(<"$file")
	[ "$seen" = $((size << 20)) ] ||
		lost "its memory limit" $((size << 20)) "$seen" \
			"limit_create() sets it: is it the group of that name?"
	# shellcheck disable=SC2016 # expanded by sh
	try -u "${BOX[@]}" -m 8M busybox sh -c \
		'dd if=/dev/zero of=/dev/shm/x bs=1M count=40; exit $?'
	[ "$status" -eq 137 ] ||
		lost "40 MiB in a box of 8" "the kernel kills: status 137" \
			"status $status: $output" \
			"what was used before joining is not counted"
}

@test "[1] own group: the group is the top of the box's cgroup namespace" {
	local seen
	need_groups
	after "limits"
	hold -u "${BOX[@]}" -m 32M busybox
	seen=$(within "$inside" -C cat "/proc/$inside/cgroup" |
		sed -n 's/^[0-9]*:\([a-z,]*memory[a-z,]*\|\)://p' | head -n 1)
	[ "$seen" = / ] || lost "the box's group, as the box sees it" / "$seen" \
		"a cgroup namespace begins at the group that its maker is in at that moment"
}

@test "[3] powers: few capabilities, no new ones, and a filter" {
	local names=(chown dac_override x fowner fsetid kill setgid setuid
		setpcap x net_bind_service) number mask seen set
	number=$((RANDOM % 9))
	[ "${names[number]}" != x ] || number=10
	printf -v mask '%016x' $((0xa80425fb & ~(1 << number)))
	hold -u "${BOX[@]}" --cap-drop "${names[number]}" busybox
	for set in CapBnd CapPrm CapEff; do
		seen=$(of_command $set)
		[ "$seen" = "$mask" ] || lost "$set of the command" "$mask" \
			"$seen" "what is not taken from the bounding set comes back with the next exec of root"
	done
	for set in CapInh CapAmb; do
		seen=$(of_command $set)
		[ "$seen" = 0000000000000000 ] || lost "$set of the command" \
			none "$seen" "lab 07 has the five sets, and who empties which"
	done
	[ "$(of_command NoNewPrivs)" = 1 ] ||
		lost "NoNewPrivs of the command" 1 "$(of_command NoNewPrivs)" \
			"a set-uid program of the image must gain nothing"
	[ "$(of_command Seccomp)" = 2 ] ||
		lost "Seccomp of the command" "2, a filter" \
			"$(of_command Seccomp)" "unless it is unconfined, a box has a policy: who loads it?"
}

@test "[1] signals: the command starts with the signals of box's caller" {
	after "namespaces"
	hold -u "${BOX[@]}" busybox
	[ "$(of_command SigBlk)" = 0000000000000000 ] ||
		lost "signals that the command blocks" none \
			"$(of_command SigBlk), a mask" \
			"box holds signals back for itself, and a mask survives exec: who gives the old one back?"
}

@test "[1] network: the box's own loopback is up; --network host shares" {
	local seen
	hold -u "${BOX[@]}" busybox
	seen=$(within "$inside" -n ip -o link show lo)
	[[ $seen == *[,\<]UP[,\>]* ]] || lost "lo in the box" up "$seen" \
		"a new network namespace has a loopback that is down: which step is for the inside of the network, and did it come?"
	hold -u "${BOX[@]}" --network host busybox
	shares "$inside" "$outside" net ||
		lost "the network with --network host" "the host's" \
			"another" "does the plan for the network say whether to leave the host's?"
}

@test "[1] init: --init puts an init before the command, which hands TERM on" {
	local seen
	after "process one"
	# shellcheck disable=SC2016 # expanded by sh
	hold -u sh -c '"$@"; sleep 9' sh "${BOX[@]}" --init busybox
	seen=$(of_command NSpid)
	[ "${seen##*$'\t'}" = 2 ] || lost "its number behind an init" 2 \
		"${seen##*$'\t'}" "config says whether process 1 shall be an init"
	kill -TERM "$(pgrep -ox box)"
	gone "$inside" || lost "the command, after TERM to box" "ended" \
		"it runs" "process 1 ignores what it has no handler for: lab 02, pid_init()"
}

# gone PID: within two seconds.
gone() {
	local end=$((SECONDS + 3 * ${BOXLAB_PATIENCE:-1}))
	while [ -e "/proc/$1" ] && [ $SECONDS -lt $end ]; do
		sleep 0.02
	done
	[ ! -e "/proc/$1" ]
}

@test "[1] killed: when box itself is killed, so is what is in it" {
	# The cell goes on, or it would take all with it.
	# shellcheck disable=SC2016 # expanded by sh
	hold -u sh -c '"$@"; sleep 9' sh "${BOX[@]}" busybox
	kill -KILL "$(pgrep -ox box)"
	gone "$inside" || lost "the command, after KILL to box" "gone" \
		"it runs" \
		"nobody can act for the dead but the kernel: see PR_SET_PDEATHSIG in prctl(2), and what clears it"
}

@test "[1] left behind: a box that ended leaves no group and no state" {
	local before seen
	after "runs"
	before=$(groups_below)
	# shellcheck disable=SC2016 # expanded by sh
	try -u sh -c 'export BOXLAB_HOME=/tmp/state
		box run -q --rm busybox true && find /tmp/state -mindepth 2'
	[ -z "$output" ] || lost "files of a box that is gone" none "$output" \
		"--rm means that nothing is kept"
	seen=$(groups_below)
	[ "$seen" = "$before" ] || lost "groups of a box that is gone" none \
		"$seen" "a group outlives its processes: who made it, and who removes it?"
}
groups_below() {
	find "$(group_of $$)" -mindepth 1 -type d 2>/dev/null || :
}

@test "[1] refusals: what cannot be is an error, and nothing runs" {
	after "runs"
	try -u "${BOX[@]}" busybox "nosuch-$TOKEN"
	[ "$status" -eq 127 ] || lost "a command that is not there" \
		"status 127" "status $status: $output" \
		"run_exec() knows the statuses: is its result the box's?"
	try -u "${BOX[@]}" -v "/tmp/$TOKEN:/mnt" busybox echo started
	[ "$status" -eq 125 ] && [[ $output == *$TOKEN* ]] &&
		[[ $output != *started* ]] ||
		lost "a volume whose source is not there" \
			"status 125 and its name" "status $status: $output" \
			"two steps show a volume: one takes hold of it before the first mount"
}

@test "[1] terminal: -t gives the command a terminal of its own" {
	after "runs"
	try -u "${BOX[@]}" -t busybox tty
	output=${output%$'\r'}
	[ "$status" -eq 0 ] && [ "$output" = /dev/pts/0 ] ||
		lost "the terminal of a command with -t" "/dev/pts/0" \
			"status $status: $output" \
			"one side makes the terminal, in the box's own /dev/pts, the other takes its master: through what?"
}
