#!/usr/bin/env bats
# The session that introductions to containers go through with docker, from
# "run -it busybox sh" to what a commit saves, with box; each step for itself.

# shellcheck disable=SC2016,SC2154 # for the box's shell; set by run and lib
# shellcheck disable=SC2030,SC2031 # each test has its own
load lib/image
load lib/terminal
load lib/outside

setup() { box_setup; }
teardown() {
	exec 8>&-
	remove_all
	rm -rf --one-file-system "${BOXLAB_HOME:?}/store"
	outside_teardown
}

# The process of this test that runs COMMAND, by its number on the host.
number_of() {
	local name
	for name in $(my_processes); do
		name=${name%/environ}
		[ "$(cat "$name/comm")" != "$1" ] || basename "$name"
	done 2>/dev/null | grep .
}

# A field of /proc/PID/status, without its name.
status_of() { sed -n "s/^$2:[[:space:]]*//p" "/proc/$1/status"; }

# pid_of NAME: process 1 of a detached box, by its number on the host.
pid_of() { box inspect -f '{{.State.Pid}}' "$1"; }

# On the bridge, whatever the other steps have.
detach_bridged() {
	# shellcheck disable=SC2034 # read by lib/box
	local NETWORK=()
	detach "$@"
}

# One more line for the shell on the terminal, until its answer shows: a shell
# empties the queue of keys when it gets the terminal back.
answers() {
	type_keys "$1\n"
	sleep 0.1
	shows "$2"
}

on_busybox() {
	on_terminal "$TTY_BOX --network none -it --name n$TOKEN \
		--hostname h$TOKEN busybox sh"
	type_keys 'echo u""p\n'
	wait_for shows '^up'
}

leave_busybox() {
	gone() { type_keys 'exit 7\n'; sleep 0.1; test -s status; }
	wait_for gone
	assert_equal "$(cat status)" 7
}

@test "run -it busybox sh: hostname, and ps shows few, the shell as process 1" {
	on_busybox
	type_keys 'hostname; ps; echo a""ll\n'
	wait_for shows '^all'
	shows "^h$TOKEN"
	shows '^ *1 .* sh'
	shows '^ *[1-9][0-9]* .*ps'
	# Nothing else, though the host has more.
	assert_equal "$(grep -cE '^ +[0-9]+ [a-z0-9]+ ' screen)" 2
	[ "$(find /proc -maxdepth 1 -name '[0-9]*' | wc -l)" -gt 2 ]
	leave_busybox
	assert_not_equal "$(hostname)" "h$TOKEN"
}

@test "the host sees cat under another number, and can kill it" {
	local cat inside
	on_busybox
	type_keys 'cat\n'
	wait_for number_of cat
	cat=$(number_of cat)
	inside=$(status_of "$cat" NSpid | awk '{ print $NF }')
	assert_not_equal "$cat" "$inside"
	[ "$inside" -lt 20 ]
	# Inside that number is nobody.
	run -1 box exec "n$TOKEN" test -e "/proc/$cat"
	run -0 box exec "n$TOKEN" cat "/proc/$inside/comm"
	assert_output cat
	kill "$cat"
	wait_for answers 'echo status-$?' '^status-143'
	leave_busybox
}

@test "two boxes: namespaces of their own, by the inodes in /proc/PID/ns" {
	local one two type
	detach busybox sleep 600
	one=$(pid_of "$id")
	detach busybox sleep 600
	two=$(pid_of "$id")
	ns() { stat -Lc %i "/proc/$1/ns/$2"; }
	for type in mnt uts ipc pid net; do
		echo $type
		assert_not_equal "$(ns "$one" $type)" "$(ns "$two" $type)"
		assert_not_equal "$(ns "$one" $type)" "$(ns self $type)"
		assert_not_equal "$(ns "$two" $type)" "$(ns self $type)"
		# exec goes into the box's, and makes none.
		assert_equal "$(box exec "$id" stat -Lc %i /proc/self/ns/$type)" \
			"$(ns "$two" $type)"
	done
	# Root's boxes have root's users, as with docker.
	! is_root || assert_equal "$(ns "$one" user)" "$(ns self user)"
}

@test "mount tables: the host's is the same before, during and after" {
	local before pid
	before=$(cat /proc/self/mountinfo)
	detach busybox sleep 600
	pid=$(pid_of "$id")
	assert_equal "$(cat /proc/self/mountinfo)" "$before"
	# The box has one of its own: a root in layers, and nothing below the
	# host's directories.
	run -0 box exec "$id" cat /proc/mounts
	assert_line --index 0 --regexp '^overlay / overlay .*upperdir='
	assert_line --regexp '^proc /proc proc '
	assert_line --regexp '^tmpfs /dev tmpfs '
	refute_output --partial " $BOXLAB_HOME"
	refute_output --partial " $BATS_TEST_TMPDIR"
	assert_equal "$(cut -d ' ' -f 1-3 "/proc/$pid/mounts")" \
		"$(cut -d ' ' -f 1-3 <<<"$output")"
	# What is mounted inside, the host does not have either.
	box rm -f "$id"
	if is_root; then
		detach --cap-add SYS_ADMIN --security-opt seccomp=unconfined \
			busybox sh -c 'mount -t tmpfs inner /mnt ||
			mkdir /mnt && mount -t tmpfs inner /mnt; echo up; sleep 600'
		wait_for log_has "$id" up
		grep -q '^inner /mnt ' "/proc/$(pid_of "$id")/mounts"
		assert_equal "$(cat /proc/self/mountinfo)" "$before"
		box rm -f "$id"
	fi
	assert_equal "$(cat /proc/self/mountinfo)" "$before"
}

@test "--user 99:99: so inside, and on the host" {
	need_ids
	local pid
	detach --user 99:99 busybox sleep 600
	pid=$(pid_of "$id")
	run -0 box exec "$id" sh -c 'echo $(id -u):$(id -g); touch /etc/x ||
		true'
	assert_line --index 0 99:99
	assert_line --index 1 --partial "Permission denied"
	assert_equal "$(box exec "$id" stat -c %u:%g /proc/1)" 99:99
	! is_root || assert_equal "$(status_of "$pid" Uid)" $'99\t99\t99\t99'
	# Of capabilities nothing is left.
	assert_equal "$(status_of "$pid" CapEff)" 0000000000000000
}

@test "nsenter -n -t PID: eth0 and the default route, with the host's tools" {
	need_root
	local pid
	detach_bridged busybox sleep 600
	pid=$(pid_of "$id")
	run -0 nsenter -n -t "$pid" ip -o link
	assert_line --regexp '^1: lo: <.*UP'
	assert_line --regexp '^[0-9]+: eth0@if[0-9]+: <.*UP.* state UP '
	assert_equal "${#lines[@]}" 2
	run -0 nsenter -n -t "$pid" ip -4 -o addr show eth0
	assert_output --regexp ' inet 10[.]16[.]8[.][0-9]+/24 '
	run -0 nsenter -n -t "$pid" ip route
	assert_line --regexp '^default via 10[.]16[.]8[.]1 dev eth0'
	# The other end of the cable is here, with the number that eth0 tells.
	run -0 nsenter -n -t "$pid" cat /proc/self/net/dev
	assert_line --regexp '^ *eth0:'
	run -0 ip -o link show master "$BRIDGE"
	assert_equal "${#lines[@]}" 1
}

@test "the bridge has a port for each of two boxes" {
	need_root
	local one two
	detach_bridged busybox sleep 600
	one=$id
	detach_bridged busybox sleep 600
	two=$id
	peer() {
		nsenter -n -t "$(pid_of "$1")" ip -o link show eth0 |
			sed 's/.*eth0@if\([0-9]*\):.*/\1/'
	}
	run -0 bridge link
	assert_equal "${#lines[@]}" 2
	assert_line --regexp "^$(peer "$one"): .* master $BRIDGE state forwarding"
	assert_line --regexp "^$(peer "$two"): .* master $BRIDGE state forwarding"
	box rm -f "$one"
	one_port() { [ "$(bridge link | wc -l)" -eq 1 ]; }
	wait_for one_port
}

@test "-m 10m --mount type=tmpfs,dst=/tmp: dd is killed, the shell lives" {
	need_limits
	run -0 boxed -m 10m --mount type=tmpfs,dst=/tmp busybox sh -c '
		df -P /tmp | tail -n 1
		dd if=/dev/zero of=/tmp/small bs=1M count=2 2>/dev/null
		echo small-$?
		dd if=/dev/zero of=/tmp/large bs=1M count=40 2>/dev/null
		echo large-$?
		rm /tmp/*; echo still-$$'
	assert_line --index 0 --regexp '^tmpfs .* /tmp$'
	assert_line small-0
	assert_line large-137
	assert_line still-1
	# The memory it was, not the file system.
	run -0 boxed --mount type=tmpfs,dst=/tmp busybox dd if=/dev/zero \
		of=/tmp/large bs=1M count=40
}

@test "-m 10m: the limit stands in the cgroup, and the count of the killed" {
	need_limits
	local pid group
	detach -m 10m --mount type=tmpfs,dst=/tmp busybox sh -c '
		dd if=/dev/zero of=/tmp/large bs=1M count=40; rm /tmp/large
		echo up; sleep 600'
	pid=$(pid_of "$id")
	wait_for log_has "$id" up
	if [ "$(memory_version)" = 1 ]; then
		group=$(sed -n 's/^[0-9]*:memory://p' "/proc/$pid/cgroup")
		group=/sys/fs/cgroup/memory$group
		run -0 cat "$group/memory.limit_in_bytes"
		assert_output 10485760
		run -0 cat "$group/memory.oom_control"
	else
		group=/sys/fs/cgroup$(sed -n 's/^0:://p' "/proc/$pid/cgroup")
		run -0 cat "$group/memory.max"
		assert_output 10485760
		run -0 cat "$group/memory.events"
	fi
	assert_line --regexp '^oom_kill [1-9]'
	assert_dir_exists "$group"
	box rm -f "$id"
	assert_dir_not_exists "$group"
}

# The files of the distribution's packages of nginx, as an image: its program
# with what it needs, its configuration, and the page that makes it ours.
import_nginx() {
	local file
	make_program_root root nginx
	for file in $(dpkg -L nginx nginx-common); do
		[ ! -f "$file" ] || echo "${file#/}"
	done | tar -C / -T - -cf - | tar -C root -xf -
	mkdir -p root/etc/nginx/sites-enabled
	ln -s ../sites-available/default root/etc/nginx/sites-enabled
	mkdir -p root/var/{lib,log}/nginx root/var/www/html
	ln -s /dev/stdout root/var/log/nginx/access.log
	ln -s /dev/stderr root/var/log/nginx/error.log
	echo "www-data:x:33:33::/var/www:/usr/sbin/nologin" >>root/etc/passwd
	echo "www-data:x:33:" >>root/etc/group
	echo "<p>$TOKEN</p>" >root/var/www/html/index.html
	tar -C root -cf root.tar .
	box import root.tar "nginx-$TOKEN"
}

@test "nginx -p 80:80 -d: fetched with curl, its log read, and gone with it" {
	need_root
	need nft curl nginx dpkg
	need_images
	ip link set lo up
	import_nginx
	detach_bridged --name "web-$TOKEN" -p 80:80 "nginx-$TOKEN" \
		nginx -g 'daemon off;'
	serves() { [ "$(fetch "http://$1/")" = "<p>$TOKEN</p>" ]; }
	wait_for serves 127.0.0.1
	serves 10.16.8.1
	run -0 fetch -I http://127.0.0.1/
	assert_line --regexp '^HTTP/1.1 200 OK'
	assert_line --regexp '^Server: nginx/'
	run -0 fetch -o /dev/null -w '%{http_code}' "http://127.0.0.1/no-$TOKEN"
	assert_output 404
	wait_for log_has "web-$TOKEN" "GET /no-$TOKEN HTTP/1.1. 404"
	run -0 box port "web-$TOKEN"
	assert_output "80/tcp -> 0.0.0.0:80"
	run -0 box ps
	assert_line --index 1 --regexp "nginx-$TOKEN.*web-$TOKEN"
	# Its workers are the image's user, not root.
	run -0 box exec "web-$TOKEN" ps -o user,args
	assert_line --regexp '^root +nginx: master'
	assert_line --regexp '^www-data +nginx: worker'
	run -0 box stop "web-$TOKEN"
	assert_equal "$(box inspect -f '{{.State.ExitCode}}' "web-$TOKEN")" 0
	run -7 fetch http://127.0.0.1/
}

# An image of two layers in the store, by umoci.
load_two() {
	need_images
	need umoci jq
	make_base base.tar
	echo "f 644 0 0 added $TOKEN" | mktar >added.tar
	make_layout layout "s$TOKEN" base.tar added.tar
	box load layout >/dev/null
}

@test "images, history, the layers that inspect tells, and the storage driver" {
	local id driver
	load_two
	run -0 box images
	assert_line --index 1 --regexp "^s$TOKEN +latest +[0-9a-f]{12} "
	id=$(box images -q)
	run -0 box history "s$TOKEN"
	assert_equal "${#lines[@]}" 3 # the newest first, below a heading
	run -0 jq -r '.[0].RootFS.Layers[]' <(box inspect "s$TOKEN")
	assert_equal "$output" "$(for tar in base added; do
		echo "sha256:$(sha256sum <$tar.tar | cut -d ' ' -f 1)"
	done)"
	assert_regex "$(box inspect -f '{{.Id}}' "s$TOKEN")" "^sha256:$id"
	driver=$(box inspect -f '{{.GraphDriver.Name}}' "s$TOKEN")
	run -0 box info
	assert_line --regexp '^storage driver +overlay2$'
	assert_regex overlay2 "^$driver"
	# A container's root is these layers, the last on top.
	detach "s$TOKEN" sleep 600
	run -0 box exec "$id" cat /added
	assert_output "$TOKEN"
}

@test "a file of the image deleted: a whiteout in the writable layer" {
	local upper
	load_two
	detach "s$TOKEN" sleep 600
	upper=$(box inspect -f '{{.GraphDriver.Data.UpperDir}}' "$id")
	assert_not_exists "$upper/added"
	box exec "$id" sh -c 'rm /added; echo mine >/own; echo more >>/etc/passwd'
	run -0 box exec "$id" ls /
	refute_line added
	# On the host: 0:0 hides, the rest is new or a copy.
	run -0 stat -c '%F %t:%T' "$upper/added"
	assert_output "character special file 0:0"
	run -0 cat "$upper/own"
	assert_output mine
	run -0 tail -n 1 "$upper/etc/passwd"
	assert_output more
	run -0 box diff "$id"
	assert_line "D /added"
	assert_line "A /own"
	assert_line "C /etc/passwd"
	# The image has it still, and so has the next box.
	run -0 boxed "s$TOKEN" cat /added
	assert_output "$TOKEN"
}

@test "commit: a new image of what was written, without the init layer" {
	load_two
	detach --name "n$TOKEN" "s$TOKEN" sh -c 'echo mine >/own; rm /added
		echo up; sleep 600'
	wait_for log_has "n$TOKEN" up
	# These files are of the container, and of none of its images.
	run -0 box exec "n$TOKEN" cat /etc/hostname /etc/hosts
	assert_output --partial "$(box inspect -f '{{.Id}}' "n$TOKEN" | head -c 12)"
	run -0 box commit -m "whiteout $TOKEN" "n$TOKEN" "c$TOKEN"
	run -0 box exec "n$TOKEN" cat /own
	assert_output mine

	box save "c$TOKEN" | tar -xf -
	blob() { echo "blobs/${1/://}"; }
	run -0 jq -r '.manifests[0].digest' index.json
	run -0 jq -r '.layers[].digest' "$(blob "$output")"
	assert_equal "${#lines[@]}" 3
	run -0 tar -tf "$(blob "${lines[2]}")"
	assert_output $'.wh.added\nown'

	run -0 boxed "c$TOKEN" sh -c 'cat /own; [ -e /added ] || echo no-added
		grep "^[0-9:]" /etc/hosts | wc -l; cat /etc/hostname'
	assert_line --index 0 mine
	assert_line --index 1 no-added
	refute_output --partial "$(box inspect -f '{{.Id}}' "n$TOKEN" | head -c 12)"
	run -0 box history "c$TOKEN"
	assert_line --index 1 --partial "whiteout $TOKEN"
	assert_equal "${#lines[@]}" 4
}
