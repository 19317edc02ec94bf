# box.bash - what the test files of box share: a state directory of the
# test's own, ways to start a box, and a teardown that proves it left nothing.
#
#	load lib/box

# shellcheck disable=SC2154 # set by lib/boxlab

load lib/boxlab

IMAGES=$BOXLAB_BIN/../images
BRIDGE=boxlab0
unset BOXLAB_IMAGES XDG_DATA_HOME

# A box that is forgotten at its end, and is stopped if it does not end by
# itself: what a test wants unless it says otherwise.  The token marks its
# processes for nothing_runs().  KILL, for process 1 may ignore anything else.
boxed() { box_keep --rm "$@"; }

# A cable and a bridge are more than half of a box's start, so boxes have them
# in the files that are about them: those set NETWORK=().
NETWORK=(--network none)

# The same, but the container stays for "box ps -a" and "box rm".
box_keep() {
	timeout -s KILL 20 box run -q -e BOXLAB_TEST_TOKEN "${NETWORK[@]}" "$@"
}

# boxed in the background: start_box NAME [option ...] IMAGE COMMAND ...
# It is up when its command has written "up".  A shell starts its background
# jobs with INT and QUIT ignored, which a box would inherit.
start_box() {
	local name=$1
	shift
	start "$name" env --default-signal box run -q --rm \
		-e BOXLAB_TEST_TOKEN "${NETWORK[@]}" "$@"
	box=$started
	wait_for grep -qs up "$BATS_TEST_TMPDIR/$name.out"
}

# The box in the background ends by itself, with this exit status.
assert_end() {
	local status=0
	wait_for ended "$box"
	wait "$box" || status=$?
	assert_equal "$status" "$1"
}
ended() { ! kill -0 "$1" || grep -q '^State:.Z' "/proc/$1/status"; }

# For a box in the background: say "up" and stay.
# shellcheck disable=SC2034 # used by the test files
STAY='echo up; while :; do sleep 0.05; done'

# A detached box: its id in $id.  remove_all takes such boxes away.
# shellcheck disable=SC2034 # used by the test files
detach() {
	id=$(timeout -s KILL 20 box run -q -d -e BOXLAB_TEST_TOKEN \
		"${NETWORK[@]}" "$@") || return
}
remove_all() { box ps -aq | xargs -r box rm -fv >/dev/null; }

# need_shifts DIRECTORY: the file system of an image has to show it with other
# owners.  Where the build lies it may not, so try a copy in the directory.
need_shifts() {
	! shifts_not || {
		cp -Rp "${BOXLAB_IMAGES:-$BOXLAB_BIN/../images}" "$1/images"
		export BOXLAB_IMAGES=$1/images
	}
	! shifts_not || skip "needs a file system that can shift owners"
}
shifts_not() {
	! boxed --userns auto busybox true 2>"$BATS_TEST_TMPDIR/why" &&
		grep "cannot shift owners" "$BATS_TEST_TMPDIR/why"
}

# What the facts file says of a box: fact NAME WORD.
fact() {
	sed -n "s/^$2 //p" \
		"$BOXLAB_HOME/containers/$(readlink "$BOXLAB_HOME/names/$1")/facts"
}
fact_is() { [ "$(fact "$1" "$2")" = "$3" ]; }
log_has() { box logs "$1" 2>&1 | grep -q "$2"; }

# All that a box could leave in its state directory.
# The empty directories of a store without images are none.
leftovers() {
	find "$BOXLAB_HOME" -mindepth 2 ! -path "$BOXLAB_HOME/store/*" || :
	find "$BOXLAB_HOME"/store/{layers,images,names,sizes,tmp} \
		"$BOXLAB_HOME/store/oci/blobs/sha256" -mindepth 1 || :
} 2>/dev/null
no_leftovers() { [ -z "$(leftovers)" ]; }

# Root's boxes may be given any id, a plain user's only what /etc/subuid says.
need_ids() {
	is_root || boxed -u 1:1 busybox true 2>/dev/null || skip "needs root"
}

# Limits need a cgroup that one may make.
need_limits() {
	is_root || boxed --pids-limit 9 busybox true 2>/dev/null ||
		skip "needs root"
}

# The root file system of a small system, for a test to spoil.
make_root() {
	mkdir -p "$1"
	cp -a "$IMAGES"/busybox/layers/*/. "$1"
}

# A file of the box's group, by its name in version 1 or in version 2, seen
# from inside.
group_file() {
	if [ -e /sys/fs/cgroup/memory/memory.usage_in_bytes ]; then
		echo "/sys/fs/cgroup/$1"
	else
		echo "/sys/fs/cgroup/$2"
	fi
}

box_setup() {
	begin_test || return
	export BOXLAB_HOME=$BATS_TEST_TMPDIR/state
}

# The bridge stays for the next box on purpose, so it is no leak; the cables
# into it would be.
box_teardown() {
	stop_started
	# What KILL leaves, the next command sweeps; no other end may need it.
	[ ${#STARTED[@]} -eq 0 ] || box ps >/dev/null
	wait_for nothing_runs || { my_processes; return 1; }
	read_host
	if [[ $HOST_STATE == *"link $BRIDGE"$'\n'* &&
		$STATE_BEFORE != *"link $BRIDGE"$'\n'* ]]; then
		ip link del "$BRIDGE"
	fi
	wait_for host_is_back || { host_changes; return 1; }
	no_leftovers || { leftovers; return 1; }
}

setup() { box_setup; }
teardown() { box_teardown; }
