#!/usr/bin/env bats
# Lab 04: a limit and what happens at it.  Ten points.
# shellcheck disable=SC2030,SC2031 # variables of one test

load ../lib/grade

MIB=1048576
CONTROLLERS=(memory cpu cpuacct cpuset pids freezer blkio devices)

eval "grade_$(declare -f teardown)"
teardown() {
	local dirs
	mapfile -t dirs < <(groups_left)
	thaw "${dirs[@]}" # or what is frozen could not be waited for
	grade_teardown
	clear_groups
}

# Groups.  Those of the tests are directories below the jail's own group, and
# so are those of the student's program, which a cell can see and make.

# find_hierarchies: where they are, v1's by their controllers, and v2.
find_hierarchies() {
	local point rest controller
	declare -gA POINTS=()
	while read -r _ _ _ _ point rest; do
		rest=${rest#* - }
		case $rest in
		cgroup2*) : "${POINTS[v2]:=$point}" ;;
		cgroup*) for controller in ${rest//,/ }; do
			: "${POINTS[$controller]:=$point}"
		done ;;
		esac
	done </proc/self/mountinfo
}

# look_up CONTROLLER [PID]: the group of that controller's that a process is
# in, or the one in which this jail's are made: its directory in $group, and
# in $version 1, 2, or 0 if nothing has the controller.
look_up() {
	local list path
	[ -v POINTS ] || find_hierarchies
	version=0 group=''
	while IFS=: read -r _ list path; do
		case ",$list," in
		*",$1,"*) version=1 group=${POINTS[$1]:-}${path%/} && break ;;
		,,) version=2 group=${POINTS[v2]:-}${path%/} ;;
		esac
	done <"/proc/${2:-self}/cgroup"
	[ -n "${2:-}" ] || group=${group%/boxlab-host}
	[ $version -ne 2 ] || [ "$1" = freezer ] || {
		read -r list <"$group/cgroup.controllers" &&
			[[ " $list " == *" $1 "* ]]
	} || version=0
}

# Without groups to make, with a memory controller, there is nothing to see.
needs_memory() {
	local controller why="needs cgroups with the memory controller, as root has"
	look_up memory
	[ $version -ne 2 ] ||
		echo +memory >"$group/cgroup.subtree_control" || skip "$why"
	[ $version -ne 0 ] || skip "$why"
	for controller in "${CONTROLLERS[@]}"; do
		look_up "$controller"
		[ $version -eq 0 ] || [ -w "$group/cgroup.procs" ] ||
			skip "$why"
	done
} 2>/dev/null

# A group named $TOKEN, made without the student's code, for all controllers.
make_group() {
	local controller file dirs=()
	for controller in "${CONTROLLERS[@]}"; do
		look_up "$controller"
		[ $version -ne 0 ] || continue
		[ $version -eq 1 ] || echo "+$controller" \
			>"$group/cgroup.subtree_control" || :
		dirs+=("$group/$TOKEN")
	done 2>/dev/null
	mkdir -p "${dirs[@]}"
	look_up cpuset
	[ $version -ne 1 ] || for file in cpuset.cpus cpuset.mems; do
		echo "$(<"$group/$file")" >"$group/$TOKEN/$file"
	done
}

# in_group CONTROLLER COMMAND ...: run that in the group, by the kernel's word.
in_group() {
	look_up "$1"
	echo 0 >"$group/$TOKEN/cgroup.procs"
	exec "${@:2}" 3>&-
}

# groups_left [ACTION]: what there is below the jail's own groups, the deepest
# first; or what find(1) shall do with each.
groups_left() {
	local controller own=()
	for controller in "${CONTROLLERS[@]}"; do
		look_up "$controller"
		[ $version -eq 0 ] || own+=("$group")
	done
	[ ${#own[@]} -eq 0 ] || find "${own[@]}" -mindepth 1 -depth -type d \
		! -name boxlab-host "$@"
}

# thaw DIR ...
thaw() {
	local dir
	for dir; do
		[ ! -e "$dir/freezer.state" ] || echo THAWED >"$dir/freezer.state"
		[ ! -e "$dir/cgroup.freeze" ] || echo 0 >"$dir/cgroup.freeze"
	done 2>/dev/null
}

clear_groups() {
	local dirs dir pids
	for _ in {1..100}; do
		mapfile -t dirs < <(groups_left)
		[ ${#dirs[@]} -gt 0 ] || return 0
		thaw "${dirs[@]}"
		for dir in "${dirs[@]}"; do
			mapfile -t pids <"$dir/cgroup.procs"
			[ ${#pids[@]} -eq 0 ] || kill -KILL "${pids[@]/#0/x}"
		done 2>/dev/null
		groups_left -delete 2>/dev/null && return
		sleep 0.01
	done
}

# value V1 V2: what the kernel has in a file of the group in $group.
value() {
	local file=$group/${*:version:1}
	[ $version -eq 0 ] || [ ! -e "$file" ] || head -c 200 "$file"
}

limit() { value memory.limit_in_bytes memory.max; }
usage() { value memory.usage_in_bytes memory.current; }
peak() { value memory.max_usage_in_bytes memory.peak; }
kills() { value memory.oom_control memory.events | sed -n 's/^oom_kill //p'; }

# box OPTION ... COMMAND ...: a command in a group of the student's.
box() {
	hold 04_cgroup_mem "$@" >/dev/null ||
		lost "a command in a group" "that it runs" "$output" \
			"$(about_end "$output")"
}

about_end() {
	case $1 in
	*"not implemented"* | *"not written"*)
		echo "a function that this needs is not written yet: the message says what was tried" ;;
	*"memory limit"*"No such file"* | *"memory limit"*"not supported"*)
		echo "v1 and v2 have other names for the file: which of them has the memory controller here, and in whose directory do you look?" ;;
	*"memory limit"*)
		echo "the kernel counts in pages: is a limit that reads back a little smaller a failure?" ;;
	*cgroup_add*"No space left"*)
		echo "a v1 cpuset is born without a CPU: what does cpuset(7) say of a process that wants to join?" ;;
	*cgroup_add*)
		echo "into which file does the number of a process go, and in which hierarchies does this group exist?" ;;
	*cgroup_create*)
		echo "one directory for each hierarchy: which of them could not be made, and why?" ;;
	*) echo "the program ended before its command began: what it says tells where" ;;
	esac
}

@test "[2] limit: -m is in force in whole pages, and what is no size is refused" {
	local page wanted bytes seen bad
	needs_memory
	page=$(getconf PAGESIZE)
	between wanted 2000 9000
	wanted=$((wanted * page))
	between bytes 1 $((page - 1))
	bytes=$((wanted + bytes))
	box -m $bytes
	look_up memory "$inside"
	[[ $group == */boxlab-04-* ]] ||
		lost "the memory group of the command" "one of its own" \
			"$group" "$(about_join "$output")"
	seen=$(limit)
	[ "$seen" = $wanted ] ||
		lost "the group's limit after -m $bytes" \
			"$wanted, which is $((wanted / page)) pages" "$seen" \
			"$(about_limit "$seen")"
	for bad in 4Mxyz -1 ""; do
		try 04_cgroup_mem -m "$bad" echo started
		[ "$status" -eq 125 ] && [[ $output == *"-m '$bad'"* ]] ||
			lost "-m '$bad'" "status 125 and a message" \
				"status $status: $output" \
				"no part of a text that is not a size is a size"
	done
}

about_join() {
	echo "the group was made, the command is not in it: does its number reach the group's file, and who looks at the result?"
}

about_limit() {
	case $1 in
	max | 9223372036854*) echo "there is a group, and no limit on it: was the number written, and to this file?" ;;
	*) echo "the kernel took another number: is it written in bytes, in decimal, and as one write?" ;;
	esac
}

@test "[1] missing: where nothing has the memory controller, an error says so" {
	local point
	needs_memory
	after "limit"
	look_up memory
	[ $version -eq 1 ] && point=${POINTS[memory]} || point=${POINTS[v2]}
	# Over v1's own, other controllers stay; v2 has all in one.
	# shellcheck disable=SC2016 # expanded by sh
	try sh -c 'mount -t tmpfs none "$1" && shift && exec "$@"' sh \
		"$point" 04_cgroup_mem echo started
	[ "$status" -eq 125 ] && [[ $output == *"no memory controller"* ]] ||
		lost "a group where no hierarchy has the memory controller" \
			"status 125 and \"no memory controller\"" \
			"status $status: $output" \
			"a machine has no version, a controller has: and what if nothing has it?"
}

@test "[1] born inside: a child of the command is in the group, in every hierarchy" {
	local controller out=() all=()
	needs_memory
	# shellcheck disable=SC2016 # expanded by sh
	box sh -c '"$@" & wait' sh
	for controller in "${CONTROLLERS[@]}"; do
		look_up "$controller" "$inside"
		[ $version -ne 0 ] || continue
		all+=("$controller")
		[[ $group == */boxlab-04-* ]] || out+=("$controller")
	done
	[ ${#out[@]} -eq 0 ] ||
		lost "the controllers whose group has the child" "${all[*]}" \
			"all but ${out[*]}" "$(about_hierarchies)"
}

about_hierarchies() {
	if [ ${#out[@]} -eq ${#all[@]} ]; then
		about_join
	else
		echo "in v1 each hierarchy has its own groups: is the number written in every one?"
	fi
}

@test "[1] killed: over the limit a process is killed, under it none" {
	local mib seen
	needs_memory
	between mib 24 40
	# shellcheck disable=SC2016 # expanded by sh
	box -m "${mib}M" sh -c 'for size in "$1" "$2"; do
			dd if=/dev/zero of=/dev/null bs="$size" count=1
		done
		shift 2; exec "$@"' sh $((mib - 8))M $((mib + 8))M
	look_up memory "$inside"
	seen=$(kills)
	[[ $group == */boxlab-04-* ]] && [ "$seen" = 1 ] ||
		lost "what the kernel killed in the group, one over the limit" \
			1 "$seen" "$(about_kills "$seen")"
}

about_kills() {
	case $1,$group,$(limit) in
	*,*/boxlab-04-*,max | *,*/boxlab-04-*,9223372036854*) about_limit max ;;
	0,*/boxlab-04-*) echo "the group has its limit: were the processes in it when they used their memory?" ;;
	*,*/boxlab-04-*) echo "more were killed than the one that asked for too much: how large is the limit really?" ;;
	*) about_join ;;
	esac
}

@test "[1] figures: limit, use, peak and kills are as the kernel has them" {
	local mib most
	needs_memory
	make_group
	figures limit 18446744073709551615
	between mib 24 40
	look_up memory
	group=$group/$TOKEN
	set_limit $((mib * MIB))
	(in_group memory dd if=/dev/zero of=held bs=1M count=$((mib - 12)))
	(in_group memory dd if=/dev/zero of=/dev/null bs="${mib}M" count=1) || :
	figures limit $((mib * MIB))
	figures kills "$(kills)"
	most=$(peak)
	figures peak "${most:-$(usage)}"
	figures current "$(usage)"
}

set_limit() {
	case $version in
	1) echo "$1" | tee "$group"/memory.{,memsw.}limit_in_bytes ;;
	2) echo "$1" >"$group/memory.max" && echo 0 >"$group/memory.swap.max" ;;
	esac >/dev/null 2>&1 || :
}

# figures WHICH WANTED: what the student's function says of one.
figures() {
	local seen
	try cgroup_driver memory "$TOKEN"
	[ "$status" -eq 0 ] || lost "cgroup_memory()" "that it succeeds" \
		"$output" "$(about_memory)"
	seen=$(sed -n "s/.*$1 \([0-9]*\).*/\1/p" <<<"$output")
	[ "$seen" = "$2" ] || { [ "$1" = current ] && about_same "$2"; } ||
		lost "$1, of cgroup_memory()" "$2" "$seen" "$(about_figure "$1")"
}

about_memory() {
	case $output in
	*ENOSYS*) about_end "not written" ;;
	*) echo "one of the group's files was not found, not read, or has not what was looked for: errno tells which" ;;
	esac
}

# The kernel counts in batches: two looks may differ by a few pages.
about_same() {
	[ $((seen * 10)) -ge $(($1 * 9)) ] && [ $((seen * 9)) -le $(($1 * 10)) ]
}

about_figure() {
	case $1 in
	limit) echo "see what the file has without a limit: a word in v2, and in v1 a number that is no limit either" ;;
	kills) echo "the file has keys that begin or end like the one you want: is a whole word looked for?" ;;
	*) echo "which file has what is in use now, and which the most that ever was?" ;;
	esac
}

@test "[1] frozen: a frozen group makes no progress, and a thawed one goes on" {
	local seen before
	needs_memory
	make_group
	# shellcheck disable=SC2016 # expanded by sh
	in_group freezer sh -c 'while :; do echo; done >beats' &
	look_up freezer
	group=$group/$TOKEN
	until_true test -s beats
	freezer_verb freeze
	before=$(stat -c %s beats)
	sleep 0.03
	seen=$(freezer)
	[ "$seen" = frozen ] && [ "$(stat -c %s beats)" = "$before" ] ||
		lost "the group after cgroup_freeze(..., true)" \
			"frozen, no progress" "$seen" \
			"the kernel takes its orders in words in v1 and in digits in v2; and an order is not yet done when it is given"
	freezer_verb thaw
	seen=$(freezer)
	[ "$seen" = thawed ] ||
		lost "the group after cgroup_freeze(..., false)" thawed "$seen" \
			"what takes a group out of this state again: is that written for false, and nothing else?"
	until_true grown "$before" ||
		lost "the work of a thawed group" "that it goes on" "no progress" \
			"is the group thawed that was frozen?"
}

freezer_verb() {
	try cgroup_driver "$1" "$TOKEN"
	[ "$status" -eq 0 ] || lost "cgroup_freeze(), to $1" "that it succeeds" \
		"$output" "$(about_order)"
}

about_order() {
	case $output in
	*ENOSYS*) about_end "not written" ;;
	*EINVAL*) echo "the kernel knows the file, and not what was written to it: in which words is that said?" ;;
	*) echo "which file of the group takes the order here: v1 has a controller for it, v2 has not. errno tells what went wrong" ;;
	esac
}

# What the kernel says of the group.
freezer() {
	case $(value freezer.state cgroup.events) in
	FROZEN | *"frozen 1"*) echo frozen ;;
	THAWED | *"frozen 0"*) echo thawed ;;
	*) value freezer.state cgroup.events ;;
	esac
}

grown() { [ "$(stat -c %s beats)" -gt "$1" ]; }

# until_true COMMAND ...: false if it is not within a second.
until_true() {
	for _ in {1..100}; do
		"$@" && return
		sleep 0.01
	done
	return 1
}

@test "[1] kill: nothing is left of a group whose processes fork all the time" {
	local dir seen
	needs_memory
	make_group
	look_up freezer
	dir=$group/$TOKEN
	# shellcheck disable=SC2016 # expanded by sh
	hint=$(about_kill) hold sh -c '
		left() { wc -l <"$1/cgroup.procs"; }
		(echo 0 >"$1/cgroup.procs"
		exec prlimit --nproc=60 sh -c "$3" 2>/dev/null) &
		until [ "$(left "$1")" -gt 20 ]; do :; done
		cgroup_driver kill "$2" >left && {
			for i in 1 2 3 4 5 6 7 8 9; do
				[ "$(left "$1")" -gt 0 ] && sleep 0.05
			done
			left "$1" >left
		}
		shift 3; exec "$@"' sh "$dir" "$TOKEN" \
		'fork() { while :; do fork & sleep 0.01; done; }; fork'
	seen=$(cat "/proc/$outside/root/tmp/left")
	[ "$seen" = 0 ] ||
		lost "processes in the group after cgroup_kill()" 0 \
			"$seen" "$(about_kill "$seen")"
}

about_kill() {
	case ${1:-} in
	*ENOSYS*) about_end "not written" ;;
	*E[A-Z]*) echo "it failed, errno tells why: did you signal a process that is no more, or one that you cannot see?" ;;
	*) echo "between your look at the list and your signal others are born, and who was killed needs a while to go: what keeps a group still, and who waits until it is empty?" ;;
	esac
}

# For sh: what holds so much memory that it takes a while to die.
LARGE='large() {
	dd if=/dev/zero bs=64M count=1 2>&1 |
		{ head -c 1 >up; exec sleep 100; } &
	until [ -s up ]; do :; done
}'

@test "[1] removed: the group goes when the command ends or the program is killed" {
	local seen said
	needs_memory
	after "limit"
	# A group whose program was killed goes when the next one starts.
	# shellcheck disable=SC2016,SC2034 # expanded by sh; used by hold
	hint="when the command has ended, the group is killed and removed: does that come to an end?" \
		hold sh -c 'exec 2>said
		04_cgroup_mem sh -c "kill -KILL \$PPID; exec sleep 100"
		04_cgroup_mem true
		04_cgroup_mem sh -c "$1; large; kill -TERM \$PPID; exec sleep 100"
		shift; exec "$@"' sh "$LARGE"
	seen=$(groups_left)
	said=$(cat "/proc/$outside/root/tmp/said")
	[ -z "$seen" ] ||
		lost "groups that are left" "none" "$seen" "$(about_left)"
}

about_left() {
	local dir
	for dir in $seen; do
		[ -z "$(cat "$dir/cgroup.procs")" ] || {
			echo "the group still has a process, and cannot go before that: is all of it killed, and waited for?"
			return
		}
	done
	case $said in
	*"not implemented"*) about_end "$said" ;;
	*"not permitted"*) echo "the files in the directory are the kernel's: must they go first?" ;;
	*"left behind"*) echo "the group could not go while it had a process: is all of it killed, and waited for?" ;;
	*) echo "nothing is in the group any more: is it removed in every hierarchy?" ;;
	esac
}

@test "[1] knobs: each limit arrives in its file, in the form of its version" {
	local swap low quota shares pids cpus
	needs_memory
	make_group
	between swap 65 99
	between low 10 60
	between quota 20000 90000
	between shares 2 99
	shares=$((shares * 1024))
	between pids 20 90
	look_up memory
	group=$group/$TOKEN
	set_limit $((64 * MIB))
	look_up cpuset
	cpus=$(value cpuset.cpus cpuset.cpus.effective)
	knob memory_swap $((swap * MIB)) memory.memsw.limit_in_bytes \
		$((swap * MIB)) memory.swap.max $(((swap - 64) * MIB))
	knob memory_low $((low * MIB)) memory.soft_limit_in_bytes \
		$((low * MIB)) memory.low $((low * MIB))
	knob cpu_quota "$quota" cpu.cfs_quota_us "$quota" \
		cpu.max "$quota 100000"
	knob cpu_shares $shares cpu.shares $shares \
		cpu.weight $((shares * 100 / 1024))
	knob cpuset_cpus "${cpus%%[,-]*}" cpuset.cpus "${cpus%%[,-]*}" \
		cpuset.cpus "${cpus%%[,-]*}"
	knob pids_max "$pids" pids.max "$pids" pids.max "$pids"
}

# knob NAME VALUE V1-FILE ITS-VALUE V2-FILE ITS-VALUE
knob() {
	local seen file wanted
	look_up "${3%%.*}"
	group=$group/$TOKEN
	file=${*:version * 2 + 1:1} wanted=${*:version * 2 + 2:1}
	[ $version -ne 0 ] && [ -e "$group/$file" ] || return 0
	try cgroup_driver set "$TOKEN" "$1" "$2"
	seen=$(value "$3" "$5")
	[ "$seen" = "$wanted" ] ||
		lost "$1 = $2 in $file" "$wanted" \
			"$seen; $output" "$(about_knob)"
}

about_knob() {
	case $output in
	*ENOSYS*) about_end "not written" ;;
	*E*) echo "the row of the table names a file for each version: is this the one, and the controller the word before its dot?" ;;
	*) echo "something was written, not this and not here: which version is the controller in, and what does that expect of this file?" ;;
	esac
}
