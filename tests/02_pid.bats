#!/usr/bin/env bats
# 02_pid: process number one.
#
# Single quotes hold scripts for the box; bats and the library set variables.
# shellcheck disable=SC2016,SC2154

load lib/boxlab

# Give up on a program that a wrong mechanism makes wait for ever.
bounded() { timeout -k 1 20 "$@"; }

# The numbers of a process, from our namespace down to its own.
numbers() { awk '/^NSpid:/ { $1 = ""; print substr($0, 2) }' "/proc/$1/status"; }

children() {
	grep -ls "^PPid:[[:space:]]$1\$" /proc/[0-9]*/status | cut -d / -f 3 |
		grep .
}

# Start 02_pid in the background with these arguments, as $box, and wait until
# the command in it has said "up".  Background jobs ignore INT and QUIT: undo.
start_silent_box() {
	start box env --default-signal 02_pid "$@"
	box=$started
}
start_box() {
	start_silent_box "$@"
	wait_for grep -q up box.out
}

# A 02_pid that somebody else has started: call it $box, kill it at teardown.
adopt() {
	box=$1
	STARTED+=("$1")
}

# A command for a box: stay until the file "go" is there.
STAY='echo up; until [ -e go ]; do sleep 0.02; done'

box_gone() { ! kill -0 "$box" 2>/dev/null; }
box_ends_with() {
	local status=0
	wait_for box_gone
	wait "$box" || status=$?
	assert_equal "$status" "$1"
}

# Start 02_pid on a terminal of its own, on which "press" types.
start_on_terminal() {
	need script
	mkfifo keys
	env --default-signal script -qec "$1" /dev/null <keys >box.out 2>&1 3>&- &
	STARTED+=("$!")
	terminal=$!
	exec 7>keys
	wait_for grep -q up box.out
}
press() { printf '%b' "$1" >&7; }

@test "the command is process 1 of a PID namespace of its own" {
	run -0 bounded 02_pid sh -c 'echo $$; readlink /proc/self/ns/pid'
	assert_line --index 0 1
	assert_line --index 1 --regexp '^pid:\[[0-9]+\]$'
	refute_line --index 1 "$(readlink /proc/self/ns/pid)"
}

@test "-i puts an init in front: the command is process 2" {
	run -0 bounded 02_pid -i sh -c 'echo $$ $PPID'
	assert_output "2 1"
}

@test "/proc shows the box and nobody else" {
	run -0 bounded 02_pid sh -c 'echo /proc/[0-9]*'
	assert_output "/proc/1"
	run -0 bounded 02_pid -i sh -c 'echo /proc/[0-9]*'
	assert_output "/proc/1 /proc/2"
}

@test "ps shows the box and nobody else" {
	need ps
	run -0 bounded 02_pid sh -c 'ps -e -o pid= -o comm=; :'
	assert_line --index 0 --regexp '^ *1 sh$'
	assert_line --index 1 --regexp '^ *[0-9]+ ps$'
	assert_equal "${#lines[@]}" 2
}

@test "the box's /proc is mounted nosuid, nodev, noexec" {
	run -0 bounded 02_pid sh -c 'tail -n 1 /proc/self/mountinfo'
	assert_output --regexp ' / /proc [a-z,]*nosuid,nodev,noexec[a-z,]* .* proc '
}

@test "the host sees the same process under another number" {
	start_box sh -c "$STAY"
	local one
	one=$(children "$box")
	assert_regex "$one" '^[0-9]+$'
	assert_equal "$(numbers "$one")" "$one 1"
	assert_equal "$(numbers "$box")" "$box"
}

@test "the box cannot name a process of the host" {
	kill -0 $$
	run -1 bounded 02_pid sh -c "kill -0 $$ 2>/dev/null"
}

@test "a process left in the background is found and killed from the host" {
	mkfifo never
	start_box -i sh -c 'cat <>never & echo up; wait $!; echo "died $?"; exit 5'
	local command cat
	command=$(children "$(children "$box")")
	wait_for grep -q '^cat$' "/proc/$(children "$command")/comm"
	cat=$(children "$command")
	kill -KILL "$cat"
	box_ends_with 5
	assert_file_contains box.out '^died 137$'
}

@test "only the box moved: 02_pid's later children stay on the host" {
	start_box sh -c "$STAY"
	local one
	one=$(children "$box")
	assert_equal "$(readlink "/proc/$box/ns/pid_for_children")" \
		"$(readlink /proc/self/ns/pid)"
	refute [ "$(readlink "/proc/$one/ns/pid")" = \
		"$(readlink /proc/self/ns/pid)" ]
}

@test "the host's /proc stays as it was, also where / is shared" {
	local map=()
	is_root || map=(--user --map-root-user)
	start_box sh -c "$STAY"
	run -0 readlink /proc/self
	refute_output 1
	assert host_is_back
	run -0 unshare "${map[@]}" --mount --propagation shared sh -c '
		cat /proc/self/mountinfo >before
		02_pid grep " /proc " /proc/self/mountinfo >inside
		cat /proc/self/mountinfo >after'
	run -0 grep -c ' / /proc .*shared:' before
	run -1 grep 'shared:' inside
	run -0 diff before after
}

@test "process 1 does not notice kill -9 from inside" {
	run -0 bounded 02_pid sh -c 'kill -9 $$; kill -TERM $$; echo alive'
	assert_output alive
	run -3 bounded 02_pid -i sh -c 'kill -9 1; exit 3'
}

@test "killing process 1 from the host kills everyone in the box" {
	mkfifo never
	start_box -i sh -c 'cat <>never & setsid cat <>never & echo up; wait'
	local one
	one=$(children "$box")
	run -0 my_processes
	assert_equal "${#lines[@]}" 5
	kill -KILL "$one"
	box_ends_with 137
	assert nothing_runs
}

@test "when the command ends, whatever it started ends too" {
	mkfifo never
	run -7 bounded 02_pid -i sh -c 'setsid cat <>never >/dev/null & exit 7'
	run -7 bounded 02_pid sh -c 'setsid cat <>never >/dev/null & exit 7'
	assert nothing_runs
}

# Orphans that wait for a writer of the pipe "die", so that their parent is gone
# before them; then the command looks on for at most ten seconds until they are
# no more.
ORPHANS='
	count() { grep -l "^PPid:	1$" /proc/[0-9]*/status | wc -l; }
	mkfifo die
	sh -c "for i in \$(seq 100); do (: <die; exit 9) & done"
	echo "orphans $(($(count) - 1))"
	: >die
	for i in $(seq 500); do
		[ "$(count)" -gt 1 ] || break
		sleep 0.02
	done
	set -- /proc/[0-9]*/stat
	echo "left $#, zombies $(cat /proc/[0-9]*/stat 2>&- | grep -c ") Z ")"
	exit 42'

@test "the init reaps a hundred orphans and keeps the command's status" {
	run -42 bounded 02_pid -i sh -c "$ORPHANS"
	assert_line "orphans 100"
	assert_line "left 2, zombies 0"
}

@test "the init of a nested box reaps a hundred orphans too" {
	run -42 bounded 02_pid -i -l 2 sh -c "$ORPHANS"
	assert_line "orphans 100"
	assert_line "left 2, zombies 0"
}

@test "an orphan's end is not the command's: its status does not count" {
	mkfifo ended
	run -42 bounded 02_pid -i sh -c '
		sh -c "(exec 9>ended; exit 9) & :"
		read x <ended
		until set -- /proc/[0-9]* && [ $# -eq 2 ]; do :; done
		exit 42'
}

@test "the exit status passes through, with and without init, at any depth" {
	local how
	for how in "" -i "-l 3" "-i -l 3"; do
		# shellcheck disable=SC2086
		{
			run -0 bounded 02_pid $how true
			run -42 bounded 02_pid $how sh -c 'exit 42'
			run -255 bounded 02_pid $how sh -c 'exit 255'
			run -127 bounded 02_pid $how "/nonexistent/$TOKEN"
			assert_output --partial "/nonexistent/$TOKEN: No such file"
			run -126 bounded 02_pid $how /
		}
	done
}

@test "128+n: the command died of a signal" {
	run -143 bounded 02_pid -i sh -c 'kill -TERM $$'
	run -137 bounded 02_pid -i sh -c 'kill -KILL $$'
	run -143 bounded 02_pid -i -l 3 sh -c 'kill -TERM $$'
	# As process 1 it would not die of it, so another must do it.
	run -143 bounded 02_pid sh -c 'sh -c "kill -TERM \$\$"; exit $?'
}

@test "TERM, INT and HUP to 02_pid reach the command behind the init" {
	local how name
	for how in -i "-i -l 3"; do
		for name in TERM:143 INT:130 HUP:129; do
			# shellcheck disable=SC2086
			start_box $how sh -c 'echo up; exec sleep 60'
			kill -"${name%:*}" "$box"
			box_ends_with "${name#*:}"
			rm box.out
		done
	done
}

@test "a signal that comes early is not lost" {
	local i
	for ((i = 0; i < 20; i++)); do
		start_silent_box -i sleep 60
		# Any time from here on; before, bash itself may lose it.
		wait_for grep -qx 02_pid "/proc/$box/comm"
		kill -TERM "$box"
		box_ends_with 143
	done
}

@test "without init, process 1 hears the signals that it has a handler for" {
	start_box sh -c 'trap "echo got; exit 7" TERM; '"$STAY"
	kill -TERM "$box"
	box_ends_with 7
	assert_file_contains box.out '^got$'
}

@test "without init, process 1 does not hear the others" {
	local one
	start_box sh -c 'echo up; exec sleep 60'
	one=$(children "$box")
	wait_for grep -q '^sleep$' "/proc/$one/comm"
	kill -TERM "$box"
	kill -TERM "$one"
	kill -KILL "$one" # the status tells which of them it died of
	box_ends_with 137
}

@test "the init passes on all signals but WINCH and URG" {
	local name
	start_box -i sh -c '
		for s in HUP INT QUIT USR1 USR2 ALRM PIPE CONT IO WINCH URG SYS
		do
			trap "echo got $s" $s
		done
		'"$STAY"
	for name in HUP INT QUIT USR1 USR2 ALRM PIPE CONT IO; do
		kill -"$name" "$box"
		wait_for grep -qx "got $name" box.out
	done
	kill -URG "$box"
	kill -WINCH "$box"
	kill -SYS "$box" # passed on after the others, being the greatest
	wait_for grep -qx "got SYS" box.out
	run -1 grep -E 'got (URG|WINCH)' box.out
	touch go
	box_ends_with 0
}

@test "TSTP stops the command, CONT lets it go on" {
	# Only a job of a shell with job control can be stopped like this.
	start shell bash -mc "02_pid -i sh -c 'echo up; exec sleep 60' &
		echo \$! >pid; wait"
	wait_for grep -q up shell.out
	wait_for [ -s pid ]
	adopt "$(cat pid)"
	local command
	command=$(children "$(children "$box")")
	kill -TSTP "$box"
	wait_for grep -q '^State:.T' "/proc/$command/status"
	kill -CONT "$box"
	wait_for grep -q '^State:.S' "/proc/$command/status"
	kill -TERM "$box"
	wait_for box_gone
}

@test "Ctrl-C reaches the command behind the init, and only once" {
	cat >trapper <<-'END'
		trap 'echo interrupted' INT
		trap 'echo terminated; exit 3' TERM
		sleep 60 &
		echo up
		while :; do wait; done # a trap interrupts it at once
	END
	start_on_terminal "exec 02_pid -i -l 2 sh trapper; :"
	press '\003'
	wait_for grep -q interrupted box.out
	# What the init may have passed on arrives before this does.
	kill -TERM "$(children "$terminal")"
	wait_for grep -q terminated box.out
	assert_equal "$(grep -c interrupted box.out)" 1
}

@test "Ctrl-Z stops the box and gives the shell back; fg goes on" {
	start_on_terminal "exec bash -mc \"
		02_pid -i sh -c 'echo up; exec sleep 60'; echo stopped \\\$?
		fg >/dev/null; echo ended \\\$?\""
	local job
	job=$(children "$(children "$terminal")")
	press '\032'
	wait_for grep -q 'stopped 148' box.out
	wait_for awk '$5 != $8 { exit 1 }' "/proc/$job/stat" # in front again
	press '\003'
	wait_for grep -q 'ended 130' box.out
}

@test "SIGKILL to 02_pid leaves nobody in the box" {
	local how
	for how in "" -i "-l 3" "-i -l 3"; do
		mkfifo never
		# shellcheck disable=SC2086
		start_box $how sh -c 'cat <>never & echo up; wait'
		kill -KILL "$box"
		box_ends_with 137
		wait_for nothing_runs
		rm box.out never
	done
}

@test "three levels nest: four numbers on the host, 1 inside" {
	start_box -l 3 sh -c "$STAY"
	local one two three
	one=$(children "$box")
	two=$(children "$one")
	three=$(children "$two")
	assert_equal "$(numbers "$one")" "$one 1"
	assert_regex "$(numbers "$two")" "^$two [0-9]+ 1$"
	assert_regex "$(numbers "$three")" "^$three [0-9]+ [0-9]+ 1$"
	assert_equal "$(readlink /proc/{$$,"$one","$two","$three"}/ns/pid |
		sort -u | wc -l)" 4
	run -0 bounded 02_pid -l 3 sh -c 'echo $$ /proc/[0-9]*'
	assert_output "1 /proc/1"
	run -0 bounded 02_pid -i -l 3 sh -c 'echo $$ /proc/[0-9]*'
	assert_output "2 /proc/1 /proc/2"
}

@test "killing a middle level kills all below it" {
	start_box -l 3 sh -c "$STAY"
	kill -KILL "$(children "$(children "$box")")"
	box_ends_with 137
	assert nothing_runs
}

@test "levels: 1 to 32, and never deeper in all" {
	run -0 bounded 02_pid -l 1 true
	run -0 bounded 02_pid -l 20 sh -c 'echo $$ /proc/[0-9]*'
	assert_output "1 /proc/1"
	run -125 bounded 02_pid -l 0 true
	assert_output "02_pid: levels 0: too small (1 to 32)"
	run -125 bounded 02_pid -l 33 true
	assert_output "02_pid: levels 33: too large (1 to 32)"
	run -125 bounded 02_pid -l 3x true
	assert_output "02_pid: levels 3x: invalid (1 to 32)"
	run -125 bounded 02_pid -l '' true
	assert_output "02_pid: levels : invalid (1 to 32)"
	run -125 bounded 02_pid -l 20 02_pid -l 20 true
	assert_output --regexp \
		'^02_pid: no PID namespace at level [0-9]+: they nest 32 deep'
}

@test "two boxes at once are two namespaces, each with a process 1" {
	start_box sh -c "$STAY"
	local first=$box
	mv box.out first.out
	start_box sh -c "$STAY"
	run -0 readlink "/proc/$(children "$first")/ns/pid"
	refute_output "$(readlink "/proc/$(children "$box")/ns/pid")"
	touch go
	box_ends_with 0
	adopt "$first"
	box_ends_with 0
}

@test "the command gets its signal mask back, and no descriptor of ours" {
	local how mask fds
	mask=$(grep ^SigBlk: /proc/self/status)
	fds=$(ls /proc/self/fd)
	for how in "" -i "-l 2"; do
		# shellcheck disable=SC2086
		run -0 bounded 02_pid $how grep ^SigBlk: /proc/self/status
		assert_output "$mask"
		# shellcheck disable=SC2086
		assert_equal "$(02_pid $how ls /proc/self/fd)" "$fds"
	done
}

@test "who ignores CHLD gets the exit status all the same" {
	run -42 bounded env --ignore-signal=CHLD 02_pid sh -c 'exit 42'
	run -42 bounded env --ignore-signal=CHLD 02_pid -i sh -c 'exit 42'
}

@test "where PID namespaces are forbidden, the reason is given" {
	run -125 unshare --user --map-root-user sh -c \
		'echo 0 >/proc/sys/user/max_pid_namespaces && exec 02_pid true'
	assert_output --partial "02_pid: no PID namespace at level 1"
	assert_output --partial "user.max_pid_namespaces"
}

@test "where user namespaces are forbidden, a plain user is told what to do" {
	need_root
	run -125 unshare --user --map-root-user sh -c \
		'echo 0 >/proc/sys/user/max_user_namespaces &&
		 exec setpriv --bounding-set -all --inh-caps -all 02_pid true'
	assert_output --partial "02_pid: no user namespace"
	assert_output --partial "make vm"
}

@test "where parts of /proc are covered, a plain user is told so" {
	need_root
	as_plain test -x "$BOXLAB_BIN/02_pid" || skip "needs a readable build"
	mount_and_run() {
		mount -t tmpfs none /proc/tty && as_plain 02_pid true
	}
	export -f mount_and_run as_plain
	run -125 unshare --mount bash -c mount_and_run
	assert_output --partial "02_pid: mount: proc on /proc: refused"
	assert_output --partial "make vm"
}

@test "options: -h is help, an unknown one is an error" {
	run -0 bounded 02_pid -h
	assert_output --partial "usage: 02_pid"
	run -125 --separate-stderr bounded 02_pid -Z
	assert_output ""
	assert_regex "$stderr" "usage: 02_pid"
	run -125 bounded 02_pid -l
	assert_output --partial "usage: 02_pid"
}

@test "the command's arguments are its own" {
	run -0 bounded 02_pid -i echo -n "$TOKEN" -l 3
	assert_output "$TOKEN -l 3"
}

@test "with a command it is silent; -v narrates on stderr" {
	run -0 --separate-stderr bounded 02_pid -i -l 2 true
	assert_output ""
	assert_equal "$stderr" ""
	run -0 --separate-stderr bounded 02_pid -v -i -l 2 echo "$TOKEN"
	assert_output "$TOKEN"
	assert_regex "$stderr" "host  .*process 1 is [0-9]+ 1"
	assert_regex "$stderr" "box   .*process 1 of pid:\[[0-9]+\], level 2"
	assert_regex "$stderr" "box   .*process 2, behind an init"
}

@test "the demonstration is true, and says who speaks" {
	run -0 bounded 02_pid
	assert_line --regexp '^box   ok  .*process 1,'
	assert_line --regexp '^host  ok  .*my NSpid is'
	assert_line --regexp '^box   ok  3 levels down'
	refute_line --regexp '^(host|box ) +NO '
	run -0 bounded 02_pid -l 5
	assert_line --regexp '^box   ok  5 levels down.*: [0-9]+ .* 1$'
}

@test "the demonstration, killed half-way, leaves nobody behind" {
	local name after _
	mkfifo story
	for name in KILL TERM INT; do
		for after in 3 6 11; do
			env --default-signal 02_pid >story 2>&1 3>&- &
			adopt $!
			exec 8<story
			while ((after-- > 0)); do read -r _ <&8; done
			kill -"$name" "$box" 2>/dev/null || : # or it is over
			wait_for box_gone
			wait_for nothing_runs
			exec 8<&-
		done
	done
}
