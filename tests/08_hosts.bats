#!/usr/bin/env bats
# /etc/hosts of boxes on the bridge: they find each other by name.

# shellcheck disable=SC2016,SC2154 # for the box's shell; set by run and lib
load lib/box
# shellcheck disable=SC2034 # read by lib/box
NETWORK=()

teardown() {
	remove_all
	box_teardown
}

hosts() { cat "$BOXLAB_HOME/hosts/hosts"; }
no_hosts() {
	[ -d "$BOXLAB_HOME/hosts" ] && [ -z "$(ls -A "$BOXLAB_HOME/hosts")" ]
}
has() { grep -qP "^10[.]16[.]8[.]\d+\t$1\t# [0-9a-f]{12}$"; }
knows() { hosts | has "$1"; }

@test "boxes find each other by name and by hostname, also later ones" {
	need_root
	start_box one --name "one-$TOKEN" --hostname "host-$TOKEN" busybox \
		sh -c "echo up; until grep -q two-$TOKEN /etc/hosts; do
			sleep 0.05; done; ping -c 1 -W 1 two-$TOKEN; $STAY"
	run -0 boxed busybox sh -c "ping -c 1 -W 5 one-$TOKEN &&
		ping -c 1 -W 5 host-$TOKEN"
	assert_line --partial "PING one-$TOKEN (10.16.8.2)"
	assert_line --partial "PING host-$TOKEN (10.16.8.2)"
	start_box two --name "two-$TOKEN" busybox sh -c "$STAY"
	wait_for grep -q "PING two-$TOKEN (10[.]16[.]8[.]3)" one.out
	run -0 boxed busybox ping -c 1 -W 5 "two-$TOKEN"
	# And by its id, when it has no other name.
	start_box three busybox sh -c "hostname; $STAY"
	run -0 boxed busybox ping -c 1 -W 5 "$(head -n 1 three.out)"
}

@test "a box that ends, or is killed, is no longer in the file" {
	need_root
	start_box two --name "two-$TOKEN" busybox sh -c "$STAY"
	mkdir sign
	start_box one --name "one-$TOKEN" -v "$PWD/sign:/sign" busybox sh -c \
		'echo up; until [ -e /sign/end ]; do sleep 0.05; done'
	knows "one-$TOKEN"
	knows "two-$TOKEN"
	touch sign/end
	assert_end 0
	run ! knows "one-$TOKEN"
	knows "two-$TOKEN"
	kill -KILL "${STARTED[@]}"
	wait "${STARTED[@]}" || :
	box ps
	no_hosts
}

@test "a running box sees who comes and who goes" {
	need_root
	start_box see -e WORD="late-$TOKEN" busybox sh -c '
		echo up; until grep -q "$WORD" /etc/hosts; do sleep 0.05; done
		cat /etc/hosts
		while grep -q "$WORD" /etc/hosts; do sleep 0.05; done
		echo gone; while :; do sleep 0.05; done'
	run -0 boxed --name "late-$TOKEN" busybox sleep 0.3
	wait_for grep -q gone see.out
	has "late-$TOKEN" <see.out
}

@test "a kept container that has ended is not in the file" {
	need_root
	run -0 box_keep --name "kept-$TOKEN" busybox grep -c "kept-$TOKEN" \
		/etc/hosts
	assert_output 1
	no_hosts
	box rm "kept-$TOKEN"
}

@test "a box that is renamed is known by its new name only" {
	need_root
	start_box one --name "web-$TOKEN" --hostname "host-$TOKEN" busybox \
		sh -c "$STAY"
	start_box two --network "container:web-$TOKEN" --name "two-$TOKEN" \
		busybox sh -c "$STAY"
	box rename "web-$TOKEN" "old-$TOKEN"
	box rename "two-$TOKEN" "also-$TOKEN"
	start_box three --name "web-$TOKEN" busybox sh -c "$STAY"
	run -0 boxed busybox sh -c "cat /etc/hosts
		ping -c 1 -W 5 web-$TOKEN; ping -c 1 -W 5 old-$TOKEN"
	assert_line --partial "PING web-$TOKEN (10.16.8.3)"
	assert_line --partial "PING old-$TOKEN (10.16.8.2)"
	assert_line --regexp "^10[.]16[.]8[.]2.host-$TOKEN"
	assert_line --regexp "^10[.]16[.]8[.]2.also-$TOKEN"
	refute_line --partial "two-$TOKEN"
}

@test "a box that is renamed is called so when it starts again, too" {
	need_root
	detach --name "web-$TOKEN" --restart always busybox sh -c \
		'cat /etc/hosts; sleep 0.4'
	box rename "web-$TOKEN" "new-$TOKEN"
	# The file as it was when the command began.
	wait_for log_has "new-$TOKEN" "new-$TOKEN"
	run ! knows "web-$TOKEN"
}

@test "who reads the file while it changes gets the old one or the new one" {
	need_root
	local i
	start_box see busybox sh -c 'echo up
		while :; do tail -c 1 /etc/hosts | od -An -c; done'
	# Its pages are in the pipe still when the box has gone.
	for i in {1..20}; do
		boxed --name "n$i-$TOKEN" busybox cat /etc/hosts |
			tr '\0' Z >"got$i"
		has "n$i-$TOKEN" <"got$i"
		run ! grep Z "got$i"
	done
	run ! grep -vE '^(up| *.n)$' see.out
}

@test "the file is for reading only, by any user of the box" {
	need_root
	(umask 077 && boxed busybox true)
	run boxed busybox sh -c "echo '10.0.0.1 bad' >>/etc/hosts"
	assert_output --partial "Read-only file system"
	run boxed --cap-add ALL busybox rm -r /etc/hosts.d
	[ "$status" -ne 0 ]
	umask 077
	start_box one busybox sh -c "$STAY"
	run -0 boxed -u 1:1 --name "name-$TOKEN" busybox cat /etc/hosts
	has "name-$TOKEN" <<<"$output"
	assert_equal "$(stat -c %a "$BOXLAB_HOME"/hosts{,/hosts})" $'755\n644'
}

@test "who locks what a box sees of it keeps nobody waiting" {
	need_root
	local seen
	start_box one --name "one-$TOKEN" busybox sh -c "$STAY"
	seen=/proc/$(fact "one-$TOKEN" pid)/root/etc/hosts
	start lock bash -c 'exec 8<"$0.d" 9<"$0"; flock 8 && flock 9 &&
		echo locked; exec sleep 600' "$seen"
	wait_for grep -q locked lock.out
	run -0 boxed busybox grep -c "one-$TOKEN" /etc/hosts
	assert_output 1
	assert_equal "$(stat -c %a "$BOXLAB_HOME/hosts.lock")" 600
	run -0 timeout -s KILL 20 box rm -f "one-$TOKEN"
	no_hosts
}

@test "a file of one's own goes before it" {
	need_root
	echo "192.0.2.9 own-$TOKEN" >own
	start_box one -v "$PWD/own:/etc/hosts:ro" --name "one-$TOKEN" busybox \
		sh -c 'echo up; until grep -q end /etc/hosts; do sleep 0.05
			done; cat /etc/hosts'
	# It stays, also when others come and go; and they know the box.
	run -0 boxed busybox grep -c "one-$TOKEN" /etc/hosts
	assert_output 1
	echo end >>own
	assert_end 0
	assert_equal "$(cat one.out)" "up
192.0.2.9 own-$TOKEN
end"
}

@test "an image's symbolic links lead the file nowhere" {
	need_root
	local bait=$BATS_TEST_TMPDIR/bait
	mkdir bait.d
	echo "bait-$TOKEN" | tee bait >bait.d/hosts
	make_root links
	rm -f links/etc/hosts
	ln -s "$bait" links/etc/hosts
	run -0 boxed --name "name-$TOKEN" ./links cat /etc/hosts
	has "name-$TOKEN" <<<"$output"
	ln -sfn "../../../../../../../..$bait" links/etc/hosts
	run -0 boxed --name "name-$TOKEN" ./links cat /etc/hosts
	has "name-$TOKEN" <<<"$output"
	# Of the directory, too.
	rm -r links/etc
	ln -s "$bait.d" links/etc
	run -0 boxed --name "name-$TOKEN" ./links cat /etc/hosts
	has "name-$TOKEN" <<<"$output"
	assert_equal "$(cat bait bait.d/hosts)" "bait-$TOKEN
bait-$TOKEN"
	no_hosts
}

@test "a link in place of the file or its directory is not followed" {
	need_root
	mkdir precious
	echo precious | tee precious/hosts >file
	box ps
	ln -s "$PWD/precious" "$BOXLAB_HOME/hosts"
	run -125 boxed busybox echo ran
	assert_output "box: $BOXLAB_HOME/hosts: Not a directory"
	rm "$BOXLAB_HOME/hosts"
	mkdir "$BOXLAB_HOME/hosts"
	ln -s "$PWD/file" "$BOXLAB_HOME/hosts/hosts"
	run -125 boxed busybox echo ran
	assert_output --partial "/hosts: Too many levels of symbolic links"
	assert_equal "$(cat precious/hosts file)" $'precious\nprecious'
	rm "$BOXLAB_HOME/hosts/hosts"
	no_leftovers
}

@test "a file that somebody has spoilt is made anew" {
	need_root
	boxed busybox true
	head -c 5000 /dev/urandom >"$BOXLAB_HOME/hosts/hosts"
	run -0 boxed --name "name-$TOKEN" busybox cat /etc/hosts
	assert_line --index 0 $'127.0.0.1\tlocalhost'
	has "name-$TOKEN" <<<"$output"
	no_hosts
}

@test "many boxes at once: each is there, and none is afterwards" {
	need_root
	local i
	mkdir sign
	boxed busybox true
	for i in {1..20}; do
		start "b$i" box run -q --rm -e BOXLAB_TEST_TOKEN \
			--name "n$i-$TOKEN" -v "$PWD/sign:/sign" busybox sh -c \
			'echo up; until [ -e /sign/go ]; do sleep 0.1; done'
	done
	all_up() { [ "$(cat b*.out | grep -cx up)" -eq 20 ]; }
	WAIT=30 wait_for all_up
	for i in {1..20}; do
		knows "n$i-$TOKEN"
	done
	assert_equal "$(hosts | cut -f 1 | sort -u | wc -l)" 22
	assert_equal "$(hosts | wc -l)" 42
	kill -KILL "${STARTED[@]:10}"
	touch sign/go
	wait "${STARTED[@]}" || :
	box ps
	no_hosts
}

@test "without a bridge the box has a file with its own name, for itself" {
	run -0 boxed --network none --hostname "$TOKEN" busybox sh -c \
		'cat /etc/hosts; echo "1.2.3.4 x" >>/etc/hosts && echo written'
	assert_line $'127.0.0.1\t'"$TOKEN"
	assert_line written
	assert_not_exists "$BOXLAB_HOME/hosts"
}
