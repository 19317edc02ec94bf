#!/usr/bin/env bats
# A person leaves a box, and comes back: the detach keys; and job control.

# shellcheck disable=SC2016,SC2154 # for the box's shell; set by run and lib
load lib/box
load lib/terminal

teardown() {
	exec 8>&-
	remove_all
	box_teardown
}
RUN="box run -q -it -e BOXLAB_TEST_TOKEN --network none"
# What is typed too early, while the shell starts, may be lost.
answers() {
	type_keys 'echo here-$((6 * 7))\n'
	sleep 0.1
	shows here-42
}

@test "Ctrl-P Ctrl-Q leaves a box that was not detached, with its shell" {
	on_terminal "stty -g >before; $RUN --name $TOKEN busybox sh
		echo \$? >left; stty -g >after"
	wait_for answers
	type_keys 'word=kept\n\020\021'
	wait_for test -s status
	assert_equal "$(cat left)" 0
	cmp before after
	shows "it runs on (box ps)"
	exec 8>&-
	run -0 box ps
	assert_output --partial "$TOKEN"
	on_terminal "box attach $TOKEN"
	wait_for answers
	type_keys 'echo $word-still; exit 7\n'
	wait_for test -s status
	shows kept-still
	assert_equal "$(cat status)" 7
	run -0 box wait "$TOKEN"
	assert_output 7
}

@test "what a box that was left says is in its log, and it can be stopped" {
	on_terminal "$RUN --name $TOKEN busybox sh -c 'trap \"exit 9\" TERM
		echo up; read word; echo got-\$word; read more; echo late
		while :; do sleep 0.05; done'"
	wait_for shows up
	type_keys "$TOKEN\n"
	wait_for shows "got-$TOKEN"
	type_keys '\020\021'
	wait_for test -s status
	exec 8>&-
	on_terminal "box attach $TOKEN"
	type_keys '\n'
	wait_for log_has "$TOKEN" late
	run ! log_has "$TOKEN" up
	type_keys '\020\021'
	wait_for test -s status
	run -0 box stop "$TOKEN"
	run -0 box wait "$TOKEN"
	assert_output 9
}

@test "a box that is left goes on, even where there can be no log of it" {
	on_terminal "$RUN --name $TOKEN busybox sh"
	wait_for answers
	mkdir "$BOXLAB_HOME/containers/$(readlink "$BOXLAB_HOME/names/$TOKEN")/log"
	type_keys 'word=kept\n\020\021'
	wait_for test -s status
	exec 8>&-
	on_terminal "box attach $TOKEN"
	wait_for answers
	type_keys 'echo $word-still; exit 7\n'
	wait_for test -s status
	shows kept-still
	assert_equal "$(cat status)" 7
}

@test "a box that was left with --rm is forgotten when it ends" {
	on_terminal "$RUN --rm --name $TOKEN busybox sh"
	wait_for answers
	type_keys '\020\021'
	wait_for test -s status
	exec 8>&-
	run -0 box ps -q
	assert_output --regexp '^[0-9a-f]{12}$'
	box kill "$TOKEN"
	forgotten() { [ -z "$(box ps -aq)" ]; }
	wait_for forgotten
}

@test "its supervisor holds nothing of the terminal, and little memory" {
	local pid fd peak
	on_terminal "$RUN --name $TOKEN busybox sh"
	wait_for answers
	type_keys '\020\021'
	wait_for test -s status
	pid=$(fact "$TOKEN" supervisor)
	for fd in 0 1 2; do
		run -0 readlink "/proc/$pid/fd/$fd"
		assert_output /dev/null
	done
	run -0 readlink "/proc/$pid/cwd"
	assert_output /
	peak=$(sed -n 's/^VmHWM:[^0-9]*\([0-9]*\) kB/\1/p' "/proc/$pid/status")
	echo "$peak kB"
	is_asan || [ "$peak" -lt 2048 ]
}

@test "exec: Ctrl-P Ctrl-Q leaves the command running" {
	detach --name "$TOKEN" busybox sleep 600
	on_terminal "box exec -it $TOKEN sh -c 'echo up; read word
		seq 1 100000; echo \$word >/said; sleep 600'"
	wait_for shows up
	type_keys "$TOKEN\n\020\021"
	wait_for test -s status
	assert_equal "$(cat status)" 0
	exec 8>&-
	# Nobody reads what it says, and it goes on all the same.
	said() { [ "$(box exec "$TOKEN" cat /said)" = "$TOKEN" ]; }
	WAIT=60 wait_for said
	run -0 box exec "$TOKEN" ps
	assert_line --partial "sleep 600"
	box kill "$TOKEN"
}

@test "--detach-keys: others, of run, exec and attach" {
	on_terminal "$RUN --detach-keys ctrl-x,x --name $TOKEN busybox sh"
	wait_for answers
	type_keys '\030y\020\021\030x'
	wait_for test -s status
	exec 8>&-
	on_terminal "box attach --detach-keys q $TOKEN"
	wait_for answers
	type_keys 'q'
	wait_for test -s status
	exec 8>&-
	on_terminal "box exec -it --detach-keys=ctrl-] $TOKEN sh"
	wait_for answers
	type_keys '\035'
	wait_for test -s status
	assert_equal "$(cat status)" 0
	run -0 box ps -q
	assert_output --regexp '^[0-9a-f]{12}$'
}

@test "--detach-keys: what only begins like them is the box's, in order" {
	on_terminal "$RUN --detach-keys a,a,b --name $TOKEN busybox sh -c \
		'stty -icanon -echo; echo up; dd bs=1 count=7 2>/dev/null'"
	wait_for shows up
	type_keys 'aaaxabaab'
	wait_for test -s status
	run -0 box ps -q # it waits for a seventh
	assert_output --regexp '^[0-9a-f]{12}$'
	exec 8>&-
	on_terminal "box attach $TOKEN"
	type_keys 'z'
	wait_for test -s status
	shows z
}

@test "--detach-keys \"\": there are none" {
	on_terminal "$RUN --rm --detach-keys= busybox sh -c \
		'stty -icanon -echo raw; echo up; dd bs=1 count=2 2>/dev/null | od -c'"
	wait_for shows up
	type_keys '\020\021'
	wait_for test -s status
	shows '020 021'
}

@test "--detach-keys: what is no key" {
	local keys
	for keys in ctrl- ctrl-1 ab "x," ",x" "x,,y" ctrl-aa \
		a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q; do
		run -125 box run --detach-keys "$keys" busybox true
		assert_output --partial "box: --detach-keys $keys: needs"
	done
	run -0 boxed --detach-keys \
		a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,CTRL-_ busybox true
}

@test "who wants to attach to a box that somebody sits in front of" {
	on_terminal "$RUN --name $TOKEN busybox sh"
	wait_for answers
	run -125 box attach "$TOKEN"
	assert_output "box: $TOKEN is attached to its box run, which has to be\
 left first (Ctrl-P Ctrl-Q there; box exec -it $TOKEN sh)"
}

@test "a box dies with its front, even by KILL, but not once it is left" {
	on_terminal "$RUN --name $TOKEN busybox sh"
	wait_for answers
	kill -KILL "$(front)"
	gone() { [ -z "$(box ps -q)" ]; }
	wait_for gone
	run -0 box wait "$TOKEN"
	assert_output 137
}

@test "a box dies with who holds it, and the terminal is as it was" {
	on_terminal "stty -g >before; $RUN --name $TOKEN busybox sh
		stty -g >after"
	wait_for answers
	kill -KILL "$(fact "$TOKEN" supervisor)"
	wait_for test -s after
	cmp before after
	wait_for nothing_runs
	box ps >/dev/null
}

# By the echo, and by who reads it.
said_twice() { [ "$(grep -c "^$1" screen)" = 2 ]; }

@test "Ctrl-Z stops what a shell in the box runs, and fg goes on with it" {
	on_terminal "$RUN --rm busybox sh"
	wait_for answers
	type_keys 'echo u""p; cat\n'
	wait_for shows '^up'
	type_keys 'typed\n'
	wait_for said_twice typed
	type_keys '\032'
	wait_for shows 'Stopped'
	type_keys 'jobs; echo jobs-$((6 * 8))\n'
	wait_for shows 'jobs-48'
	type_keys 'fg\n'
	sleep 0.2
	type_keys 'again\n'
	wait_for said_twice again
	type_keys '\003'
	sleep 0.2
	type_keys 'exit 6\n'
	wait_for test -s status
	assert_equal "$(cat status)" 6
}

# $3 in shell $1, stopped by signal $2 and continued by the shell's fg.
stopped_and_continued() {
	local state
	shell_on_terminal "$1"
	type_keys "$3\n"
	wait_for answers
	state=$(stty -a <"$(cat outer)")
	assert_regex "$state" '-icanon'
	kill "-$2" "$(front)"
	wait_for shows Stopped
	type_keys 'stty -a >mode; stty rows 21 cols 45; echo mo""de\n'
	wait_for shows '^mode'
	run -0 cat mode
	assert_output --regexp '[[:space:]]icanon'
	assert_output --regexp '[[:space:]]isig'
	type_keys 'fg\n'
	raw() { [[ $(stty -a <"$(cat outer)") == *-icanon* ]]; }
	wait_for raw
	sleep 0.2
	type_keys 'stty size; echo back-$((6 * 9))\n'
	wait_for shows back-54
	shows '21 45'
	type_keys 'exit\n'
	ended() { ! front; }
	wait_for ended
	type_keys 'stty -a >mode; exit 4\n'
	wait_for test -s status
	run -0 grep -cE '(^| )icanon' mode
}

@test "box stopped by SIGTSTP gives the terminal back; fg takes it again" {
	stopped_and_continued dash TSTP "$RUN --rm busybox sh"
}

@test "the same by SIGSTOP, where the shell sees to the terminal" {
	stopped_and_continued bash STOP "$RUN --rm busybox sh"
}

@test "the same of exec, and of attach" {
	detach -t --name "$TOKEN" busybox sh
	stopped_and_continued dash TSTP "box exec -it $TOKEN sh"
	exec 8>&-
	stopped_and_continued bash TSTP "box attach $TOKEN"
}

@test "the terminal is as it was when box is told to end or hang up" {
	local sig
	for sig in TERM HUP; do
		on_terminal "stty -g >before; $RUN --rm busybox sh -c \
			'trap \"exit 6\" $sig; echo up
			while :; do sleep 0.05; done'; stty -g >after"
		wait_for shows up
		kill "-$sig" "$(front)"
		wait_for test -s status
		cmp before after
		rm after
		exec 8>&-
	done
	detach -t --name "$TOKEN" busybox sh
	for sig in TERM HUP INT QUIT; do
		on_terminal "stty -g >before; box attach $TOKEN; stty -g >after"
		wait_for answers
		kill "-$sig" "$(front)"
		wait_for test -s status
		cmp before after
		exec 8>&-
	done
	run -0 box ps -q
	assert_output "$id"
}

@test "a box without a terminal has no second process to wait for it" {
	start_box plain busybox sh -c "$STAY"
	run -1 pgrep -P "$box" -x box
	# The child is the command itself.
	run -0 pgrep -P "$box"
	assert_equal "${#lines[@]}" 1
}

@test "run -d -it leaves the terminal alone" {
	on_terminal "stty -g >before
		box run -q -d -it -e BOXLAB_TEST_TOKEN --network none \
			--name $TOKEN busybox sh; stty -g >after"
	wait_for test -s status
	cmp before after
	exec 8>&-
	on_terminal "box attach $TOKEN"
	wait_for answers
}
