#!/usr/bin/env bats
# box in user namespaces: one that it was started in, and --userns.

# shellcheck disable=SC2016,SC2154 # for the box's shell; set by run and lib
load lib/box

@test "box runs in a user namespace that somebody else has made" {
	run -0 unshare -r timeout -s KILL 20 box run -q --rm --network none \
		-e BOXLAB_TEST_TOKEN busybox sh -c 'id -u; echo $$; : >/x
			head -c 3 /dev/zero | wc -c; echo lost >/dev/null
			stat -c %t:%T /dev/null; rm /etc/passwd && ls /etc'
	assert_line --index 0 0
	assert_line --index 1 1
	assert_line --index 2 3
	assert_line --index 3 1:3
	refute_line passwd
	run -0 unshare -r timeout -s KILL 20 box run -q --rm --network host \
		-e BOXLAB_TEST_TOKEN busybox echo "$TOKEN"
	assert_output "$TOKEN"
}

@test "in such a namespace what needs the host's root is said" {
	run -125 unshare -r timeout -s KILL 20 box run -q --rm \
		--network bridge busybox echo ran
	assert_line --partial "needs root"
	refute_line ran
	run -125 unshare -r timeout -s KILL 20 box run -q --rm \
		--network none -u 7:7 busybox echo ran
	assert_output --partial "box: -u: group 7"
}

@test "in such a namespace the state is the user's, not the machine's" {
	mkdir home
	run -0 env -u BOXLAB_HOME HOME="$PWD/home" unshare -r timeout -s KILL \
		20 box run -q --rm --network none busybox true
	assert_dir_exists home/.local/share/boxlab/containers
	rm -r home
}

# What --userns gives has to reach the layers, which lie where only we can go.
remap_setup() {
	need_root
	open_home=$(mktemp -d "${TMPDIR:-/tmp}/remap.XXXXXX")
	chmod 755 "$open_home"
	export BOXLAB_HOME=$open_home/state
	need_shifts "$open_home"
}
teardown() {
	box_teardown || return
	[ -z "${open_home:-}" ] || rm -r "$open_home"
}

AUTO=$((0x70000000))

@test "--userns auto: root inside, nobody outside" {
	remap_setup
	start_box one --userns auto busybox sh -c "id -u; cat /proc/self/uid_map
		cat /proc/self/gid_map; $STAY"
	run -0 cat one.out
	assert_line --index 0 0
	assert_line --index 1 --regexp "^ +0 +$AUTO +65536$"
	assert_line --index 2 --regexp "^ +0 +$AUTO +65536$"
	# The only child of box that is left is the command.
	run -0 ps -o uid=,gid=,args= --ppid "$box"
	assert_equal "${#lines[@]}" 1
	assert_line --regexp "^ *$AUTO +$AUTO sh -c "
	kill -KILL "$box"
	assert_end 137
	wait_for nothing_runs
	box ps >/dev/null
}

@test "--userns: each box has a range of its own, and gives it back" {
	remap_setup
	start_box one --userns auto busybox sh -c "cat /proc/self/uid_map; $STAY"
	start_box two --userns auto busybox sh -c "cat /proc/self/uid_map; $STAY"
	assert_equal "$(awk 'NR == 1 { print $2 }' one.out)" "$AUTO"
	assert_equal "$(awk 'NR == 1 { print $2 }' two.out)" $((AUTO + 65536))
	run -0 boxed --userns auto busybox cat /proc/self/uid_map
	assert_output --partial $((AUTO + 2 * 65536))
	run -0 ls "$BOXLAB_HOME/userns"
	assert_equal "${#lines[@]}" 2
	# One that was killed has it taken back by the next command.
	kill -KILL "${STARTED[@]}"
	assert_end 137
	run -0 boxed --userns auto busybox cat /proc/self/uid_map
	assert_output --regexp "^ +0 +$AUTO "
}

@test "--userns auto: a container has its range until it is removed" {
	remap_setup
	run -0 box_keep --name "$TOKEN" --userns auto busybox sh -c \
		'echo >>/mine && stat -c %u /mine'
	assert_output 0
	run -0 boxed --userns auto busybox cat /proc/self/uid_map
	assert_output --regexp "^ +0 +$((AUTO + 65536)) "
	start_box one --userns auto busybox sh -c "$STAY"
	box start "$TOKEN" >/dev/null
	wait_for fact_is "$TOKEN" phase exited
	run -0 box logs "$TOKEN"
	assert_output 0

	# Nor does one lose it that was killed.
	start two env --default-signal box run --name "two-$TOKEN" -q \
		-e BOXLAB_TEST_TOKEN "${NETWORK[@]}" --userns auto busybox \
		sh -c "$STAY"
	wait_for grep -qs up two.out
	kill -KILL "$started"
	wait_for ended "$started"
	run -0 box ps -a
	run -0 ls "$BOXLAB_HOME/userns"
	assert_equal "${#lines[@]}" 3

	kill -KILL "$box"
	assert_end 137
	box rm "$TOKEN" "two-$TOKEN"
	run -0 box ps -a
	run -0 ls "$BOXLAB_HOME/userns"
	assert_output ""
}

@test "--userns remap:BASE:SIZE: these ids and no others" {
	remap_setup
	run -0 boxed --userns remap:500000:1000 -u 999:998 busybox sh -c \
		'id -u; id -g; cat /proc/self/uid_map'
	assert_line --index 0 999
	assert_line --index 1 998
	assert_line --index 2 --regexp "^ +0 +500000 +1000$"
	run -125 boxed --userns remap:500000:1000 -u 1000:0 busybox echo ran
	assert_output --partial "box: -u: user 1000"
	refute_output ran
}

@test "--userns: the image's files are the box's, what it writes as well" {
	local file
	remap_setup
	make_root root
	echo "$TOKEN" >root/srv
	chmod 600 root/srv
	chown 7:8 root/tmp
	chmod 711 .
	run -0 box_keep --name "$TOKEN" --userns remap:500000:1000 ./root sh -c '
		stat -c "%u:%g %n" /srv /tmp /etc /etc/hosts /dev /dev/shm
		cat /srv; echo new >/srv; chown 5:6 /srv; mkdir /made
		touch /made/x; mv /made /moved; rm /etc/passwd; ls -d /moved'
	assert_output "\
0:0 /srv
7:8 /tmp
0:0 /etc
0:0 /etc/hosts
0:0 /dev
0:0 /dev/shm
$TOKEN
/moved"
	assert_equal "$(cat root/srv)" "$TOKEN"
	assert_equal "$(stat -c %u:%g root/srv)" 0:0
	file=$(echo "$BOXLAB_HOME"/containers/*/upper/srv)
	assert_equal "$(stat -c %u:%g "$file")" 500005:500006
	assert_equal "$(stat -c %u:%g "${file%/*}/moved/x")" 500000:500000
	assert_equal "$(cat "${file%/*/*}/ids")" "500000 1000"
	box rm "$TOKEN"
}

@test "--userns: exec is the box's root from the start" {
	remap_setup
	detach --name "$TOKEN" --userns auto busybox sleep 600
	run -0 box exec -t "$TOKEN" tty
	assert_line --partial /dev/pts/
	run -0 box exec -w /new/deep "$TOKEN" stat -c %u:%g /new /new/deep .
	assert_output $'0:0\n0:0\n0:0'
	run -0 box exec -u 7:8 "$TOKEN" sh -c 'id -u; id -g'
	assert_output $'7\n8'
	remove_all
}

@test "--userns: what cp brings is the box's, running or not" {
	local name
	remap_setup
	mkdir in
	echo "$TOKEN" >in/file
	chmod 600 in/file
	detach --name runs --userns auto -v "$TOKEN:/data" busybox sleep 600
	box_keep --name ended --userns remap:500000:1000 busybox sh -c \
		'echo own >/own; chmod 600 /own'
	for name in runs ended; do
		run -0 box cp in "$name:/etc/new"
		run -0 box cp in/file "$name:/etc/passwd"
	done
	run -0 box cp in/file runs:/data
	run -0 box cp ended:/own .
	run -0 stat -c %u:%g own
	assert_output 0:0
	run -0 box exec runs sh -c 'cd /etc; cat new/file
		stat -c %u:%g . new new/file passwd group /data/file'
	assert_output "$TOKEN"$'\n0:0\n0:0\n0:0\n0:0\n0:0\n0:0'
	run -0 box cp runs:/etc/new/file back
	assert_equal "$(cat back)" "$TOKEN"
	assert_equal "$(stat -c %u:%g back)" 0:0
	mkdir -m 700 alice
	chown 65534 alice
	run -0 box cp runs:/etc/new/file alice
	assert_equal "$(cat alice/file)" "$TOKEN"
	name=$BOXLAB_HOME/containers/$(readlink "$BOXLAB_HOME/names/ended")/upper
	run -0 stat -c %u:%g "$name/etc" "$name/etc/new/file" "$name/etc/passwd"
	assert_output $'500000:500000\n500000:500000\n500000:500000'
	remove_all
	box volume rm "$TOKEN"
}

@test "--userns: what belongs to the host's root is not the box's" {
	remap_setup
	mkdir "$open_home/share"
	echo "$TOKEN" >"$open_home/share/secret"
	chmod 600 "$open_home/share/secret"
	run boxed --userns auto --cap-add ALL -v "$open_home/share:/data" \
		busybox sh -c 'cat /data/secret; touch /data/new
			chown 0 /data/secret; chmod 666 /dev/null
			(: >>/proc/sys/kernel/core_pattern); echo ran'
	assert_line ran
	refute_line "$TOKEN"
	[ "$(grep -cE "denied|not permitted|Read-only" <<<"$output")" -ge 5 ]
	run -0 ls "$open_home/share"
	assert_output secret
}

@test "--userns: limits, network, terminal, init and exit status as ever" {
	remap_setup
	run -137 boxed -m 16M --init --userns auto busybox sh -c \
		'dd if=/dev/zero of=/dev/null bs=64M count=1; kill -KILL $$'
	run -0 boxed --userns auto --pids-limit 33 busybox \
		cat "$(group_file pids/pids.max pids.max)"
	assert_output 33
	run -7 boxed --userns auto -t busybox sh -c 'tty; exit 7'
	assert_line --partial /dev/pts/0
	run -0 boxed --userns auto --network bridge busybox sh -c \
		'ping -c 1 -w 5 10.16.8.1 >/dev/null && echo reached'
	assert_output reached
	run -0 boxed --userns auto --network host --read-only busybox ls /sys
	assert_line class
	run -0 boxed --userns auto --sysctl net.ipv4.ip_forward=1 \
		--device /dev/zero:/dev/made busybox sh -c 'head -c 1 /dev/made |
			wc -c; cat /proc/sys/net/ipv4/ip_forward'
	assert_output $'1\n1'
	run -127 boxed --userns auto busybox "nosuch-$TOKEN"
}

@test "--userns: where there may be no user namespace, that is said" {
	remap_setup
	need strace
	run -125 strace -f -qq -o /dev/null -e trace=unshare \
		-e inject=unshare:error=ENOSPC:when=1 box run --rm \
		"${NETWORK[@]}" --userns auto busybox echo ran
	assert_output \
		"box: --userns: a user namespace: No space left on device"
}

@test "--userns: in the network of another box it cannot be" {
	remap_setup
	start_box one --name "one-$TOKEN" busybox sh -c "$STAY"
	run -125 boxed --userns auto --network "container:one-$TOKEN" busybox \
		echo ran
	assert_output "box: --userns: not with --network\
 container:one-$TOKEN, whose network is not that user namespace's"
	# The other way round it can.
	start_box two --userns auto --name "two-$TOKEN" busybox sh -c \
		"readlink /proc/self/ns/net; $STAY"
	run -0 boxed --network "container:two-$TOKEN" busybox \
		readlink /proc/self/ns/net
	assert_output "$(head -n 1 two.out)"
}

@test "--userns: a volume serves boxes with any range" {
	remap_setup
	run -0 boxed --userns remap:500000:1000 -v "$TOKEN:/etc" busybox sh -c \
		'stat -c %u:%g /etc /etc/passwd; echo one >/etc/one
		chown 3:4 /etc/one'
	assert_output $'0:0\n0:0'
	run -0 boxed --userns auto -v "$TOKEN:/data" busybox sh -c \
		'cat /data/one; stat -c %u:%g /data/one'
	assert_output $'one\n3:4'
	run -0 boxed -v "$TOKEN:/data:ro" busybox stat -c %u:%g /data/one
	assert_output 3:4
	box volume rm "$TOKEN"
}

@test "--userns: what cannot be had is said, and leaves nothing" {
	local text
	remap_setup
	for text in "" x auto:1 host:1 remap remap:1 remap:0:1 remap:1:0 \
		remap:a:b remap:1:2:3 remap:-1:5 remap:1:99999999999 \
		remap:4294967290:10; do
		run -125 boxed --userns "$text" busybox echo ran
		assert_output --partial "box: --userns $text: "
		assert_equal "${#lines[@]}" 1
	done
	run -0 boxed --userns host busybox sh -c \
		'awk "{ print \$2 }" /proc/self/uid_map'
	assert_output 0
	chmod 700 "$open_home"
	run -125 boxed --userns auto busybox echo ran
	assert_output --partial "cannot reach $BOXLAB_HOME/stage/root"
	chmod 755 "$open_home"
	mkdir root
	mount -t ramfs ramfs root
	make_root root
	run -125 boxed --userns auto ./root echo ran
	umount root
	assert_output --partial "cannot shift owners"
}

@test "without root there are no ids to give" {
	need_plain
	run -125 boxed --userns auto busybox echo ran
	assert_output --partial "box: --userns: only root has ids to give"
	run -0 boxed --userns host busybox id -u
	assert_output 0
}
