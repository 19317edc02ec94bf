#!/usr/bin/env bats
# box run -v, --tmpfs and --read-only: what else the box sees, and may write.

# shellcheck disable=SC2016,SC2154 # for the box's shell; set by run and lib
load lib/box

setup() {
	box_setup
	mkdir share
	echo "$TOKEN" >share/file
}

teardown() {
	! is_root || umount -q share/below share/later || :
	box_teardown
}

@test "-v shows a directory of the host, to read and write" {
	run -0 boxed -v "$PWD/share:/data" busybox sh -c \
		'cat /data/file; echo back >/data/new'
	assert_output "$TOKEN"
	assert_equal "$(cat share/new)" back
	assert_equal "$(stat -c %u share/new)" "$(id -u)"
	run -0 boxed --volume "$PWD/share:/data:rw" busybox touch /data/more
	assert_exists share/more
}

@test "-v makes its place, however deep, in the box's layer only" {
	run -0 boxed -v "$PWD/share:/a/b/c/d" busybox cat /a/b/c/d/file
	assert_output "$TOKEN"
	run -0 boxed busybox ls /
	refute_line a
}

@test "-v shows a single file" {
	run -0 boxed -v "$PWD/share/file:/etc/deep/er/one" busybox \
		cat /etc/deep/er/one
	assert_output "$TOKEN"
	run -0 boxed -v "$PWD/share/file:/etc/passwd" busybox sh -c \
		'cat /etc/passwd; echo changed >/etc/passwd'
	assert_output "$TOKEN"
	assert_equal "$(cat share/file)" changed
}

@test "-v more than once, and one inside another" {
	mkdir second
	echo second >second/file
	mkdir share/inner
	run -0 boxed -v "$PWD/share:/data" -v "$PWD/second:/data/inner" \
		-v "$PWD/second:/other:ro" busybox cat /data/file \
		/data/inner/file /other/file
	assert_output "$TOKEN"$'\nsecond\nsecond'
}

@test "-v and --tmpfs: the shallowest comes first, whoever was named first" {
	mkdir second
	echo second >second/file
	run -0 boxed -v "$PWD/second:/data/sub" -v "$PWD/share:/data" busybox \
		cat /data/file /data/sub/file
	assert_output "$TOKEN"$'\nsecond'
	run -0 boxed --tmpfs /data/sub -v "$PWD/share:/data" busybox sh -c \
		'cat /data/file; grep -o " /data.* tmpfs" /proc/mounts'
	assert_output "$TOKEN"$'\n /data/sub tmpfs'
	run -0 boxed --tmpfs //data/. -v "$PWD/share:/data/./sub//" busybox \
		sh -c 'cat /data/sub/file; cut -d " " -f 2 /proc/mounts |
			grep /data'
	assert_output "$TOKEN"$'\n/data\n/data/sub'
	run -125 boxed -v "$PWD/share:/./" busybox echo ran
	assert_output "box: mount point /: is the root"
}

@test "-v :ro cannot be written, in no way" {
	run boxed -v "$PWD/share:/data:ro" busybox sh -c '
		cd /data; cat file
		touch new; rm file; echo x >file; chmod 777 file; ln -s a b
		mkdir c; mv file file2; mknod fifo p; touch -d @0 file'
	assert_line --index 0 "$TOKEN"
	run -0 grep -c "Read-only file system" <<<"$output"
	assert_output 9
	assert_equal "$(ls share)" file
	assert_equal "$(cat share/file)" "$TOKEN"
	run -1 boxed -v "$PWD/share/file:/one:ro" busybox sh -c 'echo x >/one'
	assert_equal "$(cat share/file)" "$TOKEN"
}

@test "-v :ro holds for what is mounted below" {
	need_root
	mkdir share/below
	mount -t tmpfs tmpfs share/below
	echo below >share/below/file
	run boxed -v "$PWD/share:/data:ro" busybox sh -c '
		cat /data/below/file && echo x >/data/below/file'
	umount share/below
	assert_line below
	assert_line --partial "Read-only file system"
}

@test "what is mounted below is shown; what comes later is not" {
	need_root
	mkdir share/below share/later
	mount -t tmpfs tmpfs share/below
	touch share/below/mounted
	start_box one -v "$PWD/share:/data" busybox sh -c "ls /data/below
		echo up; until [ -e /data/go ]; do sleep 0.02; done
		ls /data/later; mkdir /data/below/m; echo done"
	mount -t tmpfs tmpfs share/later
	touch share/later/mounted share/go
	assert_end 0
	umount share/later share/below
	assert_equal "$(cat one.out)" $'mounted\nup\ndone'
}

@test "a device on a volume opens nothing, a setuid program gives nothing" {
	need_root
	mknod share/null c 1 3
	run -1 boxed -v "$PWD/share:/data" busybox sh -c 'echo >/data/null'
	assert_output --partial "Permission denied"
	cp "$IMAGES/busybox/layers/00-busybox/bin/busybox" share/busybox
	chmod 4755 share/busybox
	chmod 755 . share
	run -0 boxed -u 1000:1000 -v "$PWD/share:/data" busybox \
		/data/busybox grep ^Cap /proc/self/status
	assert_line --regexp '^CapEff:.0+$'
}

@test "a volume may hold the state directory and shows no other /proc" {
	run -0 boxed -v "$PWD:/data" busybox sh -c '
		cut -d " " -f 5 /proc/self/mountinfo | grep ^/data/
		ls /data/state/stage'
	assert_output ""
	need_root
	run -0 boxed -v /:/host busybox sh -c "
		cut -d ' ' -f 5 /proc/self/mountinfo"
	refute_line --regexp "^/host$BOXLAB_HOME"
	assert_line /host
}

@test "-v: what is wrong with it is said" {
	run -125 boxed -v "$PWD/nosuch:/data" busybox echo ran
	assert_output "box: volume $PWD/nosuch: not there (mkdir -p $PWD/nosuch)"
	run -125 boxed -v ./share:/data busybox echo ran
	assert_output "box: -v ./share:/data: neither a path that starts with\
 / nor a volume's name"
	run -125 boxed -v "$PWD/share:data" busybox echo ran
	assert_output --partial "the target must start with /"
	run -125 boxed -v share busybox echo ran
	assert_output "box: -v share: the target must start with /"
	run -125 boxed -v "$PWD/share:/data:rx" busybox echo ran
	assert_output "box: -v $PWD/share:/data:rx: rx is neither ro nor rw"
	run -125 boxed -v "$PWD/share:/data:ro:ro" busybox echo ran
	run -125 boxed -v "$PWD/share:" busybox echo ran
	run -125 boxed -v : busybox echo ran
	run -125 boxed -v "$PWD/share:/etc/passwd" busybox echo ran
	assert_output \
		"box: volume $PWD/share on /etc/passwd: a directory and a file"
	run -125 boxed -v "$PWD/share:/etc/passwd/x" busybox echo ran
	assert_output --partial "Not a directory"
	run -125 boxed -v "$PWD/share/file:/etc" busybox echo ran
	run -125 boxed -v "$PWD/share:/" busybox echo ran
	assert_output "box: mount point /: is the root"
}

@test "-v stays out of /proc" {
	run -125 boxed -v "$PWD/share:/proc" busybox echo ran
	assert_output "box: mount point /proc: not in /proc"
	run -125 boxed -v "$PWD/share/file:/proc/sys/kernel/hostname" busybox \
		echo ran
	run -125 boxed -v "$PWD/share:/proc/self/attr" busybox echo ran
	refute_output ran
}

@test "--tmpfs is empty, writable, and gone at the end" {
	run -0 boxed --tmpfs /etc busybox sh -c 'ls -A /etc; touch /etc/x
		grep " /etc " /proc/mounts'
	assert_output --regexp \
		'^tmpfs /etc tmpfs rw,nosuid,nodev,noexec,relatime'
	run -0 boxed --tmpfs /new/place busybox touch /new/place/x
}

@test "--tmpfs: size and mode" {
	run -0 boxed --tmpfs /t:size=64K,mode=1770 busybox sh -c '
		stat -c %a /t; head -c 60000 /dev/zero >/t/a && echo fits
		head -c 9000 /dev/zero >/t/b || echo full; :'
	assert_line --index 0 1770
	assert_line --index 1 fits
	assert_line --regexp "No space left|I/O error" # of write, or of close
	assert_line full
	run -0 boxed --tmpfs /t:rw,noexec,nosuid,nodev,size=64K busybox \
		touch /t/x
	run -0 boxed --tmpfs /t:nr_inodes=3 busybox sh -c \
		'touch /t/1 /t/2; touch /t/3 || echo full'
	assert_line full
}

@test "--tmpfs: what is wrong with it is said" {
	local options
	for options in size=1x size= size=-1 mode=999 mode=x nosuch=1 exec \
		size=1M,dev uid=0 size; do
		run -125 boxed --tmpfs "/t:$options" busybox echo ran
		assert_output --partial "box: --tmpfs /t: "
		assert_equal "${#lines[@]}" 1
		refute_line ran
	done
	run -125 boxed --tmpfs t busybox echo ran
	assert_output "box: --tmpfs t: must start with /"
	run -125 boxed --tmpfs /proc busybox echo ran
	run -125 boxed --tmpfs / busybox echo ran
	refute_line ran
}

@test "--read-only: nothing of the root can be written, what is mounted can" {
	run boxed --read-only -v "$PWD/share:/data" --tmpfs /tmp busybox sh -c '
		touch /x; rm /etc/passwd; echo x >/etc/hosts; mkdir /home/x
		touch /data/x /tmp/x /dev/shm/x && echo written'
	assert_line written
	run -0 grep -c "Read-only file system" <<<"$output"
	assert_output 4
	run -0 boxed --read-only busybox grep ' / ' /proc/mounts
	assert_output --partial "overlay ro,"
}

@test "--read-only: places for mounts can still be made" {
	run -0 boxed --read-only -v "$PWD/share:/made/here" -w /work/dir \
		--hostname "$TOKEN" busybox sh -c 'cat /made/here/file; pwd'
	assert_output "$TOKEN"$'\n'/work/dir
}
