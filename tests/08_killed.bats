#!/usr/bin/env bats
# box when it is killed, and when others start at the same moment.

# shellcheck disable=SC2016,SC2154 # for the box's shell; set by run and lib
# shellcheck disable=SC2030,SC2031 # each test has its own STARTED
load lib/box
# shellcheck disable=SC2034 # read by lib/box
NETWORK=()

teardown() {
	box_teardown || return
	[ -z "${open_home:-}" ] || rm -r "$open_home"
}

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
	assert_line --index 1 --regexp "Exited \(137\) .* $TOKEN\$"
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

@test "another user who locks whatever they may open keeps nobody waiting" {
	need_root
	# Where others can get to it, too.
	open_home=$(mktemp -d "${TMPDIR:-/tmp}/killed.XXXXXX")
	chmod 755 "$open_home"
	BOXLAB_HOME=$open_home/first
	need_shifts "$open_home"
	BOXLAB_HOME=$open_home/state
	install -d -m 755 "$BOXLAB_HOME"{,/running,/net,/userns}
	start_box one --name "$TOKEN" --userns auto busybox sh -c "$STAY"
	start lock setpriv --reuid 65534 --clear-groups bash -c '
		while read -r path; do
			exec {fd}<"$path" && flock -n "$fd" && echo "$path"
		done < <(find "$0" 2>/dev/null) 2>/dev/null
		echo locked; exec sleep 600' "$BOXLAB_HOME"
	wait_for grep -qx locked lock.out
	assert_equal "$(head -n 1 lock.out)" "$BOXLAB_HOME"
	run -0 boxed --userns auto busybox echo "$TOKEN"
	assert_output "$TOKEN"
	kill -KILL "$box"
	assert_end 137
	run -0 timeout -s KILL 20 box ps -a
	assert_equal "${#lines[@]}" 1
	no_leftovers
}

@test "while the files of one are read, a sweep leaves it, and goes on" {
	local id
	start_box one --name "$TOKEN" busybox sh -c "$STAY"
	id=$(readlink "$BOXLAB_HOME/names/$TOKEN")
	start lock bash -c 'exec 9<"$0"; flock 9; echo locked; exec sleep 600' \
		"$BOXLAB_HOME/containers/$id/upper"
	wait_for grep -q locked lock.out
	kill -KILL "$box"
	assert_end 137
	run -0 boxed busybox echo "$TOKEN"
	assert_output "$TOKEN"
	assert_dir_exists "$BOXLAB_HOME/containers/$id"
	kill "$started"
	wait_for swept
}

@test "whoever dies at a container, what is in doubt is kept" {
	make_root root
	local word
	for word in "" keep "exit 3" rm rm-v; do
		run -0 box_keep --name "$TOKEN" -v /data busybox sh -c 'echo >/x'
		id=$(readlink "$BOXLAB_HOME/names/$TOKEN")
		printf %s "$word" >"$BOXLAB_HOME/running/$id"
		run -0 box ps -aq
		[[ $word == rm* ]] || assert_output "$id"
		[[ $word != rm* ]] || assert_output ""
		run -0 box volume ls -q
		[ "$word" = rm-v ] || assert_output --regexp '^[0-9a-f]{32}$'
		[ "$word" != rm-v ] || assert_output ""
		[[ $word == rm* ]] || box rm "$TOKEN"
		box volume prune -a
	done
	no_leftovers
}

@test "a process 1 that outlived its owner dies when that is noticed" {
	detach --name "$TOKEN" busybox sleep 600
	box kill "$TOKEN"
	run -0 box wait "$TOKEN"
	local facts=$BOXLAB_HOME/containers/$id/facts
	start survivor sleep 600
	sed -i "s/^pid .*/pid $started/; s/^phase .*/phase running/
		s/^pid_start .*/pid_start $(cut -d ' ' -f 22 \
			"/proc/$started/stat")/" "$facts"
	echo keep >"$BOXLAB_HOME/running/$id"
	run -0 box ps -a
	assert_line --index 1 --regexp 'Exited \(137\)'
	run -137 wait "$started"
	box rm "$TOKEN"
	no_leftovers
}

@test "a dead container whose facts cannot be read keeps its files" {
	local id facts
	detach --name "$TOKEN" busybox sh -c "echo $TOKEN >/file; $STAY"
	wait_for log_has "$TOKEN" up
	facts=$BOXLAB_HOME/containers/$id/facts
	kill -KILL "$(fact "$TOKEN" supervisor)"
	wait_for nothing_runs
	mv "$facts" kept
	echo spoilt >"$facts"
	run -0 box ps -a
	assert_output --partial "box: $facts: Bad message"
	ln -sf facts "$facts"
	run -0 box ps -a
	assert_output --partial "box: $facts: Too many levels of symbolic links"
	mv kept "$facts"
	run -0 box ps -a
	assert_line --index 1 --regexp 'Exited \(137\)'
	run -0 box cp "$TOKEN:/file" got
	assert_equal "$(cat got)" "$TOKEN"
	box rm "$TOKEN"
}

# The container is no more, and its volume is, as with every rm without -v.
assert_gone_but_volume() {
	run -0 box ps -a
	assert_equal "${#lines[@]}" 1
	run -0 box volume ls -q
	assert_equal "${#lines[@]}" 1
	box volume rm "$output"
	no_leftovers
}

@test "a container whose facts are spoilt can be removed, running or not" {
	need_limits
	local id running
	for running in yes no; do
		detach --name "$TOKEN" -v /data busybox sleep 600
		[ $running = yes ] || box kill "$TOKEN"
		[ $running = yes ] || box wait "$TOKEN"
		echo spoilt >"$BOXLAB_HOME/containers/$id/facts"
		for command in "stop" "rm" "logs"; do
			run -125 box $command "$TOKEN"
			assert_output "box: $TOKEN: its facts are spoilt: Bad\
 message (box rm -f $TOKEN)"
		done
		run -0 box rm -f "$TOKEN"
		assert_output "$TOKEN"
		wait_for nothing_runs
		assert_gone_but_volume
	done
}

@test "an rm that was killed half-way leaves the volumes" {
	local id
	box_keep --name "$TOKEN" -v /data busybox true
	id=$(readlink "$BOXLAB_HOME/names/$TOKEN")
	rm "$BOXLAB_HOME/containers/$id/facts"
	echo rm >"$BOXLAB_HOME/running/$id"
	assert_gone_but_volume
}

@test "rm: an owner that was killed is cleaned up after first" {
	need_root
	local id
	detach --name "$TOKEN" busybox sleep 600
	run -0 ls "$BOXLAB_HOME/net"
	assert_output 10.16.8.2
	# The sweep of rm's beginning is kept out until the owner is dead.
	exec 7<"$BOXLAB_HOME/running"
	flock -s 7
	kill -KILL "$(fact "$TOKEN" supervisor)"
	wait_for nothing_runs
	start rm box rm "$TOKEN" 7<&-
	sleep 0.3
	exec 7<&-
	wait "$started"
	run -0 ls "$BOXLAB_HOME/net"
	refute_output
	no_group_more
	no_leftovers
}

@test "rm and prune: what cannot be removed is told, and still there" {
	need_root
	local command dir
	for command in rm prune; do
		box_keep --name "$TOKEN" busybox mkdir /sub
		dir=$(readlink "$BOXLAB_HOME/names/$TOKEN")
		dir=$BOXLAB_HOME/containers/$dir
		mount -t tmpfs tmpfs "$dir/upper/sub"
		set -- prune
		[ $command = prune ] || set -- rm "$TOKEN"
		run box "$@"
		listed=$(box ps -a 2>&1)
		umount "$dir/upper/sub"
		assert_equal "$status" 125
		assert_output "box: $dir: Device or resource busy"
		[[ $listed == *" $TOKEN"* ]]
		# It is tried again until it succeeds.
		run -0 box ps -a
		assert_equal "${#lines[@]}" 1
		no_leftovers
	done
}

# Which files it has written to the disk, and which names came after that.
disk_calls() {
	strace -f -y -qq -o trace -e trace=fdatasync,rename "$@" >/dev/null &&
		sed -nE 's/^[0-9 ]*(fdatasync|rename)\(.*\/([a-z.]+)[>"].*/\1 \2/p' \
			trace
}

@test "a host that stops does not take what is known of a container along" {
	need strace
	run -0 disk_calls timeout -s KILL 20 box run -q --name "$TOKEN" \
		"${NETWORK[@]}" busybox true
	assert_output "$(printf '%s\n' "fdatasync facts" "fdatasync config" \
		"fdatasync facts.new" "rename facts")"
	run -0 disk_calls box rename "$TOKEN" "$TOKEN-2"
	assert_output "$(printf '%s\n' "fdatasync facts.new" "rename facts")"
	box rm "$TOKEN-2"
	run -0 disk_calls timeout -s KILL 20 box run -q --rm \
		"${NETWORK[@]}" busybox true
	refute_output --partial fdatasync
}
