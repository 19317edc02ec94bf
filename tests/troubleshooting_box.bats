#!/usr/bin/env bats
# docs/troubleshooting.md: the errors of box.

# shellcheck disable=SC2154 # set by run and lib
load lib/box
load lib/outside
load lib/trouble

@test "an image that is not there" {
	meet 'box: no image <name> (box images; box pull <name>; a directory needs a slash: ./<name>)'
	run -125 box run "$TOKEN"
	assert_met
	cure
	assert_line busybox
	assert_line here
}

@test "a name that is taken" {
	meet 'box: the name <name> is taken (box ps -a, box rm <name>)'
	run -0 box_keep --name "$TOKEN" busybox true
	run -125 box_keep --name "$TOKEN" busybox true
	assert_met
	cure name="$TOKEN"
	assert_output --partial "$TOKEN"
	run -0 box ps -a
	refute_output --partial "$TOKEN"
}

@test "a container that runs is not removed" {
	meet 'box: <name> is running (box stop <name>, or box rm -f)'
	detach --name "$TOKEN" busybox sleep 600
	run -125 box rm "$TOKEN"
	assert_met
	cure name="$TOKEN"
	run -0 box ps -aq
	assert_output ""
}

@test "a container that has ended" {
	meet 'box: <name> is not running (box start <name>)'
	detach --name "$TOKEN" busybox echo said
	box wait "$TOKEN"
	run -125 box exec "$TOKEN" true
	assert_met
	cure name="$TOKEN"
	assert_line said
	box wait "$TOKEN"
	box rm "$TOKEN"
}

@test "no bridge without root" {
	meet 'box: no bridge: without root, loopback only (or --network pasta)'
	need_plain
	run -0 box run --rm busybox true
	assert_met
	cure
	assert_output ""
}

@test "a bridge that is asked for, without root" {
	meet 'box: --network bridge: a link on the host needs root (or the virtual machine: make vm; or --network pasta)'
	need_plain
	run -125 box run --rm -q --network bridge busybox true
	assert_met
	cure
}

@test "a bridge that cannot be made" {
	meet 'box: bridge boxlab0 (--network none needs none): <reason>'
	need_root
	run -125 setpriv --bounding-set -net_admin --inh-caps -net_admin \
		box run --rm -q busybox true
	assert_met
	cure
}

@test "a network that the host has elsewhere" {
	meet 'box: the network <subnet> of the bridge clashes with the route to <network> by <link>: set BOXLAB_SUBNET to another'
	need_root
	make_outside
	ip route add 10.16.0.0/16 via "$OUTSIDE"
	run -125 box run --rm -q busybox true
	assert_met
	cure
	box prune >/dev/null
}

@test "a port that somebody has" {
	meet 'box: -p <address>:<port>/<protocol>: in use, by a box (box ps) or another program (ss -l)'
	need_root
	need nft
	ip link set lo up
	start_box web --network bridge -p 8080:80 busybox sh -c "$STAY"
	run -125 box run --rm -q -p 8080:80 busybox true
	assert_met
	cure port=8080 other=8081
	assert_output --partial "0.0.0.0:8080->80/tcp"
}

@test "no nft" {
	meet 'box: -p: nft is missing (package nftables)'
	need_root
	need nft
	run -125 without_nft box run --rm -q -p 8080:80 busybox true
	assert_met
}

@test "no pasta" {
	meet 'box: --network pasta: pasta is missing (package passt)'
	need_plain
	run -125 without pasta "$BOXLAB_BIN/box" run --rm -q --network pasta \
		busybox true
	assert_met
}

@test "a box has no way out" {
	meet 'wget: bad address <name>'
	run -1 boxed busybox wget "http://$TOKEN.test/"
	assert_met
	cure
}

@test "no skopeo" {
	meet 'box: skopeo is missing: install the package skopeo'
	run -125 without skopeo "$BOXLAB_BIN/box" pull "$TOKEN"
	assert_met
}

@test "no program for images" {
	meet 'box: <program>: missing, since box was built without its libraries (scripts/setup box)'
	cp "$BOXLAB_BIN/box" .
	run -125 ./box images
	assert_met
	assert_output --partial "/box-image: "
}

@test "limits without a cgroup" {
	meet 'box: no limits: no cgroup was delegated to us (use root, or the virtual machine: make vm): <reason>'
	need_plain
	run -125 boxed -m 16M busybox true
	assert_met
}

@test "no more processes" {
	meet "sh: can't fork: Resource temporarily unavailable"
	need_limits
	run -2 boxed --pids-limit 2 busybox sh -c \
		'sleep 9 & sleep 9 & sleep 9 &'
	assert_met
	cure
}

@test "a user that is not mapped" {
	meet 'box: -u: user <number> (without root, only the ids of /etc/subuid exist): Invalid argument'
	need_plain
	run -125 boxed -u 1 busybox true
	assert_met
	cure
	assert_output --partial "uid=0(root)"
}

@test "a volume that is not there" {
	meet 'box: volume <path>: not there (mkdir -p <path>)'
	run -125 boxed -v "$PWD/$TOKEN:/data" busybox true
	assert_met
	cure path="$PWD/$TOKEN"
	run -0 boxed -v "$PWD/$TOKEN:/data" busybox true
}

@test "root of a box may not mount" {
	meet 'mount: permission denied (are you root?)'
	run -1 boxed busybox mount -t tmpfs none /tmp
	assert_met
	cure
}

@test "a state directory that cannot be written" {
	meet 'box: <path> (set BOXLAB_HOME to use another directory): <reason>'
	BOXLAB_HOME=/proc/1 run -125 boxed busybox true
	assert_met
	cure directory="$PWD/state"
}

@test "a state directory of somebody else" {
	need_root
	as_plain test -x "$BOXLAB_BIN/box" || skip "needs a readable build"
	local home
	home=$(mktemp -d)
	chmod 755 "$home"
	BOXLAB_HOME=$home box ps
	BOXLAB_HOME=$home run -125 as_plain box run -q busybox true
	rm -r "$home"
	meet 'box: <path> (set BOXLAB_HOME to use another directory): <reason>'
	assert_met
	assert_output --partial /running
}
