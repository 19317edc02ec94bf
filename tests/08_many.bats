#!/usr/bin/env bats
# Many containers at once, and what becomes of them when something is killed.

# shellcheck disable=SC2016,SC2154 # for the box's shell; set by run and lib
# shellcheck disable=SC2030,SC2031,SC2034 # each test has its own
load lib/box

teardown() {
	remove_all
	box_teardown
}

# What is still dying holds its lock, and without root cannot be seen.
swept() { box ps >/dev/null && nothing_runs && no_leftovers; }

@test "fifty started at once: all run, none is lost, nothing is left" {
	local i pids=()
	for i in {1..50}; do
		box run -q -d "${NETWORK[@]}" -e BOXLAB_TEST_TOKEN \
			--name "n$i" busybox sh -c "echo I am $i; sleep 600" \
			>"id$i" 2>"err$i" 3>&- &
		pids+=($!)
	done
	wait "${pids[@]}"
	run -0 bash -c 'cat err*'
	assert_output ""
	run -0 bash -c 'cat id* | sort -u | wc -l'
	assert_output 50
	run -0 box ps -q
	assert_equal "${#lines[@]}" 50
	for i in {1..50}; do
		wait_for log_has "n$i" "^I am $i\$"
	done
	# Taken away all at once, too.
	pids=()
	for i in {1..50}; do
		box rm -f "n$i" >"out$i" 2>&1 &
		pids+=($!)
	done
	wait "${pids[@]}"
	run -0 bash -c 'cat out* | sort -u | wc -l'
	assert_output 50
	no_leftovers || fail "$(leftovers)"
	no_group_more
}

# two_hundred OPTION ...: as many boxes, started at once, box N by "box run" in
# a process of its own.  Where there is a bridge, all but each tenth are on it.
two_hundred() {
	local i kind pids=()
	for i in {1..200}; do
		kind=none
		! is_root || ((i % 10 == 0)) || kind=bridge
		box run -q --network $kind -e BOXLAB_TEST_TOKEN -e N="$i" \
			--name "n$i" "$@" >"out$i" 2>"err$i" 3>&- &
		pids+=($!)
	done
	for i in "${pids[@]}"; do
		wait "$i" || echo "status $?" >>err0
	done
	cat err*
}

cables() { ip -o link show master "$BRIDGE" | wc -l; }
no_cables() { [ "$(cables)" -eq 0 ]; }

@test "two hundred started at once: all run, each as itself, nothing is left" {
	local i pids=()
	run -0 two_hundred -d busybox sh -c 'echo "I am $N"
		ip -4 -o addr show | sed -n "s/.*eth0 *inet //p"; echo told
		sleep 600'
	assert_output ""
	run -0 box ps -q
	assert_equal "$(sort -u <<<"$output")" "$(sort out*)"
	assert_equal "${#lines[@]}" 200
	for i in {1..200}; do
		wait_for log_has "n$i" told
		box logs "n$i" >>said
	done
	assert_equal "$(grep "^I am" said)" "$(seq -f 'I am %g' 200)"

	# On the bridge each has an address of its own, which leads to it.
	if is_root; then
		grep -oE '^10[.]16[.]8[.][0-9]+' said | sort -u >addresses
		assert_equal "$(wc -l <addresses)" 180
		assert_equal "$(cables)" 180
		run -0 boxed --network bridge -v "$PWD/addresses:/all:ro" \
			busybox sh -c 'while read -r a; do
				ping -c 1 -W 5 "$a" >/dev/null || echo "$a"
			done </all'
		assert_output ""
	fi

	for i in {1..200}; do
		box rm -f "n$i" >"out$i" 2>&1 3>&- &
		pids+=($!)
	done
	wait "${pids[@]}"
	assert_equal "$(cat out* | sort -V)" "$(seq -f 'n%g' 200)"
	no_leftovers || fail "$(leftovers)"
	no_group_more
	nothing_runs
	! is_root || wait_for no_cables
}

@test "two hundred in front, at once: what each says and its end are its own" {
	local i
	run two_hundred --rm busybox sh -c \
		'echo "I am $N"; exit $((N % 100 + 1))'
	assert_equal "$(sort -V <<<"$output")" "$(for i in {1..200}; do
		echo "status $((i % 100 + 1))"
	done | sort -V)"
	assert_equal "$(cat out* | sort -V)" "$(seq -f 'I am %g' 200)"
	no_leftovers || fail "$(leftovers)"
	no_group_more
	! is_root || wait_for no_cables
}

@test "two want to remove, start or stop the same one at once" {
	local i
	for i in 1 2 3 4 5; do
		box_keep --name "$TOKEN" busybox true
		for j in 1 2 3; do
			box rm "$TOKEN" >"out$j" 2>&1 &
		done
		wait
		assert_equal "$(grep -hcx "$TOKEN" out? | paste -sd + | bc)" 1
		no_leftovers
	done
	box_keep --name "$TOKEN" busybox sleep 0
	for i in 1 2 3 4; do
		box start "$TOKEN" >"out$i" 2>&1 &
	done
	wait
	run -0 bash -c 'grep -lE "^[0-9a-f]{12}$" out? | wc -l'
	[ "$output" -ge 1 ]
	refute_regex "$(cat out?)" "[Ss]egm|No such file"
	box wait "$TOKEN"
	detach --name "s$TOKEN" busybox sleep 600
	for i in 1 2 3 4; do box stop -t 0 "s$TOKEN" >"out$i" & done
	wait
	run -0 bash -c 'cat out? | sort | uniq -c'
	assert_output --regexp "^ *4 s$TOKEN\$"
}

@test "the supervisor killed: the box dies, all see it, and it can be started" {
	detach --name "$TOKEN" busybox sh -c "sleep 600 & $STAY"
	wait_for log_has "$TOKEN" up
	start waiter box wait "$TOKEN"
	start_pid=$started
	start inside box exec "$TOKEN" sleep 600
	kill -KILL "$(fact "$TOKEN" supervisor)"
	wait_for ended "$start_pid"
	assert_equal "$(cat waiter.out)" 137
	run -0 box ps -a
	assert_line --index 1 --regexp 'Exited \(137\)'
	wait_for ended "$started"
	run -0 box start "$TOKEN"
	run -0 box ps -q
	assert_output "$id"
}

@test "the supervisor killed with --rm: nothing is left" {
	detach --rm --name "$TOKEN" busybox sh -c "$STAY"
	kill -KILL "$(fact "$TOKEN" supervisor)"
	wait_for swept
	no_group_more
}

@test "a supervisor killed half-way, at any moment: nothing stays of it" {
	local i pid
	for ((i = 0; i < 30; i++)); do
		setsid box run -q -d --rm -e BOXLAB_TEST_TOKEN "${NETWORK[@]}" \
			busybox sleep 600 >out 2>&1 3>&- &
		sleep "0.00$((i / 3))$((i % 3 * 30))"
		pid=$(pgrep -f "box run .*sleep 600" | tail -n 1) || :
		[ -z "$pid" ] || kill -KILL "$pid" 2>/dev/null || :
		wait
		wait_for remove_all # what is listed may be gone a moment later
	done
	wait_for swept || fail "$(leftovers)"
	wait_for no_group_more
}

@test "after a reboot what ran is known to have ended" {
	local facts
	detach --name "$TOKEN" busybox sleep 600
	facts=$BOXLAB_HOME/containers/$id/facts
	kill -KILL "$(fact "$TOKEN" supervisor)"
	wait_for nothing_runs
	# As if it were of another boot, and its numbers were others' now.
	sed -i "s/^boot .*/boot $TOKEN/; s/^pid .*/pid $$/
		s/^supervisor .*/supervisor $$/" "$facts"
	run -0 box ps -a
	assert_line --index 1 --regexp 'Exited \(255\)'
	run -0 box start "$TOKEN"
}

@test "a number that another process has by now is left alone" {
	local facts
	detach --name "$TOKEN" busybox sleep 600
	facts=$BOXLAB_HOME/containers/$id/facts
	# Not of the same hundredth of a second, which is how starts are told.
	until start sentinel sleep 600 && [ "$(cut -d ' ' -f 22 \
		"/proc/$started/stat")" != "$(fact "$TOKEN" pid_start)" ]; do
		:
	done
	cp "$facts" saved
	sed -i "s/^pid .*/pid $started/" "$facts"
	run -125 box kill "$TOKEN"
	assert_output "box: $TOKEN is not running (box start $TOKEN)"
	run -125 box exec "$TOKEN" true
	assert_output --partial "is not running"
	kill -0 "$started"
	cp saved "$facts"
	box rm -f "$TOKEN"
}

@test "rubbish in a container's files harms nobody" {
	local file
	box_keep --name "$TOKEN" busybox true
	id=$(readlink "$BOXLAB_HOME/names/$TOKEN")
	for file in facts config; do
		cp "$BOXLAB_HOME/containers/$id/$file" saved
		for rubbish in "" x $'pid x\n' "$(printf 'name %0500d' 1)"; do
			printf %s "$rubbish" \
				>"$BOXLAB_HOME/containers/$id/$file"
			run box ps -a
			[ "$status" -eq 0 ]
			run box inspect "$TOKEN"
			[ "$status" -eq 125 ]
			run box start "$TOKEN"
			[ "$status" -eq 125 ]
		done
		cp saved "$BOXLAB_HOME/containers/$id/$file"
	done
	box rm "$TOKEN"
}
