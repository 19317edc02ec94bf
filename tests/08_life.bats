#!/usr/bin/env bats
# A container's life without anybody waiting for it: -d, stop, start, restart.

# shellcheck disable=SC2016,SC2154 # for the box's shell; set by run and lib
# shellcheck disable=SC2030,SC2031,SC2034 # each test has its own
load lib/box

teardown() {
	remove_all
	box_teardown
}

@test "-d prints the id once the command runs, and it goes on" {
	run -0 box run -q -d "${NETWORK[@]}" -e BOXLAB_TEST_TOKEN \
		--name "$TOKEN" busybox sh -c 'echo up; sleep 600'
	assert_output --regexp '^[0-9a-f]{12}$'
	id=$output
	run -0 box ps
	assert_line --index 1 --regexp "^$id +busybox +sh -c .* Up .* $TOKEN\$"
	wait_for log_has "$TOKEN" up
	run -0 box rm -f "$TOKEN"
	assert_output "$TOKEN"
	no_leftovers
}

@test "-d says what is wrong, as the status does, and leaves no process" {
	run -127 box run -q -d "${NETWORK[@]}" --rm busybox "nosuch-$TOKEN"
	assert_output "box: nosuch-$TOKEN: No such file or directory"
	run -126 box run -q -d "${NETWORK[@]}" --rm busybox /etc/passwd
	assert_output "box: /etc/passwd: Permission denied"
	run -127 box run -q -d "${NETWORK[@]}" --rm --init busybox "no-$TOKEN"
	run -127 box run -q -d "${NETWORK[@]}" --rm -t busybox "no-$TOKEN"
	run -125 box run -q -d "${NETWORK[@]}" --rm -w /etc/passwd busybox true
	assert_output "box: -w /etc/passwd: Not a directory"
	run -125 box run -q -d "${NETWORK[@]}" --rm -u "$TOKEN" busybox true
	run -125 box run -q -d "${NETWORK[@]}" --rm "nosuch-$TOKEN"
	no_leftovers
}

@test "-d: the supervisor holds nothing of who started it" {
	local fds
	mkdir here
	exec 7<here
	cd here
	detach --name "$TOKEN" busybox sleep 600
	exec 7<&-
	fds=$(ls -l "/proc/$(fact "$TOKEN" supervisor)/fd")
	refute_regex "$fds" '/here|/life|dev/pts'
	assert_equal "$(grep -c '[012] -> /dev/null' <<<"$fds")" 3
	run -0 readlink "/proc/$(fact "$TOKEN" supervisor)/cwd"
	assert_output /
	# A session of its own: no terminal's end reaches it.
	run -0 ps -o sid= -p "$(fact "$TOKEN" supervisor)"
	assert_equal "${output// }" "$(fact "$TOKEN" supervisor)"
}

@test "a supervisor and the runner are small" {
	local peak
	detach --name "$TOKEN" busybox sh -c 'seq 1 20000; sleep 600'
	wait_for log_has "$TOKEN" 20000
	peak=$(awk '/^VmHWM/ { print $2 }' \
		"/proc/$(fact "$TOKEN" supervisor)/status")
	is_asan || [ "$peak" -lt 2048 ] || fail "$peak KiB"
}

@test "-d with --rm: at its end nothing is left" {
	detach --rm --name "$TOKEN" busybox sh -c 'echo up'
	wait_for no_leftovers
}

@test "names and ids: whole, or how an id begins" {
	detach --name "$TOKEN" busybox sleep 600
	run -0 box stop -t 0 "${id:0:5}"
	run -0 box start "$id"
	run -0 box kill "$TOKEN"
	run -0 box wait "${id:0:11}"
	assert_output 137
	run -125 box rm "${id:0:5}x"
	assert_output "box: no container ${id:0:5}x (box ps -a)"
	run -125 box rm ""
	run -125 box rm .
	run -125 box stop "../containers/$id"
}

@test "how two ids begin is ambiguous" {
	mkdir -p "$BOXLAB_HOME"
	box_keep --name "$TOKEN" busybox true
	id=$(readlink "$BOXLAB_HOME/names/$TOKEN")
	mkdir "$BOXLAB_HOME/containers/${id:0:8}0000"
	cp "$BOXLAB_HOME/containers/$id/facts" \
		"$BOXLAB_HOME/containers/${id:0:8}0000"
	run -125 box rm "${id:0:8}"
	assert_output "box: ${id:0:8}: 2 containers begin so (box ps -a)"
	box rm "$id" "${id:0:8}0000"
}

@test "a name that is an id of another comes first" {
	detach busybox sleep 600
	run -4 box_keep --name "${id:0:4}" busybox sh -c 'exit 4'
	run -0 box wait "${id:0:4}"
	assert_output 4
}

@test "stop: TERM, and the exit status is the command's" {
	detach --name "$TOKEN" busybox sh -c \
		"trap 'echo got TERM; exit 3' TERM; $STAY"
	wait_for log_has "$TOKEN" up
	run -0 box stop "$TOKEN"
	assert_output "$TOKEN"
	fact_is "$TOKEN" status 3
	log_has "$TOKEN" "got TERM"
	# Once more is no mistake.
	run -0 box stop "$TOKEN"
}

@test "stop: KILL for who does not listen, after -t seconds" {
	detach --name "$TOKEN" busybox sh -c "trap '' TERM; $STAY"
	wait_for log_has "$TOKEN" up
	SECONDS=0
	run -0 box stop -t 1 "$TOKEN"
	[ $SECONDS -ge 1 ]
	fact_is "$TOKEN" status 137
	run -125 box stop -t x "$TOKEN"
	run -125 box stop
	run -125 box stop "no-$TOKEN"
}

@test "--stop-signal is what stop sends" {
	detach --name "$TOKEN" --stop-signal USR1 busybox sh -c \
		"trap 'exit 5' USR1; $STAY"
	wait_for log_has "$TOKEN" up
	run -0 box stop "$TOKEN"
	fact_is "$TOKEN" status 5
	run -125 boxed --stop-signal NONE busybox true
	assert_output "box: --stop-signal NONE: no such signal"
}

@test "kill sends any signal by name or number, to process 1" {
	local signal
	detach --name "$TOKEN" busybox sh -c \
		'trap "echo hup" HUP; trap "echo usr" USR1; trap "echo usr2" USR2
		trap "echo real-time" 63; echo up; while :; do sleep 0.05; done'
	wait_for log_has "$TOKEN" up
	run -0 box kill -s HUP "$TOKEN"
	wait_for log_has "$TOKEN" hup
	run -0 box kill --signal SIGUSR1 "$TOKEN"
	wait_for log_has "$TOKEN" usr
	run -0 box kill -s "$(kill -l USR2)" "$TOKEN"
	wait_for log_has "$TOKEN" usr2
	run -0 box kill -s SIGRTMAX-1 "$TOKEN"
	wait_for log_has "$TOKEN" real-time
	run -125 box kill -s RTMAX-99 "$TOKEN"
	run -125 box kill -s RTMAX+1 "$TOKEN"
	run -125 box kill -s NONE "$TOKEN"
	assert_output "box: -s NONE: no such signal"
	run -125 box kill -s 99 "$TOKEN"
	run -0 box kill "$TOKEN"
	run -0 box wait "$TOKEN"
	assert_output 137
	run -125 box kill "$TOKEN"
	assert_output "box: $TOKEN is not running (box start $TOKEN)"
}

@test "wait prints the exit status, of those that have ended too" {
	detach --name "$TOKEN" busybox sh -c 'sleep 0.3; exit 6'
	run -0 box wait "$TOKEN"
	assert_output 6
	run -0 box wait "$TOKEN" "$id"
	assert_output $'6\n6'
}

@test "wait knows the end of a container that is gone by then" {
	detach --rm --name "$TOKEN" busybox sh -c 'sleep 0.3; exit 7'
	run -0 box wait "$TOKEN"
	assert_output 7
	run -125 box wait "$TOKEN"
}

@test "start: the same files, options and variables, once more" {
	HANDED=$TOKEN detach --name "$TOKEN" --hostname "h$TOKEN" -e HANDED \
		-w /srv busybox sh -c \
		'echo x >>/count; wc -l </count; hostname; pwd; echo $HANDED'
	run -0 box wait "$TOKEN"
	run -0 box start "$TOKEN"
	assert_output "$id"
	run -0 box wait "$TOKEN"
	run -0 box logs --tail 4 "$TOKEN"
	assert_output "2
h$TOKEN
/srv
$TOKEN"
}

@test "start: what runs, is gone, or was in the foreground" {
	detach --name "$TOKEN" busybox sleep 600
	run -125 box start "$TOKEN"
	assert_output "box: $TOKEN is running (box restart $TOKEN)"
	run -125 box start "no-$TOKEN"
	box_keep --name "fg$TOKEN" busybox sh -c 'echo once more'
	run -0 box start "fg$TOKEN"
	run -0 box wait "fg$TOKEN"
	run -0 box logs "fg$TOKEN"
	assert_output "once more"
}

@test "start says when it cannot be done, and all stays as it was" {
	make_root root
	box_keep --name "$TOKEN" ./root true
	mv root away
	run -125 box start "$TOKEN"
	assert_output --partial "box: "
	mv away root
	run -0 box start "$TOKEN"
	run -0 box wait "$TOKEN"
	assert_output 0
	detach --name "cmd$TOKEN" ./root /bin/true
	box wait "cmd$TOKEN"
	rm root/bin/true
	run -127 box start "cmd$TOKEN"
	assert_output "box: /bin/true: No such file or directory"
	run -0 box ps -a
	assert_line --regexp "Exited \(127\).* cmd$TOKEN\$"
}

@test "restart stops and starts" {
	local first
	detach --name "$TOKEN" busybox sh -c "echo boot; trap 'exit 0' TERM; $STAY"
	wait_for log_has "$TOKEN" up
	first=$(fact "$TOKEN" pid)
	run -0 box restart "$TOKEN"
	assert_not_equal "$(fact "$TOKEN" pid)" "$first"
	boots() { [ "$(box logs "$TOKEN" | grep -c boot)" = 2 ]; }
	wait_for boots
	detach --rm --name "rm$TOKEN" busybox sleep 600
	run -125 box restart "rm$TOKEN"
	assert_output --partial "--rm"
}

@test "rename: the new name is it, the old one is free" {
	detach --name "$TOKEN" busybox sleep 600
	run -0 box rename "$TOKEN" "new$TOKEN"
	run -0 box ps
	assert_line --index 1 --regexp " new$TOKEN\$"
	run -125 box stop "$TOKEN"
	run -0 box_keep --name "$TOKEN" busybox true
	run -125 box rename "new$TOKEN" "$TOKEN"
	assert_output "box: the name $TOKEN is taken (box ps -a)"
	run -125 box rename "new$TOKEN" a/b
	run -125 box rename "new$TOKEN"
	run -0 box rm -f "new$TOKEN" "$TOKEN"
	no_leftovers
}

@test "rm -f: what runs, is paused, or waits for a restart" {
	detach --name "$TOKEN" busybox sleep 600
	detach --name "r$TOKEN" --restart always busybox false
	wait_for fact_is "r$TOKEN" phase restarting
	run -125 box rm "$TOKEN"
	assert_output --partial "$TOKEN is running"
	run -0 box rm -f "$TOKEN" "r$TOKEN"
	no_leftovers
	run -125 box rm -f "$TOKEN"
}

@test "what cannot be removed has ended all the same, with its status" {
	need_root
	local busy
	detach --rm --name "$TOKEN" busybox sh -c "trap 'exit 3' TERM
		mkdir /d; $STAY"
	wait_for log_has "$TOKEN" up
	busy=$BOXLAB_HOME/containers/$id/upper/d
	mount -t tmpfs "$TOKEN" "$busy"
	start wait box wait "$TOKEN"
	run -0 timeout -s KILL 10 box stop "$TOKEN"
	wait_for ended "$started"
	run -0 cat wait.out
	assert_output 3
	timeout -s KILL 10 box rm -f "$TOKEN" || assert_equal $? 125
	umount "$busy"
	box ps
	no_leftovers
}

@test "on a full disk the end is noted as soon as there is room" {
	need_root
	mkdir -p "$BOXLAB_HOME"
	mount -t tmpfs -o size=600k tmpfs "$BOXLAB_HOME"
	detach --name "$TOKEN" -v "$PWD:/share" busybox sh -c \
		'echo up; until [ -e /share/go ]; do sleep 0.05; done; exit 3'
	wait_for log_has "$TOKEN" up
	run -1 dd if=/dev/zero of="$BOXLAB_HOME/full" bs=4k
	touch go
	run -0 --separate-stderr timeout -s KILL 10 box wait "$TOKEN"
	assert_output 3
	rm "$BOXLAB_HOME/full"
	run -0 box ps -a
	assert_line --index 1 --regexp 'Exited \(3\)'
	remove_all
	no_leftovers
	umount "$BOXLAB_HOME"
}

@test "on a full disk it can be ended all the same, with a policy too" {
	need_root
	local policy
	mkdir -p "$BOXLAB_HOME"
	mount -t tmpfs -o size=600k tmpfs "$BOXLAB_HOME"
	for policy in no always; do
		detach --restart "$policy" --name "$TOKEN" busybox sleep 600
		run -1 dd if=/dev/zero of="$BOXLAB_HOME/full" bs=4k
		run -0 timeout -s KILL 20 box rm -f "$TOKEN"
		run -0 box ps -aq
		assert_output ""
		rm "$BOXLAB_HOME/full"
	done
	detach --restart always --name "$TOKEN" busybox sleep 600
	run -1 dd if=/dev/zero of="$BOXLAB_HOME/full" bs=4k
	run -0 timeout -s KILL 20 box stop -t 0 "$TOKEN"
	nothing_runs
	rm "$BOXLAB_HOME/full"
	run -0 box ps -q
	assert_output ""
	remove_all
	umount "$BOXLAB_HOME"
}

@test "ps: all, quiet, and what the columns say" {
	detach --name "$TOKEN" busybox sleep 600
	run -2 box_keep --name "two$TOKEN" busybox sh -c 'exit 2'
	run -0 box ps -q
	assert_output "$id"
	run -0 box ps -aq
	assert_equal "${#lines[@]}" 2
	run -0 box ps -a
	assert_line --index 0 --regexp \
		'^ID +IMAGE +COMMAND +CREATED +STATUS +NAMES$'
	# The youngest comes first.
	assert_line --index 1 --regexp "Exited \(2\) .* ago +two$TOKEN\$"
	assert_line --index 2 --regexp "ago +Up .* $TOKEN\$"
}

@test "ps fits the terminal, and shows no control characters" {
	box_keep --name "$TOKEN" busybox sh -c \
		$': \e[31m\tred; true\n: '"$(seq -s ' ' 1 60)"
	local LC_ALL=C.UTF-8
	run -0 script -qec "stty cols 70; box ps -a" /dev/null
	for line in "${lines[@]}"; do
		line=${line//…/.} # one column, also to a shell without UTF-8
		[ ${#line} -le 71 ] || fail "${#line}: $line" # and a \r
	done
	assert_line --partial …
	refute_output --partial $'\e'
	run -0 box ps -a
	refute_output --partial $'\e'
	assert_equal "${#lines[@]}" 2
}
