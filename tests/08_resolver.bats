#!/usr/bin/env bats
# /etc/resolv.conf of a box: which name servers it asks.

load lib/box
load lib/outside
# shellcheck disable=SC2034 # read by lib/box
NETWORK=()

teardown() {
	remove_all
	! mountpoint -q /etc/resolv.conf || umount /etc/resolv.conf
	rm -rf /run/systemd
	outside_teardown
}

# The host's file, in the tests' mount namespace.
host_has() {
	printf '%s\n' "$@" >host.conf
	! mountpoint -q /etc/resolv.conf || umount /etc/resolv.conf
	mount --bind host.conf /etc/resolv.conf
}
box_has() { assert_equal "$output" "$(printf '%s\n' "$@")"; }
seen() { run -0 boxed "$@" busybox cat /etc/resolv.conf; }

@test "the host's name servers and search list" {
	need_root
	host_has "# by hand" "nameserver 192.0.2.7" "search one.test two.test" \
		"options ndots:2" "nameserver 2001:db8::7"
	seen
	box_has "# by hand" "nameserver 192.0.2.7" "search one.test two.test" \
		"options ndots:2" "nameserver 2001:db8::7"
}

@test "no server on a loopback that is not the host's" {
	need_root
	host_has "nameserver 127.0.0.53" "nameserver 192.0.2.7" "nameserver ::1"
	seen
	box_has "nameserver 192.0.2.7"
	seen --network none
	box_has "nameserver 192.0.2.7"
	seen --network host
	box_has "nameserver 127.0.0.53" "nameserver 192.0.2.7" "nameserver ::1"
}

@test "the servers behind systemd-resolved" {
	need_root
	mkdir -p /run/systemd/resolve
	printf '%s\n' "nameserver 192.0.2.8" "search behind.test" \
		>/run/systemd/resolve/resolv.conf
	host_has "nameserver 127.0.0.53" "options edns0" "search one.test"
	seen
	box_has "nameserver 192.0.2.8" "search behind.test"
	seen --network host
	box_has "nameserver 127.0.0.53" "options edns0" "search one.test"
	seen --dns 192.0.2.9
	box_has "options edns0" "search one.test" "nameserver 192.0.2.9"
	# None are left: then it is the host's file, without them.
	rm /run/systemd/resolve/resolv.conf
	seen
	box_has "options edns0" "search one.test"
}

@test "a host without the file, or with a long one" {
	need_root
	host_has ""
	seen
	assert_output ""
	host_has "nameserver 192.0.2.7" "# $(head -c 5000 /dev/zero | tr '\0' x)"
	seen
	assert_line "nameserver 192.0.2.7"
}

@test "--dns, --dns-search: in place of the host's" {
	# shellcheck disable=SC2034 # read by lib/box
	NETWORK=(-q --network none)
	seen --dns 192.0.2.9 --dns 2001:db8::9 --dns-search a.test \
		--dns-search b.test
	refute_output --partial "$(sed -n '/^nameserver/{p;q}' /etc/resolv.conf)"
	assert_output --partial "\
nameserver 192.0.2.9
nameserver 2001:db8::9
search a.test b.test"
	run -125 boxed --dns example.test busybox true
	assert_output "box: --dns example.test: not an address"
	run -125 boxed --dns 192.0.2 busybox true
	assert_output "box: --dns 192.0.2: not an address"
	run -125 boxed --dns-search $'a\nnameserver 1.1.1.1' busybox true
	assert_output --partial "not a domain"
	run -125 boxed --dns-search '' busybox true
}

@test "a container that starts again has its servers again" {
	detach --dns 192.0.2.9 --name "$TOKEN" busybox cat /etc/resolv.conf
	run -0 box wait "$TOKEN"
	run -0 box start "$TOKEN"
	run -0 box wait "$TOKEN"
	run -0 box logs "$TOKEN"
	assert_equal "$(grep -c '^nameserver 192.0.2.9$' <<<"$output")" 2
}

# A name server of one answer: the other machine's address, for any name.  A
# question has 12 bytes before its name, and four behind the zero at its end.
# shellcheck disable=SC2016 # for the server's shell
ANSWER='query=$(od -An -v -tx1 | tr -d " \n")
	id=${query:0:4} rest=${query:24} name=
	while [ "${rest:0:2}" != 00 ]; do
		n=$((2 + 2 * 16#${rest:0:2}))
		name+=${rest:0:n} rest=${rest:n}
	done
	reply=${id}81800001000100000000$name${rest:0:10}
	reply+=c00c00010001000000050004c0000202 # 192.0.2.2
	printf %b "$(sed "s/../\\\\x&/g" <<<"$reply")"'

@test "a name is asked for, and found, by way of the bridge" {
	need_root
	need nft socat
	make_outside
	echo "$ANSWER" >answer.bash
	start names nsenter -n -t "$outside" socat \
		UDP-RECVFROM:53,fork,reuseaddr "SYSTEM:bash answer.bash"
	asked() {
		run boxed --dns "$OUTSIDE" --dns-search test busybox \
			ping -c 1 -W 5 "www-$TOKEN"
		[ "$status" -eq 0 ]
	}
	wait_for asked
	assert_line --regexp "^PING www-$TOKEN \($OUTSIDE\)"
}
