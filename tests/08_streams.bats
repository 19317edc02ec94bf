#!/usr/bin/env bats
# box run and exec without a terminal: standard input, output and error.

# shellcheck disable=SC2016,SC2030,SC2031 # for the box's shell; each its own
# shellcheck disable=SC2154 # set by run and lib
load lib/box
load lib/terminal

setup() { box_setup; }
teardown() {
	exec 8>&-
	remove_all
	box_teardown
}

# Each way into a box: what comes before the words of a command.
NEW=(box run -q --rm "${NETWORK[@]}" -e BOXLAB_TEST_TOKEN)
ways() { detach --name "n$TOKEN" busybox sleep 600; }
# in_each WORDS ...: the rest of the command line of both, one after the other.
in_each() {
	in_new "$@" || return
	in_old "$@"
}
in_new() { timeout -s KILL 20 "${NEW[@]}" "${INPUT[@]}" busybox "$@"; }
in_old() { timeout -s KILL 20 box exec "${INPUT[@]}" "n$TOKEN" "$@"; }
INPUT=()

@test "files of the caller's are out of reach: content, mode, what is behind" {
	local way
	ways
	INPUT=(-i)
	for way in in_new in_old; do
		echo "mine $TOKEN" >in
		echo begun >out
		chmod 640 in out
		$way sh -c 'cat; echo hers >/proc/self/fd/0
			chmod 777 /proc/self/fd/0 /proc/self/fd/1
			echo told; echo complained >&2' <in >>out 2>err
		run -0 cat in
		assert_output "mine $TOKEN"
		run -0 cat out
		assert_output "begun"$'\n'"mine $TOKEN"$'\n'told
		run -0 stat -c %a in out
		assert_output $'640\n640'
		run -0 tail -n 1 err
		assert_output complained
	done
}

@test "a null device of the host is out of reach" {
	need_root
	local way
	ways
	# Not the one that all need.
	mknod null c 1 3
	chmod 666 null
	INPUT=(-i)
	for way in in_new in_old; do
		# shellcheck disable=SC2094 # a device: read and written
		$way sh -c 'chmod 600 /proc/self/fd/0 /proc/self/fd/1' \
			<null >null 2>err
		assert_equal "$(stat -c %a null)" 666
	done
}

@test "a terminal is out of reach: who stays in the box cannot read from it" {
	local way
	detach --name "n$TOKEN" busybox sleep 600
	for way in "$TTY_BOX --network none -i busybox" \
		"$TTY_BOX --network none busybox" \
		"box exec -i n$TOKEN" "box exec n$TOKEN"; do
		on_terminal "$way sh -c 'for i in 0 1 2; do
			readlink /proc/self/fd/\$i; done; echo u\"\"p'"
		wait_for shows '^up'
		run -0 cat screen
		refute_output --regexp '/dev/(pts|tty)'
		assert_output --regexp 'pipe:.*pipe:'
		exec 8>&-
		wait_for test -s status
	done
}

@test "what goes to one file keeps its order, and is all there" {
	ways
	in_each sh -c 'for i in $(seq 500); do
			echo "out $i"; echo "err $i" >&2; done' >out 2>&1
	for _ in 1 2; do
		for i in {1..500}; do echo "out $i"; echo "err $i"; done
	done >expected
	run -0 diff expected out
}

@test "megabytes go in and out, to the last byte" {
	ways
	head -c 3000000 /dev/urandom >data
	INPUT=(-i)
	in_new sh -c 'tee /dev/stderr' <data >out 2>err
	run -0 cmp data out
	run -0 cmp data err
	in_old sh -c 'tee /dev/stderr' <data >out 2>err
	run -0 cmp data out
	run -0 cmp data err
}

@test "input that ends, or is wanted no more" {
	local way
	ways
	INPUT=(-i)
	for way in in_new in_old; do
		printf 'one\ntwo' >in
		run -0 $way wc -c <in
		assert_output 7
		# What the kernel has to say of it is no signal for the command.
		head -c 1000000 /dev/zero >in
		run -0 $way sh -c 'exec <&-; sleep 0.5; echo on' <in
		assert_output on
		run -0 $way cat </dev/null
		assert_output ""
	done
}

@test "output that nobody takes ends who writes it, with a terminal too" {
	local way
	ways
	for way in in_new in_old; do
		to_full() { "$@" >/dev/full 2>err; }
		run -125 to_full $way sh -c 'yes 2>&1; echo "after $?" >&2'
		run -0 cat err
		assert_line --index 0 --regexp '^after [1-9]'
		assert_line --index 1 \
			"box: standard output: No space left on device"
	done
	on_terminal "$TTY_BOX --network none -t busybox yes | head -n 1"
	wait_for test -s status
	run -0 cat screen
	assert_line --regexp '^y'
}

@test "exec: what stays behind in the box does not keep it waiting" {
	ways
	in_old sh -c 'sleep 500 & echo out; echo err >&2' >out 2>err
	assert_equal "$(cat out err)" $'out\nerr'
	run -0 box top "n$TOKEN"
	assert_line --partial "sleep 500"
}

@test "closed standard streams are none of the box's" {
	ways
	run -0 bash -c '"$@" <&- >&- 2>&-' bash timeout -s KILL 20 "${NEW[@]}" \
		-i busybox sh -c 'echo nothing; exit 0'
	run -0 bash -c '"$@" <&- >&-' bash timeout -s KILL 20 box exec \
		"n$TOKEN" sh -c 'readlink /proc/self/fd/1 >&2'
	assert_output --regexp 'pipe:|/dev/null'
}
