#!/usr/bin/env bats
# box run -t: a terminal inside, and the caller's in front of it.

# shellcheck disable=SC2016,SC2154 # for the box's shell; set by run and lib
load lib/box
load lib/terminal

@test "without -t there is no terminal, with it standard streams are one" {
	run -1 boxed busybox tty
	assert_output "not a tty"
	run -0 boxed -t busybox tty
	assert_output --regexp $'^/dev/pts/0\r?$'
	run -0 boxed -t busybox sh -c \
		'test -t 0 && test -t 1 && test -t 2 && echo all three'
	assert_output --partial "all three"
}

@test "the terminal is the session's own, and the console" {
	run -0 boxed -t busybox sh -c '
		echo to-tty >/dev/tty; echo to-console >/dev/console
		ls -1 /dev/pts; cut -d " " -f 7 /proc/$$/stat
		stat -c %t:%T /dev/console /dev/pts/0; :'
	assert_line --partial to-tty
	assert_line --partial to-console
	assert_line --index 2 --regexp '^0.?$'
	assert_line --index 3 --regexp '^ptmx.?$'
	assert_line --index 4 --regexp '^34816.?$' # 136:0
	assert_line --index 5 --regexp '^88:0.?$'
	assert_line --index 6 --regexp '^88:0.?$'
}

@test "terminals of the host are not the box's" {
	local name
	on_terminal "$TTY_BOX -t busybox ls -1 /dev/pts"
	wait_for test -s status
	name=$(basename "$(cat outer)")
	run -0 cat screen
	assert_line --regexp '^0[[:space:]]*$'
	[ "$name" = 0 ] || refute_line --regexp "^${name}[[:space:]]*\$"
}

@test "exit status and all output pass, to the last byte" {
	run -42 boxed -t busybox sh -c 'exit 42'
	run -0 bash -c 'timeout -s KILL 20 box run -q --rm -t busybox \
		seq 1 30000 | tr -d "\r" | cksum'
	assert_output "$(seq 1 30000 | cksum)"
}

@test "-it: who takes no more output ends it" {
	run -0 timeout -s KILL 20 env --default-signal script -qefc \
		"box run -q --rm -it busybox yes | head -n 1" /dev/null
	assert_line --index 0 --partial y
	run timeout -s KILL 20 env --default-signal script -qefc \
		"box run -q --rm -it busybox yes >/dev/full" /dev/null
	assert_output --partial \
		"box: standard output: No space left on device"
}

@test "-t with -i takes its input from a pipe as well" {
	run -0 bash -c 'printf "%s\n" "echo said-\$((6 * 7))" |
		timeout -s KILL 20 box run -q --rm -i -t busybox sh'
	assert_line --partial said-42
}

@test "the end of input is told, and told again to who missed it" {
	run -0 bash -c 'timeout -s KILL 20 box run -q --rm -i -t busybox sh -c \
		"sleep 0.2; cat; stty -echo; cat; echo both" </dev/null'
	assert_line --partial both
}

@test "the size of the caller's terminal is handed on" {
	on_terminal "stty rows 33 cols 77; $TTY_BOX -it busybox stty size"
	wait_for test -s status
	shows "33 77"
}

@test "a change of size is handed on" {
	on_terminal "stty rows 33 cols 77; $TTY_BOX -it busybox sh -c \
		'trap \"stty size; exit\" WINCH; echo up; while :; do sleep 0.05; done'"
	wait_for shows up
	stty rows 40 cols 100 <"$(cat outer)"
	wait_for shows "40 100"
}

@test "what is typed reaches the box, once" {
	on_terminal "$TTY_BOX -it busybox sh -c \
		'echo up; read word; echo got-\$word'"
	wait_for shows up
	type_keys "$TOKEN\n"
	wait_for test -s status
	shows "got-$TOKEN"
	assert_equal "$(grep -c "^$TOKEN" screen)" 1 # the echo, by the box
}

@test "while it runs the caller's terminal is raw, and then as it was" {
	local state
	on_terminal "stty -g >before; $TTY_BOX -it busybox sh -c \
		'echo up; read word'; stty -g >after"
	wait_for shows up
	state=$(stty -a <"$(cat outer)")
	assert_regex "$state" '-icanon'
	assert_regex "$state" '-isig'
	assert_regex "$state" '-echo '
	type_keys "\n"
	wait_for test -s after
	cmp before after
}

@test "the terminal is as it was when the command fails or is killed" {
	on_terminal "stty -g >before; $TTY_BOX -it busybox nosuch-$TOKEN
		stty -g >after1; $TTY_BOX -it --init busybox sh -c \
			'kill -KILL \$\$'; stty -g >after2
		$TTY_BOX -it -w /etc/passwd busybox true; stty -g >after3"
	wait_for test -s status
	cmp before after1
	cmp before after2
	cmp before after3
	shows "nosuch-$TOKEN"
	shows "Not a directory"
}

@test "the terminal is as it was when box is told to end" {
	on_terminal "stty -g >before; $TTY_BOX -it busybox sh -c \
		'trap \"exit 6\" TERM; echo up; while :; do sleep 0.05; done'
		stty -g >after"
	wait_for shows up
	pkill -TERM -t "$(cut -d / -f 3- outer)" -x box
	wait_for test -s after
	cmp before after
	wait_for test -s status
}

@test "Ctrl-C reaches the program inside, as SIGINT, and not box" {
	on_terminal "$TTY_BOX -it busybox sh -c 'trap \"echo got INT; exit 5\" \
		INT; echo up; while :; do sleep 0.05; done'"
	wait_for shows up
	type_keys '\003'
	wait_for test -s status
	shows "got INT"
	assert_equal "$(cat status)" 5
}

@test "Ctrl-C ends what an interactive shell runs, and not the shell" {
	on_terminal "$TTY_BOX -it busybox sh"
	type_keys 'echo u""p; cat; echo back-$((6 * 7))\n'
	wait_for shows '^up'
	type_keys 'typed\n'
	wait_for shows typed
	type_keys '\003'
	# The shell empties its queue when it takes the terminal back.
	says_good_bye() {
		type_keys 'echo here-$((6 * 8)); exit 8\n'
		sleep 0.1
		test -s status
	}
	wait_for says_good_bye
	shows here-48
	assert_equal "$(cat status)" 8
}

@test "Ctrl-C under --init reaches the program as well" {
	on_terminal "$TTY_BOX -it --init busybox sh -c \
		'trap \"echo got INT; exit 5\" INT
		echo up; while :; do sleep 0.05; done'"
	wait_for shows up
	type_keys '\003'
	wait_for test -s status
	assert_equal "$(grep -c "got INT" screen)" 1
	assert_equal "$(cat status)" 5
}

@test "Ctrl-D ends a shell" {
	on_terminal "$TTY_BOX -it busybox sh"
	type_keys 'echo u""p\n'
	wait_for shows '^up'
	type_keys '\004'
	wait_for test -s status
	assert_equal "$(cat status)" 0
}

@test "-t without -i leaves the caller's terminal and input alone" {
	on_terminal "stty -g >before; $TTY_BOX -t busybox sh -c \
		'echo up; sleep 0.3'; stty -g >after; read word; echo got-\$word"
	wait_for shows up
	type_keys "$TOKEN\n"
	wait_for test -s status
	cmp before after
	shows "got-$TOKEN"
}

@test "when the caller's terminal goes away, so does an interactive box" {
	on_terminal "$TTY_BOX -it busybox sh"
	type_keys 'echo u""p\n'
	wait_for shows '^up'
	kill -KILL "${STARTED[0]}"
	wait_for nothing_runs
}

@test "a terminal cannot be made to type to the host" {
	need_program box_probe
	on_terminal "timeout --foreground -s KILL 20 box run -q --rm -i \
		-v $PROGRAMS/box_probe:/probe:ro busybox \
		/probe tiocsti tiocsti_out"
	wait_for test -s status
	run -0 grep -c 'tiocsti.*: E' screen
	assert_output 2
}
