#!/usr/bin/env bats
# box run --network container:NAME and pasta, and the addresses of the bridge.

# shellcheck disable=SC2016,SC2154 # for the box's shell; set by run and lib
load lib/box
load lib/outside
# shellcheck disable=SC2034 # read by lib/box
NETWORK=()

NETNS='readlink /proc/self/ns/net'

@test "container: two boxes in one network, as root and without" {
	start_box one --network none --name "one-$TOKEN" -e WORD="$TOKEN" \
		busybox sh -c "$NETNS; ${SERVE/-p 80/-p 127.0.0.1:80}"
	run -0 boxed --network "container:one-$TOKEN" busybox sh -c "$NETNS
		wget -q -O - http://127.0.0.1/word; ls /sys/class/net; hostname"
	assert_line --index 0 "$(head -n 1 one.out)"
	assert_line --index 1 "$TOKEN"
	assert_line --index 2 lo
	assert_line --index 3 --regexp '^[0-9a-f]{12}$'
	# By its id; and of one that has joined itself.
	start_box two --network \
		"container:$(readlink "$BOXLAB_HOME/names/one-$TOKEN")" \
		--name "two-$TOKEN" busybox sh -c "$STAY"
	run -0 boxed --network "container:two-$TOKEN" busybox \
		wget -q -O - http://127.0.0.1/word
	assert_output "$TOKEN"
}

@test "container: one with --init is joined, and so by who starts again" {
	local option
	for option in --init --quiet; do
		start_box one --network none "$option" --name "one-$TOKEN" \
			busybox sh -c "$NETNS; $STAY"
		detach --network "container:one-$TOKEN" --name "two-$TOKEN" \
			busybox sh -c "$NETNS"
		wait_for fact_is "two-$TOKEN" phase exited
		run -0 box start "two-$TOKEN"
		wait_for fact_is "two-$TOKEN" phase exited
		run -0 box logs "two-$TOKEN"
		assert_output "$(head -n 1 one.out)
$(head -n 1 one.out)"
		run -0 box restart "two-$TOKEN"
		kill -KILL "$started"
		wait "$started" || :
		box rm -f "two-$TOKEN"
	done
}

@test "container: on the bridge, with its address and all the names" {
	need_root
	start_box one --name "one-$TOKEN" busybox sh -c "$STAY"
	start_box two --name "two-$TOKEN" --network "container:one-$TOKEN" \
		busybox sh -c "ip -4 -o addr show eth0; $STAY"
	assert_equal "$(grep -o '10[.]16[.]8[.][0-9]*/24' two.out)" \
		10.16.8.2/24
	run -0 boxed --network "container:two-$TOKEN" busybox cat /etc/hosts
	assert_line --regexp "^10[.]16[.]8[.]2"$'\t'"one-$TOKEN"
	assert_line --regexp "^10[.]16[.]8[.]2"$'\t'"two-$TOKEN"
	kill -KILL "$box"
	assert_end 137
	box ps
	run -0 boxed busybox cat /etc/hosts
	assert_output --partial "one-$TOKEN"
	refute_output --partial "two-$TOKEN"
}

@test "container: a start that failed is no obstacle to the next" {
	need_root
	start_box one --name "one-$TOKEN" busybox sh -c "$STAY"
	detach --network "container:one-$TOKEN" --name "two-$TOKEN" busybox true
	run -0 box wait "two-$TOKEN"
	mkdir "$BOXLAB_HOME/hosts.new"
	run -125 box start "two-$TOKEN"
	assert_output --partial "$BOXLAB_HOME/hosts: Is a directory"
	rmdir "$BOXLAB_HOME/hosts.new"
	run -0 box start "two-$TOKEN"
	assert_equal "$(box wait "two-$TOKEN")" 0
	box rm "two-$TOKEN"
}

@test "container: the address is free when its box ends, who joined loses it" {
	need_root
	start_box one --name "one-$TOKEN" busybox sh -c "$STAY"
	local one=$box
	start_box two --network "container:one-$TOKEN" busybox sh -c '
		test -e /sys/class/net/eth0 && echo up
		while [ -e /sys/class/net/eth0 ]; do sleep 0.05; done
		echo gone; while :; do sleep 0.05; done'
	kill -KILL "$one"
	wait "$one" || :
	run -0 boxed busybox ip -4 -o addr show eth0
	assert_output --partial " 10.16.8.2/24 "
	wait_for grep -q gone two.out
}

@test "container: it outlives its owner, whose address and names are free" {
	need_root
	start_box one --name "one-$TOKEN" busybox sh -c "$STAY"
	start_box two --name "two-$TOKEN" --network "container:one-$TOKEN" \
		busybox sh -c "$NETNS; $STAY"
	run -0 boxed busybox cat /etc/hosts
	assert_line $'10.16.8.2\ttwo-'"$TOKEN"$'\t# '"$(readlink \
		"$BOXLAB_HOME/names/two-$TOKEN")"
	box rm -f "one-$TOKEN"
	run -0 boxed busybox cat /etc/hosts
	assert_line --partial $'10.16.8.2\t'
	refute_output --partial "two-$TOKEN"
	run -0 boxed --network "container:two-$TOKEN" busybox sh -c "$NETNS"
	assert_output "$(head -n 1 two.out)"
}

@test "container: of a box with the host's network, that is the host's" {
	start_box one --network host --name "one-$TOKEN" busybox sh -c "$STAY"
	run -0 boxed --network "container:one-$TOKEN" busybox sh -c "$NETNS"
	assert_output "$(readlink /proc/self/ns/net)"
	run -125 boxed --network "container:one-$TOKEN" \
		--sysctl net.ipv4.ip_forward=1 busybox echo ran
	assert_output "box: --sysctl net/ipv4/ip_forward: with --network\
 container:one-$TOKEN it is the host's"
	# Those of the IPC namespace are its own in any case.
	run -0 boxed --network "container:one-$TOKEN" \
		--sysctl kernel.msgmax=4321 busybox \
		cat /proc/sys/kernel/msgmax
	assert_output 4321
}

@test "container: one that does not run, or is none, is refused" {
	run -125 boxed --network "container:no-$TOKEN" busybox echo ran
	assert_output "box: no container no-$TOKEN (box ps -a)"
	run -0 box_keep --network none --name "kept-$TOKEN" busybox true
	run -125 boxed --network "container:kept-$TOKEN" busybox echo ran
	assert_output "box: kept-$TOKEN does not run (box start kept-$TOKEN)"
	box rm "kept-$TOKEN"
	start_box one --network none --name "one-$TOKEN" busybox sh -c "$STAY"
	run -125 boxed --network "container:one-$TOKEN" -p 80 busybox echo ran
	assert_output --partial "box: -p: only a box with --network bridge"
	assert_equal "${#lines[@]}" 1
}

@test "container: two that wait for each other say so, and do not wait" {
	local one="one-$TOKEN" two="two-$TOKEN" first second
	detach --network none --name "$one" busybox sh -c "$STAY"
	detach --network "container:$one" --name "$two" busybox sh -c "$STAY"
	detach --network "container:$two" --name "three-$TOKEN" busybox \
		sh -c "$STAY"
	box rename "$one" "zero-$TOKEN"
	box rename "three-$TOKEN" "$one"
	box kill "zero-$TOKEN" "$one" "$two"
	wait_for fact_is "$one" phase exited
	wait_for fact_is "$two" phase exited
	for _ in {1..10}; do
		first=0 second=0
		timeout 20 "$BOXLAB_BIN/box" start "$one" >one.out 2>&1 &
		timeout 20 "$BOXLAB_BIN/box" start "$two" >two.out 2>&1 ||
			second=$?
		wait $! || first=$?
		assert_equal "$first $second" "125 125"
	done
	run -0 cat one.out two.out
	assert_output --regexp "waits for this container's network|does not run"
	box rm "zero-$TOKEN" "$one" "$two"
}

@test "container: a number that now is another process's is not believed" {
	start_box one --network none --name "one-$TOKEN" busybox sh -c "$STAY"
	local file
	file=$BOXLAB_HOME/containers/$(readlink "$BOXLAB_HOME/names/one-$TOKEN")
	run -0 grep -E '^pid_start [0-9]+$' "$file/facts"
	# As if it had started at another time.
	sed -i 's/^pid_start .*/&9/' "$file/facts"
	run -125 boxed --network "container:one-$TOKEN" busybox echo ran
	assert_output "box: one-$TOKEN does not run (box start one-$TOKEN)"
}

# A plain user's box, in a network with a way out.
need_pasta() {
	need_root
	need pasta; need curl; need socat
	make_outside
	ip route add default via "$OUTSIDE"
	# Everywhere but here any user may open it.
	mount -t tmpfs tmpfs /dev/net
	mknod -m 666 /dev/net/tun c 10 200 && chmod 666 /dev/net/tun
	BOXLAB_HOME=/run/$TOKEN
	mkdir -m 777 "$BOXLAB_HOME"
}
# In the background as_plain would be a shell between us and the box.
PLAIN=(setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all)
plain_box() { as_plain timeout -s KILL 20 box "$@"; }

teardown() {
	! mountpoint -q /dev/net || umount /dev/net
	outside_teardown
}

@test "pasta: a plain user's box reaches outside, and is reached by -p" {
	need_pasta
	mkdir www
	echo "hello-$TOKEN" >www/word
	start server nsenter -n -t "$outside" \
		busybox httpd -f -p 80 -h "$PWD/www"
	wait_for listens outside 80
	start web "${PLAIN[@]}" box run -q --rm -e BOXLAB_TEST_TOKEN \
		--name "web-$TOKEN" -p 8080:80 -p 127.0.0.1::80 \
		-e WORD="$TOKEN" busybox sh -c "$SERVE"
	wait_for grep -q up web.out
	assert_equal "$(fetch http://127.0.0.1:8080/word)" "$TOKEN"
	assert_equal "$(fetch http://"$HOST":8080/word)" "$TOKEN"
	assert_equal "$(outside curl -sS --max-time 3 \
		http://"$HOST":8080/word)" "$TOKEN"
	run -0 plain_box port "web-$TOKEN"
	assert_line --index 0 "80/tcp -> 0.0.0.0:8080"
	assert_equal "$(fetch "http://127.0.0.1:${lines[1]##*:}/word")" \
		"$TOKEN"
	run -125 plain_box run -q --rm -p 8080:80 busybox echo ran
	assert_output --partial "box: -p 0.0.0.0:8080/tcp: in use"
	run -0 plain_box run -q --rm --network pasta busybox \
		wget -q -O - http://"$OUTSIDE"/word
	assert_output "hello-$TOKEN"
	# pasta goes with the box.
	pastas() { pgrep -f '^pasta --config-net'; }
	run -0 pastas
	assert_equal "${#lines[@]}" 1
	kill -KILL "${STARTED[-1]}"
	wait "${STARTED[-1]}" || :
	no_pasta() { ! pastas; }
	wait_for no_pasta
	plain_box ps
}

@test "pasta: the host's 127.0.0.1 is not reached, by no address" {
	need_pasta
	start local socat TCP-LISTEN:8888,bind=127.0.0.1,fork,reuseaddr \
		SYSTEM:"echo host-$TOKEN"
	wait_for listens 8888
	run plain_box run -q --rm --network pasta busybox sh -c "
		nc -w 1 127.0.0.1 8888; nc -w 1 $OUTSIDE 8888
		nc -w 1 $HOST 8888; echo ended"
	assert_line ended
	refute_output --partial "host-$TOKEN"
}

@test "pasta: another box of the user's joins it" {
	need_pasta
	start web "${PLAIN[@]}" box run -q --rm -e BOXLAB_TEST_TOKEN \
		--name "web-$TOKEN" --network pasta -e WORD="$TOKEN" busybox \
		sh -c "$SERVE"
	wait_for grep -q up web.out
	run -0 plain_box run -q --rm --network "container:web-$TOKEN" busybox \
		sh -c 'ls /sys/class/net; wget -q -O - http://127.0.0.1/word'
	assert_output $'lo\nuplink\n'"$TOKEN"
	kill -KILL "$started"
	wait "$started" || :
	plain_box ps
}

@test "pasta: run -d lets go of its caller's output" {
	need_pasta
	# As in $(box run -d ...): cat ends when nobody can write any more.
	start caller "${PLAIN[@]}" sh -c 'box run -q -d -e BOXLAB_TEST_TOKEN \
		-p 8080:80 busybox sleep 600 | cat; echo ended'
	wait_for grep -q '^ended$' caller.out
	run -0 head -n 1 caller.out
	assert_output --regexp '^[0-9a-f]{12}$'
	run -0 plain_box rm -f "$output"
}

@test "pasta: what fails is one line, and leaves nothing" {
	need_pasta
	umount /dev/net # here it is for root only
	run -125 plain_box run -q --rm --network pasta busybox echo ran
	assert_output --regexp '^box: pasta, status 1: .*tun'
	run -125 as_plain env PATH="$BOXLAB_BIN" box run -q --rm \
		--network pasta busybox echo ran
	assert_output "box: --network pasta: pasta is missing (package passt)"
	no_leftovers
	run -125 boxed --network pasta busybox echo ran
	assert_output "box: --network pasta: for a plain user; root has bridge"
}

@test "without root and pasta, loopback only, and it is said" {
	need_plain
	run -0 box run --rm busybox ls /sys/class/net
	assert_line lo
	assert_line "box: no bridge: without root, loopback only (or --network\
 pasta)"
}

@test "BOXLAB_SUBNET is the bridge's network" {
	need_root
	BOXLAB_SUBNET=172.31.77.64/28 run -0 boxed busybox sh -c '
		ip -4 -o addr show eth0; ip route
		ping -c 1 -W 5 172.31.77.65; cat /etc/hosts'
	assert_output --partial " 172.31.77.66/28 "
	assert_output --partial "default via 172.31.77.65 dev eth0"
	assert_output --partial "1 packets received"
	# The bridge remembers.
	run -0 boxed busybox ip -4 -o addr show eth0
	assert_output --partial " 172.31.77.66/28 "
	BOXLAB_SUBNET=172.31.78.0/24 run -125 boxed busybox echo ran
	assert_output "box: BOXLAB_SUBNET=172.31.78.0/24: the bridge has\
 172.31.77.64/28 (box prune removes it when no box runs)"
	run -0 box prune
	BOXLAB_SUBNET=172.31.78.0/24 run -0 boxed busybox \
		ip -4 -o addr show eth0
	assert_output --partial " 172.31.78.2/24 "
}

@test "BOXLAB_SUBNET: every address is given once, then it is an error" {
	need_root
	export BOXLAB_SUBNET=172.31.77.64/29
	local n
	for n in 2 3 4 5 6; do
		start_box "b$n" busybox sh -c "ip -4 -o addr show eth0; $STAY"
		run -0 grep -oE '172[.]31[.]77[.][0-9]+/29' "b$n.out"
		assert_output "172.31.77.$((64 + n))/29"
	done
	run -125 boxed busybox echo ran
	assert_output "box: every address in 172.31.77.64/29 is taken"
	kill -KILL "${STARTED[1]}"
	wait "${STARTED[1]}" || :
	run -0 boxed busybox ip -4 -o addr show eth0
	assert_output --partial " 172.31.77.67/29 "
}

@test "BOXLAB_SUBNET: what is no network is refused" {
	need_root
	local text
	for text in "" x 10.0.0.0 10.0.0.0/ 10.0.0.0/8 10.0.0.0/30 10.0.0.1/24 \
		10.0.0.0/024 10.0.0.0/+24 10.0.0/24 300.0.0.0/24 fd00::/64; do
		BOXLAB_SUBNET=$text run -125 boxed busybox echo ran
		assert_output "box: BOXLAB_SUBNET=$text: not a network like\
 10.16.8.0/24, of prefix 16 to 29"
	done
}

@test "a network that the host knows a way to is not taken" {
	need_root
	make_outside
	ip route add 10.16.0.0/16 via "$OUTSIDE"
	run -125 boxed busybox echo ran
	assert_output "box: the network 10.16.8.0/24 of the bridge clashes with\
 the route to 10.16.0.0/16 by uplink: set BOXLAB_SUBNET to another"
	ip route change 10.16.0.0/16 via "$OUTSIDE" metric 0
	ip route del 10.16.0.0/16
	ip route add 10.16.8.128/25 via "$OUTSIDE"
	run -125 boxed busybox echo ran
	assert_output --partial "clashes with the route to 10.16.8.128/25"
	BOXLAB_SUBNET=10.16.8.0/25 run -0 boxed busybox echo ran
	assert_output ran
	run -0 box prune
	ip route del 10.16.8.128/25
	ip route add default via "$OUTSIDE"
	ip route add 0.0.0.0/1 via "$OUTSIDE"
	ip route add 128.0.0.0/1 via "$OUTSIDE"
	run -0 boxed busybox echo ran
	assert_output ran
}

@test "prune leaves a bridge on which another home has a box" {
	need_root
	start_box one busybox sh -c "$STAY"
	BOXLAB_HOME=$PWD/other run -0 box prune
	run -0 ip link show "$BRIDGE"
	run -0 boxed busybox ping -c 1 -W 5 10.16.8.2
	kill -KILL "$box"
	assert_end 137
}

@test "prune removes the bridge and the table, but not under a box" {
	need_root
	need nft
	start_box one busybox sh -c "$STAY"
	run -0 box prune
	run -0 ip link show "$BRIDGE"
	run -0 nft list table ip boxlab
	kill -KILL "${STARTED[0]}"
	wait "${STARTED[0]}" || :
	run -0 box prune
	run -1 ip link show "$BRIDGE"
	run -0 nft list tables
	assert_output ""
}
