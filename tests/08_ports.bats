#!/usr/bin/env bats
# box run -p: ports of the host that lead into a box; and its way out.

# shellcheck disable=SC2016,SC2154 # for the box's shell; set by run and lib
load lib/box
load lib/outside
# shellcheck disable=SC2034 # read by lib/box
NETWORK=()

need_ports() { need_root; need nft; need curl; }

@test "-p: reached at 127.0.0.1, at each address of the host, from outside" {
	need_ports
	make_outside
	start_box web -p 8080:80 -e WORD="$TOKEN" busybox sh -c "$SERVE"
	assert_equal "$(fetch http://127.0.0.1:8080/word)" "$TOKEN"
	assert_equal "$(fetch http://"$HOST":8080/word)" "$TOKEN"
	assert_equal "$(fetch http://10.16.8.1:8080/word)" "$TOKEN"
	assert_equal "$(outside curl -sS --max-time 3 \
		http://"$HOST":8080/word)" "$TOKEN"
	# Not where it was not asked for.
	run -7 fetch http://127.0.0.1:80/word
	run -7 fetch http://127.0.0.1:8081/word
}

@test "-p ADDRESS:PORT:PORT: at that address only" {
	need_ports
	make_outside
	start_box web -p 127.0.0.1:8080:80 -e WORD="$TOKEN" busybox sh -c \
		"$SERVE"
	assert_equal "$(fetch http://127.0.0.1:8080/word)" "$TOKEN"
	run -7 fetch http://"$HOST":8080/word
	run -7 outside curl -sS --max-time 3 http://"$HOST":8080/word
	start_box two -p "$HOST":8080:80 -e WORD=two busybox sh -c "$SERVE"
	assert_equal "$(fetch http://127.0.0.1:8080/word)" "$TOKEN"
	assert_equal "$(fetch http://"$HOST":8080/word)" two
	run -125 boxed -p 192.0.2.77:8080:80 busybox echo ran
	assert_output "box: -p 192.0.2.77: no address of this host"
}

@test "-p 127.0.0.1: no neighbour of the host reaches it" {
	need_ports
	make_outside
	start_box web -p 127.0.0.1:8080:80 -e WORD="$TOKEN" busybox sh -c \
		"$SERVE"
	outside sh -c "ip addr del 127.0.0.1/8 dev lo
		ip route add 127.0.0.1 via $HOST
		echo 1 >/proc/sys/net/ipv4/conf/wire/route_localnet"
	local attack=(outside curl -sS --max-time 1
		http://127.0.0.1:8080/word)
	run -28 "${attack[@]}"
	# It is the guard that keeps it out: without, the way is open.
	nft flush chain ip boxlab guard
	run -0 "${attack[@]}"
	assert_output "$TOKEN"
	assert_equal "$(fetch http://127.0.0.1:8080/word)" "$TOKEN"
}

@test "-p without a port of the host takes a free one; box port tells it" {
	need_ports
	local port
	start_box web --name "web-$TOKEN" -p 80 -p 127.0.0.1::80 \
		-p 8081:81/tcp -p 5300:53/udp -e WORD="$TOKEN" busybox \
		sh -c "$SERVE"
	run -0 box port "web-$TOKEN"
	assert_line --index 0 --regexp '^80/tcp -> 0[.]0[.]0[.]0:[0-9]{4,5}$'
	assert_line --index 1 --regexp '^80/tcp -> 127[.]0[.]0[.]1:[0-9]{4,5}$'
	assert_line --index 2 '81/tcp -> 0.0.0.0:8081'
	assert_line --index 3 '53/udp -> 0.0.0.0:5300'
	assert_equal "${#lines[@]}" 4
	for port in "${lines[0]##*:}" "${lines[1]##*:}"; do
		assert_equal "$(fetch "http://127.0.0.1:$port/word")" "$TOKEN"
	done
	# By its id as well.
	run -0 box port "$(readlink "$BOXLAB_HOME/names/web-$TOKEN")"
	assert_equal "${#lines[@]}" 4
}

@test "ps has a column of ports as soon as somebody has one" {
	need_ports
	ip link set lo up
	start_box one --network none --name "one-$TOKEN" busybox sh -c "$STAY"
	run -0 box ps
	refute_output --partial PORTS
	start_box web --name "web-$TOKEN" -p 8080:80 -p 127.0.0.1:5300:53/udp \
		busybox sh -c "$STAY"
	run -0 box ps
	assert_line --index 0 --regexp ' STATUS +PORTS +NAMES$'
	assert_line --regexp " 0[.]0[.]0[.]0:8080->80/tcp, \
127[.]0[.]0[.]1:5300->53/udp  web-$TOKEN\$"
	assert_line --regexp "[^ ] {10,}one-$TOKEN\$"
	run -0 box ps -q
	assert_equal "${#lines[@]}" 2
}

@test "box port: a box without ports, no box, no name" {
	start_box one --network none --name "one-$TOKEN" busybox sh -c "$STAY"
	run -0 box port "one-$TOKEN"
	assert_output ""
	run -125 box port "no-$TOKEN"
	assert_output "box: no container no-$TOKEN (box ps -a)"
	run -125 box port
	assert_output --partial "usage: box port CONTAINER"
	run -0 box port --help
	assert_output --partial "usage: box port CONTAINER"
}

@test "-p: a range is as many ports" {
	need_ports
	start_box web --name "web-$TOKEN" -p 8079-8081:79-81 -e WORD="$TOKEN" \
		busybox sh -c "$SERVE"
	assert_equal "$(fetch http://127.0.0.1:8080/word)" "$TOKEN"
	run -0 box port "web-$TOKEN"
	assert_output "79/tcp -> 0.0.0.0:8079
80/tcp -> 0.0.0.0:8080
81/tcp -> 0.0.0.0:8081"
}

@test "-P: all that --expose says, at free ports" {
	need_ports
	run -0 boxed --name "web-$TOKEN" --expose 80 busybox true
	start_box web --name "web-$TOKEN" -P --expose 80 --expose 53/udp \
		--expose 90-91 -e WORD="$TOKEN" busybox sh -c "$SERVE"
	run -0 box port "web-$TOKEN"
	assert_equal "${#lines[@]}" 4
	assert_line --index 1 --regexp '^53/udp -> 0[.]0[.]0[.]0:[0-9]+$'
	assert_line --index 3 --regexp '^91/tcp -> '
	assert_equal "$(fetch "http://127.0.0.1:${lines[0]##*:}/word")" "$TOKEN"
}

@test "-P: each exposed port once, and not what -p has elsewhere" {
	need_ports
	start_box web --name "web-$TOKEN" -P -p 127.0.0.1:8080:80 --expose 80 \
		--expose 81 --expose 80-81 --expose 80/udp busybox sh -c "$STAY"
	run -0 box port "web-$TOKEN"
	assert_equal "${#lines[@]}" 3
	assert_line "80/tcp -> 127.0.0.1:8080"
	assert_line --regexp '^80/udp -> 0[.]0[.]0[.]0:'
	assert_line --regexp '^81/tcp -> 0[.]0[.]0[.]0:'
}

@test "-P: started again, a box has its ports again, the image's too" {
	need_ports
	detach --name "web-$TOKEN" -P --expose 80 -e WORD="$TOKEN" busybox \
		sh -c "$SERVE"
	run -0 box restart -t 0 "web-$TOKEN"
	wait_for log_has "web-$TOKEN" up
	run -0 box port "web-$TOKEN"
	assert_equal "${#lines[@]}" 1
	assert_equal "$(fetch "http://127.0.0.1:${lines[0]##*:}/word")" "$TOKEN"
	box rm -f "web-$TOKEN"
}

@test "-p: udp, from the host and from outside" {
	need_ports
	need socat
	make_outside
	make_program_root root socat
	start_box echo -p 5300:53/udp ./root sh -c 'echo up
		socat UDP-RECVFROM:53,fork EXEC:"sed s/^/from-box-/"'
	answers() {
		[ "$("${@:2}" socat -T 1 - "UDP:$1:5300" <<<"$TOKEN")" = \
			"from-box-$TOKEN" ]
	}
	wait_for answers 127.0.0.1
	answers "$HOST"
	answers "$HOST" outside
	# Of tcp nobody spoke.
	run -7 fetch http://127.0.0.1:5300/
}

@test "a box reaches outside as if it were the host, and only it is answered" {
	need_ports
	need socat
	make_outside
	serve_outside "hello-$TOKEN"
	start_box web -e WORD="$TOKEN" busybox sh -c "$SERVE"
	run -0 boxed busybox nc "$OUTSIDE" 80
	assert_output "hello-$TOKEN $HOST"

	# Who knows the way still finds no box: nothing let them in.
	outside ip route add 10.16.8.0/24 via "$HOST"
	run -28 outside curl -sS --max-time 1 http://10.16.8.2/word
	run -0 fetch http://10.16.8.2/word
	assert_output "$TOKEN"
}

bridge_filter=/proc/sys/net/bridge/bridge-nf-call-iptables

# With br_netfilter, rules hold for what is bridged as well: this should work
# either way, where there is a choice.
reach_by_port() {
	ip link set lo up
	start_box web -p 8080:80 -e WORD="$TOKEN" busybox sh -c "$SERVE"
	run -0 boxed busybox wget -q -O - http://10.16.8.1:8080/word
	assert_output "$TOKEN"
	# And itself, that way.
	start_box two -p 8081:80 -e WORD=two busybox sh -c "${SERVE/echo up/
		wget -q -O - http://10.16.8.1:8081/word; echo up}"
	assert_equal "$(head -n 1 two.out)" two
}

@test "a box reaches another, and itself, by ports of the host" {
	need_ports
	reach_by_port
}

@test "the same, where rules do not hold for what is bridged" {
	need_ports
	[ -e $bridge_filter ] || skip "needs br_netfilter"
	echo 0 >$bridge_filter
	reach_by_port
	echo 1 >$bridge_filter
}

@test "boxes see each other's own address, not the bridge's" {
	need_ports
	need socat
	make_program_root root socat
	start_box one ./root sh -c 'echo up
		socat TCP-LISTEN:80,fork SYSTEM:"echo \$SOCAT_PEERADDR"'
	from_second() { boxed busybox nc 10.16.8.2 80 >seen; }
	wait_for from_second
	assert_equal "$(cat seen)" 10.16.8.3
}

@test "no box reaches the host's 127.0.0.1, though its ports are there" {
	need_ports
	need socat
	ip link set lo up
	start local socat TCP-LISTEN:8888,bind=127.0.0.1,fork,reuseaddr \
		SYSTEM:"echo host-$TOKEN"
	wait_for listens 8888
	start_box web -p 8080:80 -e WORD="$TOKEN" busybox sh -c "$SERVE"
	assert_equal "$(cat /proc/sys/net/ipv4/conf/"$BRIDGE"/route_localnet)" 1
	assert_equal "$(cat /proc/sys/net/ipv4/conf/lo/route_localnet)" 0

	# A machine on the bridge that sends to 127.0.0.1 by way of the host.
	start_namespace bad
	ip link add bad type veth peer name eth0 netns "$started"
	ip link set bad master "$BRIDGE" up
	attack() {
		nsenter -n -t "$started" socat -T 1 - \
			TCP:127.0.0.1:8888,connect-timeout=1 </dev/null
	}
	nsenter -n -t "$started" sh -c 'ip addr add 10.16.8.200/24 dev eth0
		ip link set eth0 up
		echo 1 >/proc/sys/net/ipv4/conf/eth0/route_localnet
		ip route add 127.0.0.1 via 10.16.8.1 table 9
		ip rule add pref 0 to 127.0.0.1 table 9
		ip rule add pref 1 lookup local
		ip rule del pref 0 lookup local'
	run -1 attack
	# It is the guard that keeps it out: without, the way is open.
	nft flush chain ip boxlab guard
	run -0 attack
	assert_output "host-$TOKEN"
	ip link del bad
}

@test "-p: a port that somebody has is refused, in one line" {
	need_ports
	need socat
	ip link set lo up
	start_box web -p 8080:80 -e WORD="$TOKEN" busybox sh -c "$SERVE"
	local taken="in use, by a box (box ps) or another program (ss -l)"
	run -125 boxed -p 8080:80 busybox echo ran
	assert_output "box: -p 0.0.0.0:8080/tcp: $taken"
	run -125 boxed -p 8081:80 -p 127.0.0.1:8080:80 busybox echo ran
	assert_output "box: -p 127.0.0.1:8080/tcp: $taken"
	run -125 boxed -p 8081:80 -p 8081:81 busybox echo ran
	assert_output "box: -p 0.0.0.0:8081/tcp: $taken"
	# udp has ports of its own.
	run -0 boxed -p 8080:80/udp busybox echo ran
	run -125 boxed -p 5353:53/udp -p 5353:54/udp busybox echo ran
	assert_output "box: -p 0.0.0.0:5353/udp: $taken"

	start host socat TCP-LISTEN:8090,fork,reuseaddr SYSTEM:"echo host"
	wait_for listens 8090
	run -125 boxed -p 8090:80 busybox echo ran
	assert_output "box: -p 0.0.0.0:8090/tcp: $taken"
	# And the other way round: nobody takes it from the box.
	run -1 socat TCP-LISTEN:8080,reuseaddr -
	assert_output --partial "Address already in use"
	assert_equal "$(fetch http://127.0.0.1:8080/word)" "$TOKEN"
}

@test "-p: a server's last connections do not keep its port" {
	need_ports
	need socat
	ip link set lo up
	start host socat TCP-LISTEN:8080,fork,reuseaddr SYSTEM:"echo bye"
	wait_for listens 8080
	# The side that closes first waits: the server's.
	assert_equal "$(socat -u TCP:127.0.0.1:8080 -)" bye
	kill -KILL "$started"
	wait "$started" || :
	run -0 ss -Htn state time-wait "sport = :8080"
	assert_output --partial 8080
	run -0 boxed -p 8080:80 busybox echo ran
	assert_output ran
}

@test "-p: of many that want one port at once, one has it" {
	need_ports
	local i won=0 pids=()
	boxed busybox true
	for i in {1..8}; do
		boxed -p 8080:80 busybox sleep 2 >"out$i" 2>&1 3>&- &
		pids+=($!)
	done
	for i in "${pids[@]}"; do
		if wait "$i"; then won=$((won + 1)); fi
	done
	assert_equal "$won" 1
	assert_equal "$(cat out* | grep -c 'in use')" 7
	no_port_tables
}

@test "-p: rules go with their box, and its port is free" {
	need_ports
	run -0 boxed -p 8080:80 busybox true
	no_port_tables
	start_box web -p 8080:80 busybox sh -c "$STAY"
	run -0 port_tables
	assert_equal "${#lines[@]}" 1
	run -0 nft list table ip "${output##* }"
	assert_output --partial "tcp dport 8080 dnat to 10.16.8.2:80"
	kill -KILL "$box"
	assert_end 137
	run -0 box ps
	no_port_tables
	run -0 boxed -p 8080:80 busybox true
	# A command that cannot run leaves none either.
	run -127 boxed -p 8080:80 busybox "nosuch-$TOKEN"
	no_port_tables
}

@test "-p: the rules of a dead box do not stand before those of the next" {
	need_ports
	start_box dead -p 8080:80 busybox sh -c "$STAY"
	kill -KILL "$box"
	assert_end 137
	# While a box is being made nobody sweeps.
	start lock flock -s "$BOXLAB_HOME" sh -c 'echo locked; sleep 1'
	wait_for grep -q locked lock.out
	start_box web -p 8080:80 -e WORD="$TOKEN" busybox sh -c "$SERVE"
	assert_equal "$(fetch http://127.0.0.1:8080/word)" "$TOKEN"
	run -0 port_tables
	assert_equal "${#lines[@]}" 1
}

@test "without nft: -p is refused in one line, a box on the bridge runs" {
	need_ports
	run -125 without_nft box run -q --rm -p 8080:80 busybox echo ran
	assert_output "box: -p: nft is missing (package nftables)"
	ip link del "$BRIDGE"
	run -0 without_nft box run --rm busybox ping -c 1 -W 5 10.16.8.1
	assert_line --partial "1 packets received"
	assert_line "box: boxes have no way to other machines: nft is missing\
 (package nftables; then box prune)"
	run -0 without_nft box run --rm busybox echo ran
	assert_output ran
	run -0 without_nft box prune
}

@test "that the host forwards is said once, and only when it is new" {
	need_ports
	local forward=/proc/sys/net/ipv4/ip_forward
	assert_equal "$(cat $forward)" 0
	run -0 box run --rm busybox true
	assert_output "box: this host forwards packets from now on, for boxes\
 to reach others (net.ipv4.ip_forward=1)"
	assert_equal "$(cat $forward)" 1
	run -0 box run --rm busybox true
	assert_output ""
	run -0 box prune
	run -0 nft list tables
	assert_output ""
	echo 0 >$forward
	run -0 box run -q --rm busybox true
	assert_output ""
	assert_equal "$(cat $forward)" 1
}

@test "nft runs once for the bridge, and not for boxes without ports" {
	need_ports
	mkdir tools
	cat >tools/nft <<-END
		#!/bin/sh
		echo run >>"\${0%/*}/log"
		exec $(command -v nft) "\$@"
	END
	chmod +x tools/nft
	PATH=$PWD/tools:$PATH
	local i
	for i in {1..6}; do
		boxed busybox true 3>&- &
	done
	wait
	assert_equal "$(wc -l <tools/log)" 1
	boxed -p 8080:80 busybox true
	assert_equal "$(wc -l <tools/log)" 3
}

@test "-p: what is no port is refused" {
	local spec
	for spec in "" : 0 x 65536 -1 80- 80-79 +80 " 80" 80:x 0x50 80:: \
		1:2:3:4 80:80:80:80 1.2.3.4:80 "[::1]:80:80" 80:0; do
		run -125 boxed -p "$spec" busybox echo ran
		assert_output --regexp "^box: -p .*: (not|.*is no IPv4 address)"
		assert_equal "${#lines[@]}" 1
	done
	run -125 boxed -p 80:80/sctp busybox echo ran
	assert_output "box: -p 80:80/sctp: neither tcp nor udp"
	run -125 boxed -p 80-82:80-81 busybox echo ran
	assert_output "box: -p 80-82:80-81: not as many ports here as there"
	run -125 boxed -p 999.0.0.1:80:80 busybox echo ran
	assert_output "box: -p 999.0.0.1:80:80: 999.0.0.1 is no IPv4 address"
	run -125 boxed --expose x busybox echo ran
	assert_output "box: --expose x: not PORT[/udp]"
}

@test "-p: a box without a network to publish is refused" {
	local which
	for which in none host; do
		run -125 boxed --network $which -p 8080:80 busybox echo ran
		assert_output "box: -p: only a box with --network bridge or\
 pasta has ports to publish"
	done
	no_leftovers
}

@test "nginx of the distribution, in a box, fetched with curl" {
	need_ports
	need nginx
	make_outside
	make_program_root root nginx
	mkdir -p root/srv root/tmp root/var/log/nginx root/run
	mkdir -p root/var/lib/nginx root/etc/nginx
	echo 'www-data:x:33:33::/:/bin/sh' >>root/etc/passwd
	echo 'www-data:x:33:' >>root/etc/group
	head -c 100000 /dev/urandom >root/srv/data
	cat >root/etc/nginx/nginx.conf <<-'END'
		user www-data;
		error_log stderr;
		events {}
		http {
			access_log off;
			server { listen 80; root /srv; }
		}
	END
	start_box web --name "web-$TOKEN" -p 8080:80 ./root sh -c \
		'echo up; exec nginx -g "daemon off;"'
	serves() { fetch -o got "http://$1:8080/data"; }
	wait_for serves 127.0.0.1
	cmp got root/srv/data
	outside curl -sS --max-time 5 -o far http://"$HOST":8080/data
	cmp far root/srv/data
	kill -TERM "$box"
	assert_end 0
}

@test "fifty boxes at once, each with a port: all answer, nothing is left" {
	need_ports
	local i
	boxed busybox true
	for i in {1..50}; do
		start "b$i" box run -q --rm -e BOXLAB_TEST_TOKEN \
			-p $((9000 + i)):80 -e WORD="$TOKEN-$i" busybox \
			sh -c "${SERVE/sleep 0.05/sleep 1}"
	done
	all_up() { [ "$(cat b*.out | grep -cx up)" -eq 50 ]; }
	WAIT=60 wait_for all_up
	for i in {1..50}; do
		assert_equal "$(fetch "http://127.0.0.1:$((9000 + i))/word")" \
			"$TOKEN-$i"
	done
	run -0 port_tables
	assert_equal "${#lines[@]}" 50
	kill -KILL "${STARTED[@]}"
	wait "${STARTED[@]}" || :
	box ps
	no_port_tables
	assert_equal "$(ls -A "$BOXLAB_HOME/hosts")" ""
}
