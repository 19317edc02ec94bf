#!/usr/bin/env bats
# box run --restart: what is started again, how often, and what ends that.

# shellcheck disable=SC2016,SC2154 # for the box's shell; set by run and lib
# shellcheck disable=SC2030,SC2031 # each test has its own
load lib/box

teardown() {
	remove_all
	box_teardown
}
runs() { box logs "$TOKEN" | grep -c run; }
at_least() { [ "$(runs)" -ge "$1" ]; }

@test "on-failure:N tries as often, and keeps the last status" {
	detach --name "$TOKEN" --restart on-failure:2 busybox sh -c \
		'echo run; exit 3'
	run -0 box wait "$TOKEN"
	assert_output 3
	assert_equal "$(runs)" 3
	fact_is "$TOKEN" restarts 2
	run -0 box ps -a
	assert_line --index 1 --regexp 'Exited \(3\)'
}

@test "on-failure does not start again what has succeeded; no never does" {
	detach --name "$TOKEN" --restart on-failure busybox sh -c \
		'echo run; [ -e /second ] || { touch /second; exit 1; }'
	run -0 box wait "$TOKEN"
	assert_output 0
	assert_equal "$(runs)" 2
	detach --name "no$TOKEN" --restart no busybox false
	run -0 box wait "no$TOKEN"
	assert_output 1
}

@test "stop holds, though it comes while the container is started" {
	need strace
	detach --name "$TOKEN" --restart always busybox sleep 600
	box stop -t 0 "$TOKEN"
	# It is taken, and not yet noted that it is wanted again.
	start slow strace -f -qq -o /dev/null -e trace=fdatasync \
		-e inject=fdatasync:delay_enter=700000:when=1 box start "$TOKEN"
	wait_for test -e "$BOXLAB_HOME/running/$id"
	run -0 timeout -s KILL 20 box stop -t 1 "$TOKEN"
	wait "$started" || :
	run -0 box ps -a
	assert_line --index 1 --partial Exited
}

@test "always: after success and death alike, the files stay, the naps grow" {
	local policy
	for policy in always unless-stopped; do
		detach --name "$TOKEN" --restart $policy busybox sh -c \
			'echo run; echo x >>/count; wc -l </count; exit 0'
		wait_for at_least 3
		fact_is "$TOKEN" status 0
		run -0 box stop "$TOKEN"
		run -0 box logs "$TOKEN"
		assert_line --index 5 3
		box rm "$TOKEN"
	done
	detach --name "$TOKEN" --restart always busybox sh -c 'echo run'
	wait_for at_least 4
	run -0 bash -c "box logs -t $TOKEN | awk -F '[T:Z]' '
		{ now = (\$2 * 60 + \$3) * 60 + \$4
		if (NR > 1) print now - last; last = now }'"
	# A start comes on top of each nap.
	run -0 awk -v nap=0.1 '$1 < nap { exit 1 } { nap *= 2 }
		END { if (NR < 3) exit 2 }' <<<"$output"
}

@test "always: each nap is twice as long as the one before" {
	need strace
	start run strace -f -qq -o naps -e trace=rt_sigtimedwait box run -q -d \
		-e BOXLAB_TEST_TOKEN "${NETWORK[@]}" --name "$TOKEN" \
		--restart always busybox sh -c 'echo run'
	WAIT=60 wait_for at_least 4
	box rm -f "$TOKEN"
	wait "$started" || :
	run -0 sed -nE 's/.*tv_sec=([0-9]+), tv_nsec=([0-9]+).*/\1 \2/p' naps
	assert_line --index 0 "0 100000000"
	assert_line --index 1 "0 200000000"
	assert_line --index 2 "0 400000000"
}

@test "stop, kill and rm -f end it, while it runs and while it waits" {
	local how
	for how in "stop -t 1" kill "rm -f"; do
		detach --name "$TOKEN" --restart always busybox sleep 600
		# shellcheck disable=SC2086 # words
		run -0 box $how "$TOKEN"
		[ "$how" = "rm -f" ] || run -0 box wait "$TOKEN"
		[ "$how" = "rm -f" ] || box rm "$TOKEN"
	done
	for how in "stop -t 1" "rm -f"; do
		detach --name "$TOKEN" --restart always busybox false
		wait_for fact_is "$TOKEN" phase restarting
		run -0 box ps
		assert_line --index 1 --regexp '(Restarting \(1\)|Up) '
		# shellcheck disable=SC2086 # words
		run -0 box $how "$TOKEN"
		[ "$how" = "rm -f" ] || box rm "$TOKEN"
	done
	no_leftovers
}

@test "its command killed from outside, it comes back" {
	need_root
	detach --name "$TOKEN" --restart always busybox sh -c \
		'echo run; sleep 600'
	wait_for at_least 1
	kill -KILL "$(fact "$TOKEN" pid)"
	wait_for at_least 2
}

# A container that ended and is started again, which cannot go on: its volume
# has to be filled, and the lock for that is ours.
stuck_again() {
	local volume=$BOXLAB_HOME/volumes/v$TOKEN first
	detach --name "$TOKEN" --restart always -v "v$TOKEN:/v" "$@" busybox \
		sh -c 'echo run; until [ -e /v/end ]; do sleep 0.05; done'
	wait_for at_least 1
	first=$(fact "$TOKEN" pid)
	exec 9<"$volume"
	flock 9
	touch "$volume/fresh" "$volume/data/end"
	again() { [[ ! $(fact "$TOKEN" pid) =~ ^(0|$first)?$ ]]; }
	wait_for again
}
# What is started waits, and gets on when the box does.
assert_waits() {
	local pid=$1
	sleep 0.3
	kill -0 "$pid" || fail "$(cat one.out)"
	assert_equal "$(cat one.out)" ""
	rm "$BOXLAB_HOME/volumes/v$TOKEN/data/end"
	exec 9<&-
	wait_for ended "$pid"
	wait "$pid" || return
}

@test "exec and cp do not enter a box that is started again half-way" {
	local init
	echo "of the host" >host
	for init in "" --init; do
		# shellcheck disable=SC2086 # words, or none
		stuck_again $init
		start one box exec "$TOKEN" cat "$PWD/host" 9<&-
		assert_waits "$started" || :
		run -0 cat one.out
		assert_output --regexp "^cat: .*: No such file or directory$"
		box rm -f "$TOKEN"
		box volume rm "v$TOKEN"
		# shellcheck disable=SC2086
		stuck_again $init
		start one box cp "$TOKEN:$PWD/host" got 9<&-
		assert_waits "$started" || :
		assert_not_exists got
		run -0 cat one.out
		assert_output "box: $PWD/host: No such file or directory"
		box rm -f "$TOKEN"
		box volume rm "v$TOKEN"
	done
}

@test "a network is not joined before the box that has it is complete" {
	stuck_again
	start one box run -q --rm --network "container:$TOKEN" -e \
		BOXLAB_TEST_TOKEN busybox readlink /proc/self/ns/net 9<&-
	assert_waits "$started"
	run -0 box exec "$TOKEN" readlink /proc/1/ns/net
	assert_equal "$(cat one.out)" "$output"
	assert_not_equal "$output" "$(readlink /proc/self/ns/net)"
	box rm -f "$TOKEN"
	box volume rm "v$TOKEN"
}

@test "a container that is to join itself does not wait for itself" {
	detach --name "$TOKEN" busybox sleep 600
	run -0 box run -q -d --network "container:$TOKEN" --name "two$TOKEN" \
		busybox true
	box rm -f "$TOKEN"
	box wait "two$TOKEN"
	box rename "two$TOKEN" "$TOKEN"
	run -125 timeout -s KILL 20 box start "$TOKEN"
	assert_output "box: $TOKEN does not run (box start $TOKEN)"
}

@test "what cannot even start is not started again" {
	run -127 box run -q -d "${NETWORK[@]}" --restart always \
		--name "$TOKEN" busybox "no-$TOKEN"
	run -0 box ps
	assert_equal "${#lines[@]}" 1
}

@test "policies that are none, and what does not go together" {
	local policy
	for policy in "" x on-failure: on-failure:0 on-failure:x always:3; do
		run -125 boxed -d --restart "$policy" busybox true
		assert_output --partial "box: --restart $policy: "
	done
	run -125 boxed -d --restart always busybox true
	assert_output "box: --restart always: needs -d, and no --rm"
	run -125 box_keep --restart always busybox true
}
