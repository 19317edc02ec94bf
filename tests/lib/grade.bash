# grade.bash - what the graded tests share.
#
#	load ../lib/grade
#
# scripts/grade runs them in a jail.  In there each command of the student's
# runs in a cell, namespaces of its own below the jail's: the tests look into
# the cell from outside, where it cannot lie to them, and believe what the
# kernel says of it, not what it prints.  "The host" is the cell.
#
# A test is a behaviour with points.  Its name is "[2] title: what is asked".
# If it fails, the output has three lines: what was expected, what was seen, and
# a hint, which leads to the cause and does not name the line to write.

# shellcheck disable=SC2034 # the tests read what is set here

bats_require_minimum_version 1.5.0

TOP=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
TOP_OF=$TOP/build/tests/top_of
CELL=$TOP/build/tests/cell

setup() {
	set +T # bats would trace each command, which takes most of the time
	# The same numbers for the same seed, others in each test.
	dice=$((BOXLAB_SEED + BATS_TEST_NUMBER * 7919))
	throw
	token TOKEN
	between MARK 100000000 900000000
	TITLE=${BATS_TEST_DESCRIPTION#*] }
	TITLE=${TITLE%%:*}
	cd "$BATS_TEST_TMPDIR" || return
}

teardown() {
	local cells
	# With a cell ends its process 1, and so all that is in it.
	mapfile -t cells < <(jobs -pr)
	[ ${#cells[@]} -eq 0 ] || kill -KILL "${cells[@]}" || :
	wait
	[ -z "$BATS_TEST_COMPLETED" ] || [ -n "${BATS_TEST_SKIPPED:-}" ] ||
		: >"$BATS_FILE_TMPDIR/done $TITLE"
}

# The next number in $thrown, below 2^31: a linear congruential generator, whose
# upper bits are good enough for names and sizes.  In a $(subshell) it would be
# lost, and come again.
throw() {
	dice=$((dice * 6364136223846793005 + 1442695040888963407))
	thrown=$((dice >> 33 & 0x7fffffff))
}

# token VARIABLE: a word that nobody could have guessed.
token() {
	local first
	throw
	first=$thrown
	throw
	printf -v "$1" 't%06x%06x' $((first & 0xffffff)) $((thrown & 0xffffff))
}

# between VARIABLE LOW HIGH: a number, both ends included.
between() {
	throw
	printf -v "$1" %d $(($2 + thrown % ($3 - $2 + 1)))
}

# after TITLE ...: this test says nothing until those have passed.
after() {
	local title
	for title; do
		[ -e "$BATS_FILE_TMPDIR/done $title" ] ||
			skip "first make \"$title\" work"
	done
}

# lost WHAT EXPECTED SEEN HINT: the end of a test that failed.
lost() {
	printf 'what: %s\nexpected: %s\nseen: %s\nhint: %s\n' "$1" "$2" \
		"$(two_lines "${3:-nothing}")" "$4"
	return 1
}

# The first two lines of a text, in one, without what would move a cursor.
two_lines() {
	head -n 2 <<<"$1" | tr -c '[:print:]\n' '?' | cut -c 1-300 |
		paste -s -d '|' | sed 's/|/ | /'
}

cell() { "$CELL" "$@" 3>&-; }

# read_output FILE: the start of it, in $output, as $(...) would have it, with
# neither NULs nor newlines at the end.
read_output() {
	IFS= read -r -N 20000 output <"$1" || :
	output=${output%"${output##*[!$'\n']}"}
}

# try [-u] [-t SECONDS] COMMAND ...: run it in a cell, as root of the cell or
# with -u as a user.  Its status is in $status, the start of its output in
# $output.
try() {
	status=0 MARK=$((MARK + 1))
	cell "$@" >>"$BATS_TEST_TMPDIR/held.$MARK" 2>&1 || status=$?
	read_output "$BATS_TEST_TMPDIR/held.$MARK"
}

EARLY="the program ended before its command began: what it says tells where"
STRAY="the command is not what the program that was started became, or made"

# launch [-u] COMMAND ...: the same, in the background, and the command gets a
# "sleep" of this test's own for its last arguments.  In $outside the pid of the
# cell's own process 1, and in $first that of the process in which the command
# began, if there is one.
launch() {
	MARK=$((MARK + 1))
	[ -v ready ] || exec {ready}<> <(:) || return # a pipe, to read and write
	"$CELL" -t 20 -i "/dev/fd/$ready" "$@" sleep "$MARK" \
		>>"$BATS_TEST_TMPDIR/held.$MARK" 2>&1 3>&- &
	held=$!
	outside='' first='' inside=''
	waiting=$((SECONDS + 5 * ${BOXLAB_PATIENCE:-1}))
	# When the time of one read is over, it may have half of the number, or
	# all and the end of the line: then nothing more comes.
	while still_held; do
		read -r -t 0.01 -u "$ready" part && outside+=$part && break
		[ -n "$part" ] || [ -z "$outside" ] || break
		outside+=$part
	done
}

# Is there something to wait for?
still_held() { [ $SECONDS -lt "$waiting" ] && alive; }

# Does the cell still run?
alive() {
	local state=Z
	{ read -r _ _ state _ <"/proc/$held/stat"; } 2>/dev/null
	[ "$state" != Z ]
}

# find_first: the oldest child of the cell's process 1.  Later it gets others,
# that have lost their parent; with this one, which cannot be lost, it ends.
find_first() {
	{ read -r first _ <"/proc/$outside/task/$outside/children"; } \
		2>/dev/null || [ -n "$first" ] || # there is no newline
		first=$(pgrep -o -P "$outside" || :)
}

# descends: is $inside the first process, or a child of a child of it?
descends() {
	local pid=$inside
	until [ "$pid" = "$first" ]; do
		[ "$pid" != "$outside" ] && [ "$pid" -gt 1 ] || return
		parent pid "$pid" || return
	done
}

# parent VARIABLE PID: of a process, by its pid here in the jail.
parent() {
	local key value
	while read -r key value; do
		[ "$key" != PPid: ] || {
			printf -v "$1" %s "$value"
			return
		}
	done <"/proc/$2/status"
	return 1
} 2>/dev/null

# hold [-u] COMMAND ...: launch it, and when the "sleep" has started have its
# pid in $inside.  If it does not, the test is lost, with $hint if that is set;
# and also if it is not a descendant of the process in which the command began,
# or with BECOMES=yes that process itself, by execve(2).
hold() {
	launch "$@"
	while [ -z "$inside" ] && still_held; do
		find_sleepers "$outside"
		[ -n "$inside" ] || read -r -t 0.01 -u "$ready" _ || : # a rest
	done
	read_output "$BATS_TEST_TMPDIR/held.$MARK"
	[ -n "$inside" ] || lost "a command in the box" "that it runs" \
		"$output" "${hint:-$EARLY}" || return
	find_first
	case ${BECOMES:-no} in
	yes) [ "$inside" = "$first" ] ;;
	no) descends ;;
	esac || lost "the process of the command" "${first:-none}, or below it" \
		"${inside//$'\n'/ }" "$STRAY"
}

# find_sleepers PID: who below that process is our "sleep", to $inside.
find_sleepers() {
	local file list=() more child words
	for file in "/proc/$1"/task/*/children; do # each thread has its own
		more=()
		read -r -a more <"$file" || : # there is no newline
		list+=("${more[@]}")
	done 2>/dev/null
	[ -e "$file" ] || mapfile -t list < <(pgrep -P "$1")
	for child in "${list[@]}"; do
		mapfile -d '' -t words <"/proc/$child/cmdline" || continue
		[ "${words[*]}" != "sleep $MARK" ] ||
			inside+=${inside:+ }$child
		find_sleepers "$child"
	done 2>/dev/null
}

# field NAME FILE: what a status file of proc(5) says behind a name.
field() {
	local key value
	while read -r key value; do
		[ "$key" != "$1:" ] || echo "$value"
	done <"$2"
}

# ns PID TYPE: which namespace of that type a process is in.
ns() { readlink "/proc/$1/ns/$2"; }

# shares PID PID TYPE: are both in the same one?
shares() { [ "/proc/$1/ns/$3" -ef "/proc/$2/ns/$3" ]; }

# apart PID PID TYPE: does each have its own?
apart() { [ -e "/proc/$1/ns/$3" ] && [ -e "/proc/$2/ns/$3" ] && ! shares "$@"; }

# within PID TYPES COMMAND ...: a trusted command, in the namespaces of a
# process: TYPES are the letters of nsenter(1), as -un.  Never m: it would be
# the student's file system that the command comes from.
within() {
	[[ $2 != *m* ]] || return 125
	local letters=${2#-} types=() i
	for ((i = 0; i < ${#letters}; i++)); do
		types+=("-${letters:i:1}")
	done
	nsenter --preserve-credentials -t "$1" -U "${types[@]}" -- "${@:3}" \
		3>&-
}
