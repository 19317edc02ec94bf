#!/usr/bin/env bats
# box against images and programs that want out.

# shellcheck disable=SC2016,SC2154 # for the box's shell; set by run and lib
load lib/box
# shellcheck disable=SC2034 # read by lib/box
NETWORK=()

# A directory that no box may reach, with a word in it.
setup() {
	box_setup
	mkdir -p outside/sys outside/self/fd
	echo "$TOKEN" >outside/secret
	CANARY=$PWD/outside/secret
	OUTSIDE=$(tree)
}
tree() { find outside -printf '%p %y %m %T@\n' | sort; }
teardown() {
	assert_equal "$(tree)" "$OUTSIDE"
	box_teardown
}

# It ran without reaching the word, or box refused with a line of its own.
contained() {
	refute_output --partial "$TOKEN"
	case $status in
	125) assert_line --index 0 --regexp '^box: ' ;;
	0 | 1) ;;
	*) fail "status $status: $output" ;;
	esac
}

@test "an image whose /proc, /dev, /sys or /etc leads outward" {
	local path target
	for path in proc dev sys etc; do
		rm -rf root
		make_root root
		for target in "$PWD/outside" ../../../../../../../.. / \
			/proc/self/cwd nowhere; do
			rm -rf "root/$path"
			ln -s "$target" "root/$path"
			run boxed ./root /bin/busybox sh -c \
				'/bin/busybox cat /*/secret /[!b]*/hostname
				/bin/busybox touch /etc/x; :'
			contained
			[ -L "root/$path" ]
		done
		# Directories of box's own lie above those that it mounts on.
		run boxed ./root /bin/busybox stat -c "%F %m" "/$path"
		assert_output --partial "directory"
		rm -rf "root/$path"
		echo file >"root/$path"
		run boxed ./root /bin/busybox true
		contained
	done
}

@test "an image whose files below /etc, or /dev, lead outward" {
	local path
	make_root root
	for path in etc/hosts etc/hostname etc/resolv.conf etc/mtab dev/null \
		dev/pts dev/shm dev/ptmx dev/console sys/fs proc/sys; do
		ln -sf "$PWD/outside/secret" "root/$path"
	done
	run -0 boxed -t ./root sh -c 'cat /etc/hosts /etc/resolv.conf
		stat -c %F /dev/null /dev/pts /dev/shm
		echo x >/etc/resolv.conf; rm /etc/hosts; echo x >/etc/hosts'
	contained
	assert_line --partial "character special file"
}

@test "a volume's target that is a link out of the image" {
	local target
	make_root root
	mkdir share
	for target in ../../../.. / .. "../../../..$PWD/outside" \
		"$PWD/outside" /proc /proc/self /proc/sys /proc/1/root \
		/proc/self/cwd /dev loop; do
		ln -sfn "$target" root/data
		ln -sfn loop root/loop
		run boxed -v "$PWD/share:/data" ./root true
		contained
		run boxed -v "$PWD/share:/data/self/fd" ./root true
		contained
		run boxed --tmpfs /data ./root sh -c 'ls /bin/busybox; :'
		contained
	done
	ln -sfn ../../../.. root/data
	run -125 boxed -v "$PWD/share:/data" ./root true
	assert_output "box: mount point /data: is the root"
	ln -sfn /proc/sys root/data
	run -125 boxed -v "$PWD/share:/data" ./root true
	assert_output --partial "not in /proc"
	run -0 ls -A share
	assert_output ""
}

@test "a working directory through a descriptor of the host's" {
	local fd
	make_root root
	exec 7<outside 8</
	for fd in 3 4 5 6 7 8 9 10 11 12; do
		ln -sfn "/proc/self/fd/$fd" root/link
		run boxed -w "/proc/self/fd/$fd" ./root cat secret etc/shadow
		contained
		refute_output --partial root:
		run boxed -w "/proc/self/fd/$fd/../../outside" ./root cat secret
		contained
		run boxed -w /link ./root sh -c "cat secret .$CANARY"
		contained
	done
	exec 7<&- 8<&-
}

@test "a working directory that climbs" {
	local dir
	make_root root
	ln -s ../../../../.. root/up
	for dir in /.. /../../../.. /up /etc/../../.. /proc/self/cwd \
		/proc/self/root/.. /proc/1/cwd; do
		run boxed -w "$dir" ./root sh -c \
			"cat .$CANARY ..$CANARY; pwd"
		contained
	done
	run -0 boxed -w /../.. ./root pwd
	assert_output /
}

@test "descriptors that box was started with are not the box's" {
	exec 7<outside 8<outside/secret 9<>/dev/null
	run boxed busybox sh -c 'cat <&8; cat /proc/self/fd/7/secret
		ls /proc/$$/fd; :'
	contained
	assert_line --index 0 --partial "8: Bad file descriptor"
	run boxed --init --cap-add SYS_PTRACE busybox sh -c '
		ls /proc/1/fd; cat /proc/1/fd/*/secret /proc/[0-9]*/fd/[3-9]'
	contained
	! is_root || assert_line 2 # so the list was there to see
	refute_line --regexp '^[3-9]$'
	exec 7<&- 8<&- 9<&-
}

@test "variables of the caller's are not the box's, not in process 1 either" {
	export CALLERS=secret-$TOKEN
	run -0 boxed --init --cap-add SYS_PTRACE -e "MINE=$TOKEN" busybox sh -c \
		'tr "\0" "\n" </proc/1/environ; cat /proc/self/environ; id -u'
	assert_line --partial "MINE=$TOKEN"
	refute_output --partial "$CALLERS"
	refute_output --partial CALLERS
}

@test "keys of the caller's session are not the box's" {
	need_program box_keys
	run -0 box_keys add "$TOKEN" box_keys find "$TOKEN"
	assert_output found
	run -0 box_keys add "$TOKEN" timeout -s KILL 20 box run -q --rm \
		--network none --security-opt seccomp=unconfined \
		-v "$PROGRAMS/box_keys:/keys:ro" busybox /keys find "$TOKEN"
	assert_output ENOKEY
	run -0 boxed -v "$PROGRAMS/box_keys:/keys:ro" busybox \
		/keys find "$TOKEN"
	assert_output EPERM
}

@test "the session is the box's own" {
	run -0 boxed busybox sh -c "awk '{ print \$6 }' /proc/1/stat"
	assert_output 1
}

@test "out of the box as out of a chroot" {
	need_program box_probe
	run -0 boxed -e CANARY="$CANARY" \
		-v "$PROGRAMS/box_probe:/probe:ro" busybox /probe climb
	assert_output "climb: ENOENT"
}

@test "device nodes that the box makes open nothing" {
	local dir
	mkdir share
	for dir in / /dev /dev/shm /tmp /data /etc; do
		run boxed -v "$PWD/share:/data" --tmpfs /tmp busybox sh -c "
			cd $dir; mknod b b 8 0; mknod c c 1 5; mknod m c 1 1
			head -c 1 c >/dev/null && echo opened
			for node in b c m; do head -c 1 \$node; done; echo ran"
		assert_line ran
		refute_line opened
		assert_line --regexp 'Permission denied|not permitted|No such file'
	done
}

@test "modes and owners of the host's devices stay" {
	local before
	before=$(stat -c '%a %u %g %t:%T' /dev/{null,zero,full,random,tty})
	run boxed busybox sh -c 'chmod 600 /dev/null /dev/zero /dev/full \
		/dev/random /dev/tty; chown 1:1 /dev/null; rm -f /dev/null; echo ran'
	assert_line ran
	assert_equal "$(stat -c '%a %u %g %t:%T' \
		/dev/{null,zero,full,random,tty})" "$before"
}

@test "a passwd that is a FIFO, a device, a link outward, or endless" {
	make_root root
	rm root/etc/passwd
	mkfifo root/etc/passwd
	run boxed -u root ./root id -u
	contained
	rm root/etc/passwd
	ln -s "$CANARY" root/etc/passwd
	run boxed -u "$TOKEN" ./root true
	[ "$status" -eq 125 ]
	ln -sf /dev/zero root/etc/passwd
	run boxed -u root ./root id -u
	contained
	ln -sf /proc/kmsg root/etc/passwd
	run boxed -u root ./root id -u
	contained
	rm root/etc/passwd
	truncate -s 4G root/etc/passwd
	run boxed -u root ./root id -u
	contained
	rm root/etc/passwd
	head -c 900000 /dev/zero | tr '\0' : >root/etc/passwd
	run boxed -u root ./root id -u
	contained
	mkdir root/etc/group.d
	rm root/etc/passwd root/etc/group
	mv root/etc/group.d root/etc/group
	run boxed -u 0:root ./root id -u
	contained
}

@test "the runner's own file, as process 1 of --init" {
	local sum
	cp "$BOXLAB_BIN/box" mybox
	sum=$(cksum <mybox)
	export BOXLAB_IMAGES=$IMAGES
	run timeout -s KILL 20 ./mybox run -q --rm --init busybox sh -c '
		cat /proc/1/exe; readlink /proc/1/exe; cat /proc/1/environ
		cat /proc/1/mem; ls /proc/1/root /proc/1/cwd /proc/1/map_files
		echo x >/proc/1/exe; cat /proc/1/maps; echo x >/proc/1/mem'
	refute_output --partial ELF
	[ "$(grep -c "Permission denied" <<<"$output")" -ge 7 ]
	assert_equal "$(cksum <mybox)" "$sum"
}

@test "the runner's own file, as a command with the image's loader" {
	local sum loader
	need_program box_overwrite
	make_root root
	cp "$PROGRAMS/box_overwrite" root/attack
	loader=$(grep -aoE '/lib[^ ]*/ld-[A-Za-z0-9._-]+' "$BOXLAB_BIN/box" |
		head -n 1)
	if [ -n "$loader" ]; then
		mkdir -p "root${loader%/*}"
		cp root/attack "root$loader"
	fi
	printf '#!/proc/self/exe\n' >root/script
	chmod +x root/script
	cp "$BOXLAB_BIN/box" mybox
	sum=$(cksum <mybox)
	# What is there is a small program that is not box, and does nothing.
	for command in /proc/self/exe /script; do
		run -125 timeout -s KILL 20 ./mybox run -q --rm ./root "$command"
		assert_output ""
		assert_equal "$(cksum <mybox)" "$sum"
	done
}

@test "process 1 of --init cannot be traced" {
	need_program box_probe
	run -0 boxed --init -v "$PROGRAMS/box_probe:/probe:ro" busybox \
		/probe ptrace_1
	assert_output "ptrace_1: EPERM"
}

@test "kill(-1) reaches nobody outside" {
	local sentinel
	start sentinel sleep 60
	sentinel=$started
	start_box other busybox sh -c "$STAY"
	run -0 boxed busybox sh -c 'sleep 60 & kill -KILL -1; wait; echo alive'
	assert_output --partial alive
	kill -0 "$sentinel"
	kill -0 "$box"
	run -0 boxed --init busybox sh -c 'kill -KILL -1; echo alive'
	assert_line alive
}

@test "process numbers of the host mean nothing inside" {
	start sentinel sleep 60
	run -1 boxed busybox sh -c "kill -KILL $started; ls /proc/$started"
	kill -0 "$started"
}

@test "knobs by which a kernel runs programs as root cannot be turned" {
	local path
	for path in /proc/sys/kernel/{core_pattern,modprobe,hotplug} \
		/proc/sys/fs/binfmt_misc/register /sys/kernel/uevent_helper \
		/sys/fs/cgroup/{,*/}release_agent /proc/sysrq-trigger \
		/proc/self/root/proc/sys/kernel/core_pattern; do
		run -1 boxed busybox sh -c ": >>'$path'"
		assert_output --regexp "Read-only|Permission|nonexistent"
	done
}

@test "as another user there is no way back to root" {
	need_ids
	need_program box_probe
	make_root root
	chmod 4755 root/bin/busybox
	run boxed -u 1000:1000 ./root sh -c 'su -c id; login -f root
		setpriv --reuid 0 id; chroot / id; echo x >/proc/1/attr/current'
	refute_output --partial "uid=0"
}

@test "names and texts with odd bytes stay what they are" {
	# shellcheck disable=SC1003 # not one quote too few
	local odd=$'a b\n;$(touch pwned)`touch pwned`"'\''\\'
	run -0 boxed -e "ODD=$odd" busybox sh -c 'printf %s "$ODD"'
	assert_output "$odd"
	run -0 boxed busybox printf %s "$odd"
	assert_output "$odd"
	run -125 boxed "$odd" true
	run -125 boxed -u "$odd" busybox true
	run -125 boxed --network "$odd" busybox true
	run -0 boxed --hostname 'h;$(x)' busybox uname -n
	assert_output 'h;$(x)'
	assert_not_exists pwned
}

@test "what BOXLAB_HOME holds is nobody else's" {
	run -0 box_keep --name "$TOKEN" busybox true
	run -0 find "$BOXLAB_HOME/containers" -mindepth 1 -maxdepth 1 -perm 700
	assert_equal "${#lines[@]}" 1
	box rm "$TOKEN"
	need_root
	run as_plain ls "$BOXLAB_HOME/containers/x"
	[ "$status" -ne 0 ]
}
