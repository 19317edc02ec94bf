# boxlab.bash - what every test file loads: where the programs are, who runs
# them, and a teardown that proves nothing was left behind.
#
#	load lib/boxlab
#
# scripts/test runs the files in namespaces of their own; "the host" below is
# the inside of those.

bats_require_minimum_version 1.5.0

# What is here runs before and after each test, so it starts few processes.
# That is why a library of bats is sourced file by file: its load.bash starts
# one for each of them.
load_library() {
	local directories directory file
	IFS=: read -ra directories <<<"$BATS_LIB_PATH"
	for directory in "${directories[@]}"; do
		[ -e "$directory/$1/load.bash" ] || continue
		for file in "$directory/$1"/src/*.bash; do
			# shellcheck disable=SC1090 # the library's own
			source "$file"
		done
		return
	done
	bats_load_library "$1"
}
load_library bats-support
load_library bats-assert
load_library bats-file

TOP=$(cd "$BATS_TEST_DIRNAME/.." && pwd)
BOXLAB_BIN=${BOXLAB_BIN:-$TOP/build/bin}
PROGRAMS=$BOXLAB_BIN/../tests
PATH=$BOXLAB_BIN:$PROGRAMS:$PATH:/usr/sbin:/sbin

# Each test has a word that nobody could have guessed, for names and contents.
# It also stands in the environment of all that the test starts.
new_token() {
	printf -v TOKEN 't%04x%04x%04x' $((RANDOM * 2 + RANDOM % 2)) \
		$((RANDOM * 2 + RANDOM % 2)) $((RANDOM * 2 + RANDOM % 2))
	export BOXLAB_TEST_TOKEN=$TOKEN
}

is_root() { [ "$EUID" -eq 0 ]; }
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

# A program of tests/programs that has to be static, so that any image runs it.
need_program() {
	[ -x "$PROGRAMS/$1" ] || skip "needs a static C library"
}

# The cgroup version that counts memory here.
memory_version() {
	if [ -e /sys/fs/cgroup/memory/memory.usage_in_bytes ]; then
		echo 1
	else
		echo 2
	fi
}

# Run a command as nobody, from a root test.
as_plain() {
	setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all "$@"
}

# Wait up to ten seconds, or $WAIT, for a condition; no test sleeps and hopes.
wait_for() {
	local end=$((SECONDS + ${WAIT:-10}))
	while ((SECONDS < end)); do
		"$@" >/dev/null 2>&1 && return 0
		sleep 0.02
	done
	fail "waited ${WAIT:-10} seconds in vain for: $*"
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

# What a test may not change on the machine, one fact a line, in $HOST_STATE;
# and in $HOST_GROUPS the cgroups that a lab or a box may have made.
read_host() {
	local line name facts=()
	read -r line </proc/sys/kernel/hostname
	facts+=("hostname $line")
	read -r line </proc/sys/kernel/domainname
	facts+=("domainname $line")
	while read -r _ _ line; do
		[[ $line =~ ^(.*)" "shared:[0-9]+(.*)$ ]] &&
			line=${BASH_REMATCH[1]}${BASH_REMATCH[2]}
		facts+=("mount $line")
	done </proc/self/mountinfo
	# Not /sys/class/net: a sysfs shows the network it was mounted in,
	# which is not the one we are in.
	while IFS=' :|' read -r name _; do
		[[ $name =~ ^(Inter-|face|)$ ]] || facts+=("link $name")
	done </proc/self/net/dev
	for name in /run/netns/*; do
		[ ! -e "$name" ] || facts+=("network $name")
	done
	printf -v HOST_STATE '%s\n' "${facts[@]}"
	HOST_GROUPS=$'\n'
	for name in /sys/fs/cgroup/{,*/,*/*/,*/*/*/}{box,0[1-7]_}*/; do
		[ ! -d "$name" ] || HOST_GROUPS+=$name$'\n'
	done
}

remember_host() {
	read_host
	STATE_BEFORE=$HOST_STATE GROUPS_BEFORE=$HOST_GROUPS
}
host_is_back() {
	no_group_more && [ "$HOST_STATE" = "$STATE_BEFORE" ]
}
no_group_more() {
	read_host
	[ -z "$(new_groups)" ]
}
host_changes() {
	diff <(printf %s "$STATE_BEFORE") <(printf %s "$HOST_STATE")
	new_groups
}

# Cgroups that were not there before.  Others use this machine at the same time:
# one of another user's, or with processes in it, which are not ours by then, is
# no leak.  Nor is that of a jail which goes on: it is locked.
new_groups() {
	local name procs
	while IFS= read -r name; do
		if [[ -n $name && $GROUPS_BEFORE != *$'\n'"$name"$'\n'* ]]; then
			procs=''
			read -r procs 2>/dev/null <"$name/cgroup.procs" || :
			[ -n "$procs" ] || [ ! -O "$name" ] ||
				jail_goes_on "$name" || echo "$name"
		fi
	done <<<"$HOST_GROUPS"
}

jail_goes_on() {
	[[ $1 =~ .*/boxlab-jail-[0-9-]+ ]] &&
		! flock -n "${BASH_REMATCH[0]}" true
}

# Processes of this test: they carry its token in their environment.  Shells
# of bats itself do not, since they exec'ed before the token was made.
my_processes() {
	BOXLAB_TEST_TOKEN='' grep -lzs "^BOXLAB_TEST_TOKEN=$TOKEN$" \
		/proc/[0-9]*/environ || :
}
nothing_runs() { [ -z "$(my_processes)" ]; }

setup() { begin_test; }
begin_test() {
	local -; set +T
	new_token
	STARTED=()
	remember_host
	cd "$BATS_TEST_TMPDIR" || return 1
}

# The kernel takes some namespaces apart after the last process is gone, so
# both checks wait a little before they call it a leak.
teardown() {
	local -; set +T
	stop_started
	wait_for nothing_runs || { my_processes; return 1; }
	wait_for host_is_back || { host_changes; return 1; }
}
stop_started() {
	local pid
	for pid in "${STARTED[@]}"; do
		kill -KILL "$pid" 2>/dev/null || :
		wait "$pid" 2>/dev/null || :
	done
}
