# lesson.bash - what the tests of lessons load.

# shellcheck shell=bash disable=SC2034,SC2154 # set for and by who loads it

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

# What runs of all that this test has started, a command a line.
my_commands() {
	local name
	for name in $(my_processes); do
		tr '\0' ' ' <"${name%environ}cmdline"
		echo
	done 2>/dev/null
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
