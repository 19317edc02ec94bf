#!/usr/bin/env bats
# box run: the command, what it finds when it starts, and how it ends.

# shellcheck disable=SC2016,SC2154 # for the box's shell; set by run and lib
load lib/box

@test "it runs a command of the image, with its arguments" {
	run -0 boxed busybox echo "$TOKEN" --name -m
	assert_output "$TOKEN --name -m"
}

@test "without a command it runs sh" {
	run -0 boxed -i busybox <<<"echo \$0 $TOKEN"
	assert_output "sh $TOKEN"
}

@test "the exit status is the command's own" {
	run -42 boxed busybox sh -c 'exit 42'
	run -0 boxed busybox true
	run -1 boxed busybox false
}

@test "a command that is missing is 127, one that cannot run is 126" {
	run -127 boxed busybox "nosuch-$TOKEN"
	assert_output "box: nosuch-$TOKEN: No such file or directory"
	run -127 boxed busybox "/bin/nosuch-$TOKEN"
	run -126 boxed busybox /etc/passwd
	assert_output "box: /etc/passwd: Permission denied"
	run -126 boxed busybox /
}

@test "death by a signal is 128 and its number" {
	run -143 boxed --init busybox sh -c 'kill -TERM $$'
	run -137 boxed --init busybox sh -c 'kill -KILL $$'
	# Process 1 is immune to what it did not ask for, even from itself.
	run -7 boxed busybox sh -c 'kill -TERM $$; exit 7'
}

@test "output and errors stay apart" {
	run -0 --separate-stderr boxed busybox sh -c 'echo out; echo err >&2'
	assert_output out
	# shellcheck disable=SC2154 # set by run
	assert_equal "$stderr" err
}

@test "standard input is empty, with -i it is the caller's" {
	run -0 boxed busybox cat <<<"$TOKEN"
	assert_output ""
	run -0 boxed -i busybox cat <<<"$TOKEN"
	assert_output "$TOKEN"
	run -0 boxed --interactive busybox wc -c <<<"$TOKEN"
	assert_output $((${#TOKEN} + 1))
}

@test "a million bytes pass through unharmed" {
	head -c 1000000 /dev/urandom >in
	boxed -i busybox cat <in >out
	cmp in out
}

@test "standard streams that the caller has closed do no harm" {
	run -0 bash -c 'box run -q --rm busybox true <&- >&- 2>&-'
	run -0 bash -c 'box run -q --rm busybox echo in <&-'
	assert_output in
}

@test "the environment is four variables, and what -e adds" {
	run -0 env SECRET="$TOKEN" LANG=xx box run -q --rm --hostname "$TOKEN" \
		busybox env
	assert_line PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
	assert_line HOME=/root
	assert_line HOSTNAME="$TOKEN"
	assert_equal "${#lines[@]}" 3
	run -0 env TERM=vt100 box run -q --rm -t busybox env
	assert_line --partial TERM=vt100
}

@test "-e sets a variable, or hands on the caller's" {
	HANDED="on $TOKEN" run -0 boxed -e HANDED -e SET=one=two \
		--env EMPTY= -e MISSING_"$TOKEN" busybox env
	assert_line "HANDED=on $TOKEN"
	assert_line SET=one=two
	assert_line EMPTY=
	refute_line --partial "MISSING_$TOKEN"
	run -0 boxed -e HOME=/tmp -e A=1 -e A=2 busybox sh -c 'echo $HOME $A'
	assert_output "/tmp 2"
	run -0 boxed -e PATH=/nowhere busybox /bin/echo found
	run -127 boxed -e PATH=/nowhere busybox echo
	run -125 boxed -e =value busybox true
	assert_output "box: -e =value: no name"
	run -125 boxed -e "" busybox true
}

@test "-w is where the command starts, and is made if it is missing" {
	run -0 boxed busybox pwd
	assert_output /
	run -0 boxed -w /etc busybox pwd
	assert_output /etc
	run -0 boxed --workdir "/srv/$TOKEN/a b" busybox pwd
	assert_output "/srv/$TOKEN/a b"
	run -125 boxed -w relative busybox pwd
	assert_output "box: -w relative: must start with /"
	run -125 boxed -w /etc/passwd busybox pwd
	assert_output "box: -w /etc/passwd: Not a directory"
	run -125 boxed -w /etc/passwd/deeper busybox pwd
	assert_output "box: -w /etc/passwd/deeper: Not a directory"
}

@test "--hostname names the box; without it, it is the id" {
	run -0 boxed --hostname "$TOKEN" busybox sh -c \
		'uname -n; cat /etc/hostname; grep -w "$(uname -n)" /etc/hosts'
	assert_line --index 0 "$TOKEN"
	assert_line --index 1 "$TOKEN"
	assert_line --index 2 --regexp "^[0-9.]+[[:space:]]$TOKEN\$"
	run -0 boxed busybox hostname
	assert_output --regexp '^[0-9a-f]{12}$'
	run -125 boxed --hostname "" busybox true
	run -125 boxed --hostname "a b" busybox true
	run -125 boxed --hostname "$(printf 'x%.0s' {1..65})" busybox true
	assert_output --partial "needs 1 to 64 bytes, no white space"
	run -0 boxed --hostname "$(printf 'x%.0s' {1..64})" busybox true
}

@test "without --init the command is process 1" {
	run -0 boxed busybox sh -c 'echo $$ $PPID'
	assert_output "1 0"
}

@test "--init stays as process 1 and the command is process 2" {
	run -0 boxed --init busybox sh -c 'echo $$ $PPID'
	assert_output "2 1"
	run -9 boxed --init busybox sh -c 'exit 9'
	run -127 boxed --init busybox "nosuch-$TOKEN"
}

@test "--init takes in orphans and reaps them" {
	run -0 boxed --init busybox sh -c '
		sh -c "sh -c \"kill -STOP \\\$\\\$\" & echo \$!" >orphan
		orphan=$(cat orphan)
		until grep -q "^State:.T" /proc/$orphan/status; do :; done
		grep PPid: /proc/$orphan/status
		kill -KILL $orphan
		while [ -e /proc/$orphan ]; do :; done
		echo reaped'
	assert_line --index 0 --regexp '^PPid:[[:space:]]1$'
	assert_line --index 1 reaped
}

@test "--init hands TERM on; process 1 alone gets it directly" {
	local option
	for option in --init --quiet; do
		start_box "box$option" "$option" busybox sh -c \
			"trap 'echo got TERM; exit 3' TERM; $STAY"
		kill -TERM "$box"
		assert_end 3
		grep -q "got TERM" "box$option.out"
	done
}

@test "signals reach the box, which decides what they mean" {
	local signal
	for signal in HUP INT QUIT USR1 USR2 ALRM; do
		start_box "$signal" busybox sh -c \
			"trap 'echo got $signal; exit 4' $signal; $STAY"
		kill -s "$signal" "$box"
		assert_end 4
		grep -q "got $signal" "$signal.out"
	done
}

@test "the command starts with no signal blocked or ignored by box" {
	local without
	# make(1) leaves the two signals ignored that libc keeps to itself.
	without=$(env --default-signal cat /proc/self/status |
		grep -E '^Sig(Blk|Ign|Cgt)')
	run -0 env --default-signal box run -q --rm busybox grep -E \
		'^Sig(Blk|Ign|Cgt)' /proc/self/status
	assert_equal "${#lines[@]}" 3
	assert_output "$without"
	run -0 env --default-signal box run -q --rm --init busybox grep -E \
		'^Sig(Blk|Ign|Cgt)' /proc/self/status
	assert_output "$without"
}

@test "a caller that ignores its children's end is told of the box's" {
	local name="n$TOKEN"
	run -7 timeout -s KILL 20 env --ignore-signal=CHLD box run -q --rm \
		"${NETWORK[@]}" busybox sh -c 'exit 7'
	detach --name "$name" busybox sleep 600
	run -8 timeout -s KILL 20 env --ignore-signal=CHLD box exec "$name" \
		sh -c 'exit 8'
	box rm -f "$name"
}

@test "nothing is open but the three standard streams" {
	exec 7</etc/passwd 99</dev/null
	run -0 boxed busybox sh -c 'ls /proc/$$/fd; :'
	assert_output $'0\n1\n2'
	run -0 boxed --init busybox sh -c 'ls /proc/$$/fd; :'
	assert_output $'0\n1\n2'
	exec 7<&- 99<&-
}
