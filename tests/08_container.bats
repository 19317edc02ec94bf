#!/usr/bin/env bats
# box run, ps and rm: names, what stays and what goes, help, --explain.

# shellcheck disable=SC2016,SC2154 # for the box's shell; set by run and lib
load lib/box
# shellcheck disable=SC2034 # read by lib/box
NETWORK=()

@test "a container stays with its name and status; rm removes it" {
	run -3 box_keep --name "$TOKEN" busybox sh -c 'echo kept >/file; exit 3'
	run -0 box ps
	assert_line --index 0 --regexp '^ID +STATUS +NAME$'
	assert_equal "${#lines[@]}" 1
	run -0 box ps -a
	assert_line --index 1 --regexp "^[0-9a-f]{12} +exited 3 +$TOKEN\$"
	run -0 find "$BOXLAB_HOME"/containers/*/upper -name file -exec cat {} +
	assert_output kept
	run -0 box rm "$TOKEN"
	assert_output ""
	no_leftovers
}

@test "a container without a name goes by its id" {
	run -0 box_keep busybox true
	run -0 box_keep busybox true
	run -0 box ps -a
	assert_equal "${#lines[@]}" 3
	run -0 bash -c "box ps -a | awk 'NR > 1 { print \$1; print \$NF }' | uniq"
	assert_equal "${#lines[@]}" 2
	run -0 box rm "${lines[@]}"
	no_leftovers
}

@test "--rm leaves nothing, whatever the box wrote" {
	run -0 boxed --name "$TOKEN" busybox sh -c '
		mkdir -p /a/b/c /locked/in && echo x >/a/b/c/d &&
		ln -s / /a/link && mkfifo /a/fifo && rm -r /usr /etc/passwd &&
		chmod 000 /locked/in /locked && chmod 555 /a/b/c /a/b /a'
	no_leftovers
	run -0 find . -mindepth 1 ! -path './state*'
	assert_output ""
}

@test "a running box is listed, and not removed" {
	start_box one --name "$TOKEN" busybox sh -c "$STAY"
	run -0 box ps
	assert_line --index 1 --regexp "^[0-9a-f]{12} +running +$TOKEN\$"
	run -125 box rm "$TOKEN"
	assert_output --partial "$TOKEN is running"
	run -0 box ps
	assert_line --partial "$TOKEN"
}

@test "a name that is taken is refused, running or not" {
	start_box one --name "$TOKEN" busybox sh -c "$STAY"
	run -125 boxed --name "$TOKEN" busybox echo ran
	assert_output "box: the name $TOKEN is taken (box ps -a, box rm $TOKEN)"
	kill -KILL "$box"
	assert_end 137
	run -0 box_keep --name "$TOKEN" busybox true
	run -125 boxed --name "$TOKEN" busybox echo ran
	assert_output --partial "is taken"
	box rm "$TOKEN"
	run -0 boxed --name "$TOKEN" busybox true
}

@test "names: what may be one, and what not" {
	local name
	for name in a "$(printf 'x%.0s' {1..64})" A-b_c.d 0; do
		run -0 boxed --name "$name" busybox true
	done
	for name in "" .. . .hidden -x a/b ../a "a b" ä $'a\n' \
		"$(printf 'x%.0s' {1..65})"; do
		run -125 boxed --name "$name" busybox true
		assert_output --partial "box: --name $name"
	done
	run -0 find "$BOXLAB_HOME" -mindepth 2
	assert_output ""
}

@test "rm: what is not there, or no name at all" {
	run -125 box rm "$TOKEN"
	assert_output "box: no container $TOKEN"
	run -125 box rm ../names
	assert_output "box: no container ../names"
	run -125 box rm
	assert_output "box: usage: box rm container ..."
	run -125 box rm -f x
	run -125 box ps x
	assert_output "box: usage: box ps [-a]"
	run -125 box ps -x
	assert_output "box: invalid option -- 'x'"
}

@test "help is help, and errors say where it is" {
	local command
	run -0 --separate-stderr box help
	assert_line --index 0 --partial "usage: box run"
	assert_equal "$stderr" ""
	run -0 --separate-stderr box --help
	run -0 --separate-stderr box run --help
	assert_line --index 0 "usage: box run [options] image|directory\
 [command [arg ...]]"
	assert_equal "$stderr" ""
	run -0 box run -h
	while read -r command; do
		run -0 --separate-stderr box "$command" --help
		assert_line --index 0 --regexp "^usage: box $command( |\$)"
		assert_equal "$stderr" ""
	done < <(box help | sed -nE 's/^  ([a-z]+) .*/\1/p')
	run -125 --separate-stderr box
	assert_output ""
	run -125 --separate-stderr box nosuch
	assert_output ""
	assert_regex "$stderr" "usage: box"
	run -125 box run
	assert_output "box: which image? see box run --help"
}

@test "every option that help names exists" {
	local option count=0
	run -0 box run --help
	while read -r option; do
		run box run "$option=" busybox true
		refute_output --partial "unrecognized option"
		count=$((count + 1))
	done < <(grep -oE -- '--[a-z-]+' <<<"$output" | sort -u)
	[ "$count" -gt 20 ]
	box ps -a | awk 'NR > 1 { print $NF }' | xargs -r box rm
}

@test "--explain tells every step, and where its function really is" {
	local step function line file count=0
	run -0 --separate-stderr boxed --explain --init -v /tmp:/mnt busybox \
		echo "$TOKEN"
	assert_output "$TOKEN"
	while read -r step; do
		[[ $step =~ ([^ ]+\.c):([0-9]+)$ ]] || continue
		file=${BASH_REMATCH[1]} line=${BASH_REMATCH[2]}
		run -0 sed -n "${line}p" "$TOP/$file"
		assert_output --regexp '^[a-z_]+\('
		function=${output%%(*}
		steps+=" $function"
		count=$((count + 1))
	done <<<"$stderr"
	[ "$count" -gt 15 ]
	for function in pid_clone_init uts_unshare netns_unshare overlay_mount \
		pid_mount_proc jail_pivot caps_keep caps_bound \
		seccomp_no_new_privs seccomp_load pid_init run_exec \
		volumes_mount user_become; do
		[[ "$steps " == *" $function "* ]] || fail "no $function: $steps"
	done
	if is_root; then
		# With v2 the box is born in its group.
		[ "$(memory_version)" = 2 ] ||
			[[ "$steps " == *" cgroup_add "* ]] || fail "$steps"
		[[ "$steps " == *" cgroup_create "*" veth_create "* ]] ||
			fail "$steps"
	else
		[[ $steps == " userns_enter "* ]] || fail "$steps"
	fi
}

# To a terminal, where a write takes longer and others get between.
@test "--explain keeps the lines of a step together, whoever else speaks" {
	local box="box run -q --rm -e BOXLAB_TEST_TOKEN --explain"
	is_root || box+=" --network none"
	NO_COLOR=1 run -0 script -qec "for i in 1 2 3 4 5 6 7 8 9 10; do
		$box busybox true || exit; done" /dev/null </dev/null
	tr -d '\r' <<<"$output" >said
	run -0 grep -c '\.c:[0-9]*$' said
	[ "$output" -ge 100 ]
	run -0 awk '!/^(host|box) / { next }
		/\.c:[0-9]+$/ { if (who != "") print; who = $1; next }
		{ if ($1 != who) print; who = "" }' said
	assert_output ""
}

@test "--explain tells nothing that does not happen" {
	run -0 --separate-stderr boxed --explain --network none \
		--security-opt seccomp=unconfined busybox true
	refute_regex "$stderr" 'SECCOMP_SET_MODE|LINK veth|fork\(|open_tree'
	run -0 --separate-stderr boxed busybox true
	assert_equal "$stderr" ""
}

@test "without root, box says what it leaves out; -q does not" {
	need_plain
	run -0 --separate-stderr box run --rm busybox true
	assert_regex "$stderr" "box: no bridge: without root, loopback only"
	run -0 --separate-stderr box run --rm -q busybox true
	assert_equal "$stderr" ""
	run -0 --separate-stderr box run --rm --network none busybox true
	refute_regex "$stderr" bridge
}
