#!/usr/bin/env bats
# box run -m, --cpus, --cpuset-cpus, --pids-limit: read inside, and enforced.

# shellcheck disable=SC2016,SC2154 # for the box's shell; set by run and lib
load lib/box

@test "-m: the limit can be read inside" {
	need_limits
	local file
	file=$(group_file memory/memory.limit_in_bytes memory.max)
	run -0 boxed -m 64M busybox cat "$file"
	assert_output 67108864
	run -0 boxed --memory 33554432 busybox cat "$file"
	assert_output 33554432
	run -0 boxed -m 1g busybox cat "$file"
	assert_output 1073741824
}

@test "-m: within the limit all is well, beyond it the box dies" {
	need_limits
	run -0 boxed -m 64M busybox dd if=/dev/zero of=/dev/null bs=32M count=1
	run -137 boxed -m 16M busybox dd if=/dev/zero of=/dev/null bs=32M count=1
	run -0 boxed busybox dd if=/dev/zero of=/dev/null bs=32M count=1
}

@test "-m: what is killed may be a part of the box only" {
	need_limits
	run -0 boxed -m 16M busybox sh -c '
		dd if=/dev/zero of=/dev/null bs=32M count=1; echo $?'
	assert_line 137
}

@test "-m: swap is no way around it" {
	need_limits
	local file
	file=$(group_file memory/memory.memsw.limit_in_bytes memory.swap.max)
	run -0 boxed -m 16M busybox sh -c "[ ! -e $file ] || cat $file"
	case $file:$output in
	*:) ;; # a kernel without swap accounting
	*memsw*) assert_output 16777216 ;;
	*) assert_output 0 ;;
	esac
}

@test "-m: files in a tmpfs of the box count" {
	need_limits
	run boxed -m 16M --tmpfs /t:size=100m busybox \
		dd if=/dev/zero of=/t/file bs=1M count=32
	[ "$status" -ne 0 ]
	run -0 boxed -m 64M --tmpfs /t:size=100m busybox \
		dd if=/dev/zero of=/t/file bs=1M count=32
}

@test "--cpus: a share of the time" {
	need_limits
	local quota stat
	quota=$(group_file cpu/cpu.cfs_quota_us cpu.max)
	stat=$(group_file cpu/cpu.stat cpu.stat)
	run -0 boxed --cpus 0.5 busybox cat "$quota"
	assert_output --regexp '^50000( 100000)?$'
	run -0 boxed --cpus 1.5 busybox cat "$quota"
	assert_output --regexp '^150000( 100000)?$'
	run -0 boxed --cpus 2 busybox cat "$quota"
	assert_output --regexp '^200000( 100000)?$'
	run -0 boxed --cpus 0.1 busybox sh -c \
		"timeout 0.4 sh -c 'while :; do :; done'; cat $stat"
	run -0 awk '$1 == "nr_throttled" && $2 > 0' <<<"$output"
	assert_output --partial nr_throttled
}

@test "--cpuset-cpus: these processors and no other" {
	need_limits
	run -0 boxed --cpuset-cpus 0 busybox sh -c \
		'nproc; grep Cpus_allowed_list /proc/self/status'
	assert_line --index 0 1
	assert_line --index 1 --regexp ':.0$'
	run -1 boxed --cpuset-cpus 0 busybox taskset -c 1 true
	run -125 boxed --cpuset-cpus 4000 busybox echo ran
	assert_output --regexp '^box: --cpuset-cpus 4000: '
	run -125 boxed --cpuset-cpus x busybox echo ran
	assert_output --regexp '^box: --cpuset-cpus x: '
	run -125 boxed --cpuset-cpus "" busybox echo ran
	refute_line ran
}

@test "--pids-limit: 2048 unless told otherwise" {
	need_limits
	local file
	file=$(group_file pids/pids.max pids.max)
	run -0 boxed busybox cat "$file"
	assert_output 2048
	run -0 boxed --pids-limit 7 busybox cat "$file"
	assert_output 7
}

@test "--pids-limit: no process more, and the box survives" {
	need_limits
	run -0 boxed --pids-limit 5 busybox sh -c '
		(for i in 1 2 3 4 5 6 7 8; do sleep 60 & done) 2>&1
		set -- /proc/[0-9]*; echo "$# processes"
		kill -KILL -1; wait; echo alive'
	assert_line --partial "can't fork"
	assert_line alive
	assert_line "4 processes" # and the subshell that died of it
	run -0 boxed --pids-limit 1 busybox true
}

@test "a fork bomb ends with its box" {
	need_limits
	run -137 timeout -s KILL 3 box run -q --rm -e BOXLAB_TEST_TOKEN \
		--pids-limit 50 busybox sh -c 'b() { b | b & }; b 2>/dev/null
		while :; do :; done'
	wait_for nothing_runs
	box ps
	no_leftovers
}

@test "limits hold together, from the first process on" {
	need_limits
	run -0 boxed -m 32M --pids-limit 9 --cpus 1 --cpuset-cpus 0 busybox \
		cat "$(group_file memory/memory.limit_in_bytes memory.max)" \
		"$(group_file pids/pids.max pids.max)" \
		"$(group_file cpu/cpu.cfs_quota_us cpu.max)" \
		"$(group_file cpuset/cpuset.cpus cpuset.cpus)"
	assert_line --index 0 33554432
	assert_line --index 1 9
	assert_line --index 2 --regexp '^100000'
	assert_line --index 3 0
}

@test "each box has a group of its own, gone when it ends" {
	need_limits
	start_box one busybox sh -c "$STAY"
	start_box two busybox sh -c "$STAY"
	read_host
	run comm -13 <(sort <<<"$GROUPS_BEFORE") <(sort <<<"$HOST_GROUPS")
	[ "$(grep -o 'boxlab-[0-9a-f]*' <<<"$output" | sort -u | wc -l)" -ge 2 ]
	kill -KILL "${STARTED[@]}"
	wait_for nothing_runs
	box ps
	wait_for no_group_more
}

@test "sizes: what is one, and what not" {
	local size
	for size in "" 0 -1 12x 64MB 1.5G " 64M" 0x10 M 64MM 99999999999999G; do
		run -125 boxed -m "$size" busybox echo ran
		assert_output --regexp '^box: -m '
		assert_equal "${#lines[@]}" 1
		refute_line ran
	done
}

@test "processors: what is a number of them, and what not" {
	local cpus
	for cpus in "" 0 0.0 -1 +1 1e3 inf nan 0x1 1.5.2 . 1,5 99999 0.001; do
		run -125 boxed --cpus "$cpus" busybox echo ran
		assert_output --partial "box: --cpus $cpus: "
		assert_equal "${#lines[@]}" 1
	done
}

@test "processes: what is a number of them, and what not" {
	local pids
	for pids in "" 0 -1 1x 99999999 1.5 +; do
		run -125 boxed --pids-limit "$pids" busybox echo ran
		assert_output --partial "box: --pids-limit $pids: "
		assert_equal "${#lines[@]}" 1
	done
}

@test "without root a limit is refused clearly, not forgotten" {
	need_plain
	local limit
	! boxed --pids-limit 9 busybox true 2>/dev/null || skip "needs root"
	for limit in "-m 64M" "--cpus 1" "--cpuset-cpus 0" "--pids-limit 9"; do
		# shellcheck disable=SC2086 # two words
		run -125 boxed $limit busybox echo ran
		assert_output --partial "no limits: "
		assert_output --partial delegated
		assert_output --partial "make vm"
		assert_equal "${#lines[@]}" 1
	done
	run -0 boxed busybox echo ran
	assert_output ran
}

@test "groups that a privileged box has made go with it" {
	need_root
	run -0 box_keep --name "$TOKEN" --privileged busybox sh -c '
		cd /sys/fs/cgroup/memory 2>/dev/null || cd /sys/fs/cgroup
		mkdir -p made/within && echo made'
	assert_output --partial made
	no_group_more
	run -0 box start "$TOKEN"
	run -0 box wait "$TOKEN"
	box rm "$TOKEN"
	no_group_more
}

# As an exec does that comes late: in one of the hierarchies of version 1.
@test "who joins the group while the box ends does not keep it there" {
	need_root
	local group
	group=$(dirname "$(group_file cpu/cpu.cfs_quota_us cpu.max)")
	detach --rm busybox sleep 600
	group+=/boxlab-$id
	bash -c 'echo 0 >"$1/cgroup.procs" && exec sleep 0.4' bash "$group" &
	wait_for grep -qx $! "$group/cgroup.procs"
	box stop -t 0 "$id"
	no_group_more
	wait
}

# Another session of the same user's has another group that is delegated.
@test "without root, exec is in the box's group, whoever calls it, or refused" {
	need_root
	[ "$(memory_version)" = 2 ] || skip "cgroup v2 memory on a v1 machine"
	as_plain test -x "$BOXLAB_BIN/box" || skip "needs a readable build"
	local top=/sys/fs/cgroup/boxlab-test-$TOKEN
	BOXLAB_HOME=$(mktemp -d)
	chown 65534 "$BOXLAB_HOME"
	mkdir "$top"
	echo "+memory +pids" >"$top/cgroup.subtree_control"
	mkdir "$top"/{one,two}
	chown 65534 "$top"/{one,two}{,/cgroup.{procs,subtree_control}}
	within() {
		(echo 0 >"$top/$1/cgroup.procs" && shift && as_plain "$@")
	}
	within one timeout -s KILL 20 box run -q -d -m 64M --name "$TOKEN" \
		-e BOXLAB_TEST_TOKEN "${NETWORK[@]}" busybox sleep 600
	run -125 within two box exec "$TOKEN" cat /proc/self/cgroup
	assert_output --partial "or is it of another session?"
	chown 65534 "$top/cgroup.procs"
	run -0 within two box exec "$TOKEN" cat /proc/self/cgroup
	assert_output 0::/
	within two box rm -f "$TOKEN"
	find "$top/one" -mindepth 1 -depth -type d -exec rmdir {} +
	rmdir "$top"/{one,two} "$top"
	rm -r "$BOXLAB_HOME"
}
