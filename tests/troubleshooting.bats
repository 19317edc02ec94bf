#!/usr/bin/env bats
# docs/troubleshooting.md: that each error which it has is met in a test, and
# the errors of the labs, of the grader and of the machine.  Those of box are in
# troubleshooting_box.bats.

# shellcheck disable=SC2016,SC2154 # for other shells; set by run and lib
load lib/box
load lib/trouble

TESTS=("$TOP"/tests/troubleshooting{,_box}.bats)

@test "each error of the page is met, and each that is met is on the page" {
	assert_equal "$(sed -n 's/^	meet [\x27"]\(.*\)[\x27"]$/\1/p' \
		"${TESTS[@]}" | sed 's/\\"/"/g' | sort -u)" \
		"$(headings | sort)"
	assert [ "$(headings | wc -l)" -ge 40 ]
}

@test "each entry has a cause and a cure, and commands that are tried" {
	local bad='' line commands start
	while IFS= read -r HEADING; do
		start=$(grep -nxF -- "### \`$HEADING\`" "$PAGE" |
			cut -d : -f 1)
		line=$(sed -n "$start,$(next_heading "$start")p" "$PAGE" |
			grep -cE '^(Cause: |Cure: |Cure:$)')
		[ "$line" = 2 ] || bad+="cause and cure: $HEADING"$'\n'
		commands=$(cure_text 2>&1 || :)
		[[ $commands == "no cure"* ]] || awk -v h="$HEADING" '
			/^}/ { here = 0 }
			/^	meet / && index($0, h) { here = 1 }
			here && /cure/ { found = 1 }
			END { exit !found }' "${TESTS[@]}" ||
			bad+="not tried: $HEADING"$'\n'
	done < <(headings)
	assert_equal "$bad" ""
}

@test "no user namespaces: none allowed" {
	meet '<program>: no user namespace (see the sysctl user.max_user_namespaces, or use root, or the virtual machine (make vm)): <reason>'
	CURE=$(cure_text) run -0 inside bash -c '
		echo 0 >/proc/sys/user/max_user_namespaces
		setpriv --bounding-set -all --inh-caps -all 01_uts true
		echo "status $?"
		eval "$CURE"
		cat /proc/sys/user/max_user_namespaces'
	assert_met
	assert_line "status 125"
	assert_line --index "$((${#lines[@]} - 1))" 10000
}

# The knob is Ubuntu's.  A tmpfs over the directory has one.
@test "no user namespaces: AppArmor" {
	meet '<program>: no user namespace (AppArmor forbids it: sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0): <reason>'
	CURE=$(cure_text) run -0 inside --mount bash -c '
		knob=/proc/sys/kernel/apparmor_restrict_unprivileged_userns
		mount -t tmpfs none /proc/sys/kernel
		echo 1 >$knob
		echo 0 >/proc/sys/user/max_user_namespaces
		setpriv --bounding-set -all --inh-caps -all 01_uts true
		eval "$CURE"
		cat $knob'
	assert_met
	assert_line --index "$((${#lines[@]} - 1))" 0
}

@test "unshare without a user namespace" {
	meet 'unshare: unshare failed: Operation not permitted'
	run -1 somebody unshare --uts true
	assert_met
	run -0 somebody bash -c "$(cure_text)"
	assert_output "$(uname -n)"
}

@test "the process of somebody else" {
	meet '<program>: /proc/<pid>/ns/user (only its owner and root may join): Permission denied'
	run -125 incapable 01_uts -j 1 true
	assert_met
	cure pid=1
	assert_output root
}

@test "programs that are not on the PATH" {
	meet 'bash: <program>: command not found'
	PATH=/usr/bin:/bin run -127 typed box
	assert_met
	PATH=/usr/bin:/bin cure
	assert_output --partial "usage: box run"
}

@test "a command that is not there" {
	meet '<program>: <command>: No such file or directory'
	mkdir jail
	run -127 05_chroot_vs_pivot -p jail sh
	assert_met
	run -127 box run -q --rm --network none busybox "$TOKEN"
	assert_met
	cure
	assert_output inside
}

@test "a command that is not executable" {
	meet '<program>: <file>: Permission denied'
	printf '#!/bin/sh\necho %s\n' "$TOKEN" >script
	chmod -x script
	run -126 01_uts ./script
	assert_met
	cure file=script
	run -0 01_uts ./script
	assert_output "$TOKEN"
}

@test "a PID namespace whose process 1 has ended" {
	meet 'bash: fork: Cannot allocate memory'
	run inside --pid bash --norc --noprofile -ic '/bin/true; /bin/true; :'
	assert_met
	cure
	assert_line --regexp '^ +1 .* ps$'
}

@test "a /proc of which parts are covered" {
	meet '02_pid: mount: proc on /proc: refused, as where parts of /proc are covered, in a container (make vm)'
	run -125 inside --mount sh -c 'mount -t tmpfs none /proc/tty &&
		exec unshare --user --map-root-user 02_pid true'
	assert_met
}

@test "a loopback that is down" {
	meet 'ping: sendto: Network is unreachable'
	need busybox
	CURE=$(cure_text) run -0 inside --net bash -c '
		busybox ping -c 1 127.0.0.1
		eval "$CURE"
		busybox ping -c 1 -W 5 127.0.0.1'
	assert_met
	assert_line --partial "1 packets received"
}

@test "a link of the host, for a plain user" {
	meet 'RTNETLINK answers: Operation not permitted'
	run -2 incapable ip link add "l${TOKEN:1:9}" type veth
	assert_met
	run -0 somebody bash -c "$(cure_text)"
}

@test "a link that is there already" {
	meet 'RTNETLINK answers: File exists'
	CURE=$(cure_text name=red) run -0 inside --net bash -c '
		ip link add red type veth peer name blue
		ip link add red type veth peer name green
		eval "$CURE"
		ip -brief link'
	assert_met
	refute_line --index "$((${#lines[@]} - 1))" --partial red
}

@test "a link whose name is too long" {
	meet 'Error: argument "<name>" is wrong: "name" not a valid ifname'
	CURE=$(cure_text) run -0 inside --net bash -c '
		ip link add name a-name-of-16-byte type dummy
		eval "$CURE"'
	assert_met
}

@test "an address that the host has" {
	meet '03_netns_veth: <address>: the host has this address already (choose others with -a and -p)'
	CURE=$(cure_text) run -0 inside --net bash -c '
		ip addr add 10.16.8.1/24 dev lo
		03_netns_veth true
		eval "$CURE"'
	assert_met
}

@test "lab 04 without a delegated cgroup" {
	need_plain
	meet '04_cgroup_mem: a plain user needs a delegated cgroup: <how>; or use root, or the virtual machine (make vm)'
	run -125 04_cgroup_mem true
	assert_met
}

@test "lab 04 without a memory controller" {
	meet '04_cgroup_mem: no memory controller: none mounted in /proc/self/mountinfo, or off at boot (cgroup_enable=memory); the virtual machine has one (make vm)'
	CURE=$(cure_text) run -0 inside --mount bash -c '
		mount -t tmpfs none /sys/fs/cgroup
		04_cgroup_mem true
		eval "$CURE"'
	assert_met
	assert_line --regexp '^nodev[[:space:]]cgroup2$'
}

@test "a group with a process in it" {
	meet 'rmdir: failed to remove <group>: Device or resource busy'
	need_root
	local group
	group=$(awk '$3 ~ /^cgroup/ && $4 ~ /^rw/ { print $2; exit }' \
		/proc/mounts)/$TOKEN
	mkdir "$group"
	start sleeper sleep 1000
	echo "$started" >"$group/cgroup.procs"
	run -1 rmdir "$group"
	assert_met
	cure group="$group"
	assert_not_exists "$group"
}

@test "no memory left" {
	meet 'Killed'
	need_limits
	run -137 boxed -m 16M busybox sh -c \
		'dd if=/dev/zero of=/dev/shm/x bs=1M count=64; exit $?'
	assert_met
	cure
}

@test "pivot_root to what is no mount" {
	meet 'pivot_root: failed to change root from <here> to <there>: Invalid argument'
	mkdir -p jail/old
	CURE=$(cure_text) run -0 inside --mount bash -c '
		(cd jail && pivot_root . old)
		eval "$CURE"
		[ -e /old/proc ] && echo done'
	assert_met
	assert_line "done"
}

@test "a mount that somebody is in" {
	meet 'umount: <directory>: target is busy.'
	mkdir mnt
	CURE=$(cure_text directory="$PWD/mnt") run -0 inside --mount bash -c '
		mount -t tmpfs none mnt
		cd mnt
		umount "$PWD"
		eval "$CURE"'
	assert_met
}

@test "chroot to where no shell is" {
	meet 'chroot: failed to run command <command>: No such file or directory'
	mkdir jail
	run -127 inside chroot jail
	assert_met
	cure
	assert_output inside
}

@test "an upper layer on an overlay" {
	meet '<program>: mount: overlay on <directory> (upper and work directory must be on one file system, and not on an overlay or NFS): Invalid argument'
	mkdir base other upper work merged
	CURE=$(cure_text elsewhere="$PWD/state") run -0 inside --mount bash -c '
		options=userxattr,lowerdir=base:other
		options=$options,upperdir=upper,workdir=work
		mount -t overlay none merged -o $options
		mkdir merged/up
		06_overlay_whiteout -l base -u merged/up true
		cd merged
		stat -f -c %T .'
	assert_met
	assert_line overlayfs
	cure elsewhere="$PWD/state"
}

@test "an upper layer that is in use" {
	meet '06_overlay_whiteout: <directory>: in use by another box: Resource temporarily unavailable'
	mkdir base up
	touch stay
	start box 06_overlay_whiteout -l base -u up sh -c \
		"echo up; while [ -e '$PWD/stay' ]; do sleep 0.02; done"
	wait_for grep -q up box.out
	run -125 06_overlay_whiteout -l base -u up true
	assert_met
	cure directory=up
	rm stay
	wait "$started"
}

@test "a filter that kills" {
	meet 'Bad system call'
	run -159 sh -c '07_caps_seccomp -s kill -a kill sh -c "kill -0 1"
		exit $?'
	assert_met
	cure
	assert_line refused
}

@test "a filter without no_new_privs" {
	meet '<program>: seccomp: needs no_new_privs, or CAP_SYS_ADMIN'
	run -125 07_caps_seccomp -k setpcap caps_driver load
	assert_met
}

@test "a function that waits for its author" {
	meet '<program>: <function>: not written yet'
	need cc
	scripts/start --work work 01 >/dev/null
	make -s -C "$TOP" BUILD="$PWD/made" WORK="$PWD/work" \
		"$PWD/made/bin/01_uts"
	run -125 made/bin/01_uts true
	assert_met
	cure
	assert_output --partial uts_unshare
}

@test "no library to build with" {
	meet 'no libbsd: left out everything (scripts/setup build)'
	run -0 make -s -C "$TOP" PKG_CONFIG=false BUILD="$PWD/none" all
	assert_met
}

@test "nobody who may install" {
	meet 'setup: neither root nor a usable sudo; please have this run as root:'
	local tool
	mkdir stand-ins
	for tool in awk cat dirname env grep od tr uname; do
		ln -s "$(command -v $tool)" stand-ins
	done
	printf '#!/bin/sh\necho 1000\n' >stand-ins/id
	printf '#!/bin/sh\nexit 1\n' >stand-ins/apt-get
	chmod +x stand-ins/id stand-ins/apt-get
	run -1 env -i PATH="$PWD/stand-ins" SBIN= BUSYBOX=/nonexistent \
		/bin/sh scripts/setup build
	assert_met
}

@test "nothing to grade" {
	meet 'grade: <directory>: no such directory (make start)'
	run -125 scripts/grade 01
	assert_met
	cure
	assert_exists work/01_uts/uts.c
}

@test "nothing is built yet" {
	meet 'grade: nothing is built yet: make'
	rm build
	mkdir work
	run -125 scripts/grade 01
	assert_met
}

@test "a tool that grading needs" {
	meet 'grade: jq is missing (scripts/setup grade)'
	mkdir work
	run -125 without jq scripts/grade 01
	assert_met
}

@test "no namespaces for the jail" {
	meet 'jail: no namespaces for this user here: try --isolation=vm'
	run inside bash -c 'echo 0 >/proc/sys/user/max_user_namespaces
		exec setpriv --bounding-set -all --inh-caps -all \
			scripts/jail true'
	assert_met
}

@test "nothing to watch" {
	meet 'watch: nothing in <directory>/<lab>* yet (make start LAB=<lab>)'
	run -125 scripts/watch 02
	assert_met
	cure lab=02
	assert_exists work/02_pid/pid.c
}

@test "no QEMU" {
	meet 'vm: <qemu> is missing (scripts/setup vm)'
	run -125 without "qemu-system-$(uname -m)" scripts/vm -- true
	assert_met
}
