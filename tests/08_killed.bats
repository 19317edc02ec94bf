#!/usr/bin/env bats
# box when it is killed, and when others start at the same moment.

# shellcheck disable=SC2016,SC2154 # for the box's shell; set by run and lib
# shellcheck disable=SC2030,SC2031 # each test has its own STARTED
load lib/box
# shellcheck disable=SC2034 # read by lib/box
NETWORK=()

# What is still dying holds its lock, and without root cannot be seen.  And of a
# sweep that was killed itself what it had frozen waits for the next.
swept() { box ps >/dev/null && nothing_runs && no_leftovers; }

@test "killed with KILL, the box dies at once and the next command sweeps" {
	start_box one --name "$TOKEN" busybox sh -c "
		sleep 600 & (sleep 600 &) ; setsid sleep 600 & $STAY"
	kill -KILL "$box"
	assert_end 137
	wait_for nothing_runs
	run -0 box ps -a
	assert_equal "${#lines[@]}" 1
	no_leftovers
	no_group_more
}

@test "killed with KILL and not --rm, the container is kept as killed" {
	start one box run -q --name "$TOKEN" -e BOXLAB_TEST_TOKEN busybox \
		sh -c "$STAY"
	wait_for grep -q up one.out
	kill -KILL "$started"
	wait_for nothing_runs
	run -0 box ps -a
	assert_line --index 1 --regexp "exited 137 +$TOKEN\$"
	box rm "$TOKEN"
	no_leftovers
}

@test "killed with KILL under --init, with -t, as another user" {
	local option
	for option in --init --tty --interactive; do
		start_box "box$option" "$option" busybox sh -c "$STAY"
		kill -KILL "$box"
		assert_end 137
		wait_for nothing_runs
	done
}

@test "killed half-way, at any moment, nothing survives a sweep" {
	local i pid
	for ((i = 0; i < 40; i++)); do
		box run -q --rm -e BOXLAB_TEST_TOKEN busybox sh -c \
			'while :; do sleep 0.05; done' >out 2>&1 3>&- &
		pid=$!
		sleep "0.00$((i / 4))$((i % 4 * 25))"
		kill -KILL "$pid"
		wait "$pid" 2>/dev/null || :
	done
	wait_for swept || fail "$(leftovers)"
	wait_for no_group_more
}

@test "TERM, INT or HUP half-way: nothing is left, or the next one sweeps" {
	local i pid signals=(TERM INT HUP)
	for ((i = 0; i < 30; i++)); do
		env --default-signal box run -q --rm -e BOXLAB_TEST_TOKEN \
			busybox sleep 0.02 >out 2>&1 3>&- &
		pid=$!
		sleep "0.00$((i / 3))"
		kill -s "${signals[i % 3]}" "$pid" 2>/dev/null || :
		wait "$pid" 2>/dev/null || :
	done
	wait_for swept || fail "$(leftovers)"
	wait_for no_group_more
}

@test "TERM that a box ignores leaves it running; KILL is always enough" {
	start_box one busybox sh -c "trap '' TERM; $STAY"
	kill -TERM "$box"
	kill -TERM "$box"
	run -0 box ps
	assert_equal "${#lines[@]}" 2
	kill -KILL "$box"
	assert_end 137
	wait_for nothing_runs
}

@test "its process 1 killed from outside, box says 137 and cleans up" {
	local pid
	start_box one busybox sh -c "$STAY"
	pid=$(pgrep -P "$box")
	is_root || kill -0 "$pid" 2>/dev/null || skip "needs root"
	kill -KILL "$pid"
	assert_end 137
	no_leftovers
	no_group_more
}

@test "ten at once: each has its own id, name and address" {
	local i
	for i in {1..10}; do
		box run -q --rm -e BOXLAB_TEST_TOKEN busybox sh -c 'echo id $HOSTNAME
			ip -4 -o addr show eth0 2>/dev/null |
				grep -oE "10[.]16[.]8[.][0-9]+/"
			touch /up; while [ ! -e /stop ]; do sleep 0.05; done' \
			>"out$i" 2>&1 3>&- &
		STARTED+=($!)
	done
	all_up() {
		[ "$(cat out* | grep -c '^id')" = 10 ] &&
			{ ! is_root || [ "$(cat out* | grep -c '^10')" = 10 ]; }
	}
	wait_for all_up
	run -0 bash -c 'cat out* | sort | uniq -d'
	assert_output ""
	run -0 box ps
	assert_equal "${#lines[@]}" 11
	kill -KILL "${STARTED[@]}"
	wait_for nothing_runs
}

@test "ten at once end as one does" {
	local i
	for i in {1..10}; do
		box run -q --rm busybox sh -c "exit $i" >"out$i" 2>&1 3>&- &
		STARTED[i]=$!
	done
	for i in {1..10}; do
		status=0
		wait "${STARTED[i]}" || status=$?
		assert_equal "$i $status $(cat "out$i")" "$i $i "
	done
	STARTED=()
	no_leftovers
}

@test "two at once with one name: exactly one wins" {
	local i
	for i in {1..8}; do
		box run -q --rm --name "$TOKEN" -e BOXLAB_TEST_TOKEN busybox \
			sh -c "$STAY" >"out$i" 2>&1 3>&- &
		STARTED+=($!)
	done
	seven_lost() { [ "$(grep -l 'is taken' out* | wc -l)" = 7 ]; }
	wait_for seven_lost
	one_up() { [ "$(grep -lx up out* | wc -l)" = 1 ]; }
	wait_for one_up
	run -0 box ps
	assert_equal "${#lines[@]}" 2
}

@test "sweeping while others start harms nobody" {
	local round
	while [ ! -e stop ]; do
		box ps >/dev/null || touch failed
	done 3>&- &
	STARTED=($!)
	for round in {1..20}; do
		run -0 boxed busybox echo "$round"
		assert_output "$round"
	done
	touch stop
	wait "${STARTED[0]}"
	assert_not_exists failed
	STARTED=()
	no_leftovers
}
