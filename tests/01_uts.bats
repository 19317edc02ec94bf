#!/usr/bin/env bats
# 01_uts: a hostname of one's own.

load lib/boxlab

# A box that says when it is up and stays until its file is removed.
start_box() {
	touch "$BATS_TEST_TMPDIR/stay"
	start box 01_uts "$@" sh -c \
		'echo up; while [ -e stay ]; do sleep 0.02; done'
	box=$started
	wait_for grep -q up "$BATS_TEST_TMPDIR/box.out"
}

@test "the box has a UTS namespace of its own" {
	run -0 01_uts readlink /proc/self/ns/uts
	assert_output --regexp '^uts:\[[0-9]+\]$'
	refute_output "$(readlink /proc/self/ns/uts)"
}

@test "the hostname is set inside" {
	run -0 01_uts -n "$TOKEN" uname -n
	assert_output "$TOKEN"
}

@test "the domain name is set inside, and the hostname left alone" {
	run -0 01_uts -d "$TOKEN.test" cat /proc/sys/kernel/domainname \
		/proc/sys/kernel/hostname
	assert_line --index 0 "$TOKEN.test"
	assert_line --index 1 "$(uname -n)"
}

@test "the host keeps its own names while the box has others" {
	local name domain
	name=$(uname -n)
	domain=$(cat /proc/sys/kernel/domainname)
	start_box -n "$TOKEN" -d "$TOKEN"
	assert_equal "$(uname -n)" "$name"
	assert_equal "$(cat /proc/sys/kernel/domainname)" "$domain"
}

@test "-j joins another box: same namespace, same names" {
	start_box -n "$TOKEN" -d "$TOKEN.test"
	run -0 01_uts -j "$box" sh -c \
		'readlink /proc/self/ns/uts; uname -n;
		 cat /proc/sys/kernel/domainname'
	assert_line --index 0 "$(readlink "/proc/$box/ns/uts")"
	assert_line --index 1 "$TOKEN"
	assert_line --index 2 "$TOKEN.test"
}

@test "a name set after joining is set for both" {
	start_box -n "$TOKEN"
	run -0 01_uts -j "$box" -n "joined-$TOKEN" true
	run -0 01_uts -j "$box" uname -n
	assert_output "joined-$TOKEN"
}

@test "64 bytes are a hostname, 65 are refused" {
	local name
	name=$(printf 'x%.0s' {1..64})
	run -0 01_uts -n "$name" uname -n
	assert_output "$name"
	run -125 01_uts -n "${name}x" uname -n
	assert_output "01_uts: hostname ${name}x: over 64 bytes"
}

@test "64 bytes are a domain, 65 are refused" {
	local name
	name=$(printf 'x%.0s' {1..64})
	run -0 01_uts -d "$name" cat /proc/sys/kernel/domainname
	assert_output "$name"
	run -125 01_uts -d "${name}x" true
	assert_output "01_uts: domain ${name}x: over 64 bytes"
}

@test "where user namespaces are forbidden, a plain user is told what to do" {
	need_root
	run -125 unshare --user --map-root-user sh -c \
		'echo 0 >/proc/sys/user/max_user_namespaces &&
		 exec setpriv --bounding-set -all --inh-caps -all 01_uts true'
	assert_output --partial "01_uts: no user namespace"
	assert_output --partial "make vm"
}

@test "joining what is not there, or is no pid, fails clearly" {
	run -125 01_uts -j 2147483647 true
	assert_output --regexp \
		'^01_uts: /proc/2147483647/ns/u(ts|ser): No such file or directory$'
	run -125 01_uts -j 0 true
	assert_output "01_uts: pid 0: too small"
	run -125 01_uts -j 12x true
	assert_output "01_uts: pid 12x: invalid"
	run -125 01_uts -j $$
	assert_output "01_uts: -j needs a command to run in there"
}

@test "options: -h is help, an unknown one is an error" {
	run -0 01_uts -h
	assert_output --partial "usage: 01_uts"
	run -125 01_uts -Z
	assert_output --partial "usage: 01_uts"
	run -125 01_uts -n
	assert_output --partial "usage: 01_uts"
}

@test "the command's arguments are its own, and so is its exit status" {
	run -0 01_uts echo -n "$TOKEN" -n
	assert_output "$TOKEN -n"
	run -42 01_uts sh -c 'exit 42'
	run -143 01_uts sh -c 'kill -TERM $$'
	run -127 01_uts "/nonexistent/$TOKEN"
	run -126 01_uts /
}

@test "with a command it is silent; -v narrates on stderr" {
	run -0 --separate-stderr 01_uts true
	assert_output ""
	assert_equal "$stderr" ""
	run -0 --separate-stderr 01_uts -v -n "$TOKEN" echo out
	assert_output out
	assert_regex "$stderr" "box  .*hostname $TOKEN"
}

@test "the demonstration is true, and says who speaks" {
	run -0 01_uts -n "$TOKEN"
	assert_line --regexp '^host  ok  '
	assert_line --regexp "^box   ok  .*$TOKEN"
	refute_line --regexp '^(host|box ) +NO '
}
