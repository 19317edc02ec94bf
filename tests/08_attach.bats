#!/usr/bin/env bats
# box attach: in front of the terminal of a detached container.

# shellcheck disable=SC2016,SC2154 # for the box's shell; set by run and lib
# shellcheck disable=SC2030,SC2031 # each test has its own
load lib/box

teardown() {
	exec 8>&-
	remove_all
	box_teardown
}
# What is typed goes to descriptor 8, what is shown to the file "screen".
attach() {
	rm -f keys screen status
	mkfifo keys
	env --default-signal script -qefc "stty rows 33 cols 77
		stty -g >before; tty >outer; box attach $TOKEN; echo \$? >status
		stty -g >after" /dev/null <keys >screen 2>&1 3>&- 8>&- &
	STARTED+=($!)
	exec 8>keys
	wait_for test -s outer
}
shows() { grep -qe "$1" screen; }
# The box may still be setting up: what is typed too early may be lost.
typed() {
	printf 'echo here-$((6 * 7))\n' >&8
	sleep 0.1
	shows here-42
}

@test "what is typed goes in, what is said comes out, and to the log" {
	detach -t --name "$TOKEN" busybox sh
	attach
	wait_for typed
	wait_for log_has "$TOKEN" here-42
	printf 'stty size; exit 5\n' >&8
	wait_for test -s status
	assert_equal "$(cat status)" 5
	shows "33 77"
	cmp before after
}

@test "Ctrl-P Ctrl-Q leaves it running, and it can be attached to again" {
	detach -t --name "$TOKEN" busybox sh
	attach
	wait_for typed
	printf 'word=kept\n\020\021' >&8
	wait_for test -s after
	assert_equal "$(cat status)" 0
	cmp before after
	exec 8>&-
	run -0 box ps -q
	assert_output "$id"
	attach
	wait_for typed
	printf 'echo $word-still\n' >&8
	wait_for shows kept-still
}

@test "Ctrl-P alone is the container's, and Ctrl-C reaches it" {
	detach -t --name "$TOKEN" busybox sh -c \
		'stty -icanon; trap "echo got INT" INT; echo up
		while :; do read -n 1 key; printf "<%s>" "$key" | od -c; done'
	wait_for log_has "$TOKEN" up
	attach
	printf '\020x' >&8
	wait_for shows '020'
	printf '\003' >&8
	wait_for shows "got INT"
}

@test "a change of size is handed on" {
	detach -t --name "$TOKEN" busybox sh -c \
		'trap "stty size" WINCH; echo up; while :; do sleep 0.05; done'
	wait_for log_has "$TOKEN" up
	attach
	wait_for shows "33 77"
	stty rows 40 cols 100 <"$(cat outer)"
	wait_for shows "40 100"
}

@test "whoever is attached and killed, or does not read, harms nobody" {
	detach -t --name "$TOKEN" busybox sh -c 'echo up; seq 1 100000; echo end
		sleep 600'
	wait_for log_has "$TOKEN" up
	start one box attach "$TOKEN"
	kill -STOP "$started"
	WAIT=60 wait_for log_has "$TOKEN" end
	kill -KILL "$started"
	run -0 box ps -q
	assert_output "$id"
}

@test "who has to make room for another one is told, and has the shell back" {
	detach -t --name "$TOKEN" busybox sh
	attach
	wait_for typed
	start two script -qefc "box attach $TOKEN" /dev/null
	wait_for test -s after
	assert_equal "$(cat status)" 0
	shows "box: $TOKEN goes on (box attach $TOKEN)"
	cmp before after
}

@test "so is who is attached when a run ends that is not the last" {
	detach -t --restart always --name "$TOKEN" busybox sh
	attach
	wait_for typed
	printf 'exit 3\n' >&8
	wait_for test -s after
	assert_equal "$(cat status)" 0
	shows "box: $TOKEN goes on (box attach $TOKEN)"
}

@test "the status of one that is forgotten at its end" {
	detach -t --rm --name "$TOKEN" busybox sh
	attach
	wait_for typed
	printf 'exit 3\n' >&8
	wait_for test -s after
	assert_equal "$(cat status)" 3
}

@test "what has no terminal, does not run, or is not there" {
	detach --name "$TOKEN" busybox sleep 600
	run -125 box attach "$TOKEN"
	assert_output "box: $TOKEN has no terminal to attach to: that takes -d\
 and -t (box logs -f $TOKEN)"
	box stop -t 0 "$TOKEN"
	run -125 box attach "$TOKEN"
	assert_output "box: $TOKEN is not running (box start $TOKEN)"
	run -125 box attach "no$TOKEN"
	run -125 box attach
}
