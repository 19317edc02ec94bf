#!/usr/bin/env bats
# The classroom: a lesson before a class, in a terminal of tmux.

# shellcheck disable=SC2016,SC2154 # for other shells; set by run and lib
load lib/boxlab
load lib/lesson

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

# What a terminal of 80 columns makes of text.
@test "no line of text is wider than the window, and figures are named" {
	need_lesson
	need lowdown
	mkdir sub
	{
		printf '%s\n' "# T" "" "## First" "" "![Boxes," \
			"and arrows](figure.svg)" "" "It's -- so." ""
		printf '```c\n\tif (x)\n\n\t\treturn y;\n```\n\n'
		printf '    make  %s\n' "$(seq -s ' ' 1 60)"
	} >sub/one.md
	LESSON_PACE=0 run -0 lesson walk --auto sub/one.md
	run -0 sed 's/ *$//' <<<"$output"
	assert_output "\
T

## First

    Figure: sub/figure.svg

    It's -- so.

      | if (x)
      |
      |     return y;

      | make  1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25
            26 27 28 29 30 31 32 33 34 35 36 37 38 39 40 41 42 43 44 45 46 47
            48 49 50 51 52 53 54 55 56 57 58 59 60

-- the end --"
	sed -i 's/figure.svg/figure.svg and more/' sub/one.md
	cd sub
	LESSON_PACE=0 run -0 lesson walk --auto one.md
	assert_line "    Figure: figure.svg and more"
}

@test "the labs' text fits 80 columns, tables too" {
	need_lesson
	need lowdown
	local lab
	for lab in "$TOP"/labs/0*/README.md; do
		sed 's/^```console.*/```console {norun="text"}/' "$lab" >lab.md
		LESSON_PACE=0 run -0 lesson walk --auto lab.md
		assert_line --regexp '^    Figure: figure.svg$'
		refute_line --partial "[Image]"
		# But for what is typed, and its output; a table's second line
		# begins where the others do.
		run -1 grep -E '^([^a-z]|[a-z]+[^a-z$#>^|]).{80}|^ {5,}[-|]+$' \
			<<<"$output"
	done
}

# Each to the end, with nothing given up on the way.
@test "the labs can be walked" {
	need_lesson
	local lab
	for lab in "$TOP"/labs/0*/README.md; do
		LESSON_PACE=0 run -0 lesson walk --auto "$lab"
		assert_line --index -1 "-- the end --"
		refute_line --partial "(given up"
		refute_line --partial "does not answer"
		refute_line --regexp '^\(the shell of .* has ended\)'
	done
}

@test "what is only shown is as in the text, and questions have no signs" {
	need_lesson
	printf '%s\n' '> predict: What does `a*b` *really* say?' \
		'> - a) `x`' '> - b) *y*' '> answer: a' '' \
		'```console' 'host$ echo 7' '<n>' '```' '' \
		'```console {norun="why"}' 'host$ kill <n>' '<n>' '```' >one.md
	LESSON_PACE=0 run -0 lesson walk --auto one.md
	assert_line "What do you predict?  What does a*b really say?"
	assert_line "    a) x"
	assert_line "    b) y"
	assert_line "The answer is a) x"
	assert_line "host\$ kill <n>"
	assert_line "host| <n>"
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
	[ -e "${LESSON=walk}.md" ] || sample "$LESSON"
	SHELL=/bin/sh TERM=xterm LC_ALL=C.UTF-8 LESSON_PACE=${PACE-0} \
		mux new-session -d -x 80 -y 24 "trap : INT; stty -g >before; tty >tty
		'$BOXLAB_BIN/lesson' walk ${AUTO-} $LESSON.md; echo \$? >status
		stty -g >after; exec cat" 3>&-
	IN_CLASS=yes
}

# The same, past the first page and the question, which gets no hands.
open_at_commands() {
	open_class
	asks next
	keys n
	sees "hands for a"
	keys Escape
	asks types
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
	open_at_commands
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
	sees "Ctrl-C once more ends"
	keys x
	asks types
	keys C-c C-c
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

@test "in class: a command that hangs is interrupted, or given up" {
	open_at_commands
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
	keys 'mine=kept; echo again; sleep 300' Enter
	sees '^host\| again'
	sees "still running: Ctrl-C interrupts it"
	keys C-c
	sees "status 130"
	asks types
	# It was the command, not the shell.
	keys r
	keys 'echo is $mine; sleep 300' Enter
	sees '^host\| is kept'
	keys q
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
	# Behind the name there is room for what fits the window.
	sees '^host\| 30 94'
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
	PACE=2000 open_at_commands
	keys n
	sees '^host\$ ec'
	keys C-c
	sees 'not run'
	asks types
	refute shows 'host\| first'
	keys n
	sees '^host\$ echo'
	keys n
	sees '^host\| first-41'
	asks types
	# A line of one's own, or hands, are given up by it as well.
	keys r
	keys x C-c
	asks types
	keys q
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

@test "in class: colours, and none if nobody wants them" {
	open_at_commands
	keys n
	sees '^host\| first-41'
	run -0 mux capture-pane -pe
	assert_line --partial $'\e[36mhost\e[39m$ \e[1mecho first'
	assert_line --partial $'\e[7m 3/'
	keys q
	closed 0
	rm -f after
	NO_COLOR=1 open_at_commands
	keys n
	sees '^host\| first-41'
	run -0 mux capture-pane -pe
	refute_output --partial $'\e'
	keys q
	closed 0
}

@test "in class: a title is on its section's page, pages end at blank lines" {
	need_lesson
	need lowdown
	{
		printf '%s\n' "# The title" "" "## A section" ""
		for word in one two three four five six seven; do
			printf '%s %s\n\n' "$word" "$(seq -s ' ' 1 80)"
		done
		printf '%s\n' "## Another" "" text
	} >pages.md
	LESSON=pages open_class
	asks next
	run -0 screen
	assert_line --index 0 "The title"
	assert_line --regexp "A section$"
	assert_line --partial "three 1 2"
	refute_line --partial "four"
	assert_line --index -1 --regexp '^ 2/3 '
	keys b
	sees "this is the beginning"
	keys n
	sees "seven 1 2"
	refute shows "three 1 2"
	keys n
	sees "^    text"
	# The page before is that one again, not one that ends elsewhere.
	keys b
	sees "seven 1 2"
	run -0 screen
	assert_line --index 1 --partial "four 1 2"
	keys q
	closed 0
}
