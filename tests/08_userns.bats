#!/usr/bin/env bats
# box in user namespaces: one that it was started in, and --userns.

# shellcheck disable=SC2016,SC2154 # for the box's shell; set by run and lib
load lib/box

@test "box runs in a user namespace that somebody else has made" {
	run -0 unshare -r timeout -s KILL 20 box run -q --rm --network none \
		-e BOXLAB_TEST_TOKEN busybox sh -c 'id -u; echo $$; : >/x
			head -c 3 /dev/zero | wc -c; echo lost >/dev/null
			stat -c %t:%T /dev/null; rm /etc/passwd && ls /etc'
	assert_line --index 0 0
	assert_line --index 1 1
	assert_line --index 2 3
	assert_line --index 3 1:3
	refute_line passwd
	run -0 unshare -r timeout -s KILL 20 box run -q --rm --network host \
		-e BOXLAB_TEST_TOKEN busybox echo "$TOKEN"
	assert_output "$TOKEN"
}

@test "in such a namespace what needs the host's root is said" {
	run -125 unshare -r timeout -s KILL 20 box run -q --rm \
		--network bridge busybox echo ran
	assert_line --partial "needs root"
	refute_line ran
	run -125 unshare -r timeout -s KILL 20 box run -q --rm \
		--network none -u 7:7 busybox echo ran
	assert_output --partial "box: -u: group 7"
}

@test "in such a namespace the state is the user's, not the machine's" {
	mkdir home
	run -0 env -u BOXLAB_HOME HOME="$PWD/home" unshare -r timeout -s KILL \
		20 box run -q --rm --network none busybox true
	assert_dir_exists home/.local/share/boxlab/containers
	rm -r home
}
