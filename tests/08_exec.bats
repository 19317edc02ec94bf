#!/usr/bin/env bats
# box exec: one more command in a box that runs, as strict as its own.

# shellcheck disable=SC2016,SC2154 # for the box's shell; set by run and lib
# shellcheck disable=SC2030,SC2031,SC2094 # each test has its own
load lib/box

teardown() {
	remove_all
	rm -rf "$BOXLAB_HOME/seccomp"
	box_teardown
}
# A box that stays: up NAME [option ...].
up() {
	detach --name "$TOKEN" "$@" busybox sh -c \
		'cat /proc/self/status >/dev/shm/own; echo up; sleep 600'
	wait_for log_has "$TOKEN" up
}
in_box() { timeout -s KILL 20 box exec "$@"; }

@test "a command in the box, with its arguments and exit status" {
	up --hostname "h$TOKEN"
	run -0 in_box "$TOKEN" echo "$TOKEN" --name -m
	assert_output "$TOKEN --name -m"
	run -0 in_box "${id:0:6}" hostname
	assert_output "h$TOKEN"
	run -42 in_box "$TOKEN" sh -c 'exit 42'
	run -137 in_box "$TOKEN" sh -c 'kill -KILL $$'
	run -127 in_box "$TOKEN" "nosuch-$TOKEN"
	assert_output "box: nosuch-$TOKEN: No such file or directory"
	run -126 in_box "$TOKEN" /etc/passwd
	assert_output "box: /etc/passwd: Permission denied"
}

@test "output and errors stay apart; input is empty, or the caller's with -i" {
	up
	run -0 --separate-stderr in_box "$TOKEN" sh -c 'echo out; echo err >&2'
	assert_output out
	assert_equal "$stderr" err
	run -0 in_box "$TOKEN" cat <<<"$TOKEN"
	assert_output ""
	run -0 in_box -i "$TOKEN" cat <<<"$TOKEN"
	assert_output "$TOKEN"
	head -c 1000000 /dev/urandom >in
	in_box -i "$TOKEN" cat <in | cmp - in
}

@test "it is in every namespace and group of the box" {
	local ns
	up
	for ns in mnt pid net uts ipc cgroup user; do
		run -0 in_box "$TOKEN" sh -c "
			a=\$(readlink /proc/1/ns/$ns)
			[ \$a = \$(readlink /proc/self/ns/$ns) ]"
	done
	run -0 in_box "$TOKEN" sh -c 'cmp /proc/1/cgroup /proc/self/cgroup'
	run -0 in_box "$TOKEN" sh -c 'cut -d " " -f 4 /proc/self/stat; ps'
	assert_line --partial "sleep 600"
	refute_line --partial "box exec"
}

@test "capabilities, filter, no_new_privs and users are those of run" {
	local option
	for option in "" --init "--cap-drop ALL" "--cap-add SYS_PTRACE" \
		"--security-opt seccomp=unconfined" "-u 99:98"; do
		is_root || [ "$option" != "-u 99:98" ] || continue
		# shellcheck disable=SC2086 # words
		up $option
		run -0 in_box "$TOKEN" sh -c '
			cut() { grep -E "^(Uid|Gid|Groups|Cap|NoNew|Secc)" $1; }
			cut /proc/self/status >/dev/shm/other
			cut /dev/shm/own >/dev/shm/first
			grep -q ^CapBnd /dev/shm/first
			diff /dev/shm/first /dev/shm/other' ||
			fail "$option: $output"
		box rm -f "$TOKEN" >/dev/null
	done
}

@test "nothing is open but the three standard streams" {
	up
	exec 7</etc/passwd 99</dev/null
	run -0 in_box "$TOKEN" sh -c 'ls /proc/$$/fd; :'
	assert_output $'0\n1\n2'
	run -0 in_box -i "$TOKEN" sh -c 'ls /proc/$$/fd; :' </dev/null
	assert_output $'0\n1\n2'
	exec 7<&- 99<&-
}

@test "signals: none blocked, and the caller's reach it" {
	up
	run -0 env --default-signal box exec "$TOKEN" grep -E \
		'^Sig(Blk|Ign)' /proc/self/status
	# Two are glibc's own, and its posix_spawn(3) may have them ignored.
	assert_output --regexp '^SigBlk:.0+
SigIgn:.0{7}[01][08]0{7}$'
	start one env --default-signal box exec "$TOKEN" sh -c \
		"trap 'echo got TERM; exit 3' TERM; $STAY"
	box=$started
	wait_for grep -q up one.out
	kill -TERM "$box"
	assert_end 3
	grep -q "got TERM" one.out
}

@test "a session of its own, and no terminal of the caller's" {
	up
	run -0 in_box "$TOKEN" sh -c 'cut -d " " -f 1,6,7 /proc/self/stat'
	run -0 in_box "$TOKEN" sh -c 'set -- $(cat /proc/$$/stat); [ $1 = $6 ]'
	run -0 in_box -t "$TOKEN" tty
	assert_output --regexp $'^/dev/pts/[0-9]+\r?$'
	run -0 in_box -t "$TOKEN" sh -c 'test -t 0 && test -t 2 && echo >/dev/tty'
	# Not the console's: that is the box's own command's.
	run -1 in_box "$TOKEN" tty
}

@test "variables are the box's, -e adds, and the caller's stay outside" {
	up -e MINE=1 -e BOTH=1
	SECRET=$TOKEN HANDED=yes run -0 in_box -e BOTH=2 -e HANDED "$TOKEN" env
	assert_line MINE=1
	assert_line BOTH=2
	assert_line HANDED=yes
	refute_line --partial "SECRET"
	run -0 in_box -w /tmp/new "$TOKEN" pwd
	assert_output /tmp/new
	run -125 in_box -w relative "$TOKEN" pwd
}

@test "--env-file adds as well, and -e wins, also over the box's" {
	printf '%s\n' "FILE=$TOKEN with  spaces " '# no=comment' '' '  BOTH=1' \
		HANDED ABSENT 'Q="q" # no comment' >vars
	up -e BOTH=0 -e FILE=0
	HANDED=yes run -0 in_box -e BOTH=2 --env-file vars "$TOKEN" env
	assert_line "FILE=$TOKEN with  spaces "
	assert_line BOTH=2
	assert_line HANDED=yes
	assert_line 'Q="q" # no comment'
	refute_line --partial ABSENT
	refute_line --partial no=
	run -125 in_box --env-file "no$TOKEN" "$TOKEN" env
	assert_output "box: --env-file no$TOKEN: No such file or directory"
	echo "=x" >vars
	run -125 in_box --env-file vars "$TOKEN" env
	assert_output "box: --env-file =x: no name"
}

@test "--env-file: lines may end as on Windows" {
	printf 'ONE=1\r\nHANDED\r\nTWO=2\r3\r\nLAST=x\r' >vars
	HANDED=yes run -0 boxed --env-file vars busybox env
	for line in ONE=1 HANDED=yes $'TWO=2\r3' LAST=x; do
		assert_line "$line"
	done
}

@test "--env-file of run holds when the file is gone" {
	echo "FILE=$TOKEN" >vars
	up --env-file vars -e OTHER=1
	rm vars
	run -0 in_box "$TOKEN" env
	assert_line "FILE=$TOKEN"
	assert_line OTHER=1
	box stop -t 0 "$TOKEN"
	box start "$TOKEN"
	run -0 in_box "$TOKEN" env
	assert_line "FILE=$TOKEN"
}

@test "--privileged: all capabilities and no filter, for this command" {
	up --cap-drop ALL
	run -0 in_box "$TOKEN" sh -c 'grep -E "^(CapEff|Seccomp):" /proc/self/status'
	assert_line --regexp 'CapEff:.0+$'
	assert_line --regexp 'Seccomp:.2$'
	run -0 in_box --privileged "$TOKEN" \
		sh -c 'grep -E "^(CapEff|CapBnd|Seccomp):" /proc/self/status'
	assert_line --regexp 'CapEff:.[0-9a-f]*[1-9a-f][0-9a-f]*$'
	assert_line --regexp 'Seccomp:.0$'
	assert_equal "$(grep ^CapBnd <<<"$output" | cut -f 2)" \
		"$(grep ^CapEff <<<"$output" | cut -f 2)"
}

@test "-u: by the names of the box" {
	need_ids
	up
	run -0 in_box -u 99:98 "$TOKEN" id
	assert_output "uid=99 gid=98"
	run -0 in_box -u 99:98 "$TOKEN" grep -E '^Cap(Prm|Eff)' /proc/self/status
	refute_line --regexp '[1-9a-f]$'
	run -125 in_box -u "no$TOKEN" "$TOKEN" id
	assert_output "box: -u: no user no$TOKEN in the image"
}

@test "it dies with its caller, even by KILL" {
	up
	start one box exec "$TOKEN" sh -c "$STAY"
	wait_for grep -q up one.out
	kill -KILL "$started"
	alone() { [ "$(box exec "$TOKEN" ps | grep -c 'echo up; while')" = 0 ]; }
	wait_for alone
}

@test "it dies with its box, and stop does not wait for it" {
	up
	start one box exec "$TOKEN" sh -c "trap '' TERM; $STAY"
	box=$started
	wait_for grep -q up one.out
	run -0 box stop -t 0 "$TOKEN"
	assert_end 137
}

@test "-d leaves it running, with nothing of the caller's" {
	up
	run -0 in_box -d "$TOKEN" sleep 432
	assert_output ""
	run -0 in_box "$TOKEN" ps
	assert_line --partial "sleep 432"
	run -0 in_box "$TOKEN" sh -c 'cd /proc; for p in [0-9]*; do
		grep -qs "432.$" $p/cmdline || continue
		ls $p/fd | while read -r fd; do readlink $p/fd/$fd; done
		done; :'
	assert_output $'/dev/null\n/dev/null\n/dev/null'
	run -127 in_box -d "$TOKEN" "no-$TOKEN"
	assert_output "box: no-$TOKEN: No such file or directory"
}

@test "what does not run, is not there, or gets no command" {
	box_keep --name "$TOKEN" busybox true
	run -125 in_box "$TOKEN" true
	assert_output "box: $TOKEN is not running (box start $TOKEN)"
	run -125 in_box "no-$TOKEN" true
	run -125 in_box "$TOKEN"
	assert_output "box: which container, what command? see box exec --help"
}

@test "at once with the start of the box it is inside, or waits" {
	local i
	for i in {1..20}; do
		start "run$i" box run -q --rm "${NETWORK[@]}" -e \
			BOXLAB_TEST_TOKEN --name "b$i" busybox sleep 600
		until box exec "b$i" sh -c 'echo $(hostname) $(ls /bin | wc -l)
			readlink /proc/1/exe' >out 2>err; do
			grep -q "no container" err || fail "$(cat err)"
		done
		# Had it been early, these would be the host's.
		grep -q '^/bin/busybox\|^/bin/sleep' out || fail "$(cat out)"
		kill -KILL "$started"
	done
}

@test "against stop: it ends in order, at any moment" {
	local i status
	for i in 1 2 3 4 5 6 7 8; do
		detach --name "s$i" busybox sleep 600
		box stop -t 0 "s$i" >/dev/null &
		status=0
		timeout -s KILL 20 box exec "s$i" true >out 2>&1 || status=$?
		wait
		case $status in
		0 | 137) ;;
		125) grep -qE 'not running|has ended|box: ' out ;;
		*) fail "$status: $(cat out)" ;;
		esac
	done
}

@test "into a box whose init has very many children" {
	detach --name "$TOKEN" --init busybox sh -c 'i=0
		while [ $((i += 1)) -le 1000 ]; do (sleep 600 &); done; echo up
		exec sleep 600'
	WAIT=100 wait_for log_has "$TOKEN" up
	run -0 in_box "$TOKEN" echo in
	assert_output in
}

@test "why there is no command is said, wherever the output goes" {
	local options status
	cat >p <<-E
		{ "defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{
			"names": ["clone", "clone3", "fork", "vfork"],
			"action": "SCMP_ACT_ERRNO" }] }
	E
	detach --name "$TOKEN" --security-opt seccomp=p busybox sleep 600
	for options in "" -i -d; do
		run -125 in_box $options "$TOKEN" true
		assert_output "box: clone: Operation not permitted"
		status=0
		in_box $options "$TOKEN" true >out 2>err || status=$?
		assert_equal "$status" 125
		assert_equal "$(cat out err)" \
			"box: clone: Operation not permitted"
		run -125 in_box $options -w /bin/busybox "$TOKEN" true
		assert_output "box: -w /bin/busybox: Not a directory"
	done
}

@test "-it: resize, Ctrl-C and the exit status" {
	up
	mkfifo keys
	env --default-signal script -qefc "stty rows 33 cols 77; box exec -it $TOKEN sh -c \
		'stty size; trap \"echo got INT; exit 5\" INT
		trap \"stty size\" WINCH; echo up; while :; do sleep 0.05; done'
		echo \$? >status" /dev/null <keys >screen 2>&1 3>&- &
	STARTED+=($!)
	exec 8>keys
	wait_for grep -q '^up' screen
	grep -q "33 77" screen
	printf '\003' >&8
	wait_for test -s status
	exec 8>&-
	grep -q "got INT" screen
	assert_equal "$(cat status)" 5
}

@test "--explain tells the steps" {
	up
	run -0 --separate-stderr in_box --explain "$TOKEN" echo "$TOKEN"
	assert_output "$TOKEN"
	assert_regex "$stderr" 'setns\(pidfd'
	assert_regex "$stderr" 'capset\(\)'
}

@test "a hostile /proc, /dev or /etc in the box leads nowhere" {
	mkdir outside
	echo "$TOKEN" >outside/secret
	up --cap-add SYS_ADMIN --security-opt seccomp=unconfined
	run -0 in_box "$TOKEN" sh -c '
		umount -l /dev/null; rm /dev/null; ln -s /proc/1/root/etc/passwd /dev/null
		mkdir /fake; mount -t tmpfs tmpfs /proc
		mkdir -p /proc/self/fd; ln -s /bin/busybox /proc/self/exe; :'
	run -125 in_box "$TOKEN" true
	assert_output --regexp "^box: /dev/null in the box"
	run -0 in_box -i "$TOKEN" echo alive </dev/null
	assert_output alive
	run -0 in_box -i "$TOKEN" sh -c 'mount -t tmpfs tmpfs /dev/pts
		echo x >/dev/pts/ptmx' </dev/null
	run -125 in_box -it "$TOKEN" true </dev/null
	assert_output --partial "/dev/pts/ptmx"
}

@test "the runner's file cannot be reached from inside, by run or exec" {
	local sum i
	need_program box_exe
	make_root root
	cp "$PROGRAMS/box_exe" root/box_exe
	cp "$BOXLAB_BIN/box" mybox
	sum=$(cksum <mybox)
	timeout -s KILL 20 ./mybox run -q -d "${NETWORK[@]}" -e \
		BOXLAB_TEST_TOKEN --cap-add SYS_PTRACE --name "$TOKEN" ./root \
		/bin/busybox sh -c 'exec /box_exe'
	wait_for log_has "$TOKEN" up
	# Commands that execute whatever /proc/self/exe is at that moment.
	printf '#!/proc/self/exe\n' >root/script
	chmod +x root/script
	for i in {1..15}; do
		./mybox exec "$TOKEN" true || :
		./mybox exec "$TOKEN" /proc/self/exe || :
		./mybox exec "$TOKEN" /script || :
	done
	run -0 box logs "$TOKEN"
	refute_output --partial overwritten
	assert_equal "$(cksum <mybox)" "$sum"
}

@test "no process with more power than the box's is ever seen in it" {
	up --cap-add SYS_PTRACE
	box exec "$TOKEN" sh -c 'while :; do cat /proc/[0-9]*/status; done \
		2>/dev/null | grep -E "^(CapPrm:.{17}|Seccomp:..)\$"' >seen &
	watcher=$!
	for _ in {1..20}; do box exec "$TOKEN" true; done
	kill $watcher
	# The last line may have been cut short by the kill.
	run -0 bash -c 'grep -xE "CapPrm:.[0-9a-f]{16}|Seccomp:.." seen | sort -u'
	assert_output --regexp '^CapPrm:.[0-9a-f]+
Seccomp:.2$'
}
