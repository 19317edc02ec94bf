#!/usr/bin/env bats
# What box tells of its containers: inspect, top, stats, diff, info; and pause.

# shellcheck disable=SC2016,SC2154 # for the box's shell; set by run and lib
# shellcheck disable=SC2030,SC2031 # each test has its own
load lib/box

teardown() {
	remove_all
	box_teardown
}

@test "inspect is JSON, with docker's names" {
	need jq
	detach --name "$TOKEN" -e "WORD=$TOKEN" -w /srv --restart on-failure:3 \
		busybox sh -c 'echo "a\b" '$'\t'' ; sleep 600'
	box inspect "$TOKEN" >out
	run -0 jq -r '.[0] | .Name, .Id, .State.Status, .State.Running,
		.State.ExitCode, .Config.WorkingDir, .Path, .Args[0],
		.HostConfig.RestartPolicy.Name,
		.HostConfig.RestartPolicy.MaximumRetryCount,
		.Config.StopSignal, .GraphDriver.Name' out
	assert_output "$TOKEN
$id
running
true
0
/srv
sh
-c
on-failure
3
SIGTERM
overlay2"
	run -0 jq -r '.[0].Config.Env[]' out
	assert_line "WORD=$TOKEN"
	run -0 jq -r '.[0].Args[1]' out
	assert_output 'echo "a\b" '$'\t'' ; sleep 600'
	run -0 jq -r '.[0].State.StartedAt' out
	assert_output --regexp '^20[0-9-]+T[0-9:.]+Z$'
	run -0 jq -r '.[0].GraphDriver.Data.UpperDir' out
	assert_dir_exists "$output"
	run -0 jq -r '.[0].GraphDriver.Data.LowerDir[0]' out
	assert_dir_exists "$output"
}

@test "inspect --format: one value, in either way to write it" {
	detach --name "$TOKEN" busybox sleep 600
	run -0 box inspect --format .State.Pid "$TOKEN"
	assert_equal "$output" "$(fact "$TOKEN" pid)"
	kill -0 "$output"
	run -0 box inspect -f '{{.State.Pid}}' "$TOKEN" "$TOKEN"
	assert_equal "${#lines[@]}" 2
	run -0 box inspect --format '{{ .Args.0 }}' "$TOKEN"
	assert_output 600
	run -125 box inspect --format .Nothing "$TOKEN"
	assert_output "box: .Nothing: there is no such value"
	run -125 box inspect "no-$TOKEN"
	assert_line --index 0 \
		"box: no container or image no-$TOKEN (box ps -a, box images)"
	box stop -t 0 "$TOKEN"
	run -0 box inspect --format .State.Pid "$TOKEN"
	assert_output 0
	run -0 box inspect --format .State.ExitCode "$TOKEN"
	assert_output 137
}

@test "inspect knows that the memory limit killed" {
	need_limits
	detach --name "$TOKEN" -m 16M busybox sh -c \
		'sh -c "head -c 67108864 /dev/zero | tail" >/dev/null; exit 0'
	box wait "$TOKEN"
	run -0 box inspect --format .State.OOMKilled "$TOKEN"
	assert_output true
	detach --name "no$TOKEN" -m 16M busybox true
	box wait "no$TOKEN"
	run -0 box inspect --format .State.OOMKilled "no$TOKEN"
	assert_output false
}

@test "top: the processes, by both of their numbers" {
	local option
	for option in --quiet --init; do
		detach --name "$TOKEN" $option busybox sh -c 'sleep 601 & sleep 602'
		two() { [ "$(box top "$TOKEN" | grep -cE ':[0-9]+ +sleep 60[12]$')" = 2 ]; }
		wait_for two
		run -0 box top "$TOKEN"
		assert_line --index 0 --regexp '^PID +INSIDE +UID +TIME +COMMAND$'
		assert_line --regexp "^$(fact "$TOKEN" pid) +1 "
		run -0 bash -c "box top $TOKEN |
			awk 'NF == 6 && \$6 == 601 { print \$1 }' |
			xargs -I PID cat /proc/PID/cmdline | tr '\0' ' '"
		assert_output "sleep 601 "
		box rm -f "$TOKEN"
	done
	run -125 box top "$TOKEN"
	box_keep --name "$TOKEN" busybox true
	run -125 box top "$TOKEN"
	assert_output "box: $TOKEN is not running (box start $TOKEN)"
}

@test "stats counts memory, processes and processor time" {
	detach --name "$TOKEN" busybox sh -c 'sleep 600 & while :; do :; done'
	run -0 box stats --no-stream
	assert_line --index 0 --regexp '^ID +NAME +CPU +MEMORY +LIMIT +PIDS$'
	assert_line --index 1 --regexp "^$id +$TOKEN "
	if is_root; then
		assert_line --index 1 --regexp \
			" [0-9]+\.[0-9]{2}% +[0-9.]+ ?[KM]iB? .* 2\$"
	fi
	detach --name "two$TOKEN" busybox sleep 600
	run -0 box stats --no-stream "two$TOKEN"
	assert_equal "${#lines[@]}" 2
	run -125 box stats --no-stream "no-$TOKEN"
	# Again and again, until it is stopped.
	run -124 timeout 3 box stats "$TOKEN"
	[ "$(grep -c "^ID" <<<"$output")" -ge 2 ]
}

@test "a config that was cut short is told, and takes nobody in" {
	local config command
	box_keep --name "$TOKEN" busybox true
	config=$BOXLAB_HOME/containers/$(readlink \
		"$BOXLAB_HOME/names/$TOKEN")/config
	# Each record ends in a NUL.
	sed -z '/^CMD=/,$d' "$config" >short
	for command in inspect start; do
		cat short >"$config"
		run -125 box $command "$TOKEN"
		assert_line "box: $config: Bad message"
	done
	box rm "$TOKEN"
}

@test "stats: a container that was started again counts from nothing" {
	detach --name "$TOKEN" busybox sh -c \
		'[ -e /again ] && exec sleep 600; : >/again
		while :; do :; done'
	start stats timeout 4 box stats "$TOKEN"
	wait_for grep -q "^$id" stats.out
	box restart -t 0 "$TOKEN"
	wait "$started" || :
	run -1 grep -E '[0-9]{5,}[.][0-9]+%' stats.out
}

@test "pause freezes, unpause lets go on, and ps shows it" {
	need_limits
	detach --name "$TOKEN" busybox sh -c \
		'while :; do echo x; sleep 0.02; done'
	wait_for log_has "$TOKEN" x
	run -0 box pause "$TOKEN"
	assert_output "$TOKEN"
	sleep 0.1
	count=$(box logs "$TOKEN" | wc -l)
	sleep 0.2
	assert_equal "$(box logs "$TOKEN" | wc -l)" "$count"
	run -0 box ps
	assert_line --index 1 --regexp '\(Paused\)'
	run -125 box pause "$TOKEN"
	assert_output "box: $TOKEN is paused already"
	run -125 box exec "$TOKEN" true
	assert_output "box: $TOKEN is paused (box unpause $TOKEN)"
	run -0 box unpause "$TOKEN"
	grows() { [ "$(box logs "$TOKEN" | wc -l)" -gt "$count" ]; }
	wait_for grows
	run -125 box unpause "$TOKEN"
	assert_output "box: $TOKEN is not paused"
}

@test "a paused box can be stopped, killed and removed" {
	need_limits
	local name
	for name in stop kill rm; do
		detach --name "$name" busybox sh -c "trap 'exit 4' TERM; $STAY"
		wait_for log_has "$name" up
		box pause "$name"
	done
	run -0 box stop stop
	fact_is stop status 4
	run -0 box kill kill
	run -0 box wait kill
	assert_output 137
	run -0 box rm -f rm
	run -125 box pause stop
	assert_output "box: stop is not running (box start stop)"
}

@test "without a cgroup pause says what it needs" {
	need_plain
	boxed --pids-limit 9 busybox true 2>/dev/null && skip "needs root"
	detach --name "$TOKEN" busybox sleep 600
	run -125 box pause "$TOKEN"
	assert_output --partial "$TOKEN has no cgroup to freeze: that needs root"
}

@test "a paused box whose supervisor is killed is swept" {
	need_limits
	detach --name "$TOKEN" busybox sleep 600
	box pause "$TOKEN"
	kill -KILL "$(fact "$TOKEN" supervisor)"
	wait_for fact_swept
	run -0 box ps -a
	assert_line --index 1 --regexp 'Exited \(137\)'
}
fact_swept() { box ps >/dev/null && fact_is "$TOKEN" phase exited; }

@test "diff: what was added, changed and deleted, running or not" {
	detach --name "$TOKEN" busybox sh -c 'mkdir /new; echo x >/new/file
		echo y >>/etc/passwd; rm /etc/group; echo up; sleep 600'
	wait_for log_has "$TOKEN" up
	run -0 box diff "$TOKEN"
	assert_line "A /new"
	assert_line "C /etc/passwd"
	assert_line "D /etc/group"
	refute_line --partial hosts
	box stop -t 0 "$TOKEN"
	run -0 box diff "$TOKEN"
	assert_line "A /new"
	assert_equal "${#lines[@]}" 3
	box_keep --name "none$TOKEN" busybox true
	run -0 box diff "none$TOKEN"
	assert_output ""
	run -125 box diff
	run -125 box diff "no-$TOKEN"
}

@test "info: what this machine can do, for a person or a program" {
	need jq
	detach --name "$TOKEN" busybox sleep 600
	box_keep --name "two$TOKEN" busybox true
	run -0 box info
	assert_line --regexp '^storage driver +overlay2$'
	assert_line --regexp '^running containers +1$'
	assert_line --regexp '^ended containers +1$'
	assert_line --regexp "^kernel +$(uname -r)\$"
	box info --json >out
	run -0 jq -r '.StorageDriver, .Rootless, .Containers.Stopped, .Root' out
	if is_root; then
		assert_output $'overlay2\nfalse\n1\n'"$BOXLAB_HOME"
	else
		assert_output $'overlay2\ntrue\n1\n'"$BOXLAB_HOME"
	fi
	run -0 jq -r '.Cgroup.memory' out
	assert_output "$(memory_version)"
	run -0 jq -r '.Can.Overlay, .Can.Seccomp, .Can.UserNamespaces' out
	assert_output $'true\ntrue\ntrue'
	run -125 box info x
}

@test "pause that cannot be noted freezes nothing" {
	need_limits
	detach --name "$TOKEN" busybox sleep 600
	mkdir "$BOXLAB_HOME/containers/$id/facts.new"
	run -125 box pause "$TOKEN"
	assert_output --partial "box: $BOXLAB_HOME/containers/$id/facts: "
	run -0 timeout -s KILL 10 box exec "$TOKEN" echo "$TOKEN"
	assert_output "$TOKEN"
	rmdir "$BOXLAB_HOME/containers/$id/facts.new"
	run -0 box pause "$TOKEN"
	run -0 box unpause "$TOKEN"
}
