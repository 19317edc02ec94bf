#!/usr/bin/env bats
# 04_cgroup_mem: a limit and what happens at it.

load lib/boxlab

# May this user make groups?
need_group() {
	local why
	why=$(04_cgroup_mem true 2>&1) && return
	is_root && fail "$why"
	[[ $why == *"delegated cgroup"* ]] || fail "$why"
	skip "needs root" # who could also delegate a group
}
need_v1() {
	[ "$(memory_version)" = 1 ] || skip "cgroup v1 memory on a v2 machine"
}
need_v2() {
	[ "$(memory_version)" = 2 ] || skip "cgroup v2 memory on a v1 machine"
}

# Every directory of a group, one for each v1 hierarchy; the groups we have.
dirs_of() { find /sys/fs/cgroup -type d -name "$1" 2>/dev/null; }
gone() { [ -z "$(dirs_of "$1")" ]; }

# For a shell in the box: the name of its group.
cat_group() {
	cat <<'END'
	group() {
		sed -n 's|^[0-9]*:[^:]*:.*/\(boxlab-04-[^/]*\)$|\1|p' \
			/proc/self/cgroup | sort -u
	}
END
}

# A box that prints its group's name and stays until it is killed.
start_box() {
	start box env --default-signal=INT,HUP,TERM 04_cgroup_mem sh -c \
		"$(cat_group)
		 group; echo \$\$; sleep 1000 & echo up
		 while :; do sleep 0.05; done"
	box=$started
	wait_for grep -q up "$BATS_TEST_TMPDIR/box.out"
	group=$(head -n 1 "$BATS_TEST_TMPDIR/box.out")
	[ -n "$(dirs_of "$group")" ] || fail "no group $group"
}

# Groups that root hands to nobody, and a copy of the program for nobody.
delegate() {
	local dir
	need_root
	DELEGATED=boxlab-test-$TOKEN

	# On v2 this has the root group enable controllers for its children.
	run -0 04_cgroup_mem true
	for dir in /sys/fs/cgroup/{,*/}cgroup.procs; do
		dir=${dir%/cgroup.procs}
		[ -w "$dir/cgroup.procs" ] || continue
		[ ! -L "$dir" ] || continue # cpu -> cpu,cpuacct
		[ "${dir##*/}" != systemd ] || continue
		[ "$(memory_version)" = 2 ] || [ "${dir##*/}" != unified ] ||
			continue
		[ ! -e "$dir/cgroup.subtree_control" ] ||
			[ "$dir" = /sys/fs/cgroup ] || continue
		mkdir "$dir/$DELEGATED"
		if [ -e "$dir/$DELEGATED/cpuset.mem_exclusive" ]; then
			cat "$dir/cpuset.cpus" >"$dir/$DELEGATED/cpuset.cpus"
			cat "$dir/cpuset.mems" >"$dir/$DELEGATED/cpuset.mems"
		fi
		chown 65534 "$dir/$DELEGATED" \
			"$dir/$DELEGATED"/cgroup.{procs,subtree_control} \
			"$dir/$DELEGATED/tasks" 2>/dev/null || :
	done
}
copy_for_plain() {
	PLAIN_BIN=$(mktemp -d /tmp/boxlab-XXXXXX)
	chmod 755 "$PLAIN_BIN"
	cp "$BOXLAB_BIN/04_cgroup_mem" "$PLAIN_BIN"
}
in_delegated() {
	# shellcheck disable=SC2016 # for the inner shell
	run bash -c '
		for dir in $(find /sys/fs/cgroup -type d -name "$1"); do
			# On v2 the first run moved the shell down there.
			[ ! -d "$dir/boxlab-host" ] || dir=$dir/boxlab-host
			echo $$ >"$dir/cgroup.procs" || exit 99
		done
		shift
		exec setpriv --reuid 65534 --regid 65534 --clear-groups \
			--inh-caps=-all "$@"' \
		bash "$DELEGATED" "$@"
}

# What the tests made beside boxes goes first, then the library looks for leaks.
eval "boxlab_$(declare -f teardown)"
teardown() {
	local dir pid
	for pid in "${STARTED[@]}"; do
		kill -TERM "$pid" 2>/dev/null || :
		wait "$pid" 2>/dev/null || :
	done
	[ -z "${PLAIN_BIN:-}" ] || rm -r "$PLAIN_BIN"
	for dir in $(dirs_of "*$TOKEN*"); do
		cgroup_driver kill "${dir##*/}" >/dev/null 2>&1 || :
		find "$dir" -depth -type d -exec rmdir {} \; 2>/dev/null || :
	done
	boxlab_teardown
}

@test "the limit is in force, and set before the command starts" {
	need_group
	local pages bytes
	pages=$((1000 + RANDOM % 10000))
	bytes=$((pages * 4096))
	run -0 04_cgroup_mem -m "$bytes" sh -c "$(cat_group)
		cat /sys/fs/cgroup/*/\$(group)/memory.limit_in_bytes \
			/sys/fs/cgroup/*/*/\$(group)/memory.limit_in_bytes \
			/sys/fs/cgroup/\$(group)/memory.max 2>/dev/null; :"
	assert_output "$bytes"
}

@test "the command is in the group from its first instruction on" {
	need_group
	run -0 04_cgroup_mem cat /proc/self/cgroup
	if [ "$(memory_version)" = 2 ]; then
		assert_line --regexp '^0::.*/boxlab-04-[^/]*$'
		return
	fi
	local controller
	for controller in memory cpu cpuacct cpuset pids freezer; do
		assert_line --regexp \
			"^[0-9]+:([^:]*,)?$controller(,[^:]*)?:.*/boxlab-04-[^/]*$"
	done
}

@test "children are born into the group, in every hierarchy" {
	need_group
	run -0 04_cgroup_mem sh -c \
		'cat /proc/self/cgroup >mine; sh -c "cat /proc/self/cgroup" \
		>theirs & wait; grep -c boxlab-04- theirs; cmp mine theirs'
	assert_output --regexp '^[1-9]'
}

@test "under the limit it lives, over the limit it is killed" {
	need_group
	local mib=$((40 + RANDOM % 40))
	run -0 04_cgroup_mem -m "${mib}M" -a "$((mib - 4))M"
	assert_output ""
	run -137 04_cgroup_mem -m "${mib}M" -a "$((mib + 4))M"
	assert_output ""
}

@test "files in a tmpfs count like memory" {
	need_group
	local mib=$((40 + RANDOM % 40))
	run -0 04_cgroup_mem -m "${mib}M" -t -a "$((mib - 4))M"
	run -137 04_cgroup_mem -m "${mib}M" -t -a "$((mib + 4))M"
	run -0 04_cgroup_mem -t -a 1M sh -c 'ls -A /tmp; exit 0'
	refute_line boxlab
}

# Usage in bytes as the kernel tells it, while the -a process holds its part.
usage_of() {
	04_cgroup_mem "$@" sh -c "$(cat_group)
		cat /sys/fs/cgroup/*/\$(group)/memory.usage_in_bytes \
			/sys/fs/cgroup/*/*/\$(group)/memory.usage_in_bytes \
			/sys/fs/cgroup/\$(group)/memory.current 2>/dev/null; :"
}

@test "usage is within a tenth of what was allocated, both ways" {
	need_group
	local mib bytes option
	for option in "" -t; do
		mib=$((40 + RANDOM % 40))
		bytes=$(usage_of $option -a "${mib}M")
		[ "$bytes" -ge $((mib * 1048576 * 9 / 10)) ] ||
			fail "$mib MiB allocated, $bytes bytes counted"
		[ "$bytes" -le $((mib * 1048576 * 11 / 10)) ] ||
			fail "$mib MiB allocated, $bytes bytes counted"
	done
}

@test "the sum counts: what -a holds leaves less for the command" {
	need_group
	run -0 04_cgroup_mem -m 64M -a 1M dd if=/dev/zero of=/dev/null \
		bs=40M count=1
	run -137 04_cgroup_mem -m 64M -a 40M sh -c \
		'dd if=/dev/zero of=/dev/null bs=40M count=1 2>/dev/null
		 echo "$?"; kill -9 $$'
}

@test "4000000 bytes are rounded to pages, and that is no error" {
	need_group
	run -0 04_cgroup_mem -m 4000000 true
	run -0 04_cgroup_mem -m 4000000
	local page
	page=$(getconf PAGESIZE)
	assert_line --partial "got $((4000000 / page * page)): "
	assert_line --partial "$((4000000 / page)) whole pages of $page"
}

@test "sizes: 4M, 4m and 4000000 are good" {
	need_group
	local good
	for good in 4M 4m 4000000 4194304B 4096K; do
		run -0 04_cgroup_mem -m "$good" true
	done
}

@test "sizes: 4Mxyz, -1 and nothing at all are not" {
	local bad
	for bad in 4Mxyz -1 "" " 4M" 4MB 4.5M x 0x10; do
		run -125 04_cgroup_mem -m "$bad" true
		assert_output "04_cgroup_mem: -m '$bad': not a size like \
4000000 or 64M"
		run -125 04_cgroup_mem -a "$bad"
		assert_output --partial "-a '$bad': not a size"
	done
	run -125 04_cgroup_mem -m 99999999999999999999 true
	assert_output "04_cgroup_mem: -m '99999999999999999999': too large"
}

@test "the demonstration is true, and says who speaks" {
	need_group
	run -0 04_cgroup_mem
	assert_line --regexp '^host  ok  asked for 4000000 bytes, got [0-9]+: '
	assert_line --regexp '^box   ok  .* born in the group'
	assert_line --regexp '^box   ok  .* exit status is 137 .* I live$'
	assert_line --regexp '^host  ok  1 kill at the limit'
	assert_line --regexp '^host  ok  .*their sum is, and [12] died'
	assert_line --regexp '^host  ok  .* to a tmpfs'
	assert_line --regexp '^host  ok  frozen at beat ([0-9]+), .* at \1$'
	assert_line --regexp '^host  ok  thawed'
	assert_line --regexp '^host  ok  .*group is empty'
	assert_line --regexp '^host  ok  .*/boxlab-04-[^ ]* is gone$'
	refute_line --regexp '^(host|box ) +NO '
}

@test "the demonstration takes another limit, within bounds" {
	need_group
	run -0 04_cgroup_mem -m 5000001
	assert_line --partial "asked for 5000001 bytes"
	run -125 04_cgroup_mem -m 100K
	assert_output --partial "wants a limit of 2M to 64M"
	run -125 04_cgroup_mem -m 1T
	assert_output --partial "wants a limit of 2M to 64M"
}

@test "two demonstrations at once do not disturb each other" {
	need_group
	start one 04_cgroup_mem
	local one=$started
	run -0 04_cgroup_mem
	wait "$one" || fail "$(cat one.out)"
}

@test "many at once: none takes a group that another is still making" {
	need_group
	local pids=()
	for _ in {1..6}; do
		for _ in {1..12}; do 04_cgroup_mem true || echo failed; done \
			>>said 2>&1 3>&- &
		pids+=($!)
	done
	wait "${pids[@]}"
	run -0 cat said
	assert_output ""
}

@test "a process left behind in the group dies with it" {
	need_group
	run -0 04_cgroup_mem sh -c \
		'sleep 1000 >/dev/null 2>&1 3>&- & kill -0 $! && echo up'
	assert_output up
	nothing_runs
}

@test "TERM, HUP and INT end the box and take the group away" {
	need_group
	local signal status
	for signal in TERM:143 HUP:129 INT:130; do
		start_box
		status=0
		kill "-${signal%:*}" "$box"
		wait "$box" || status=$?
		assert_equal "$status" "${signal#*:}"
		gone "$group"
	done
}

@test "after nohup, HUP is ignored" {
	need_group
	start box nohup 04_cgroup_mem sh -c \
		'echo up; while [ ! -e end ]; do sleep 0.02; done; exit 7'
	local status=0
	wait_for grep -q up box.out
	kill -HUP "$started"
	touch end
	wait "$started" || status=$?
	assert_equal "$status" 7
}

# Gone, or a zombie that nobody has reaped yet: that has no environment.
dead() { ! grep -aqs . "/proc/$1/environ"; }

@test "KILL: the command dies too, and the next run sweeps the group" {
	need_group
	start_box
	kill -KILL "$box"
	wait "$box" || :
	wait_for dead "$(sed -n 2p box.out)"
	[ -n "$(dirs_of "$group")" ]
	run ! nothing_runs
	run -0 04_cgroup_mem -v true
	assert_output --partial "sweeping $group"
	gone "$group"
	nothing_runs
}

@test "the sweep leaves the groups of the living alone" {
	need_group
	start_box
	run -0 04_cgroup_mem -v true
	refute_output --partial sweeping
	[ -n "$(dirs_of "$group")" ]
	kill -0 "$box"
}

@test "a plain user without a delegated group is told what is missing" {
	local who=()
	if is_root; then
		copy_for_plain
		who=(as_plain "$PLAIN_BIN"/04_cgroup_mem)
	else
		04_cgroup_mem true 2>/dev/null && skip "a group is delegated"
		who=(04_cgroup_mem)
	fi
	run -125 "${who[@]}" true
	assert_line --regexp \
		'^04_cgroup_mem: /sys/fs/cgroup.*: Permission denied$'
	assert_line --partial "a plain user needs a delegated cgroup"
	assert_line --partial "make vm"
	run -125 "${who[@]}"
	assert_line --regexp '^host      memory: cgroup v[12], our groups go to /'
	assert_line --partial "a plain user needs a delegated cgroup"
	refute_line --regexp '^(host|box )  (ok|NO)'
}

@test "a plain user with a delegated group can do it all" {
	delegate
	copy_for_plain
	in_delegated "$PLAIN_BIN/04_cgroup_mem"
	assert_success
	assert_line --regexp "/$DELEGATED/boxlab-04-[^ ]* is gone$"
	refute_line --regexp '^(host|box ) +NO '
	in_delegated "$PLAIN_BIN/04_cgroup_mem" -m 40M -a 48M
	assert_failure 137
	in_delegated "$PLAIN_BIN/04_cgroup_mem" -m 40M -a 36M -t id -u
	assert_success
	assert_output 65534
	in_delegated "$PLAIN_BIN/04_cgroup_mem" cat /proc/self/cgroup
	assert_line --regexp "/$DELEGATED/boxlab-04-[^/]*$"
}

@test "where the cgroup file systems are hidden, the error says so" {
	local map=()
	is_root || map=(-r)
	run -125 unshare -m "${map[@]}" sh -c \
		'mount -t tmpfs tmpfs /sys/fs/cgroup && exec 04_cgroup_mem true'
	assert_output --partial "04_cgroup_mem: no memory controller"
	assert_output --partial "make vm"
}

@test "where only the memory controller is missing, the error says so" {
	need_root
	need_v1
	run -125 unshare -m --propagation private sh -c \
		'umount /sys/fs/cgroup/memory && exec 04_cgroup_mem true'
	assert_output --partial "04_cgroup_mem: no memory controller"
}

@test "a cgroup namespace changes nothing for root" {
	need_root
	run -0 unshare -C 04_cgroup_mem -m 4M true
	run -137 unshare -C 04_cgroup_mem -m 40M -a 48M
}

@test "the command's arguments are its own, and so is its exit status" {
	need_group
	run -0 04_cgroup_mem echo -n "$TOKEN" -m
	assert_output "$TOKEN -m"
	run -42 04_cgroup_mem sh -c 'exit 42'
	run -143 04_cgroup_mem sh -c 'kill -TERM $$'
	run -127 04_cgroup_mem "/nonexistent/$TOKEN"
	run -126 04_cgroup_mem /
}

@test "with a command it is silent; -v narrates on stderr" {
	need_group
	run -0 --separate-stderr 04_cgroup_mem -m 64M -a 1M true
	assert_output ""
	assert_equal "$stderr" ""
	run -0 --separate-stderr 04_cgroup_mem -v -a 32M echo out
	assert_output out
	assert_regex "$stderr" "host  .*made the group boxlab-04-"
	assert_regex "$stderr" "host  .*3[0-9]{7} bytes in use"
}

@test "options: -h is help, an unknown one is an error" {
	run -0 04_cgroup_mem -h
	assert_output --partial "usage: 04_cgroup_mem"
	run -125 04_cgroup_mem -Z
	assert_output --partial "usage: 04_cgroup_mem"
	run -125 04_cgroup_mem -m
	assert_output --partial "usage: 04_cgroup_mem"
	run -125 04_cgroup_mem -t true
	assert_output "04_cgroup_mem: -t needs -a: how much to write"
}

# The mechanism itself.

@test "each controller is looked for by itself" {
	run -0 cgroup_driver version memory , version nosuch , version mem
	assert_line "memory $(memory_version)"
	assert_line "nosuch 0"
	assert_line "mem 0"
}

@test "a group is made everywhere or nowhere, and names are checked" {
	need_group
	local dirs bad first
	run -1 cgroup_driver create "$TOKEN" , create "$TOKEN"
	assert_output "create EEXIST"
	dirs=$(dirs_of "$TOKEN" | wc -l)
	[ "$dirs" -ge 1 ]

	# Taken in one hierarchy only: that one stays, no other is made.
	first=$(dirs_of "$TOKEN" | head -n 1)
	cgroup_driver remove "$TOKEN"
	gone "$TOKEN"
	mkdir "$first"
	run -1 cgroup_driver create "$TOKEN"
	assert_output "create EEXIST"
	assert_equal "$(dirs_of "$TOKEN")" "$first"
	run -0 cgroup_driver remove "$TOKEN"
	gone "$TOKEN"
	for bad in "" . .. "../$TOKEN" "a/$TOKEN"; do
		run -1 cgroup_driver create "$bad"
		assert_output "create EINVAL"
	done
}

@test "a group for some controllers is made, joined and removed there alone" {
	need_group
	[ "$(memory_version)" = 1 ] || skip "cgroup v1 memory on a v2 machine"
	cgroup_driver create "$TOKEN" ,memory,pids
	run -0 dirs_of "$TOKEN"
	assert_equal "${#lines[@]}" 2
	assert_line --partial /memory/
	assert_line --partial /pids/
	run -0 cgroup_driver add "$TOKEN" 0 , run cat /proc/self/cgroup
	assert_line --regexp "^[0-9]+:memory:.*/$TOKEN$"
	assert_line --regexp "^[0-9]+:pids:.*/$TOKEN$"
	refute_line --regexp "^[0-9]+:freezer:.*/$TOKEN$"
	run -1 cgroup_driver set "$TOKEN" cpu_shares 2048
	assert_output "set ENOENT"
	cgroup_driver remove "$TOKEN"
	gone "$TOKEN"

	# Not memory either, for a controller that the name begins with.
	run -1 cgroup_driver create "$TOKEN" mem,,none
	assert_output "create ENODEV"
	run -1 cgroup_driver add "$TOKEN" 0
	assert_output "add ENOENT"
	gone "$TOKEN"
}

@test "every knob arrives in its file, in the form of this version" {
	need_group
	local g=$TOKEN
	cgroup_driver create "$g" , max "$g" 64M , set "$g" memory_swap 100663296 , \
		set "$g" memory_low 33554432 , set "$g" cpu_quota 50000 , \
		set "$g" cpu_shares 2048 , set "$g" pids_max 77 , \
		set "$g" cpuset_cpus 0 , set "$g" cpuset_mems 0
	if [ "$(memory_version)" = 1 ]; then
		file_is memory.limit_in_bytes 67108864
		file_is memory.memsw.limit_in_bytes 100663296
		file_is memory.soft_limit_in_bytes 33554432
		file_is cpu.cfs_quota_us 50000
		file_is cpu.cfs_period_us 100000
		file_is cpu.shares 2048
	else
		file_is memory.max 67108864
		file_is memory.swap.max 33554432
		file_is memory.low 33554432
		file_is cpu.max "50000 100000"
		file_is cpu.weight 200
	fi
	file_is pids.max 77
	file_is cpuset.cpus 0
	file_is cpuset.mems 0
	if [ -n "$(find /sys/fs/cgroup -path "*/$g/*.bfq.weight")" ]; then
		cgroup_driver set "$g" io_weight 200
		run cat "$(find /sys/fs/cgroup -path "*/$g/*.bfq.weight")"
		assert_line --regexp '^(default )?200$'
	else
		run -1 cgroup_driver set "$g" io_weight 200
		assert_output --regexp '^set (ENOENT|ENODEV)$'
	fi
	run -1 cgroup_driver set "$g" pids_max "x$TOKEN"
	assert_output "set EINVAL"
	cgroup_driver remove "$g"
}

file_is() {
	local file
	file=$(find /sys/fs/cgroup -path "*/$TOKEN/$1")
	assert_exists "$file"
	assert_equal "$(cat "$file")" "$2"
}

@test "devices are refused and allowed in v1, ENOTSUP in v2" {
	need_group
	if [ "$(memory_version)" = 2 ]; then
		run -1 cgroup_driver create "$TOKEN" , set "$TOKEN" devices_deny a
		assert_output "set EOPNOTSUPP"
		cgroup_driver remove "$TOKEN"
		return
	fi
	need_root
	cgroup_driver create "$TOKEN" , set "$TOKEN" devices_deny a , \
		set "$TOKEN" devices_allow "c 1:3 rwm"
	run -0 cgroup_driver add "$TOKEN" 0 , run sh -c \
		'echo x >/dev/null && ! cat /dev/zero 2>/dev/null'
	cgroup_driver remove "$TOKEN"
}

@test "a process limit holds" {
	need_group
	cgroup_driver create "$TOKEN" , set "$TOKEN" pids_max 3
	# bash would try again and again.
	run cgroup_driver add "$TOKEN" 0 , run busybox sh -c 'exec 3>&-
		for i in 1 2 3 4; do sleep 1000 >/dev/null 2>&1 & done'
	assert_failure
	assert_output --partial fork
	cgroup_driver kill "$TOKEN" , remove "$TOKEN"
}

@test "another process is moved, into every hierarchy; busy groups stay" {
	need_group
	cgroup_driver create "$TOKEN"
	start sleeper sleep 1000
	cgroup_driver add "$TOKEN" "$started"
	local dir
	for dir in $(dirs_of "$TOKEN"); do
		assert_equal "$(cat "$dir/cgroup.procs")" "$started"
	done
	dirs_of "$TOKEN" >before
	run -1 cgroup_driver remove "$TOKEN"
	assert_output "remove EBUSY"
	assert_equal "$(dirs_of "$TOKEN")" "$(cat before)"
	cgroup_driver kill "$TOKEN" , remove "$TOKEN"
	gone "$TOKEN"
	run -1 cgroup_driver add "$TOKEN" 0
	assert_output "add ENOENT"
	run -1 cgroup_driver kill "$TOKEN"
	assert_output "kill ENOENT"
	run -0 cgroup_driver remove "$TOKEN"
}

@test "memory tells limit, use, peak and kills" {
	need_group
	cgroup_driver create "$TOKEN"
	run -0 cgroup_driver memory "$TOKEN"
	assert_output --regexp \
		'^limit 18446744073709551615 current [0-9]+ peak [0-9]+ kills 0$'
	cgroup_driver max "$TOKEN" 32M , set "$TOKEN" memory_swap 33554432
	run -137 cgroup_driver add "$TOKEN" 0 , \
		run dd if=/dev/zero of=/dev/null bs=40M count=1
	run -0 cgroup_driver memory "$TOKEN"
	assert_output --regexp '^limit 33554432 .* kills 1$'
	local peak=${output#*peak }
	[ "${peak% kills*}" -gt 30000000 ]
	[ "${peak% kills*}" -le 33554432 ]
	cgroup_driver remove "$TOKEN"
}

grown() { [ "$(stat -c %s inner outer)" != "$1" ]; }

# Freeze, thaw and kill a group of processes that never rest.
freeze_and_kill() {
	local a b
	cgroup_driver create "$TOKEN"
	start beater "${@:-cgroup_driver}" add "$TOKEN" 0 , run sh -c '
		(while :; do echo; done >inner) &
		while :; do echo; done >outer'
	wait_for test -s outer -a -s inner
	cgroup_driver freeze "$TOKEN"
	a=$(stat -c %s inner outer)
	sleep 0.2
	b=$(stat -c %s inner outer)
	assert_equal "$b" "$a"
	cgroup_driver thaw "$TOKEN"
	wait_for grown "$a"

	# A frozen group can be killed as well.
	cgroup_driver freeze "$TOKEN" , kill "$TOKEN" , remove "$TOKEN"
	gone "$TOKEN"
	rm inner outer
}

@test "frozen means no progress, thawed means progress, killed means gone" {
	need_group
	freeze_and_kill
}

# The same with nothing but the v2 tree in sight, as a script in a mount
# namespace of its own: freezing and killing need no controller there.
@test "v2's freezing and killing work on a hybrid machine's v2 tree" {
	need_root
	[ -e /sys/fs/cgroup/unified/cgroup.procs ] ||
		skip "no hybrid cgroups here"
	cat >hide <<-'END'
		for dir in /sys/fs/cgroup/*/; do
			[ "$dir" = /sys/fs/cgroup/unified/ ] || umount "$dir"
		done
		exec "$@"
	END
	hidden=(unshare -m --propagation private
		sh "$BATS_TEST_TMPDIR/hide" cgroup_driver)
	run -0 "${hidden[@]}" version freezer , version memory
	assert_line "freezer 2"
	assert_line "memory 0"
	cgroup_driver() { "${hidden[@]}" "$@"; }
	freeze_and_kill "${hidden[@]}"
}

crowded() {
	local dir
	dir=$(dirs_of "$TOKEN" | head -n 1)
	[ "$(wc -l <"$dir/cgroup.procs")" -gt 30 ]
}

@test "killing outruns processes that fork" {
	need_group
	cgroup_driver create "$TOKEN" , set "$TOKEN" pids_max 64
	start bomb cgroup_driver add "$TOKEN" 0 , run sh -c '
		bomb() { while :; do bomb & sleep 0.01; done; }; bomb'
	wait_for crowded
	cgroup_driver kill "$TOKEN" , remove "$TOKEN"
	gone "$TOKEN"
	nothing_runs
}

@test "cgroup_open gives the v2 directory, and ENOTSUP on v1" {
	need_group
	cgroup_driver create "$TOKEN"
	if [ "$(memory_version)" = 1 ]; then
		run -1 cgroup_driver open "$TOKEN"
		assert_output "open EOPNOTSUPP"
	else
		run -0 cgroup_driver open "$TOKEN"
	fi
	cgroup_driver remove "$TOKEN"
}

@test "v2: a shell that stands in the delegated group steps aside" {
	need_v2
	delegate
	copy_for_plain
	in_delegated "$PLAIN_BIN/04_cgroup_mem" -m 8M cat /proc/self/cgroup
	assert_success
	assert_output --regexp "^0::/.*$DELEGATED/boxlab-04-[^/]*$"
	assert_exists "/sys/fs/cgroup/$DELEGATED/boxlab-host"
}
