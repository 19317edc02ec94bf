#!/usr/bin/env bats
# scripts/vm: the throwaway machine.  Run by make test-vm, which sets it up.

# shellcheck disable=SC2016,SC2030,SC2031,SC2154 # for the machine; set by run
load lib/boxlab

# A cache of our own, with the kernels that have been fetched.
setup_file() {
	export BOXLAB_VM=$BATS_FILE_TMPDIR/vm TMPDIR=$BATS_FILE_TMPDIR/tmp
	mkdir "$BOXLAB_VM" "$TMPDIR"
	ln -s "$BATS_TEST_DIRNAME/../build/vm/kernels" "$BOXLAB_VM"
}

# Each end of a machine, by whatever means, leaves no process and no file.
teardown() {
	stop_started
	WAIT=5 wait_for nothing_runs || { my_processes; return 1; }
	WAIT=5 wait_for host_is_back || { host_changes; return 1; }
	run ls -A "$TMPDIR"
	assert_output ""
}

vm() { timeout -s KILL 100 "$TOP/scripts/vm" "$@"; }

# refused PATTERN COMMAND ...: status 125, and a line that matches.
refused() {
	run -125 --separate-stderr "${@:2}"
	assert_output ""
	assert_regex $'\n'"$stderr" $'\n'"vm: .*$1"
}

wait_up() { WAIT=60 wait_for grep -q "$1" "$2"; }

@test "a command's output, errors and status are its own" {
	run -42 --separate-stderr vm -- sh -c 'echo "out $1"; echo "err $2" >&2
		cat; exit 42' sh "$TOKEN  'two' \"three\"" $'line\nline'
	assert_equal "$output" "out $TOKEN  'two' \"three\""
	assert_equal "$stderr" $'err line\nline'
}

@test "a command that is not there is 127" {
	run -127 --separate-stderr vm -- "/nowhere/$TOKEN"
	assert_output ""
	assert_regex "$stderr" "/nowhere/$TOKEN"
}

@test "a million bytes arrive, whatever is left behind and how it ends" {
	vm -- sh -c 'head -c 1000000 /dev/urandom >/tmp/data
		cksum </tmp/data >&2; cat /tmp/data; sleep 1000 & kill -STOP $!
		(sleep 0.2; echo late >&2) & wait $!; kill -KILL $$' \
		>data 2>sum || status=$?
	assert_equal "$status" 137
	run -0 cksum <data
	assert_equal "$output" "$(head -n 1 sum)"
	run -0 tail -n 1 sum
	assert_output late
}

@test "who reads no further ends the machine, also when SIGPIPE is ignored" {
	local action
	for action in - ""; do
		run --separate-stderr bash -c 'trap "$1" PIPE
			"$0/scripts/vm" --timeout 90 -- yes | head -n 1
			echo "${PIPESTATUS[0]}"' "$TOP" "$action"
		assert_output $'y\n141'
	done
}

@test "a start that hangs is tried once more, and who waits is told" {
	local qemu path=$PWD/bin:$PATH
	qemu=qemu-system-$(uname -m)
	mkdir bin person
	cat >"bin/$qemu" <<-END
		#!/bin/sh
		mkdir hung 2>/dev/null && exec sleep 1000
		exec "$(PATH=$PATH:/usr/local/bin command -v "$qemu")" "\$@"
	END
	chmod +x "bin/$qemu"
	(cd person && PATH=$path exec timeout -s KILL 100 script -qefc \
		"$TOP/scripts/vm -- echo '$TOKEN'" ../screen </dev/null \
		>/dev/null 2>&1 3>&-) &
	STARTED+=($!)
	PATH=$path run -3 --separate-stderr vm -- sh -c 'echo "$0"; exit 3' \
		"$TOKEN"
	assert_output "$TOKEN"
	assert_equal "$stderr" ""
	wait "${STARTED[-1]}"
	run -0 tr -d '\r' <screen
	assert_line "vm: not started after 60 seconds; once more"
	assert_line "$TOKEN"
	rmdir hung
	PATH=$path refused "has not started in 2 seconds" \
		vm --timeout 2 -- true
}

@test "root, a v2 tree, no network, as much memory and as many processors" {
	run -0 vm --memory 512M --cpus 1 -- sh -c '
		id -u; stat -fc %T /sys/fs/cgroup; nproc; hostname
		cat /sys/fs/cgroup/cgroup.subtree_control; ls /sys/class/net
		awk "/MemTotal/ { print \"memory\", (\$2 < 520000) }" \
			/proc/meminfo
		echo "root: $(stat -c %u:%g /boxlab /init | sort -u)"
		echo "who: $(su student -c "id -un; cd; pwd" | xargs)"'
	assert_line --index 0 0
	assert_line --index 1 cgroup2fs
	assert_line --index 2 1
	assert_line --index 3 vm
	assert_line --regexp '\<memory\>.*\<pids\>'
	assert_line "memory 1"
	assert_line "root: 0:0"
	assert_line "who: student /home/student"
	assert_line lo
	refute_line --regexp '^(eth|en)'
}

@test "each lab's demonstration, and box with limits that hold" {
	run -0 --separate-stderr vm -- sh -c 'for lab in build/bin/0*; do
			$lab >/tmp/out 2>&1 || { echo "$lab $?"; cat /tmp/out; }
		done
		box run -q -m 32M --pids-limit 9 busybox sh -c "
			cat /sys/fs/cgroup/memory.max /sys/fs/cgroup/pids.max"
		box run -q -m 32M busybox sh -c "head -c 60m /dev/zero | tail"
		echo "eaten: $?"
		box run -q busybox sh -c "ping -c 1 \$(ip route |
			sed -n s/default.via.//p | cut -d \" \" -f 1)" >/dev/null
		echo "ping $?"'
	assert_line --index 0 33554432
	assert_line --index 1 9
	assert_line --index 2 "eaten: 137"
	assert_line --index 3 "ping 0"
}

# As lab 01 says.
@test "tmux makes two terminals of one" {
	need tmux
	run -0 vm -- sh -c 'TERM=linux script -qec "tmux new \"tty >/tmp/one
		sleep 99\" \\; split-window \"tty >/tmp/two
		until test -s /tmp/one; do :; done; tmux kill-server\"" \
		/dev/null >/dev/null; sort -u /tmp/one /tmp/two'
	assert_line --index 0 --regexp '^/dev/pts/[0-9]+$'
	assert_line --index 1 --regexp '^/dev/pts/[0-9]+$'
}

@test "hybrid and v1 are laid out as systemd does" {
	run -0 vm --cgroup hybrid -- bash -c '
		stat -fc %T /sys/fs/cgroup{,/memory,/unified}
		readlink /sys/fs/cgroup/cpu
		box run -q -m 32M busybox cat \
			/sys/fs/cgroup/memory/memory.limit_in_bytes'
	assert_output $'tmpfs\ncgroupfs\ncgroup2fs\ncpu,cpuacct\n33554432'
	run -0 vm --cgroup=v1 -- bash -c '
		stat -fc %T /sys/fs/cgroup{,/memory}
		test ! -e /sys/fs/cgroup/unified'
	assert_output $'tmpfs\ncgroupfs'
}

@test "--work and --share: there and back; nothing hostile comes along" {
	local name=$' a\nb-'
	mkdir -p mine/01_uts
	echo "/* $TOKEN */" >mine/01_uts/uts.c
	mkdir -p "shared/dir"
	echo "$TOKEN" >"shared/dir/$name"
	echo stays >shared/kept
	ln -s "$PWD/outside" shared/out
	mkdir outside && echo "$TOKEN" >outside/secret
	run -3 vm --work mine --share shared -- sh -c '
		cat work/01_uts/uts.c && cd /share &&
		cat dir/*b- out/secret && echo back >dir/new &&
		touch -d "2037-01-01 00:00" dir/new &&
		rm kept out -r && ln -s /etc/passwd link && mkfifo fifo &&
		mknod null c 1 3 && echo x >odd && chmod 6777 odd &&
		ln -s '"$PWD"'/outside outside && mkdir -m 0 shut &&
		echo y >shut/in && exit 3'
	assert_output "/* $TOKEN */"$'\n'"$TOKEN"$'\n'"$TOKEN"
	assert_equal "$(cat shared/dir/new)" back
	assert_equal "$(cat shared/kept)" stays # what it removes stays here
	assert_equal "$(cat shared/shut/in)" y
	assert_equal "$(cat shared/odd)" x
	run -0 find shared ! -type f ! -type d ! -name out
	assert_output ""
	run -0 find shared ! -type l -perm /7022
	assert_output ""
	assert_equal "$(ls outside)" secret
}

@test "--share: a link of ours is not followed on the way back" {
	mkdir shared outside
	echo kept >outside/new
	ln -s ../outside shared/dir
	ln -s ../outside/new shared/file
	run -0 vm --share shared -- sh -c 'cd /share && rm -r * &&
		mkdir dir && echo bad >dir/new && echo good >file'
	assert_equal "$(cat outside/* shared/file)" $'kept\ngood'
}

@test "--share: what comes back and makes no sense is an error" {
	mkdir shared
	refused "not all came back" vm --share shared -- sh -c '
		head -c 4096 /dev/urandom >/dev/vdb
		cp /usr/bin/true /usr/bin/tar'
}

@test "only what changed is packed again, and all is less than 40 MB" {
	local modules
	modules=$("$TOP/scripts/vm-kernel" | tail -n 1)
	"$TOP/scripts/vm-image" "$modules" >first
	touch marker
	"$TOP/scripts/vm-image" "$modules" >second
	[ "$BOXLAB_VM/tools.cpio" -ot marker ]
	[ "$BOXLAB_VM/modules.cpio" -ot marker ]
	[ "$BOXLAB_VM/tree.cpio" -nt marker ]
	[ "$(wc -c <second)" -lt 40000000 ]
}

# What it says at the end, for a command that never ends by itself.
switched_off() {
	run -124 --separate-stderr vm --timeout 15 "$@"
	assert_regex $'\n'"$stderr" $'\n'"vm: switched off after 15 seconds"
}

@test "a fork bomb ends at the timeout" {
	switched_off -- bash -c 'echo "$0"; b() { b | b & }; b; sleep 1000' \
		"$TOKEN"
	assert_line --index 0 "$TOKEN"
}

@test "a command that fills the memory is killed, and the machine goes on" {
	switched_off --memory 256M -- sh -c 'echo "$0"
		tail </dev/zero; echo "killed: $?"; sleep 1000' "$TOKEN"
	assert_output "$TOKEN"$'\n'"killed: 137"
}

# Files go with nobody who is killed.  The writer is not: else all might be quiet
# when it is gone, and the memory full, but asked for by nobody.
@test "files that fill the memory end the machine, and not this one" {
	refused "broke down.*deadlocked on memory" vm --memory 256M -- sh -c '
		mount -t tmpfs -o size=9G none /mnt
		echo -1000 >/proc/self/oom_score_adj; cat /dev/zero >/mnt/a
		sleep 1000'
}

@test "kill -9 -1 ends the command, and nothing outlives it" {
	run --separate-stderr vm --timeout 60 -- sh -c '
		setsid sh -c "sleep 3; echo late" & echo "$0"; sleep 0.5
		kill -9 -1; exit 0' "$TOKEN"
	assert_output "$TOKEN"
}

@test "rm -rf / takes all, and the end is as ordered" {
	mkdir canary
	run -5 --separate-stderr vm -- bash -c '
		rm -rf --no-preserve-root / 2>/dev/null
		echo "$0 $(echo /usr/*)"; exit 5' "$TOKEN"
	assert_output "$TOKEN /usr/*"
	assert_exists canary
}

@test "a machine that breaks down is an error, not an answer" {
	refused "broke down" vm -- sh -c 'echo c >/proc/sysrq-trigger; sleep 9'
}

@test "a machine that somebody killed is an error too" {
	local pid
	"$TOP/scripts/vm" --timeout 1000 -- sh -c 'echo up; sleep 1000' \
		>out 2>err 3>&- &
	STARTED+=($!)
	wait_up up out
	for pid in $(my_processes | cut -d / -f 3); do
		grep -qs ^qemu-system "/proc/$pid/comm" || continue
		kill -KILL "$pid"
	done
	status=0
	wait "${STARTED[0]}" || status=$?
	assert_equal "$status" 125
	run -0 cat err
	assert_line --index 0 --partial "vm: the machine broke down"
}

@test "interrupted at any point, nothing is left" {
	local signal number delay
	for signal in INT:130 TERM:143 HUP:129; do
		number=${signal#*:} signal=${signal%:*}
		: >out
		env --default-signal=INT "$TOP/scripts/vm" -- sh -c \
			'echo up; sleep 1000' >out 2>&1 3>&- &
		STARTED+=($!)
		wait_up up out
		kill "-$signal" $!
		status=0
		wait $! || status=$?
		assert_equal "$status" "$number"
		wait_for nothing_runs
	done
	for delay in 0.1 0.3 0.5 1; do
		"$TOP/scripts/vm" -- sleep 1000 >/dev/null 2>&1 3>&- &
		STARTED+=($!)
		sleep "$delay"
		kill -TERM $!
		status=0
		wait $! || status=$?
		assert_equal "$status" 143
		wait_for nothing_runs
	done
}

@test "killed, it takes the machine with it" {
	local option
	for option in "" "--timeout 1000"; do
		: >out
		# shellcheck disable=SC2086 # two words
		"$TOP/scripts/vm" $option -- sh -c 'echo up; sleep 1000' \
			>out 2>&1 3>&- &
		STARTED+=($!)
		wait_up up out
		kill -KILL $!
		wait_for nothing_runs
		rm -rf "$TMPDIR"/boxlab-vm.* # by nobody else, after KILL
	done
}

@test "two at once do not disturb each other" {
	mkdir one two
	echo "one $TOKEN" >one/word
	echo "two $TOKEN" >two/word
	vm --work one -- sh -c 'sleep 2; tee /tmp/same <work/word
		cat /tmp/same' >one.out 3>&- &
	STARTED+=($!)
	run -0 vm --work two -- sh -c 'tee /tmp/same <work/word; cat /tmp/same'
	assert_output "two $TOKEN"$'\n'"two $TOKEN"
	wait "$!"
	assert_equal "$(cat one.out)" "one $TOKEN"$'\n'"one $TOKEN"
}

@test "options: help, and what is refused" {
	run -0 vm --help
	assert_line --partial "--timeout SECONDS"
	refused "--nosuch: no such option" vm --nosuch
	refused "--timeout x: no number" vm --timeout x -- true
	refused "--timeout 0: no number" vm --timeout=0 -- true
	refused "--cpus 0: no number" vm --cpus 0 -- true
	refused "--cgroup v3: not one of" vm --cgroup v3 -- true
	refused "--memory 1T: no size" vm --memory 1T -- true
	refused "--memory 64M: it takes 256M" vm --memory 64M -- true
	refused "nosuch: no such directory" vm --share nosuch -- true
	refused "nosuch: no such directory" vm --work nosuch -- true
	refused "--cpus needs a value" vm --cpus
	refused "no terminal for a shell" vm </dev/null
	refused "nosuch: no kernel that can be read" vm --kernel nosuch -- true
	echo "$TOKEN" >text
	refused "no kernel, or its modules" vm --kernel text -- true
	refused "no such package" vm --kernel "linux-image-$TOKEN" -- true
}

# A PATH with all programs but these.
path_without() {
	local directory program
	mkdir "$BATS_TEST_TMPDIR/path"
	for directory in /usr/sbin /usr/bin /sbin /bin; do
		ln -s "$directory"/* "$BATS_TEST_TMPDIR/path" 2>/dev/null || :
	done
	for program; do rm "$BATS_TEST_TMPDIR/path/$program"; done
}

# without PROGRAM COMMAND ...: where /usr and /sbin do not have it either.
without() {
	path_without "$1"
	env PATH="$BATS_TEST_TMPDIR/path" bash -c '
		sed "s|^PATH=.*|PATH=$1|" "$2/scripts/vm" >vm.sh
		TOP=$2; sed -i "s|^top=.*|top=$2|" vm.sh
		exec bash vm.sh "${@:3}"' bash "$BATS_TEST_TMPDIR/path" "$TOP" \
		"${@:2}"
}

@test "without QEMU: what is missing, and what to do" {
	refused "qemu-system-$(uname -m) is missing .scripts/setup vm" \
		without "qemu-system-$(uname -m)" -- true
}

@test "too little memory on this machine: qemu says so" {
	refused "qemu does not start" vm --memory 900000G -- true
	assert_regex "$stderr" "memory"
}

@test "KVM that one may not use" {
	if is_root; then
		skip "is about a plain user"
	fi
	[ ! -w /dev/kvm ] || skip "/dev/kvm may be used"
	refused "no rights on /dev/kvm" vm --accel kvm -- true
}

@test "a kernel without a module that is needed" {
	local modules
	modules=$("$TOP/scripts/vm-kernel" | tail -n 1)
	mkdir -p lib/modules boot
	cp -R "$modules" lib/modules
	find lib -name 'veth.ko*' -delete
	depmod -b . "$(basename "$modules")"
	cp "$("$TOP/scripts/vm-kernel" | head -n 1)" boot/vmlinuz-x
	BOXLAB_VM=$PWD/cache refused "has no module veth" \
		vm --kernel boot/vmlinuz-x -- true
}

# on_terminal COMMAND: one that starts a machine, up to its prompt.  What is
# written to descriptor 8 is typed.
on_terminal() {
	mkfifo keys
	script -qefc "$1" /dev/null <keys >screen 2>&1 3>&- &
	STARTED+=($!)
	exec 8>keys
	wait_up 'vm.*:/boxlab' screen
}

@test "the shell: a prompt, the window's size, line editing, exit" {
	on_terminal "stty rows 33 cols 99; $TOP/scripts/vm; echo \"=\$?=\""
	printf 'stty size; echo tok\b\b\b"%s" | rev\r' "$TOKEN" >&8
	wait_for grep -q "$(rev <<<"$TOKEN")" screen
	run -0 cat screen
	assert_line --partial "33 99"
	[ -w /dev/kvm ] || assert_line --partial "emulating the processor"
	assert_line --partial "Linux"
	printf '\e[A\e[D\e[D\e[D\e[D\e[D\e[D | rev\r' >&8 # up, and left
	wait_for grep -qE "^$TOKEN" screen
	printf 'exit 9\r' >&8
	WAIT=30 wait_for grep -q '=9=' screen
	exec 8>&-
}

@test "the shell: Ctrl-a x pulls the plug, and the terminal is as before" {
	on_terminal "stty -a >before; $TOP/scripts/vm; stty -a >after"
	printf '\001x' >&8
	WAIT=30 wait_for test -s after
	exec 8>&-
	run -0 diff before after
}
