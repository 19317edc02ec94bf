#!/usr/bin/env bats
# box logs: what a detached container has said.

# shellcheck disable=SC2016,SC2154 # for the box's shell; set by run and lib
# shellcheck disable=SC2030,SC2031 # each test has its own
load lib/box

teardown() {
	remove_all
	box_teardown
}
ended_box() {
	detach --name "$TOKEN" "$@"
	box wait "$TOKEN" >/dev/null
}
log_file() { echo "$BOXLAB_HOME/containers/$id/log"; }

@test "output and errors, each to its own" {
	ended_box busybox sh -c 'echo out; echo err >&2; printf part'
	run -0 --separate-stderr box logs "$TOKEN"
	assert_output $'out\npart'
	assert_equal "$stderr" err
	assert_equal "$(box logs "$TOKEN" 2>/dev/null | tail -c 4)" part
}

@test "a file of lines that other tools can read" {
	ended_box busybox sh -c "echo $TOKEN; printf part"
	run -0 cat "$(log_file)"
	time='^20[0-9-]{8}T[0-9:]{8}\.[0-9]{9}Z'
	assert_line --index 0 --regexp "$time stdout F $TOKEN\$"
	assert_line --index 1 --regexp "$time stdout P part\$"
	run -0 stat -c %a "$(log_file)"
	assert_output 600
}

@test "-t has the time before each line" {
	ended_box busybox sh -c 'echo one; printf tw; sleep 0.1; echo o'
	run -0 box logs -t "$TOKEN"
	assert_line --index 0 --regexp '^20[0-9T:.-]+Z one$'
	assert_line --index 1 --regexp '^20[0-9T:.-]+Z two$'
}

@test "--tail: the last lines, of a long log too" {
	ended_box busybox sh -c 'seq 1 50000; printf rest'
	run -0 box logs --tail 3 "$TOKEN"
	assert_output $'49999\n50000\nrest'
	run -0 box logs --tail 0 "$TOKEN"
	assert_output ""
	run -0 box logs --tail 1 "$TOKEN"
	assert_output rest
	assert_equal "$(box logs --tail all "$TOKEN" | wc -l)" 50000
	assert_equal "$(box logs --tail 99999 "$TOKEN" | head -n 1)" 1
	assert_equal "$(box logs --tail 20000 "$TOKEN" | head -n 1)" 30002
	run -125 box logs --tail x "$TOKEN"
}

@test "not a byte is lost or changed, long lines and NULs included" {
	head -c 1000000 /dev/urandom >bytes
	ended_box -v "$PWD/bytes:/bytes:ro" busybox cat /bytes
	box logs "$TOKEN" | cmp - bytes
}

@test "-f goes on until the end, and not longer" {
	detach --name "$TOKEN" busybox sh -c 'echo one; sleep 0.3; echo two
		sleep 0.3; echo three'
	run -0 timeout 10 box logs -f "$TOKEN"
	assert_output $'one\ntwo\nthree'
	# Of one that has ended, all at once.
	run -0 timeout 10 box logs -f "$TOKEN"
	assert_output $'one\ntwo\nthree'
}

@test "-f ends when the supervisor is killed, and with a --rm box" {
	detach --name "$TOKEN" busybox sh -c "$STAY"
	start follower box logs -f "$TOKEN"
	wait_for grep -q up follower.out
	kill -KILL "$(fact "$TOKEN" supervisor)"
	wait_for ended "$started"
	detach --rm --name "rm$TOKEN" busybox sh -c 'sleep 0.3; echo last'
	run -0 timeout 10 box logs -f "rm$TOKEN"
	assert_output last
}

@test "a terminal's output is logged too" {
	detach -t --name "$TOKEN" busybox sh -c 'tty; sleep 600'
	wait_for log_has "$TOKEN" /dev/pts/0
}

@test "a container in the foreground has no log" {
	box_keep --name "$TOKEN" busybox true
	run -125 box logs "$TOKEN"
	assert_output "box: $TOKEN has no log: it was neither started with -d\
 nor left"
	run -125 box logs
	run -125 box logs "no-$TOKEN"
}

@test "-f goes on when another box was killed, and ends with its own" {
	detach --name "two$TOKEN" busybox sh -c "$STAY"
	detach --name "$TOKEN" busybox sh -c 'echo up
		while :; do sleep 0.05; echo more; done'
	start follow box logs -f "$TOKEN"
	wait_for grep -q more follow.out
	kill -KILL "$(fact "two$TOKEN" supervisor)"
	sleep 0.3
	kill -0 "$started" || fail "it has ended"
	kill -KILL "$(fact "$TOKEN" supervisor)"
	wait_for ended "$started"
	wait "$started"
}

@test "a full disk loses lines, says so later, and stops nobody" {
	need_root
	mkdir -p "$BOXLAB_HOME"
	mount -t tmpfs -o size=600k tmpfs "$BOXLAB_HOME"
	detach --name "$TOKEN" -v "$PWD:/share" busybox sh -c '
		seq 1 40000; touch /share/full
		until [ -e /share/go ]; do sleep 0.05; done
		echo goes on; sleep 600'
	wait_for test -e full
	run box logs "$TOKEN"
	refute_output --partial 40000
	# No half line is left of what did not fit.
	run -1 grep -vE '^20[0-9T:.-]+Z std(out|err) [FP] ' "$(log_file)"
	truncate -s 4k "$(log_file)" # room: a log may be cut by who owns it
	mount -o remount,size=8m "$BOXLAB_HOME"
	touch go
	wait_for log_has "$TOKEN" "goes on"
	run -0 box logs "$TOKEN"
	assert_output --regexp "box: [0-9]+ bytes are lost here: No space left"
	remove_all
	umount "$BOXLAB_HOME"
}
