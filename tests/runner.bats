#!/usr/bin/env bats
# scripts/test: it counts rightly, lets nothing pass by mistake, and notices
# what is left behind.

load lib/boxlab

eval "library_$(declare -f setup)"
setup() {
	library_setup
	# A place that a plain user can reach.
	place=$(mktemp -d "${TMPDIR:-/tmp}/runner.XXXXXX")
	chmod 755 "$place"
	mkdir "$place/tmp"
	chmod 1777 "$place/tmp"
	own=-p
	! is_root || own=-r
	unset CI

	# Inside of bats, PATH leads to a part of bats instead of to bats.
	PATH=${PATH//"$BATS_LIBEXEC:"/}
}

eval "library_$(declare -f teardown)"
teardown() {
	rm -rf "$place"
	library_teardown
}

# The run that both users can make: root's as root, a plain user's in place.
runner() {
	TMPDIR=$place/tmp "$TOP/scripts/test" "$own" "$place/x.bats"
}

# The tests to run, from standard input; "%" keeps this file's bats off them.
tests() { sed 's/^[[:space:]]*%/@/' >"$place/x.bats"; }

last_line() { assert_equal "${lines[-1]}" "$1"; }

nothing_left() {
	run -0 ls -A "$place/tmp"
	assert_output ""
}

@test "passed, failed and skipped are counted, and a failure is shown" {
	tests <<-END
	%test "a" { true; }
	%test "b" { true; }
	%test "c" { skip "for $TOKEN"; }
	%test "d" { echo "said $TOKEN"; false; }
	END
	run -1 runner
	last_line "2 passed, 1 failed, 1 skipped"
	assert_line --partial "said $TOKEN"
	assert_line --regexp '^failed: .*x.bats: d$'
	nothing_left
}

@test "when all pass, so does the run" {
	tests <<<'%test "a" { true; }'
	run -0 runner
	last_line "1 passed, 0 failed, 0 skipped"
	nothing_left
}

@test "a file that does not load is a failure" {
	tests <<<'%test "a" { true; }
	%test "b" {'
	run -1 runner
	refute_line "1 passed, 0 failed, 0 skipped"
}

@test "a file without tests is a failure, and so is none at all" {
	tests <<<'# nothing'
	run -1 runner
	last_line "0 passed, 1 failed, 0 skipped"
	rm "$place/x.bats"
	run -1 runner
	last_line "0 passed, 1 failed, 0 skipped"
}

@test "a file that ends half-way is a failure" {
	# shellcheck disable=SC2016 # for the inner bats
	tests <<<'%test "a" { kill -KILL $PPID; }
	%test "b" { true; }'
	run -1 runner
	assert_line --regexp '^failed: .*: 2 tests planned, [01] ran'
}

@test "CI allows only the skips that are on the list" {
	tests <<<'%test "a" { skip "needs root"; }
	%test "b" { true; }'
	CI=true run -0 runner
	tests <<-END
	%test "a" { skip "needs root, says $TOKEN"; }
	%test "b" { true; }
	%test "c" { skip; }
	END
	CI=true run -1 runner
	last_line "1 passed, 2 failed, 2 skipped"
	assert_line --regexp "^failed: .*skipped, .*: a # skip needs root, says"
	run -0 runner
}

@test "a file left behind is a failure" {
	# shellcheck disable=SC2016 # for the inner bats
	tests <<<'%test "a" { touch "$TMPDIR/left" "$HOME/too"; }'
	run -1 runner
	assert_line --regexp '/left$'
	assert_line --regexp '/too$'
	last_line "1 passed, 1 failed, 0 skipped"
	nothing_left
}

@test "a process left behind is a failure, and is ended" {
	tests <<<'%test "a" { setsid sleep 1000 >/dev/null 2>&1 3>&- & }'
	if is_root; then
		# It ends with its PID namespace.
		run -0 runner
	else
		run -1 runner
		last_line "1 passed, 1 failed, 0 skipped"
	fi
	wait_for nothing_runs
	nothing_left
}

@test "what root's tests change stays in namespaces of their own" {
	need_root
	tests <<-END
	%test "a" {
		hostname $TOKEN || echo $TOKEN >/proc/sys/kernel/hostname
		ip link add ${TOKEN:0:10} type veth
		mount -t tmpfs tmpfs /mnt
		touch /run/$TOKEN
		[ "\$(ps -e | wc -l)" -lt 50 ]
	}
	END
	run -0 runner
	last_line "1 passed, 0 failed, 0 skipped"
	assert_not_exists "/run/$TOKEN"
}

@test "a cgroup left behind is a failure" {
	need_root
	local group
	group=$(find /sys/fs/cgroup -maxdepth 2 -name cgroup.procs -print -quit)
	group=${group%/*}/boxlab-$TOKEN
	tests <<<"%test 'a' { mkdir $group; }"
	run -1 runner
	rmdir "$group"
	assert_line --partial "$group"
	last_line "1 passed, 1 failed, 0 skipped"
}

@test "the plain run is nobody's, on a readable copy, which goes away" {
	need_root
	# shellcheck disable=SC2016 # for the inner bats
	tests <<<'%test "a" {
		[ "$(id -u)" -eq 65534 ]
		[ "$PWD" != "'"$TOP"'" ]
		[ -r labs/01_uts/uts.c ]
		[ -x "$BOXLAB_BIN/01_uts" ]
		[ "$BOXLAB_BIN" = "$PWD/build/bin" ]
		touch "$HOME/x" "$TMPDIR/x" labs/x && rm "$HOME/x" "$TMPDIR/x"
		! grep -q "^CapEff:.*[^0[:space:]]" /proc/self/status
	}'
	TMPDIR=$place/tmp run -0 "$TOP/scripts/test" -p "$place/x.bats"
	last_line "1 passed, 0 failed, 0 skipped"
	assert_not_exists "$TOP/labs/x"
	nothing_left
}

@test "root gets both runs and a sum of each" {
	need_root
	tests <<<'%test "a" { true; }'
	TMPDIR=$place/tmp run -0 "$TOP/scripts/test" "$place/x.bats"
	assert_line "root: 1 passed, 0 failed, 0 skipped"
	assert_line "plain: 1 passed, 0 failed, 0 skipped"
	last_line "2 passed, 0 failed, 0 skipped"

	# shellcheck disable=SC2016 # for the inner bats
	tests <<<'%test "b" { [ "$EUID" -ne 65534 ]; }
	%test "c" { [ "$EUID" -eq 65534 ]; }'
	TMPDIR=$place/tmp run -1 "$TOP/scripts/test" "$place/x.bats"
	assert_line "failed: root: $place/x.bats: c"
	assert_line "failed: plain: $place/x.bats: b"
	last_line "2 passed, 2 failed, 0 skipped"
	nothing_left
}

@test "both runs of root go on at once, and are interrupted at once" {
	need_root
	# Each waits for the other.
	tests <<<"%test 'a' { touch $place/\$EUID
		until [ -e $place/0 ] && [ -e $place/65534 ]; do sleep 0.1; done
		touch $place/up-\$EUID; sleep 1000; }"
	chmod 777 "$place"
	start both env --default-signal TMPDIR="$place/tmp" \
		"$TOP/scripts/test" "$place/x.bats"
	wait_for test -e "$place/up-0"
	wait_for test -e "$place/up-65534"
	kill "${started:?}"
	status=0
	wait "$started" || status=$?
	assert_equal "$status" 143
	nothing_left
	run -0 my_processes
	assert_output ""
}

@test "the tests do not see the caller's variables, nor ignored signals" {
	# shellcheck disable=SC2016 # for the inner bats
	tests <<<'%test "a" {
		[ -z "${MAKEFLAGS:-}${XDG_RUNTIME_DIR:-}${BOXLAB_IMAGES:-}" ]
		run -130 bash -c '"'kill -INT \$\$'"'
	}'
	MAKEFLAGS=-k XDG_RUNTIME_DIR=/x BOXLAB_IMAGES=/x run -0 runner
}

@test "interrupted, it ends at once and leaves nothing" {
	local signal
	tests <<<'%test "a" { touch '"$place"'/up; sleep 1000; }'
	chmod 777 "$place"
	for signal in HUP INT TERM; do
		rm -f "$place/up"
		# In the background INT starts out ignored, hence env.
		start "run-$signal" env --default-signal TMPDIR="$place/tmp" \
			"$TOP/scripts/test" "$own" "$place/x.bats"
		wait_for test -e "$place/up"
		kill "-$signal" "${started:?}"
		status=0
		wait "$started" || status=$?
		assert_equal "$status" $((128 + $(kill -l $signal)))
		nothing_left
		run -0 my_processes
		assert_output ""
	done
}

@test "a file that does not end is killed, and is a failure" {
	tests <<<'%test "a" { true; }
	%test "b" { sleep 1000; }'
	TMPDIR=$place/tmp run -1 "$TOP/scripts/test" "$own" -t 3 "$place/x.bats"
	assert_line --regexp '^failed: .*/x.bats: killed after 3 seconds$'
	nothing_left
	run -0 my_processes
	assert_output ""
}

@test "options: -r needs root, an unknown one is an error" {
	run -125 "$TOP/scripts/test" -x
	assert_output --partial "usage: test"
	if ! is_root; then
		run -125 "$TOP/scripts/test" -r
		assert_output "test: -r: only root can run tests as root"
	fi
}
