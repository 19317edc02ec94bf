#!/usr/bin/env bats
# box run --mount: binds, tmpfs and volumes in docker's words.

# shellcheck disable=SC2016,SC2154 # for the box's shell; set by run and lib
load lib/box

setup() {
	box_setup
	mkdir share
	echo "$TOKEN" >share/file
}

@test "type=bind shows a directory or file of the host" {
	local words
	for words in "src=$PWD/share,dst=/data" \
		"source=$PWD/share,target=/data,ro=false" \
		"destination=/data,source=$PWD/share,bind-propagation=rprivate"
	do
		run -0 boxed --mount "type=bind,$words" busybox sh -c \
			'cat /data/file; touch /data/new'
		assert_output "$TOKEN"
		rm share/new
	done
	run -0 boxed --mount "type=bind,src=$PWD/share/file,dst=/one" busybox \
		cat /one
	assert_output "$TOKEN"
}

@test "ro and readonly: nothing can be written" {
	local word
	for word in ro readonly readonly=true ro=1; do
		run -1 boxed --mount "type=bind,src=$PWD/share,dst=/data,$word" \
			busybox touch /data/new
		assert_output --partial "Read-only file system"
	done
	run -1 boxed --mount "src=$TOKEN,dst=/data,ro" busybox touch /data/new
	assert_output --partial "Read-only file system"
	run -0 box volume rm "$TOKEN"
}

@test "type=tmpfs, with size and mode" {
	run -0 boxed --mount type=tmpfs,dst=/t busybox sh -c \
		'touch /t/x; grep " /t " /proc/mounts'
	assert_output --regexp '^tmpfs /t tmpfs rw,nosuid,nodev,noexec,relatime'
	run -0 boxed --mount type=tmpfs,dst=/t,tmpfs-size=64K,tmpfs-mode=1770 \
		busybox sh -c 'stat -c %a /t
		head -c 90000 /dev/zero >/t/a || echo full'
	assert_line --index 0 1770
	assert_line full
}

@test "type=volume is what it is without a type" {
	run -0 boxed --mount "type=volume,src=$TOKEN,dst=/data" busybox \
		sh -c 'echo kept >/data/x'
	run -0 boxed --mount "src=$TOKEN,dst=/other" busybox cat /other/x
	assert_output kept
	run -0 box volume rm "$TOKEN"
	run -0 boxed --mount "src=$TOKEN,dst=/etc,volume-nocopy" busybox ls /etc
	assert_output ""
	run -0 box volume rm "$TOKEN"
	run -0 boxed --mount dst=/data busybox touch /data/x
	run -0 box volume ls -q
	assert_output ""
}

@test "a path with a comma or a quote in it, as in CSV" {
	mkdir 'a,b "c"'
	echo "$TOKEN" >'a,b "c"/file'
	run -0 boxed --mount \
		"type=bind,\"src=$PWD/a,b \"\"c\"\"\",dst=/data" busybox \
		cat /data/file
	assert_output "$TOKEN"
	run -125 boxed --mount "type=bind,\"src=$PWD\"x,dst=/data" busybox \
		echo ran
	assert_output --partial "a quote too many"
}

@test "what is wrong with it is said" {
	local text message
	while IFS='|' read -r text message; do
		run -125 boxed --mount "$text" busybox echo ran
		assert_output "box: --mount $text: $message"
	done <<-LIST
		|"" without a value
		type=bind,src=/etc|wants a target=PATH that starts with /
		type=bind,src=/etc,dst=data|wants a target=PATH that starts with /
		type=bind,dst=/data|the source must start with /
		type=bind,src=etc,dst=/data|the source must start with /
		type=nosuch,dst=/data|not of type bind, volume or tmpfs
		type=tmpfs,src=x,dst=/data|a tmpfs has no source, and is not read-only
		type=bind,src=/etc,dst=/data,tmpfs-size=1|size and mode are a tmpfs's
		type=volume,src=/etc,dst=/data|/etc is no volume's name
		type=volume,src=..,dst=/data|.. is no volume's name
		type=bind,src=/etc,dst=/data,nosuch=1|box knows no nosuch=1
		type=bind,src=/etc,dst=/data,bind-propagation=shared|box knows no bind-propagation=shared
		type=bind,src=/etc,dst=/data,ro=maybe|ro=maybe is neither true nor false
		type=bind,src=,dst=/data|"src" without a value
	LIST
	run -125 boxed --mount type=tmpfs,dst=/t,tmpfs-size=x busybox echo ran
	assert_output --partial "bad option size=x"
	run -125 boxed --mount "type=bind,src=$PWD/nosuch,dst=/data" busybox \
		echo ran
	assert_output "box: volume $PWD/nosuch: not there (mkdir -p $PWD/nosuch)"
}

@test "a target may be a link to what is not there" {
	make_root root
	rm -rf root/run root/var/lock
	ln -s /run/lock root/var/lock
	ln -s ../usr/none/zone root/etc/localtime
	ln -s two root/one
	ln -s ./three/four root/two
	touch zone
	for target in /var/lock /var/lock/deeper /one/x; do
		run -0 boxed --mount "type=bind,src=$PWD/share,dst=$target" \
			./root sh -c "touch $target/made && readlink -f $target"
		assert_output --regexp '^/(run/lock(/deeper)?|three/four/x)$'
		[ -e share/made ]
		rm share/made
	done
	run -0 boxed --tmpfs /run --tmpfs /var/lock ./root grep -c /run \
		/proc/mounts
	assert_output 2
	run -0 boxed -v "$PWD/zone:/etc/localtime:ro" ./root sh -c \
		'readlink -f /etc/localtime; grep -c usr/none/zone /proc/mounts'
	assert_output $'/usr/none/zone\n1'
	run -0 boxed -w /var/lock ./root pwd
	assert_output /run/lock
	# And round and round it goes.
	ln -sfn "/a/b" root/two
	ln -s /one root/a
	run -125 boxed --tmpfs /one/x ./root true
	assert_output --partial "box: mount point /one/x: "
}

# openat2(2) does that, if somebody else on the host mounts something meanwhile.
@test "a place in the box is looked for again when the kernel asks for it" {
	need_root
	need strace
	again() {
		strace -f -o trace -e trace=openat2 -e \
			inject=openat2:error=EAGAIN:when="$1" "${@:2}"
	}
	run -0 again 1+2 timeout -s KILL 20 box run -q --rm --network none \
		-v "$PWD/share:/b" busybox grep -c ' /b ' /proc/mounts
	assert_line 1
	grep -q EAGAIN trace
	# But not for ever.
	run -125 again 1+ timeout -s KILL 20 box run -q --rm --network none \
		busybox true
	assert_output --partial "Resource temporarily unavailable"
}

@test "a target that is a link in the image stays in the box" {
	local kind target
	make_root root
	mkdir outside
	for target in ../../../.. "../../../..$PWD/outside" "$PWD/outside" \
		/proc/1/root /proc/self/cwd loop; do
		ln -sfn "$target" root/data
		ln -sfn loop root/loop
		for kind in "type=bind,src=$PWD/share" type=tmpfs \
			"type=volume,src=$TOKEN"; do
			run boxed --mount "$kind,dst=/data/x" ./root \
				touch /data/x/made
			[ "$status" -eq 0 ] ||
				assert_line --index 0 --regexp '^box: '
			run -0 ls -A outside
			assert_output ""
		done
		rm -f share/made
	done
	ln -sfn ../../../.. root/data
	for kind in "type=bind,src=$PWD/share" type=tmpfs \
		"type=volume,src=$TOKEN"; do
		run -125 boxed --mount "$kind,dst=/data" ./root true
		assert_output "box: mount point /data: is the root"
	done
	box volume rm "$TOKEN"
}
