#!/usr/bin/env bats
# box run --network: bridge, none and host.

# shellcheck disable=SC2016,SC2154 # for the box's shell; set by run and lib
load lib/box
# shellcheck disable=SC2034 # read by lib/box
NETWORK=()

teardown() {
	remove_all
	box_teardown
}

# For a box that stays: say the address, then serve the token on port 80.
SERVE='ip -4 -o addr show eth0 | grep -oE "10[.]16[.]8[.][0-9]+/24"
	mkdir /www; echo "$WORD" >/www/word; httpd -p 80 -h /www
	until grep -qs ":0050 .* 0A " /proc/net/tcp /proc/net/tcp6; do :; done
	echo up; while :; do sleep 0.05; done'

address() { head -n 1 "$1.out" | cut -d / -f 1; }

@test "none: a loopback of its own, up, and nothing else" {
	run -0 boxed --network none busybox sh -c \
		'ls /sys/class/net; ping -c 1 -W 2 127.0.0.1; ip route'
	assert_line --index 0 lo
	assert_line --partial "1 packets received"
	refute_line --partial eth0
	refute_line --partial default
	run -1 boxed --network none busybox ping -c 1 -W 1 10.16.8.1
	assert_output --partial "Network is unreachable"
}

@test "none: a port of the box is not the host's, nor another box's" {
	start_box one --network none -e WORD="$TOKEN" busybox sh -c \
		"mkdir /www; httpd -p 127.0.0.1:80 -h /www; $STAY"
	run -0 boxed --network none -e WORD="$TOKEN" busybox sh -c \
		'mkdir /www; echo $WORD >/www/w; httpd -p 127.0.0.1:80 -h /www &&
		wget -q -O - http://127.0.0.1/w'
	assert_output "$TOKEN"
}

@test "host: the links are the host's" {
	run -0 boxed --network host busybox readlink /proc/self/ns/net
	assert_output "$(readlink /proc/self/ns/net)"
	run -0 boxed --network host busybox sh -c \
		"ip -o link | sed 's/^[0-9]*: \([^:@]*\).*/link \1/'"
	read_host
	assert_output "$(grep '^link ' <<<"$HOST_STATE")"
}

@test "host: the box cannot change the host's links" {
	local before
	before=$(ip -o addr)
	run boxed --network host busybox sh -c 'ip link set lo down
		ip addr add 127.9.9.9/32 dev lo; ip link add x type dummy'
	assert_output --partial "Operation not permitted"
	assert_equal "$(ip -o addr)" "$before"
}

@test "without root the default is none, and bridge says what it needs" {
	need_plain
	run -0 boxed busybox ls /sys/class/net
	assert_output lo
	run -125 boxed --network bridge busybox echo ran
	assert_output --partial "box: --network bridge: "
	assert_output --partial "needs root"
	assert_equal "${#lines[@]}" 1
}

@test "bridge is root's default: eth0, an address, a route" {
	need_root
	# The kernel says a moment later that a link is up.
	run -0 boxed busybox sh -c 'ls /sys/class/net; ip -4 -o addr show eth0
		ip route; cd /sys/class/net/eth0; i=0
		until [ "$(cat operstate)" = up ] || [ $((i += 1)) = 100 ]
		do sleep 0.05; done; cat operstate'
	assert_line --index 0 eth0
	assert_line --index 1 lo
	assert_line --regexp '10[.]16[.]8[.][0-9]+/24'
	assert_line --regexp '^default via 10[.]16[.]8[.]1 dev eth0'
	assert_line up
}

@test "bridge: a cable has one queue, however many processors there are" {
	local end link=(ip -d -o link show)
	need_root
	detach busybox sleep 600
	for end in "b$id" "eth0"; do
		run -0 "${link[@]}" "$end"
		assert_output --partial " numtxqueues 1 numrxqueues 1 "
		link=(nsenter -t "$(box inspect -f .State.Pid "$id")" -n
			"${link[@]}")
	done
}

@test "bridge: the box and the gateway reach each other" {
	need_root
	run -0 boxed --network bridge busybox ping -c 1 -W 5 10.16.8.1
	assert_output --partial "1 packets received"
	start_box one -e WORD="$TOKEN" busybox sh -c "$SERVE"
	run -0 timeout 5 bash -c "exec 8<>/dev/tcp/$(address one)/80 &&
		printf 'GET /word HTTP/1.0\r\n\r\n' >&8 && tail -n 1 <&8"
	assert_output "$TOKEN"
}

@test "bridge: two boxes, each on port 80, reach each other" {
	need_root
	start_box one -e WORD=one busybox sh -c "$SERVE"
	start_box two -e WORD=two busybox sh -c "$SERVE"
	[ "$(address one)" != "$(address two)" ]
	run -0 boxed busybox sh -c "
		ping -c 1 -W 5 $(address one) && ping -c 1 -W 5 $(address two) &&
		wget -q -O - http://$(address one)/word &&
		wget -q -O - http://$(address two)/word"
	assert_line one
	assert_line two
}

@test "bridge: /etc/hosts knows the box by its address" {
	need_root
	run -0 boxed --hostname "$TOKEN" busybox sh -c '
		ip -4 -o addr show eth0 | grep -oE "10[.]16[.]8[.][0-9]+/" |
			tr -d /; grep "$HOSTNAME" /etc/hosts
		ping -c 1 -W 5 "$HOSTNAME"'
	assert_line --index 1 --regexp \
		"^${lines[0]//./[.]}"$'\t'"$TOKEN"$'\t# [0-9a-f]{12}$'
	assert_line --partial "1 packets received"
}

@test "bridge: the box can change its own links, with the capability only" {
	need_root
	run -0 boxed --cap-add NET_ADMIN busybox ip link set eth0 down
	run boxed busybox ip link set eth0 down
	[ "$status" -ne 0 ]
	assert_output --partial "Operation not permitted"
}

@test "bridge: the cable goes with the box, the bridge stays for the next" {
	need_root
	local index
	boxed busybox true
	index=$(ip -o link show "$BRIDGE" | cut -d : -f 1)
	run -0 ip -4 -o addr show "$BRIDGE"
	assert_output --partial "10.16.8.1/24"
	boxed busybox true
	assert_equal "$(ip -o link show "$BRIDGE" | cut -d : -f 1)" "$index"
	cables_gone() { [ -z "$(ip link show master "$BRIDGE")" ]; }
	wait_for cables_gone
	no_leftovers
}

@test "bridge: an address is free again when its box has ended" {
	need_root
	for _ in 1 2 3; do
		run -0 boxed busybox ip -4 -o addr show eth0
		assert_output --partial " 10.16.8.2/24 "
	done
	start_box one busybox sh -c "$STAY"
	run -0 boxed busybox ip -4 -o addr show eth0
	assert_output --partial " 10.16.8.3/24 "
	kill -KILL "$box"
	assert_end 137
	run -0 boxed busybox ip -4 -o addr show eth0
	assert_output --partial " 10.16.8.2/24 "
}

@test "bridge: no address left is an error, and nothing stays" {
	need_root
	local host
	box ps
	for host in {2..254}; do
		ln -s nobody "$BOXLAB_HOME/net/10.16.8.$host"
	done
	run -125 boxed busybox echo ran
	assert_output "box: every address in 10.16.8.0/24 is taken"
	rm "$BOXLAB_HOME"/net/*
}

@test "bridge: a link of that name that is no bridge is an error" {
	need_root
	ip link add "$BRIDGE" type veth peer name other
	run -125 boxed busybox echo ran
	ip link del "$BRIDGE"
	assert_output "box: the host's link $BRIDGE is no bridge: rename it,\
 or use --network none"
}

@test "bridge: one that was left half-made is finished" {
	need_root
	ip link add "$BRIDGE" type bridge
	run -0 boxed busybox ping -c 1 -W 5 10.16.8.1
	ip link del "$BRIDGE"
	assert_output --partial "1 packets received"
}

@test "what is no network is refused" {
	local which
	for which in "" nosuch Bridge container: container:../x container:.x \
		10.0.0.1 none,host; do
		run -125 boxed --network "$which" busybox echo ran
		assert_output "box: --network $which: not bridge, none,\
 host, pasta or container:NAME"
	done
}

no_link() { ! ip link show "$1" >/dev/null 2>&1; }

@test "started again, a box gets a new cable, if its last is there or not" {
	need_root
	detach --name "$TOKEN" busybox sh -c 'ip -o link show eth0'
	run -0 box wait "$TOKEN"
	run -0 box start "$TOKEN"
	run -0 box wait "$TOKEN"
	wait_for no_link "b$id"
	ip link add "b$id" type veth peer name other
	run -0 box start "$TOKEN"
	run -0 box wait "$TOKEN"
	assert_output 0
	no_link other
	box rm "$TOKEN"
}
