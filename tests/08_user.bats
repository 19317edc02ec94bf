#!/usr/bin/env bats
# box run -u: users and groups, as the image's files have them.

# shellcheck disable=SC2016,SC2154 # for the box's shell; set by run and lib
load lib/box

# An image whose /etc/passwd and /etc/group are given on standard input,
# separated by an empty line.
make_users() {
	make_root root
	awk -v RS= 'NR == 1 { print >"root/etc/passwd" }
		NR == 2 { print >"root/etc/group" }'
}

users() {
	make_users <<'END'
root:x:0:0:root:/root:/bin/sh
alice:x:1000:1000:Alice:/home/alice:/bin/sh
bob:x:1001:100:Bob:/srv/bob:/bin/sh
1002:x:3000:3000:a number for a name:/:/bin/sh
lost:x:1005:1005:no home::/bin/sh
short:x:1006

root:x:0:
users:x:100:alice,bob
wheel:x:10:alice
empty:x:11:
bobby:x:12:bobby
END
}

who() {
	boxed -u "$1" ./root sh -c '
	echo $(id -u) $(id -g) $(id -G) $HOME' 2>/dev/null
}

@test "without -u it is root, with no other group" {
	run -0 boxed busybox sh -c 'id -u; id -g; id -G; echo $HOME'
	assert_output $'0\n0\n0\n/root'
}

@test "where no groups can be set, those of the image are left out" {
	need_plain
	make_users <<-'END'
		root:x:0:0:root:/root:/bin/sh

		root:x:0:root
		bin:x:1:root,bin
	END
	run -0 setpriv --no-new-privs box run -q --rm "${NETWORK[@]}" ./root id -u
	assert_output 0
	run -125 setpriv --no-new-privs box run -q --rm "${NETWORK[@]}" \
		--group-add 1 ./root id -u
	assert_output --partial "box: setgroups"
}

@test "root by name and by number" {
	local user
	for user in 0 root 0:0 root:root 0:root; do
		run -0 boxed -u "$user" busybox sh -c 'id -u; id -g'
		assert_output $'0\n0'
	done
	run -0 boxed --user root busybox whoami
	assert_output root
}

@test "a name gives uid, gid, groups and home" {
	need_ids
	users
	run -0 who alice
	assert_output "1000 1000 1000 10 100 /home/alice"
	run -0 who bob
	assert_output "1001 100 100 /srv/bob"
	run -0 who lost
	assert_output "1005 1005 1005 /"
}

@test "a number need not be in the file; if it is, it counts" {
	need_ids
	users
	run -0 who 1000
	assert_output "1000 1000 1000 10 100 /home/alice"
	run -0 who 4242
	assert_output "4242 0 0 /"
	run -0 who 4242:4343
	assert_output "4242 4343 4343 /"
	run -0 who 01000
	assert_output --regexp "^1000 1000 "
}

@test "a group may be a name or a number, and replaces the others" {
	need_ids
	users
	run -0 who alice:empty
	assert_output "1000 11 11 /home/alice"
	run -0 who 1000:12
	assert_output "1000 12 12 /home/alice"
	run -0 who 7:users
	assert_output "7 100 100 /"
}

@test "digits are a uid and never a name" {
	need_ids
	users
	run -0 who 1002
	assert_output "1002 0 0 /"
}

@test "what is no user is refused" {
	local user
	users
	for user in "" : :0 0: 0:0:0 -1 +1 1x 0x10 " 0" "0 " ali nosuch \
		nosuch:0 root:nosuch root:-1 4294967295 4294967296 \
		0:4294967295 99999999999999999999 18446744073709551616 short \
		"alice " $'alice\n' "*"; do
		run -125 boxed -u "$user" ./root echo ran
		assert_output --partial "box: -u"
		refute_output --partial ran
	done
	run -125 boxed -u "$(printf 'x%.0s' {1..300})" ./root echo ran
	assert_output "box: -u: name too long"
}

@test "a user that an image wants is named without control characters" {
	run -125 boxed -u $'a\e[2J\nb' busybox echo ran
	assert_output 'box: -u: no user a?[2J?b in the image'
	run -125 boxed -u $'0:a\e[2J' busybox echo ran
	assert_output 'box: -u: no group a?[2J in the image'
}

@test "without root and without ids to map, it says which file grants them" {
	need_plain
	! boxed -u 1:1 busybox true 2>/dev/null || skip "needs root"
	run -125 boxed -u 1:0 busybox true
	assert_output --partial "box: -u: user 1 (without root, only the ids\
 of /etc/subuid exist)"
	run -125 boxed -u 0:1 busybox true
	assert_output --partial /etc/subgid
}

@test "another user has no capability, and none to gain" {
	need_ids
	run -0 boxed -u 1000:1000 busybox grep -E '^(Cap|NoNew)' \
		/proc/self/status
	assert_line --regexp '^CapInh:.0+$'
	assert_line --regexp '^CapPrm:.0+$'
	assert_line --regexp '^CapEff:.0+$'
	assert_line --regexp '^CapAmb:.0+$'
	assert_line --regexp '^NoNewPrivs:.1$'
	run -1 boxed -u 1000:1000 busybox touch /etc/x
	run -1 boxed -u 1000:1000 busybox cat /root/x
	assert_output --partial "Permission denied"
	run -0 boxed -u 1000:1000 busybox sh -c 'touch /tmp/x && rm /tmp/x'
}

@test "another user owns its terminal, and its processes die with box" {
	need_ids
	run -0 boxed -t -u 1000:1000 busybox sh -c 'stat -c %u "$(tty)"'
	assert_line --partial 1000
	start_box one -u 1000:1000 busybox sh -c "$STAY"
	kill -KILL "$box"
	assert_end 137
	wait_for nothing_runs
}

@test "a passwd that is missing, empty or odd still has root" {
	make_root root
	: >root/etc/passwd
	run -0 boxed -u 0 ./root id -u
	rm root/etc/passwd root/etc/group
	run -0 boxed ./root sh -c 'id -u; echo $HOME'
	assert_output $'0\n/'
	printf 'root:x:0:0:::\0::\n:::\n\n:' >root/etc/passwd
	run -0 boxed ./root id -u
	printf 'root:x:0:0:root:/nonl:/bin/sh' >root/etc/passwd
	run -0 boxed -u root ./root sh -c 'echo $HOME'
	assert_output /nonl
}

@test "numbers in passwd that are none are passed over" {
	local id
	make_root root
	for id in -1 4294967295 4294967296 99999999999 0x0 "" " 0" 0.; do
		printf 'eve:x:%s:0::/eve:\n' "$id" >root/etc/passwd
		run -125 boxed -u eve ./root echo ran
		assert_output "box: -u: no user eve in the image"
		printf 'eve:x:0:%s::/eve:\n' "$id" >root/etc/passwd
		run -125 boxed -u eve ./root echo ran
		assert_output "box: -u: no user eve in the image"
	done
}

@test "--group-add adds groups by name and number" {
	need_ids
	users
	run -0 boxed --group-add 77 --group-add empty -u alice ./root id -G
	assert_output "1000 10 11 77 100"
	run -0 boxed --group-add wheel -u 7:users ./root id -G
	assert_output "100 10"
	run -0 boxed --group-add 77 ./root id -G
	assert_output "0 77"
}

@test "--group-add: what is no group is refused" {
	local group
	users
	for group in "" nosuch -1 4294967295 99999999999999999999 1x; do
		run -125 boxed --group-add "$group" ./root echo ran
		assert_output --partial "box: --group-add: "
	done
	# shellcheck disable=SC2046 # words
	run -125 boxed $(printf -- '--group-add %d ' {1..65}) ./root echo ran
	assert_output "box: --group-add 65: more than 64 groups"
}
