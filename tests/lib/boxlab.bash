# boxlab.bash - what every test file loads: where the programs are, who runs
# them, and a teardown that proves nothing was left behind.
#
#	load lib/boxlab
#
# scripts/test runs the files in namespaces of their own; "the host" below is
# the inside of those.

bats_require_minimum_version 1.5.0
bats_load_library bats-support
bats_load_library bats-assert
bats_load_library bats-file

TOP=$(cd "$BATS_TEST_DIRNAME/.." && pwd)
BOXLAB_BIN=${BOXLAB_BIN:-$TOP/build/bin}
PATH=$BOXLAB_BIN:$PATH:/usr/sbin:/sbin

# Each test has a word that nobody could have guessed, for names and contents.
# It also stands in the environment of all that the test starts.
new_token() {
	TOKEN=t$(od -An -N6 -tx1 /dev/urandom | tr -d ' \n')
	export BOXLAB_TEST_TOKEN=$TOKEN
}

is_root() { [ "$(id -u)" -eq 0 ]; }
need_root() { is_root || skip "needs root"; }
need_plain() { ! is_root || skip "is about a plain user"; }

# AddressSanitizer complains where there is no /proc.
is_asan() { [ -n "${ASAN_OPTIONS:-}" ]; }
need() {
	local tool
	for tool; do
		command -v "$tool" >/dev/null || skip "needs $tool"
	done
}

# Run a command as nobody, from a root test.
as_plain() {
	setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all "$@"
}

# Wait up to ten seconds for a condition to hold; no test sleeps and hopes.
wait_for() {
	local end=$((SECONDS + 10))
	while ((SECONDS < end)); do
		"$@" >/dev/null 2>&1 && return 0
		sleep 0.02
	done
	fail "waited ten seconds in vain for: $*"
}

# Start a command in the background: its pid in $started, its output in
# $BATS_TEST_TMPDIR/NAME.out, killed at teardown.
start() {
	local name=$1
	shift
	: >"$BATS_TEST_TMPDIR/$name.out" # now: nobody shall read an old one
	"$@" >"$BATS_TEST_TMPDIR/$name.out" 2>&1 </dev/null 3>&- &
	started=$!
	STARTED+=("$started")
}

# What a test may not change on the machine, one fact a line.
host_state() {
	{
		uname -n
		cat /proc/sys/kernel/domainname
		sed 's/^[0-9]* [0-9]* //; s/ shared:[0-9]*//' \
			/proc/self/mountinfo
		# Not /sys/class/net: a sysfs shows the network it was
		# mounted in, which is not the one we are in.
		sed -n 's/^ *\([^ :]*\):.*/link \1/p' /proc/self/net/dev
		ls /run/netns
		find /sys/fs/cgroup -type d |
			grep -E '/(boxlab|0[1-7]_|box)[^/]*$'
	} 2>/dev/null | LC_ALL=C sort
}

# Processes of this test: they carry its token in their environment.  Shells
# of bats itself do not, since they exec'ed before the token was made.
my_processes() {
	BOXLAB_TEST_TOKEN='' grep -lzs "^BOXLAB_TEST_TOKEN=$TOKEN$" \
		/proc/[0-9]*/environ || :
}
nothing_runs() { [ -z "$(my_processes)" ]; }

# What is different now; a new line starts with a tab.  Others may use this
# machine at the same time: a cgroup that went away, or one with processes in
# it, which are not ours by then, is no leak.
state_changes() {
	local line
	LC_ALL=C comm -3 <(echo "$STATE_BEFORE") <(host_state) |
		grep -v '^/sys/fs/cgroup' |
		while IFS= read -r line; do
			grep -qs . "${line#?}/cgroup.procs" || echo "$line"
		done
}
state_is_back() { [ -z "$(state_changes)" ]; }

setup() {
	new_token
	STARTED=()
	STATE_BEFORE=$(host_state)
	cd "$BATS_TEST_TMPDIR" || return 1
}

# The kernel takes some namespaces apart after the last process is gone, so
# both checks wait a little before they call it a leak.
teardown() {
	local pid
	for pid in "${STARTED[@]}"; do
		kill -KILL "$pid" 2>/dev/null || :
		wait "$pid" 2>/dev/null || :
	done
	wait_for nothing_runs || { my_processes; return 1; }
	wait_for state_is_back || { state_changes; return 1; }
}
