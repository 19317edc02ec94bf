#!/usr/bin/env bats
# The engine of lessons that run: what matches, sessions, and the classroom.

# shellcheck disable=SC2016,SC2154 # for other shells; set by run and lib
load lib/boxlab

LESSONS=$TOP/tests/lib/lessons

lesson() { timeout -s KILL 120 "$BOXLAB_BIN/lesson" "$@"; }
tested() { lesson test "$@"; }

# need_lesson: what its jail needs may be forbidden here.
need_lesson() {
	need busybox
	"$TOP/scripts/jail" true 2>/dev/null || skip "needs user namespaces"
}

# sample NAME: a copy with a short name, for messages.
sample() { cp "$LESSONS/$1.md" .; }

# block TEXT ...: a lesson of one block, in the file one.md.
block() {
	printf '%s\n' '```console' "$@" '```' >one.md
}

@test "all that should match does" {
	need_lesson
	sample good
	run -0 tested good.md
	assert_output "\
TAP version 13
1..3
ok 1 - good.md:3 printf 'one  two\\n\\tthree   \\n\\n'
ok 2 - good.md:42 echo \\
ok 3 - good.md:50 seq 10000"
}

@test "all that should not match fails, with the lines of the file" {
	need_lesson
	sample bad
	run -1 tested bad.md
	assert_line --index 1 1..8
	assert_line --regexp '^not ok 1 - bad.md:3 echo one'
	assert_line "# bad.md:4: host\$ echo one; echo two"
	assert_line "#     5  one"
	assert_line "#     6 -2"
	assert_line "#       +two"
	# A name that is not bound is sent as it is; one that is must be equal.
	assert_line "#       +bash: first: No such file or directory"
	assert_line "#    15 -<n>"
	assert_line "#       (<n> is 43)"
	# The rules for the status.
	assert_line "not ok 3 - bad.md:18 false"
	assert_line "# status 1, not 0"
	assert_line "# status 0, but it should fail"
	assert_line "# status 4, not 3"
	# Output where none is expected, and none where some is.
	assert_line "#       +more"
	assert_line "#    37 -less"
	# And it goes on.
	assert_line "ok 8 - bad.md:40 echo still there"
}

@test "a name is bound to as little as will do, and to nothing by a failure" {
	need_lesson
	block 'host$ echo aXbXc' '<p>X<q>' 'host$ echo <p>-<q>' 'a-bXc'
	run -0 tested one.md
	block 'host$ echo ab' '<p>' 'host$ echo a' '<p>'
	run -1 tested one.md
	block 'host$ echo x' '<p> y' 'host$ echo z' '<p>'
	run -1 tested one.md
	assert_line "#       +x"
	refute_line --partial "is x"
	assert_line --partial "#     3 -<p> y"
	refute_line --partial "#     5"
	block 'host$ printf "1\n2\n3\n2\n"' '...' '<n>' '3' '<n>'
	run -0 tested one.md
	block 'host$ echo' '<n>'
	run -1 tested one.md
}

@test "sessions live on, each its own, and so do shells in them" {
	need_lesson
	sample sessions
	run -0 tested sessions.md
	assert_line --index 1 1..5
}

@test "a shell in a box is a session's too" {
	need_lesson
	[ -d "$BOXLAB_BIN/../images/busybox" ] || skip "needs an image"
	sample box
	run -0 tested box.md
	assert_line --index 1 1..2
}

@test "the last status is judged, and all others must be 0" {
	need_lesson
	block 'host$ false' 'host$ true'
	run -1 tested one.md
	assert_line "# status 1, not 0"
	{
		printf '%s\n' '```console {fails}' 'host$ true' 'host$ false' \
			'```' '```console {status=7}' 'host$ sh' \
			'host$ exit 7' '```'
		printf '%s\n' '```console {fails}' 'host$ false' \
			'host$ false' '```'
	} >one.md
	run -1 tested one.md
	assert_line --regexp '^ok 1 '
	assert_line --regexp '^ok 2 '
	assert_line --regexp '^not ok 3 '
	# What ends a nested shell, or a program, says nothing.
	block 'host$ sh' 'host$ sh -c "exit 3" || :' 'host$ test 1 = 2 || :' \
		'host$ exit' 'host$ sh -c "echo on; exec sleep 300"' on \
		'host^C' 'host$ echo after' after
	run -0 tested one.md
}

@test "what is needed and missing is skipped, with its reason" {
	need_lesson
	sample needs
	run -0 tested needs.md
	assert_line --regexp "^ok 1 .* # skip needs root$"
	# The jail of a plain user has version 2, whatever there is outside.
	if [[ $output == *" v1 machine"* ]]; then
		assert_line --regexp '^ok 2 .*memory.usage_in_bytes$'
		assert_line --regexp \
			'^ok 3 .* # skip cgroup v2 memory on a v1 machine$'
	else
		assert_line --regexp \
			'^ok 2 .* # skip cgroup v1 memory on a v2 machine$'
		assert_line --regexp '^ok 3 .*memory.usage_in_bytes$'
	fi
	assert_line --regexp '^ok 4 - needs.md:16 04_cgroup_mem -m 64M true'
	assert_line "ok 5 - needs.md:20 rm -rf / # skip takes a day # or two"
	run -0 tested -s needs.md
	assert_line --regexp '^[12] passed, 0 failed, [34] skipped$'
}

@test "-r is root of the machine, and stops at the first failure" {
	need_root
	sample needs
	run -0 tested -r needs.md
	assert_line --regexp '^ok 1 .*tr -s.*uid_map$'
	refute_line --partial "needs root"
	block 'host$ false' 'host$ touch /run/after' 'host$ echo x >&2'
	cat >>one.md <<'END'

```console {root}
host$ touch "$HOME/later"
```
END
	run -1 tested -v -r one.md
	refute_output --partial "# host\$ touch"
	assert_line "# not run: as root, nothing runs after a failure"
}

@test "-r, killed, leaves nothing either" {
	need_root
	block 'host$ sleep 4321 | sleep 4321'
	start hung timeout -s KILL 100 "$BOXLAB_BIN/lesson" test -r -t 90 one.md
	wait_for sleeps
	kill -KILL "$(pgrep -P "$started" lesson)"
	ended 137
}

@test "-r is for root only" {
	need_plain
	block 'host$ true'
	run -125 tested -r one.md
	assert_output --partial "only root"
}

@test "nothing of the machine can be harmed" {
	need_lesson
	echo "$TOKEN" >secret
	block "host\$ cat $PWD/secret || echo gone" \
		'...No such file or directory' gone \
		"host\$ touch $TOP/labs/new || echo no" '...' no \
		'host$ hostname renamed; hostname' renamed \
		'host$ kill -9 -1 || echo nobody else' '...'
	run -0 tested one.md
	assert_equal "$(cat secret)" "$TOKEN"
	assert_not_exists "$TOP/labs/new"
	refute [ "$(uname -n)" = renamed ]
}

@test "a session that hangs or ends is begun again" {
	need_lesson
	sample lost
	run -1 tested -t 1 lost.md
	assert_line "# no prompt within 1 s"
	assert_line "#     5  begun"
	refute_line --partial never
	assert_line "ok 2 - lost.md:9 echo anew"
	assert_line "not ok 3 - lost.md:14 kill -9 \$\$"
	assert_line "# the session's shell has ended"
	assert_line "ok 4 - lost.md:18 echo also anew"
	assert_line "# not the expected output in 1 s"
	assert_line --partial "and 12" || assert_line --partial "lines more"
	block 'host$ sleep 2'
	run -0 env BOXLAB_PATIENCE=10 "$BOXLAB_BIN/lesson" test -t 1 one.md
}

@test "keys and input go to what runs in front" {
	need_lesson
	sample keys
	run -0 tested keys.md
	assert_line --index 1 1..3
}

@test "-v shows all, and colours and the locale are as said" {
	need_lesson
	block 'host$ echo $TERM $LC_ALL' 'dumb C.UTF-8' \
		'host$ stty size; test "$PWD" = "$HOME"; ls -A' '24 80' \
		"host\$ command -v 01_uts" "...bin/01_uts"
	run -0 env TERM=xterm LC_ALL=C "$BOXLAB_BIN/lesson" test -v one.md
	assert_line "# host\$ stty size; test \"\$PWD\" = \"\$HOME\"; ls -A"
	assert_line "# 24 80"
}

@test "files are numbered through, and each has a jail of its own" {
	need_lesson
	block 'host$ echo x >file; hostname other'
	block_two='host$ ls; hostname'
	cp one.md first.md
	block "$block_two" "$(uname -n)"
	run -0 tested first.md one.md
	assert_line 1..2
	assert_line "ok 1 - first.md:1 echo x >file; hostname other"
	assert_line "ok 2 - one.md:1 ls; hostname"
}

@test "two lessons at once do not meet" {
	need_lesson
	sample sessions
	start one lesson test sessions.md
	local first=$started
	start two lesson test sessions.md
	wait "$first"
	wait "$started"
	run -0 cat one.out two.out
	assert_equal "$(grep -c '^ok' <<<"$output")" 10
}

@test "a mistake in a lesson is a line with its number, and 125" {
	local text
	while IFS='|' read -r line text message; do
		# shellcheck disable=SC2059 # it has newlines
		printf "$text\n" >one.md
		run -125 lesson test one.md
		assert_output --partial "lesson: one.md:$line: "
		assert_output --partial "$message"
	done <<'END'
2|```console\noutput\n```|output before a command
1|```console\n```|no command
2|\n```console|no end
1|```console {nosuch}\nh$ x\n```|no such word
1|```console {status=x}\nh$ x\n```|no such word
1|```console {status=256}\nh$ x\n```|no such word
1|```console {norun=""}\nh$ x\n```|no reason
1|```console {norun}\nh$ x\n```|no such word
1|```console {fails\nh$ x\n```|no such word
1|```console root\nh$ x\n```|not { words }
1|> predict: x?\n> - a) y\n> answer: a|2 to 9 answers
1|> predict: x?\n> - a) y\n> - b) z|which answer
1|> predict: x?\n> - a) y\n> - b) z\n> answer: c|which answer
3|> predict: x?\n> - a) y\n> - c) z\n> answer: c|answers are a
END
}

@test "list says what is where" {
	run -0 lesson list "$LESSONS/walk.md"
	assert_line "1	section	The title"
	assert_line "5	question	Which name does the host have afterwards?"
	assert_line "13	block	echo first-\$((40 + 1))"
	assert_line --regexp '^[0-9]+	section	Long text$'
}

@test "what is asked wrongly is said" {
	run -125 lesson
	run -125 lesson nosuch
	run -125 lesson test
	run -125 lesson test "/nosuch-$TOKEN"
	assert_output --partial "No such file"
	run -125 lesson test -t 0 "$LESSONS/good.md"
	run -125 lesson list
	run -125 lesson record "$LESSONS/good.md"
	run -0 lesson --help
	assert_line --partial "lesson walk"
}

# Start a lesson that hangs, and wait until it does.
hang() {
	block "host\$ echo $TOKEN >mark; sleep 4321 | sleep 4321"
	start hung timeout -s KILL 100 "$BOXLAB_BIN/lesson" test -t 90 one.md
	wait_for sleeps
	engine=$(pgrep -P "$started" lesson)
}
sleeps() { my_commands | grep -q '^sleep 4321'; }
my_commands() {
	local name
	for name in $(my_processes); do
		tr '\0' ' ' <"${name%environ}cmdline"
		echo
	done 2>/dev/null
}

# ended STATUS: the process that was started, with this status.
ended() {
	local status=0
	wait "$started" || status=$?
	unset "STARTED[-1]"
	assert_equal "$status" "$1"
	wait_for nothing_runs
}

@test "interrupted or killed, nothing is left" {
	need_lesson
	local signal engine
	for signal in INT TERM HUP; do
		hang
		kill -$signal "$engine"
		ended $((128 + $(kill -l $signal)))
		refute grep -q '^ok' hung.out
	done
	hang
	kill -KILL "$engine"
	ended 137
}

# The engine is process 1 of its PID namespace, the last one it is in.
kill_engine() {
	local name comm
	for name in $(my_processes); do
		read -r comm <"${name%environ}comm" || continue
		if [ "$comm" = lesson ] &&
			grep -qP '^NSpid:\t.*\t1$' "${name%environ}status"; then
			kill -KILL "$(cut -d / -f 3 <<<"$name")"
		fi
	done 2>/dev/null
}

@test "killed inside, the outside says so, and nothing is left" {
	need_lesson
	local engine
	hang
	kill_engine
	ended 1
	run -0 cat hung.out
	assert_line --regexp \
		'^not ok 1 - one.md: the lesson ended with status [0-9]+$'
}

@test "a record is an asciicast of what a class would see" {
	need_lesson
	need jq
	sample walk
	printf '%s\n' '```console' 'box$ printf "\033[31m\"\\\\\001\377\303\251"' \
		'...' '```' >>walk.md
	run -0 lesson record walk.md out.cast
	assert_output ""
	jq -e -s '.[0].version == 2 and .[0].width == 80 and
		.[0].height == 24' out.cast
	jq -e -s '.[1:] | length > 50 and all(length == 3 and
		(.[0] | type) == "number" and .[1] == "o" and
		(.[2] | type) == "string")' out.cast
	# Time goes on, and nobody waits long.
	jq -e -s '[.[1:][][0]] | . == sort and
		([.[1:], .[:-1]] | transpose | all(.[0] - .[1] < 3))' out.cast
	run -0 jq -rj 'arrays | .[2]' out.cast
	run -0 sed 's/\x1b\[[0-9;]*m//g; s/\r$//' <<<"$output"
	assert_line "host\$ echo first-\$((40 + 1))"
	assert_line "host| first-41"
	assert_line "box| boxed"
	assert_line "host> into cat"
	assert_line --partial "\"\\"
	assert_line --partial $'\xef\xbf\xbdé'
	refute_line --partial reboot
}

@test "walk --auto goes on to the end, without a terminal" {
	need_lesson
	sample walk
	LESSON_PACE=0 run -0 lesson walk --auto walk.md
	assert_line --partial "Which name does the host have afterwards?"
	refute_line --partial "answer: b"
	assert_line "host\$ echo first-\$((40 + 1))"
	assert_line "host| first-41"
	assert_line "box| boxed"
	assert_line --regexp '^The answer is b\) its own, since'
	assert_line "host| into cat"
	assert_line "(status 7)"
	assert_line "(only shown, not run: only shown)"
	assert_line "host| bye"
	assert_line --partial "Last words."
	assert_line "-- the end --"
	refute_line --partial $'\033'
}

@test "walk --from runs unseen what the section needs" {
	need_lesson
	sample walk
	LESSON_PACE=0 run -0 lesson walk --auto --from "the end" walk.md
	refute_line --partial first-41
	refute_line --partial twenty
	assert_line "box# uname -n"
	assert_line "box| boxed"
	LESSON_PACE=0 run -125 lesson walk --auto --from nosuch walk.md
	assert_output --partial 'no section "nosuch"'
}

@test "walk without lowdown shows the text as it is" {
	need_lesson
	printf '%s\n' "# T" "" "$(seq -s ' ' 1 60)" "" "- an item" >one.md
	mkdir bin
	printf '#!/bin/sh\nexit 1\n' >bin/lowdown
	chmod +x bin/lowdown
	LESSON_PACE=0 run -0 lesson walk --auto one.md
	assert_line --partial "an item"
	assert_line --partial "59 60"
	run -125 lesson walk one.md </dev/null
	assert_output --partial "needs a terminal"
}

# The classroom: a terminal of tmux, 80 columns and 24 lines.
mux() { tmux -S "$BATS_TEST_TMPDIR/mux" -f /dev/null "$@"; }
open_class() {
	need_lesson
	need tmux
	sample "${LESSON=walk}"
	SHELL=/bin/sh TERM=xterm LC_ALL=C.UTF-8 LESSON_PACE=${PACE-0} \
		mux new-session -d -x 80 -y 24 "trap : INT; stty -g >before; tty >tty
		'$BOXLAB_BIN/lesson' walk ${AUTO-} $LESSON.md; echo \$? >status
		stty -g >after; exec cat" 3>&-
	IN_CLASS=yes
}
keys() { mux send-keys "$@"; }
screen() { mux capture-pane -p; }
shows() { screen | grep -qE -- "$1"; }
sees() { WAIT=20 wait_for shows "$1" || { screen; return 1; }; }
asks() { sees "^ [0-9]+/[0-9]+  space $1"; }

# tmux takes its time before it tells the terminal.
resize() {
	mux resize-window -x "$1" -y "$2"
	wait_for is_sized "$2 $1"
}
is_sized() { [ "$(stty size <"$(cat tty)")" = "$1" ]; }

# closed STATUS: it has ended, and the terminal is as it was.
closed() {
	wait_for test -s after
	assert_equal "$(cat status)" "$1"
	diff before after
	mux kill-server
	IN_CLASS=''
	wait_for nothing_runs
}
teardown() {
	local -; set +T
	[ -z "${IN_CLASS:-}" ] || mux kill-server || :
	stop_started
	wait_for nothing_runs || { my_processes; return 1; }
	wait_for host_is_back || { host_changes; return 1; }
}

@test "in class: on, votes, commands, the answer, and the end" {
	open_class
	asks next
	sees "Some prose"
	keys Space
	sees "hands for a"
	keys 1 2 x Enter
	sees "hands for b"
	keys 4 1 BSpace Enter
	asks types
	run -0 screen
	refute_line --partial first-41
	keys n
	sees '^host\| first-41'
	keys Enter
	sees '^host\| second-42'
	keys Right
	sees '^box\$ 01_uts'
	keys Space
	sees '^box\| boxed'
	sees '^The answer is b\) its own'
	sees '^a +#{50} 12$'
	sees '^b\* +#{17} 4$'
	asks next
	keys n
	# Twenty-five lines are two pages.
	sees "nineteen|17. seventeen"
	run -0 screen
	refute_line --partial twenty-five
	keys n
	sees twenty-five
	keys n
	sees "The end"
	keys n n
	asks types
	keys q
	closed 0
}

@test "in class: back to read again, and nothing is undone or run twice" {
	open_class
	asks next
	keys n
	sees "hands for a"
	keys Enter
	sees "hands for b"
	keys Enter
	asks types
	keys n
	sees '^host\| first-41'
	keys p
	sees "not undone"
	asks next
	keys b
	sees "this is the beginning"
	keys n
	sees "asked before"
	sees "echo first.*has run"
	keys n
	sees '^host\| second-42'
	assert_equal "$(mux capture-pane -pS - | grep -c '^host| first-41')" 1
	keys q
	closed 0
}

@test "in class: wrong keys, help, a skipped block" {
	open_class
	asks next
	keys x z 7 F5 Escape Tab C-z C-g
	keys s
	asks next
	run -0 screen
	refute_line --partial hands
	keys '?'
	sees "a live shell here"
	keys n
	sees "hands for a"
	keys Escape
	asks types
	keys s
	sees "skipped"
	sees "The answer is b"
	run -0 screen
	refute_line --partial "| first"
	keys q
	closed 0
}

@test "in class: a command of one's own, and a live shell" {
	open_class
	asks next
	keys n
	sees "hands for a"
	keys Escape
	asks types
	keys r
	sees '^host\$ ?$'
	keys "echo own-$TOKEN-xx" BSpace BSpace Enter
	sees "^host\| own-$TOKEN-\$"
	asks types
	keys r
	keys "echo no-$TOKEN" Escape
	asks types
	keys l
	sees "is yours"
	keys "echo live-\$((20 + 3)); mine=$TOKEN" Enter
	sees '^live-23'
	keys "half a line" C-]
	sees "the lesson goes on"
	asks types
	keys n
	sees '^host\| first-41'
	keys r
	keys 'echo "mine $mine"' Enter
	sees "^host\| mine $TOKEN"
	# A program that waits for input is reached through the live shell.
	keys r
	keys 'read -r x; echo "x is $x"' Enter
	sees '^host\$ read'
	keys l
	sees "host is yours(.|\n)*"
	keys seven Enter
	keys C-]
	asks types
	keys C-c
	closed 0
}

# Shells that edit a line by themselves echo by themselves as well.
@test "in class: a live shell that is another" {
	local shell
	LESSON=live open_class
	asks next
	keys n
	for shell in bash ash; do
		asks types
		keys n
		sees "\\$ (busybox )?$shell"
		asks types
		keys l
		sees "is yours"
		sees '^\$ ?$'
		keys "echo live-$shell-\$((1 + 1))" Enter
		sees "^\\$ echo live-$shell"
		sees "^live-$shell-2"
		keys "half a line" C-]
		sees "the lesson goes on"
		asks types
		keys n
		sees "echo in $shell"
		sees "^.\| in $shell"
		refute shows "^.\| echo"
	done
	keys q
	closed 0
}

@test "--auto in a terminal ends with Ctrl-C" {
	AUTO=--auto PACE=2000 open_class
	sees "The title"
	keys C-c
	closed 130
}

@test "in class: a command that hangs is given up, or the class ends" {
	open_class
	asks next
	keys n
	sees "hands for a"
	keys Escape
	asks types
	keys r
	keys 'echo hangs; sleep 300' Enter
	sees '^host\| hangs'
	keys z n
	keys s
	sees "given up"
	asks types
	keys n
	sees '^host\| first-41'
	keys r
	keys 'echo again; sleep 300' Enter
	sees '^host\| again'
	keys C-c
	closed 0
}

@test "in class: the window may have any size" {
	open_class
	asks next
	resize 40 10
	sees "space next"
	keys n
	sees "hands for a"
	keys Escape
	asks types
	resize 100 30
	sees "q quit"
	keys r
	keys 'stty size' Enter
	sees '^host\| 30 100'
	resize 12 4
	resize 80 24
	sees "q quit"
	keys s
	sees skipped
	asks next
	keys n
	sees seventeen
	keys q
	closed 0
}

@test "in class: Ctrl-C while it types, a closed window, a killed engine" {
	PACE=2000 open_class
	asks next
	keys n
	sees "hands for a"
	keys Escape
	asks types
	keys n
	sees '^host\$ ec'
	keys C-c
	closed 0
	rm -f after
	open_class
	asks next
	mux kill-server
	wait_for nothing_runs
	rm -f after
	open_class
	asks next
	kill_engine
	wait_for test -s after
	refute [ "$(cat status)" = 0 ]
	closed "$(cat status)"
}
