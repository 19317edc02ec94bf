#!/usr/bin/env bats
# Lab 05: the jail and the move.  Ten points.
# shellcheck disable=SC2016,SC2030,SC2031 # for sh in a cell; of one test

load ../lib/grade

# A root and a mount namespace end with their processes: the program execs.
# shellcheck disable=SC2034 # hold() reads it
BECOMES=yes

# For sh: a root directory, as small as can be, in /tmp of the cell, which is
# where the command starts; the token is in a file next to it.
ROOT='mkdir -p root/bin root/sub
	cp "$(command -v busybox)" root/bin/busybox
	for name in sh sleep cat; do ln -s busybox root/bin/$name; done
	echo "$TOKEN" >outside; mkfifo root/up
'

# jailed SCRIPT OPTION ...: hold the lab's program, with a command in the jail
# made above.  The script comes before it, as root of the cell.
jailed() {
	command -v busybox >/dev/null || skip "needs busybox"
	hold sh -c "TOKEN=\$1; shift; $ROOT$1"'
		exec 05_chroot_vs_pivot "$@"' sh "$TOKEN" "${@:2}" >/dev/null || lost \
		"a command in the jail" "that it runs" "$output" \
		"$(about_end "$output")"
	host=/proc/$outside/root
	jail=$host/tmp/root
}

about_end() {
	case $1 in
	*"not written"* | *"not implemented"*)
		echo "a function that this needs is not written yet" ;;
	*pivot_root*"Invalid argument"*)
		echo "pivot_root(2) lists what it refuses: is the new root a mount point, and are both outside of all peer groups?" ;;
	*umount*busy*)
		echo "other mounts lie below the old root, and so it is busy: what can umount2(2) do with a tree as a whole?" ;;
	*"chdir: "*"No such file"* | *"pivot_root: "*"No such file"*)
		echo "was a path looked up after the root had moved, that was meant before, or the other way round?" ;;
	*) echo "${hint:-the program ended before its command began: what it says tells where}" ;;
	esac
}

# A directory as the kernel knows it.
id_of() { stat -L -c %d:%i "$1"; }

# same WHAT SEEN WANTED HINT: two directories are one.
same() {
	[ "$(id_of "$2")" = "$(id_of "$3")" ] ||
		lost "$1" "$(name_of "$3")" "$(name_of "$2")" "$4"
}

name_of() {
	case $(id_of "$1") in
	"$(id_of "$jail")") echo "the jail" ;;
	"$(id_of "$host/")") echo "the host's /" ;;
	"$(id_of "$host/tmp")") echo "the directory above the jail" ;;
	*) echo "another directory, $(id_of "$1")" ;;
	esac
}

@test "[1] chroot: after -c / and the working directory are the jail" {
	jailed "" -c root
	same "/ after -c" "/proc/$inside/root/" "$jail" \
		"which call gives a process another root directory, and which directory is it given?"
	same "the working directory after -c" "/proc/$inside/cwd/" "$jail" \
		"the root has moved, and the process still stands where it stood"
}

@test "[1] pivot: after -p / and the working directory are the jail, with its mounts" {
	local seen
	jailed 'mount -t tmpfs tmpfs root/sub; echo "$TOKEN" >root/sub/below' \
		-p root
	same "/ after -p" "/proc/$inside/root/" "$jail" \
		"which directory is the top of the mounts after pivot_root(2)?"
	same "the working directory after -p" "/proc/$inside/cwd/" "$jail" \
		"the old root is unmounted from where one stands: and then?"
	seen=$(cat "/proc/$inside/root/sub/below" 2>&1) || :
	[ "$seen" = "$TOKEN" ] ||
		lost "a file on a mount below the jail" "$TOKEN" "$seen" \
			"a directory was bound: and the mounts below it?"
}

@test "[1] old root: after -p nothing of the old tree is mounted any more" {
	local seen
	after "pivot"
	jailed "" -p root
	seen=$(cut -d ' ' -f 5 "/proc/$inside/mountinfo")
	[ "$seen" = / ] && apart "$inside" "$outside" mnt ||
		lost "the mounts in the namespace of the jail" "/" "$seen" \
			"pivot_root(2) puts the old tree somewhere and leaves it there: where is it, and who takes it away?"
}

@test "[1] host: -p leaves the mounts of the host alone, where / is shared" {
	local before seen
	after "pivot"
	jailed 'mount --make-rshared /
		cat /proc/self/mountinfo >before' -p root
	before=$(cat "$host/tmp/before")
	seen=$(diff <(echo "$before") "/proc/$outside/mountinfo") || :
	[ -z "$seen" ] ||
		lost "the mounts of the host" "as before" "$seen" \
			"a namespace begins as a copy, and the copies of shared mounts hear of each other: what was done before that was ended?"
}

# For sh: the jail gets what the lab's program needs to run in there, and the
# command is in it already, by chroot(1), whatever the program's -c does.
CHROOTED='for name in usr bin sbin lib lib32 lib64 libx32 build; do
		if [ -L /$name ]; then
			[ -e root/$name ] || cp -P /$name root
		elif [ -d /$name ]; then
			mkdir -p root/$name
			mount --rbind /$name root/$name
		fi
	done
	rm -f root/before; ls -A root >before
	cd root && exec chroot . "$@"'

@test "[2] escape: -e leads from chroot to the host's /, and leaves nothing behind" {
	local seen hint levels
	after "chroot"
	between levels 12 24
	command -v busybox >/dev/null || skip "needs busybox"
	# Deep down, and whoever stops half-way finds a command there as well.
	hint="the command was not found: / is neither the host's nor the jail's. The working directory climbs: did it begin outside of the new root, and what makes the top your /?"
	hold sh -c 'echo "$1" >outside; path=
		cp "$(command -v busybox)" busybox
		for level in $(seq '"$levels"'); do
			path=$path$1/
			mkdir -p ${path}bin
			ln busybox ${path}bin/sleep
		done
		shift; mkdir ${path}root; ln -s ${path}root root
		'"$CHROOTED" sh "$TOKEN" /build/bin/05_chroot_vs_pivot -c . -e \
		>/dev/null || lost "a command after the escape" "that it runs" \
		"$output" "$(about_end "$output")"
	host=/proc/$outside/root
	jail=$host/tmp/root
	seen=$(cat "/proc/$inside/root/tmp/outside" 2>&1) || :
	[ "$seen" = "$TOKEN" ] ||
		lost "a file outside, read after the escape" "$TOKEN" "$seen" \
			"$(about_escape)"
	same "/ after the escape" "/proc/$inside/root/" "$host/" \
		"the top has been reached, or not? What is .. there?"
	same "the working directory after the escape" "/proc/$inside/cwd/" \
		"$host/" "the top has been reached, or not? What is .. there?"
	seen=$(diff "$host/tmp/before" <(ls -A "$jail/")) || :
	[ -z "$seen" ] || lost "what the attack leaves in the jail" "nothing" \
		"$seen" "a directory was made for the attack: how is it removed by someone whose / has moved?"
}

about_escape() {
	local cwd root
	cwd=$(id_of "/proc/$inside/cwd/") root=$(id_of "/proc/$inside/root/")
	if [ "$cwd" = "$(id_of "$host/")" ]; then
		echo "you stand at the top, but / is not there: what makes it so?"
	elif [ "$root" = "$(id_of "$jail")" ] && [ "$cwd" = "$root" ]; then
		echo "the climb ended at the jail's own /: was the working directory outside of the root when it began?"
	elif [ "$cwd" = "$root" ]; then
		echo "the climb ended half-way, or in a jail of its own making: how far up is the top, and where did it begin?"
	else
		echo "/ and the working directory are neither the host's nor the jail's: which of the two did each step move?"
	fi
}

@test "[1] contained: the same attack leads nowhere after -p" {
	after "old root" "escape"
	jailed "" -p root -e
	same "/ after the attack" "/proc/$inside/root/" "$jail" \
		"is the old root still mounted somewhere above or upon the new one?"
	same "the working directory after the attack" "/proc/$inside/cwd/" \
		"$jail" "is the old root still mounted somewhere above or upon the new one?"
}

@test "[1] descriptors: no file of the old tree stays open" {
	local way seen
	after "chroot" "pivot" "escape"
	for way in "-c root" "-p root" "-c root -e"; do
		# shellcheck disable=SC2086 # a word for each
		jailed "" $way
		seen=$(find "/proc/$inside/fd" -mindepth 1 -printf '%f %l|' |
			sed 's/[012] [^|]*|//g; s/|/\n/g')
		[ -z "$seen" ] ||
			lost "open files after $way, but for 0, 1 and 2" \
				"none" "$seen" \
				"an open directory is a way out, whatever / is: which one was opened to come back to, and when is it closed?"
	done
}

@test "[1] list: -l finds both kinds of jail, and nothing that is none" {
	local list chroot pivot copy self pid
	# A plain process, one with a copy of the mounts, and two in jails that
	# are made without the student's code, of which one has the same inode
	# number for its / as the host.
	command -v busybox >/dev/null || skip "needs busybox"
	hold sh -c "TOKEN=\$1; shift; $ROOT"'
		mkdir disk root/old; mount -t tmpfs tmpfs disk
		cp -R root/bin disk; mkfifo disk/up
		unshare -m sleep 20 &
		copy=$!
		until ! cmp -s /proc/$copy/mountinfo /proc/$$/mountinfo
		do :; done
		chroot disk /bin/sh -c "echo >/up; exec sleep 20" &
		chroot=$!
		unshare -m --propagation private sh -c "
			mount --bind root root && cd root &&
			pivot_root . old && /bin/busybox umount -l /old &&
			exec /bin/sh -c \"echo >/up; exec sleep 20\"" &
		pivot=$!
		read -r _ <disk/up; read -r _ <root/up
		05_chroot_vs_pivot -l >list 2>&1
		echo "$chroot $pivot $copy $$" >pids
		exec "$@"' sh "$TOKEN"
	list=/proc/$outside/root/tmp/list
	read -r chroot pivot copy self <"/proc/$outside/root/tmp/pids"
	listed "$chroot" chroot /tmp/disk "one in a chroot, on another disk" \
		"two file systems can have the same inode number: what else tells directories apart?"
	listed "$pivot" pivot / "one after pivot_root" \
		"it calls its root / as everybody does: what do you compare, the name or the directory that it leads to?"
	for pid in "$copy" "$self" 1; do
		! grep -q "^ *$pid " "$list" ||
			lost "what -l says of process $pid, whose / is ours" \
				nothing "$(grep "^ *$pid " "$list")" \
				"another namespace, or another link, is not another root: what is compared with what?"
	done
}

# listed PID KIND ROOT WHO HINT
listed() {
	local seen
	seen=$(grep "^ *$1 " "$list") || :
	[[ $seen =~ ^\ *$1\ +$2\ .*\ $3$ ]] ||
		lost "what -l says of $4" "$1 $2 $3" \
			"${seen:-$(tail -n 1 "$list")}" "$(about_list "$5")"
}

about_list() {
	if [ -n "$seen" ]; then
		echo "it is found: is its root named as the process's own mount namespace has it, and where is the top of that?"
	elif grep -q "not implemented" "$list"; then
		echo "jail_find() is not written yet"
	else
		echo "$1"
	fi
}

@test "[1] refusal: what is no directory is refused, and nothing started" {
	local way name why
	after "chroot" "pivot"
	for way in -c -p; do
		for name in "$TOKEN:No such file" "/etc/passwd:Not a directory"; do
			why=${name#*:} name=${name%:*}
			try 05_chroot_vs_pivot $way "$name" echo started
			[ "$status" -eq 125 ] && [[ $output == *"$name: $why"* ]] ||
				lost "$way $name" \
					"status 125 and \"$name: $why...\"" \
					"status $status: $output" \
					"a call that fails says so in its result: who looks at it, and what does the message name?"
		done
	done
}
