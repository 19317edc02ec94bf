#!/usr/bin/env bats
# 03_netns_veth: a cable between two worlds.
#
# A plain user's box has a host of its own, so that "the host" is what the
# started program sees: -j with its process id.
#
# What is quoted is for the box's shell; bats and boxlab.bash set the rest.
# shellcheck disable=SC2016,SC2154

load lib/boxlab

# The first name ever saved turns /run/netns into a mount, as ip-netns(8) does,
# and it stays.  Do so before any test looks at what is mounted.
setup_file() {
	if [ "$(id -u)" -eq 0 ] && ! mountpoint -q /run/netns; then
		mkdir -p /run/netns
		mount --bind /run/netns /run/netns
		mount --make-shared /run/netns
		touch "$BATS_FILE_TMPDIR/ours"
	fi
}

teardown_file() {
	[ ! -e "$BATS_FILE_TMPDIR/ours" ] || umount /run/netns
}

links() { sed -n 's/^ *\([^ :]*\):.*/\1/p' /proc/self/net/dev; }
cables() { links | grep -E '^(veth|br)[0-9a-f]{6}'; }
no_cables() { [ -z "$(cables)" ]; }

# A network for this test that nobody could have guessed.
random_network() {
	NET=10.$((RANDOM % 256)).$((RANDOM % 256))
}

# A program whose boxes run until their end: the host in $host, the first
# box in $box.
start_boxes() {
	touch "$BATS_TEST_TMPDIR/stay"
	start "host$NET" 03_netns_veth -a "$NET.1/24" -p "$NET.2/24" "$@" \
		sh -c 'echo "box $BOX $$"; while [ -e stay ]; do sleep 0.02; done'
	host=$started
	wait_for grep -q '^box 1 ' "$BATS_TEST_TMPDIR/host$NET.out"
	box=$(awk '$1 == "box" && $2 == 1 { print $3 }' \
		"$BATS_TEST_TMPDIR/host$NET.out")
}

box_number() {
	wait_for grep -q "^box $1 " "$BATS_TEST_TMPDIR/host$NET.out"
	awk -v n="$1" '$1 == "box" && $2 == n { print $3 }' \
		"$BATS_TEST_TMPDIR/host$NET.out"
}

# Who refuses a connection is there: nobody listens on port 9.
reaches() {
	03_netns_veth -j "$1" timeout 5 bash -c "exec 3<>/dev/tcp/$2/9" 2>&1 |
		grep -q 'Connection refused'
}

# The names of the links in the network of a process, one a line.
links_of() {
	03_netns_veth -j "$1" cat /proc/net/dev |
		sed -n 's/^ *\([^ :]*\):.*/\1/p'
}

@test "the box has a network namespace of its own" {
	run -0 03_netns_veth readlink /proc/self/ns/net
	assert_output --regexp '^net:\[[0-9]+\]$'
	refute_output "$(readlink /proc/self/ns/net)"
}

@test "a new network has lo alone, down, and cannot ping itself until it is up" {
	run -0 03_netns_veth
	assert_line --regexp '^box   ok  .* is new and has but lo.*, which is down'
	assert_line "box   ok  ping 127.0.0.1, myself: Network is unreachable"
	assert_line --regexp \
		'^box   ok  ping 127.0.0.1, myself: answered in [0-9]+ us'
}

@test "in the box: lo and eth0, both up" {
	need ip
	random_network
	start_boxes
	links_of "$box" | grep -qx lo
	links_of "$box" | grep -qx eth0
	run links_of "$box"
	refute_line --regexp '^veth'
	run -0 03_netns_veth -j "$box" ip -o link show up
	assert_line --regexp ' lo: <[^>]*UP,LOWER_UP>'
	assert_line --regexp ' eth0@if[0-9]+: <[^>]*UP,LOWER_UP>'
}

@test "one end is in the box, the other on the host, and they are a pair" {
	need ip
	random_network
	start_boxes
	run -0 03_netns_veth -j "$box" ip -o link show eth0
	assert_output --regexp '^[0-9]+: eth0@if[0-9]+: '
	[[ $output =~ ^([0-9]+):\ eth0@if([0-9]+): ]]
	local inner=${BASH_REMATCH[1]} outer=${BASH_REMATCH[2]}
	run -0 03_netns_veth -j "$host" ip -o link show type veth up
	assert_line --regexp "^$outer: veth[0-9a-f]{6}-1@if$inner: .*LOWER_UP"
	run links_of "$host"
	refute_line eth0
}

@test "each end has its address, prefix and broadcast" {
	need ip
	random_network
	start_boxes
	run -0 03_netns_veth -j "$box" ip -o -4 address show eth0
	assert_output --partial " $NET.2/24 brd $NET.255 scope global"
	run -0 03_netns_veth -j "$host" ip -o -4 address show
	assert_line --regexp " veth[0-9a-f]{6}-1 +inet $NET.1/24 brd $NET.255 "
}

@test "the prefix counts: /30 is no /24" {
	need ip
	random_network
	run -0 03_netns_veth -a "$NET.129/30" -p "$NET.130/30" ip -4 route
	assert_line --regexp "^$NET.128/30 dev eth0 .*src $NET.130"
	assert_line --regexp "^default via $NET.129 dev eth0"
	run -0 03_netns_veth -a "$NET.0/31" -p "$NET.1/31" \
		ip -o -4 address show eth0
	assert_output --partial "$NET.1/31 scope"
}

@test "the default route leads to the host" {
	random_network
	run -0 03_netns_veth -a "$NET.1/24" -p "$NET.2/24" \
		awk '$2 == "00000000" { print $1, $3 }' /proc/net/route
	local a b c d
	IFS=. read -r a b c d <<<"$NET.1"
	assert_output "$(printf 'eth0 %02X%02X%02X%02X' "$d" "$c" "$b" "$a")"
}

@test "box and host reach each other" {
	random_network
	start_boxes
	reaches "$box" "$NET.1"
	reaches "$host" "$NET.2"
	reaches "$box" 127.0.0.1
	run ! reaches "$box" "$NET.77"
}

@test "the cable works when the command starts: the first packet gets through" {
	random_network
	cat >first <<-'EOF'
		before=${EPOCHREALTIME/[.,]/}
		(exec 3<>"/dev/tcp/$1/9") 2>&1
		echo "$((${EPOCHREALTIME/[.,]/} - before))"
	EOF
	# Who hears no answer to the question for an address repeats it after
	# a second.
	for _ in 1 2 3 4 5; do
		run -0 03_netns_veth -a "$NET.1/24" -p "$NET.2/24" \
			bash first "$NET.1"
		assert_line --partial 'Connection refused'
		assert [ "${lines[-1]}" -lt 900000 ]
	done
}

@test "the box's address is nowhere on the host, its cable is" {
	random_network
	start_boxes
	run -0 03_netns_veth -j "$host" cat /proc/net/fib_trie
	assert_output --partial "|-- $NET.1"
	refute_output --partial "|-- $NET.2
"
	run links_of "$host"
	assert_line --regexp '^veth[0-9a-f]{6}-1$'
}

@test "-s keeps the network under a name after the process, -r removes it" {
	need_root
	need ip
	random_network
	run -0 03_netns_veth -s "$TOKEN" -a "$NET.1/24" -p "$NET.2/24" \
		readlink /proc/self/ns/net
	local id=$output
	run -0 nothing_runs
	run -0 ip netns list
	assert_line --regexp "^$TOKEN( |$)"
	run -0 ip netns exec "$TOKEN" readlink /proc/self/ns/net
	assert_output "$id"
	run -0 03_netns_veth -j "$TOKEN" readlink /proc/self/ns/net
	assert_output "$id"
	reaches "$TOKEN" "$NET.1"
	reaches $$ "$NET.2"
	run -0 grep -c " /run/netns/$TOKEN .* nsfs " /proc/self/mountinfo
	run -0 cables
	assert_output --regexp '^veth......-1$'

	run -0 03_netns_veth -r "$TOKEN"
	assert_not_exist "/run/netns/$TOKEN"
	run -1 grep "$TOKEN" /proc/self/mountinfo
	wait_for no_cables
}

@test "a name saved by ip-netns(8) can be joined, and removed" {
	need_root
	need ip
	ip netns add "$TOKEN"
	run -0 03_netns_veth -j "$TOKEN" readlink /proc/self/ns/net
	assert_output "$(ip netns exec "$TOKEN" readlink /proc/self/ns/net)"
	refute_output "$(readlink /proc/self/ns/net)"
	run -0 03_netns_veth -r "$TOKEN"
	assert_not_exist "/run/netns/$TOKEN"
}

@test "-s refuses a taken or a bad name, and nothing is left" {
	need_root
	local long bad
	random_network
	touch "/run/netns/$TOKEN"
	run -125 03_netns_veth -s "$TOKEN" true
	assert_output "03_netns_veth: /run/netns/$TOKEN: File exists"
	assert_exist "/run/netns/$TOKEN"
	rm "/run/netns/$TOKEN"
	for bad in '' . .. a/b ../x; do
		run -125 03_netns_veth -s "$bad" echo ran
		assert_output "03_netns_veth: name \"$bad\": not a file name"
	done
	printf -v long '%0256d' 0
	run -125 03_netns_veth -s "$long" echo ran
	assert_output --partial "File name too long"
	run -125 03_netns_veth -r "$long"
	assert_output --partial "File name too long"
	run -125 03_netns_veth -r ../run
	assert_output --partial "Invalid argument"
	assert no_cables
	assert_dir_exist /run/netns
	run -0 03_netns_veth -s "${long:1}" true
	run -0 03_netns_veth -r "${long:1}"
	wait_for no_cables
}

@test "-s makes /run/netns where there is none, two at once as well" {
	need_root
	run -0 unshare -m --propagation private bash -c '
		umount /run/netns
		mount -t tmpfs tmpfs /run
		for i in 1 2 3 4; do
			03_netns_veth -s "n$i" -a "10.200.$i.1/24" \
				-p "10.200.$i.2/24" true 3>&- &
		done
		wait
		grep " /run/netns " /proc/self/mountinfo | tail -n 1
		for i in 1 2 3 4; do
			03_netns_veth -j "n$i" echo "in n$i"
			03_netns_veth -r "n$i"
		done
		grep -c " /run/netns " /proc/self/mountinfo'
	assert_line --index 0 --partial " shared:"
	assert_line --index 1 "in n1"
	assert_line --index 4 "in n4"
	assert_line --index 5 1
	wait_for no_cables
}

@test "a name saved in another mount namespace is seen in this one" {
	need_root
	random_network
	run -0 unshare -m --propagation unchanged \
		03_netns_veth -s "$TOKEN" -a "$NET.1/24" -p "$NET.2/24" \
		readlink /proc/self/ns/net
	local id=$output
	run -0 03_netns_veth -j "$TOKEN" readlink /proc/self/ns/net
	assert_output "$id"
	run -0 03_netns_veth -r "$TOKEN"
	wait_for no_cables
}

@test "without the right to write /run/netns, -s and -r say what they need" {
	if is_root; then
		run -125 as_plain 03_netns_veth -s "$TOKEN" true
	else
		run -125 03_netns_veth -s "$TOKEN" true
	fi
	assert_output --partial "03_netns_veth: -s $TOKEN: "
	assert_output --partial "needs root"
	assert_output --partial "make vm"
	if is_root; then
		touch "/run/netns/$TOKEN"
		run -125 as_plain 03_netns_veth -r "$TOKEN"
		rm "/run/netns/$TOKEN"
		assert_output --partial "needs root"
	else
		run -125 03_netns_veth -r "$TOKEN"
	fi
	assert_output --partial "03_netns_veth: /run/netns/$TOKEN"
}

@test "an empty file is no network, and the message says so" {
	need_root
	touch "/run/netns/$TOKEN"
	run -125 03_netns_veth -j "$TOKEN" true
	assert_output "03_netns_veth: /run/netns/$TOKEN: no network namespace is mounted on this file"
	run -0 03_netns_veth -r "$TOKEN"
	assert_not_exist "/run/netns/$TOKEN"
}

@test "-b: boxes on one bridge reach each other and the host" {
	random_network
	start_boxes -b 3
	run links_of "$host"
	assert_line --regexp '^br[0-9a-f]{6}$'
	assert_equal "$(grep -c '^veth' <<<"$output")" 3
	reaches "$(box_number 1)" "$NET.3"
	reaches "$(box_number 2)" "$NET.4"
	reaches "$(box_number 3)" "$NET.2"
	reaches "$(box_number 3)" "$NET.1"
	reaches "$host" "$NET.4"
}

@test "-b: the boxes' ends are ports of the bridge" {
	need ip
	random_network
	start_boxes -b 2
	local bridge
	bridge=$(links_of "$host" | grep '^br')
	run -0 03_netns_veth -j "$host" ip -o link show master "$bridge" up
	assert_equal "${#lines[@]}" 2
	run -0 03_netns_veth -j "$host" ip -o -4 address show "$bridge"
	assert_output --partial " $NET.1/24 "
}

@test "-b: each box may listen on port 80" {
	local n # bats' run has an i of its own
	random_network
	# shellcheck disable=SC2016 # for the boxes' shells
	start web 03_netns_veth -b 3 -a "$NET.1/24" -p "$NET.2/24" sh -c '
		mkdir "$BOX" && echo "$BOX $BOXLAB_TEST_TOKEN" >"$BOX/word" &&
			cd "$BOX" && exec busybox httpd -f -p 80'
	fetch_word() {
		run 03_netns_veth -j "$started" timeout 5 \
			busybox wget -q -O - "http://$NET.$((n + 1))/word"
		[ "$status" -eq 0 ]
	}
	for n in 1 2 3; do
		wait_for fetch_word
		assert_output "$n $TOKEN"
	done
}

@test "-b: the exit status is that of the first box that failed" {
	run -13 03_netns_veth -b 4 sh -c 'test $BOX = 1 || exit 1$((BOX + 1))'
	run -125 03_netns_veth -b 0 true
	assert_output "03_netns_veth: boxes 0: too small"
	run -125 03_netns_veth -b 65 true
	assert_output "03_netns_veth: boxes 65: too large"
	run -125 03_netns_veth -b 2x true
	assert_output "03_netns_veth: boxes 2x: invalid"
}

@test "two at once: each has its own cable and reaches its own host" {
	random_network
	start_boxes
	local host1=$host box1=$box net1=$NET
	while [ "$NET" = "$net1" ]; do random_network; done
	start_boxes
	reaches "$box1" "$net1.1"
	reaches "$box" "$NET.1"
	reaches "$host1" "$net1.2"
	refute [ "$(readlink "/proc/$box1/ns/net")" = \
		"$(readlink "/proc/$box/ns/net")" ]
}

@test "an address that the host has already is refused" {
	run -125 unshare -Urn sh -c \
		'03_netns_veth -s x true 2>/dev/null
		 03_netns_veth -j $$ true || exit 1
		 03_netns_veth -a 10.99.0.1/24 -p 10.99.0.2/24 \
			sh -c "03_netns_veth -a 10.99.0.2/24 true"'
	assert_output --partial "03_netns_veth: 10.99.0.2: the host has this address already"
	assert_output --partial "-a"
}

@test "nothing is left on the host when the command ends" {
	random_network
	need_root
	# The shell stays in the box's network, which else would end.
	run -0 03_netns_veth -a "$NET.1/24" -p "$NET.2/24" sh -c \
		"nsenter -n -t $$ cat /proc/net/dev; exit 0"
	assert_output --regexp 'veth[0-9a-f]{6}-1:'
	assert no_cables
	# Also when something stays behind in the box.
	run -0 03_netns_veth -a "$NET.1/24" -p "$NET.2/24" sh -c \
		'sleep 60 >/dev/null 2>&1 3>&- & echo $!'
	assert no_cables
	kill "$output"
}

# Signal a program with boxes; host links, if any, were there and go.
dies_clean() {
	local signal=$1 expected=$2 status=0 pid
	shift 2
	random_network
	start_boxes "$@"
	pid=$host
	run links_of "$host"
	assert_line --regexp '^veth[0-9a-f]{6}-1$'
	kill "-$signal" "$pid"
	wait "$pid" || status=$?
	assert_equal "$status" "$expected"
	rm stay # orphans of the box's shell
	wait_for host_is_back
	wait_for nothing_runs
}

@test "nothing is left after SIGKILL" {
	dies_clean KILL 137
}

@test "nothing is left after SIGKILL, bridge included" {
	dies_clean KILL 137 -b 2
}

@test "nothing is left after SIGTERM" {
	dies_clean TERM 143
}

@test "nothing is left after SIGHUP, bridge included" {
	dies_clean HUP 129 -b 2
}

@test "nothing is left after SIGINT" {
	# A shell starts background jobs with SIGINT ignored.
	random_network
	start int env --default-signal=INT \
		03_netns_veth -a "$NET.1/24" -p "$NET.2/24" \
		sh -c 'echo up; exec sleep 60'
	wait_for grep -q up int.out
	run links_of "$started"
	assert_line --regexp '^veth'
	kill -INT "$started"
	local status=0
	wait "$started" || status=$?
	assert_equal "$status" 130
}

@test "killed, it takes the box with it even when that has children" {
	random_network
	start_boxes
	kill -KILL "$host"
	box_is_gone() { [ ! -e "/proc/$box" ]; }
	wait_for box_is_gone
	assert_exist stay
}

@test "a signal is passed on, and the box decides how to end" {
	random_network
	start trap 03_netns_veth -a "$NET.1/24" -p "$NET.2/24" sh -c \
		'trap "exit 42" TERM; echo up; while :; do sleep 0.02; done'
	wait_for grep -q up trap.out
	kill -TERM "$started"
	local status=0
	wait "$started" || status=$?
	assert_equal "$status" 42
}

@test "-j enters the network of a process; what is not there fails clearly" {
	random_network
	start_boxes
	run -0 03_netns_veth -j "$box" readlink /proc/self/ns/net
	assert_output "$(readlink "/proc/$box/ns/net")"
	run -42 03_netns_veth -j "$box" sh -c 'exit 42'
	run -125 03_netns_veth -j 2147483647 true
	assert_output --regexp \
		'^03_netns_veth: /proc/2147483647/ns/(net|user): No such file or directory$'
	run -125 03_netns_veth -j "$TOKEN" true
	assert_output "03_netns_veth: /run/netns/$TOKEN: No such file or directory"
	run -125 03_netns_veth -j $$
	assert_output "03_netns_veth: -j needs a command to run in there"
}

@test "addresses are read strictly, and a failure leaves nothing" {
	local bad
	for bad in '' 10.16.8.1 10.16.8.1/ 10.16.8.1/33 10.16.8.1/-1 \
		10.16.8.1/24x '10.16.8.1/ 24' 10.16.8.1/+24 10.16.8/24 \
		10.16.8.256/24 010.16.8.1/24 /24 ::1/64 x/24 \
		10.16.8.1/024 "10.16.8.1/$TOKEN"; do
		run -125 03_netns_veth -a "$bad" echo ran
		assert_output "03_netns_veth: $bad: not an IPv4 address with its prefix, such as 10.16.8.1/24"
		run -125 03_netns_veth -p "$bad" echo ran
		assert_output "03_netns_veth: $bad: not an IPv4 address with its prefix, such as 10.16.8.1/24"
	done
	! is_root || assert no_cables
}

@test "a host that is not in the box's network is no gateway" {
	run -125 03_netns_veth -a 10.16.8.1/24 -p 10.16.9.2/24 echo ran
	assert_output "03_netns_veth: default route: 10.16.8.1 is no gateway for 10.16.9.2/24: Network is unreachable"
	! is_root || assert no_cables
}

@test "where user namespaces are forbidden, a plain user is told what to do" {
	need_root
	run -125 unshare --user --map-root-user sh -c \
		'echo 0 >/proc/sys/user/max_user_namespaces &&
		 exec setpriv --bounding-set -all --inh-caps -all 03_netns_veth true'
	assert_output --partial "03_netns_veth: no user namespace"
	assert_output --partial "make vm"
}

@test "where no more network namespaces may be made, the error says which" {
	run -125 unshare -Ur sh -c \
		'echo 0 >/proc/sys/user/max_net_namespaces &&
		 exec 03_netns_veth true'
	assert_output "03_netns_veth: unshare: network namespace: No space left on device"
}

@test "options: -h is help, an unknown or impossible one is an error" {
	run -0 --separate-stderr 03_netns_veth -h
	assert_output --partial "usage: 03_netns_veth"
	local option
	run -125 --separate-stderr 03_netns_veth -Z
	assert_output ""
	assert_regex "$stderr" "usage: 03_netns_veth"
	for option in -a -p -b -s -j -r; do
		run -125 03_netns_veth "$option"
		assert_output --partial "usage: 03_netns_veth"
	done
	run -125 03_netns_veth -s "$TOKEN"
	assert_output --partial "-s needs a command"
	run -125 03_netns_veth -s "$TOKEN" -b 2 true
	assert_output --partial "no -b"
	run -125 03_netns_veth -r "$TOKEN" true
	assert_output --partial "-r takes no command"
}

@test "the command's arguments are its own, and so is its exit status" {
	run -0 03_netns_veth echo -n "$TOKEN" -n
	assert_output "$TOKEN -n"
	run -42 03_netns_veth sh -c 'exit 42'
	run -143 03_netns_veth sh -c 'kill -TERM $$'
	run -137 03_netns_veth sh -c 'kill -KILL $$'
	run -127 03_netns_veth "/nonexistent/$TOKEN"
	run -126 03_netns_veth /
}

@test "with a command it is silent; -v narrates on stderr" {
	run -0 --separate-stderr 03_netns_veth true
	assert_output ""
	assert_equal "$stderr" ""
	run -0 --separate-stderr 03_netns_veth -v echo out
	assert_output out
	assert_regex "$stderr" "host  .*veth[0-9a-f]{6}-1@if[0-9]+ "
	assert_regex "$stderr" "box  .*eth0@if[0-9]+ "
}

@test "the demonstration is true, and says who speaks" {
	random_network
	run -0 03_netns_veth -a "$NET.1/24" -p "$NET.2/24"
	refute_line --regexp '^(host|box ) +NO '
	assert_line --regexp 'veth0@if[0-9]+ .*LOWERLAYERDOWN$'
	assert_line --regexp "^box   ok  ping $NET.1, the host: answered"
	assert_line --regexp "^host  ok  ping $NET.2, the box: answered"
	assert_line --regexp "^box   ok  .*has outlived the box"
	assert_line "host  ok  port 80 of $NET.2 is served by box 1"
	assert_line "host  ok  port 80 of $NET.3 is served by box 2"
}

@test "the demonstration touches no network but its own" {
	need_root
	need ip
	start monitor ip -o monitor link address route
	monitor_works() {
		ip link add canary type veth peer name canary-2
		ip link delete canary
		grep -q 'Deleted.*canary' monitor.out
	}
	wait_for monitor_works
	run -0 03_netns_veth -b 5
	assert_line --regexp 'own: this machine.s network is left alone'
	assert_line --regexp 'port 80 of .* is served by box 5'
	wait_for monitor_works
	run -1 grep -v canary monitor.out
	assert_not_exist /run/netns/boxed
}

@test "a message is laid out as the kernel's macros read it, and has a limit" {
	# A length has the header and not the padding; 32768 says "nested".
	run -0 message_driver "$TOKEN"
	assert_output "\
3 $((${#TOKEN} + 1)) ${TOKEN:0:9}.
$((18 | 32768)) 16 .
9 4 .
left 0 type 16"
	run -125 message_driver "$TOKEN" on
	assert_output --partial "a netlink message of more than 512 bytes"
}
