#!/usr/bin/env bats
# The engine of lessons that run: what matches, and sessions.  The classroom is
# in walk.bats.

# shellcheck disable=SC2016,SC2030,SC2031,SC2154 # for other shells; set by run
load lib/boxlab
load lib/lesson

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
	sed -i "s/THIS/$(uname -m)/" needs.md
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
	assert_line --regexp "^ok 6 .* # skip is about nosuch$"
	assert_line --regexp "^ok 7 - needs.md:28 echo this one$"
	if [[ $output == *"no user.* attributes"* ]]; then
		run -1 setfattr -n user.test -v y /run
	else
		assert_line --regexp "^ok 8 - needs.md:33 setfattr "
	fi
	run -0 tested -s needs.md
	assert_line --regexp '^[234] passed, 0 failed, [456] skipped$'
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

# Only the real machine's groups outlive what has made them.
@test "-r leaves no group of a box that still runs at the end" {
	need_root
	local signal before
	before=$(groups)
	block 'box$ box run -q --rm -m 32M -it busybox sh' '...' \
		'host$ box run -q --rm -m 32M busybox sleep 4321 &' '...' \
		'host$ until pgrep -x sleep; do :; done' '...'
	run -0 tested -r one.md
	wait_for no_group_more
	block 'host$ box run -q --rm -m 32M busybox sleep 4321 | sleep 4321'
	for signal in TERM KILL; do
		start hung timeout -s KILL 100 "$BOXLAB_BIN/lesson" test -r \
			-t 90 one.md
		wait_for more_groups
		wait_for sleeps
		kill -$signal "$(pgrep -P "$started" lesson)"
		ended $((128 + $(kill -l $signal)))
		wait_for no_group_more
	done
	# What hangs is given up, and goes as well.
	run -1 tested -r -t 2 one.md
	wait_for no_group_more
}
groups() { find /sys/fs/cgroup -maxdepth 2 -name "boxlab-????????????"; }
more_groups() { [ "$(groups)" != "$before" ]; }

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
1|```console {arch=}\nh$ x\n```|no such word
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
