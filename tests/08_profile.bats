#!/usr/bin/env bats
# box run --security-opt seccomp=FILE: profiles in docker's format.

# shellcheck disable=SC2016,SC2154 # for the box's shell; set by run and lib
load lib/box

setup() {
	box_setup
	[ -x "$BOXLAB_BIN/../libexec/boxlab/box-seccomp" ] ||
		skip "needs libseccomp and json-c"
	need_program call
}

# What is kept of profiles is no leak; what else there is would be.
teardown() {
	rm -rf "$BOXLAB_HOME/seccomp"
	box_teardown
}

# Profiles that others wrote, as packages install them.
theirs() {
	compgen -G /usr/share/containers/seccomp.json
	compgen -G "/usr/share/gocode/src/github.com/*/*/profiles/seccomp/default.json"
}

# A profile: what happens else, and what stands in "syscalls".
profile() {
	printf '{ "defaultAction": "%s", "syscalls": [ %s ] }\n' "$1" "$2"
}

# The same for the one call that these tests make: alarm(2), which succeeds
# whatever it is given.  Its errno is then 77, EBADFD, if the rest of a rule,
# in JSON, has it so.
alarm() {
	profile SCMP_ACT_ALLOW '{ "names": [ "alarm" ],
		"action": "SCMP_ACT_ERRNO", "errnoRet": 77 '"${1:+, $1}"' }'
}

under() {
	local file=$1
	shift
	boxed --security-opt "seccomp=$file" -v "$PROGRAMS/call:/call:ro" \
		busybox "$@"
}

# A shell in the box calls alarm(N) for each N; the answers in one line.
answers() {
	under "$1" sh -c 'for n; do /call alarm $n; done' sh "${@:2}" |
		tr '\n' ' '
}

@test "a rule holds, and only for its call" {
	alarm >p
	run -0 under "$PWD/p" sh -c \
		'/call alarm 1; /call getpid; grep Seccomp: /proc/self/status'
	assert_line --index 0 EBADFD
	assert_line --index 1 fine
	assert_line --index 2 --regexp 'Seccomp:.2'
	run -0 boxed -v "$PROGRAMS/call:/call:ro" busybox /call alarm 1
	assert_output fine
}

@test "exec and start take the profile that was there at first" {
	local change
	alarm >p
	detach --name "$TOKEN" --security-opt seccomp=p \
		-v "$PROGRAMS/call:/call:ro" busybox sh -c \
		"/call alarm 1; $STAY"
	wait_for log_has "$TOKEN" up
	mkdir elsewhere
	profile SCMP_ACT_ALLOW >elsewhere/p
	cd elsewhere
	for change in : "cp p ../p" "rm ../p"; do
		$change
		run -0 box exec "$TOKEN" /call alarm 1
		assert_output EBADFD
		run -0 box restart -t 0 "$TOKEN"
	done
	refused() { box logs "$TOKEN" | grep -c EBADFD; }
	wait_for eval '[ "$(refused)" -eq 4 ]'
	box rm -f "$TOKEN"
}

@test "the default action holds for what has no rule" {
	! is_asan || skip "AddressSanitizer needs more system calls"
	# All that a static program, busybox and the last steps before need.
	profile SCMP_ACT_ERRNO '{ "action": "SCMP_ACT_ALLOW", "names": [
		"execve", "fcntl", "brk", "arch_prctl", "set_tid_address",
		"mmap", "set_robust_list", "rseq", "prlimit64", "readlink",
		"readlinkat", "getrandom", "mprotect", "exit_group", "write",
		"fstat", "newfstatat", "uname", "prctl", "getuid",
		"rt_sigprocmask" ] }' >p
	run -0 under "$PWD/p" /call alarm 1
	assert_output EPERM
	sed -i 's/"SCMP_ACT_ERRNO"/&, "defaultErrnoRet": 38/' p
	run -0 under "$PWD/p" /call alarm 1
	assert_output ENOSYS
}

@test "each comparison, with 64 bits, on both of its sides" {
	local op expected
	while read -r op expected; do
		alarm '"args": [ { "index": 0, "op": "SCMP_CMP_'"$op"'",
			"value": 4294967300 } ]' >p
		run -0 answers "$PWD/p" 4294967299 4294967300 4294967301 4
		assert_equal "$op $output" "$op $expected "
	done <<-'LIST'
		NE EBADFD fine EBADFD EBADFD
		LT EBADFD fine fine EBADFD
		LE EBADFD EBADFD fine EBADFD
		EQ fine EBADFD fine fine
		GE fine EBADFD EBADFD fine
		GT fine fine EBADFD fine
	LIST
	alarm '"args": [ { "index": 0, "op": "SCMP_CMP_MASKED_EQ",
		"value": 12, "valueTwo": 8 } ]' >p
	run -0 answers "$PWD/p" 8 9 12 4 0 27
	assert_output "EBADFD EBADFD fine fine fine EBADFD "
}

@test "conditions on two arguments must both hold, on one of them either" {
	profile SCMP_ACT_ALLOW '{ "name": "dup3",
		"action": "SCMP_ACT_ERRNO", "errnoRet": 77, "args": [
		{ "index": 0, "op": "SCMP_CMP_EQ", "value": 1 },
		{ "index": 1, "op": "SCMP_CMP_EQ", "value": 9 } ] }' >p
	run -0 under "$PWD/p" sh -c '/call dup3 1 9 0; /call dup3 1 8 0
		/call dup3 2 9 0'
	assert_output $'EBADFD\nfine\nfine'
	alarm '"args": [ { "index": 0, "op": "SCMP_CMP_EQ", "value": 1 },
		{ "index": 0, "op": "SCMP_CMP_EQ", "value": 3 } ]' >p
	run -0 answers "$PWD/p" 1 2 3
	assert_output "EBADFD fine EBADFD "
}

@test "the actions do what they say" {
	local action status
	while read -r action status; do
		alarm | sed "s/SCMP_ACT_ERRNO/SCMP_ACT_$action/" >p
		run under "$PWD/p" sh -c '/call alarm 1'
		assert_equal "$action $status" "$action $status"
	done <<-'LIST'
		ALLOW 0
		LOG 0
		KILL 159
		KILL_THREAD 159
		KILL_PROCESS 159
		TRAP 159
	LIST
	# Without a tracer, a traced call does not exist.
	alarm | sed s/SCMP_ACT_ERRNO/SCMP_ACT_TRACE/ >p
	run -0 answers "$PWD/p" 1
	assert_output "ENOSYS "
	alarm | sed 's/"errnoRet": 77/"errno": "EDOM"/' >p
	run -0 answers "$PWD/p" 1
	assert_output "EDOM "
	alarm | sed 's/, "errnoRet": 77//' >p
	run -0 answers "$PWD/p" 1
	assert_output "EPERM "
}

@test "includes and excludes: capabilities" {
	alarm '"includes": { "caps": [ "CAP_CHOWN", "CAP_KILL" ] }' >p
	run -0 answers "$PWD/p" 1
	assert_output "EBADFD "
	run -0 boxed --cap-drop KILL --security-opt "seccomp=$PWD/p" \
		-v "$PROGRAMS/call:/call:ro" busybox /call alarm 1
	assert_output fine
	alarm '"excludes": { "caps": [ "CAP_SYS_BOOT", "CAP_KILL" ] }' >p
	run -0 answers "$PWD/p" 1
	assert_output "fine "
	run -0 boxed --cap-drop KILL --security-opt "seccomp=$PWD/p" \
		-v "$PROGRAMS/call:/call:ro" busybox /call alarm 1
	assert_output EBADFD
	alarm '"includes": { "caps": [ "CAP_NOSUCH" ] }' >p
	run -0 answers "$PWD/p" 1
	assert_output "fine "
	alarm '"includes": { "caps": [ "ALL" ] }' >p
	run -0 answers "$PWD/p" 1
	assert_output "fine "
}

@test "includes and excludes: architectures and kernels" {
	local arch part version now
	case $(uname -m) in
	x86_64) arch=amd64 ;;
	aarch64) arch=arm64 ;;
	*) arch=$(uname -m) ;;
	esac
	while read -r part expected; do
		alarm "$part" >p
		run -0 answers "$PWD/p" 1
		assert_equal "$part $output" "$part $expected "
	done <<-LIST
		"includes":{"arches":["nosuch","$arch"]} EBADFD
		"includes":{"arches":["nosuch"]} fine
		"excludes":{"arches":["nosuch","$arch"]} fine
		"excludes":{"arches":["nosuch"]} EBADFD
	LIST
	now=$(uname -r | grep -oE '^[0-9]+\.[0-9]+')
	for version in 3.0 "$now"; do
		alarm '"includes": { "minKernel": "'"$version"'" }' >p
		run -0 answers "$PWD/p" 1
		assert_equal "$version $output" "$version EBADFD "
		alarm '"excludes": { "minKernel": "'"$version"'" }' >p
		run -0 answers "$PWD/p" 1
		assert_equal "$version $output" "$version fine "
	done
	for version in "${now%.*}.$((${now#*.} + 1))" "$((${now%.*} + 1)).0" \
		99.0; do
		alarm '"includes": { "minKernel": "'"$version"'" }' >p
		run -0 answers "$PWD/p" 1
		assert_equal "$version $output" "$version fine "
	done
}

@test "calls that this machine does not know are passed over" {
	alarm | sed 's/"alarm"/"nosuch", &, "breakpoint"/' >p
	run -0 answers "$PWD/p" 1
	assert_output "EBADFD "
}

@test "other modes of the processor: killed, unless the profile has them" {
	local more
	[ "$(uname -m)" = x86_64 ] || skip "is about x86-64"
	need_program box_probe
	alarm | tr '\n' ' ' >p
	run boxed --security-opt "seccomp=$PWD/p" \
		-v "$PROGRAMS/box_probe:/probe:ro" busybox /probe x32_getpid
	assert_output "x32_getpid: killed by 31"
	for more in '"architectures": [ "SCMP_ARCH_X32" ]' \
		'"archMap": [ { "architecture": "SCMP_ARCH_AARCH64",
			"subArchitectures": [ "SCMP_ARCH_ARM" ] },
			{ "architecture": "SCMP_ARCH_X86_64",
			"subArchitectures": [ "SCMP_ARCH_X32" ] } ]'; do
		{ printf '{ %s,' "$more"; tail -c +2 p; } >q
		run boxed --security-opt "seccomp=$PWD/q" \
			-v "$PROGRAMS/box_probe:/probe:ro" busybox \
			/probe x32_getpid
		refute_output --partial killed
	done
	{ printf '{ %s, "architectures": ["SCMP_ARCH_X86"],' "$more"
		tail -c +2 p; } >q
	run -125 under "$PWD/q" true
	assert_output --partial "exclude each other"
}

@test "docker's own profile, unchanged, does what box's filter does" {
	local file probes default answers expected
	theirs | sort >found; [ -s found ] || skip "needs a profile of docker's or podman's"
	need_program box_probe
	probes="unshare_user unshare_mount setns clone_user mount umount fsopen
		open_tree bpf perf_event_open userfaultfd init_module
		kexec_load reboot swapon settimeofday open_by_handle_at syslog
		personality acct iopl clone3 clone socket_inet
		personality_query chroot"
	# shellcheck disable=SC2086 # names
	run -0 boxed -v "$PROGRAMS/box_probe:/probe:ro" busybox \
		/probe $probes
	default=$output
	while read -r file; do
		# shellcheck disable=SC2086 # names
		run -0 boxed --security-opt "seccomp=$file" \
			-v "$PROGRAMS/box_probe:/probe:ro" busybox \
			/probe $probes
		answers=$output expected=$default
		# podman lets everyone make user namespaces, and refuses
		# with another number what it has no rule for.
		if [[ $file == */containers/* ]]; then
			answers=$(sed -E 's/(_user): ok/\1: EPERM/
				s/(personality|clone3): .*/\1: EPERM/' \
				<<<"$answers")
			answers=$(awk '!seen[$0]++' <<<"$answers")
			expected=${default/clone3: ENOSYS/clone3: EPERM}
		fi
		assert_equal "$file $answers" "$file $expected"
		run -0 boxed --security-opt "seccomp=$file" busybox sh -c \
			'echo a | tr a b; mkdir d; ls -ld d; rmdir d; date'
		run -0 boxed --cap-add SYS_ADMIN --security-opt \
			"seccomp=$file" \
			-v "$PROGRAMS/box_probe:/probe:ro" busybox \
			/probe unshare_mount mount reboot
		assert_output $'unshare_mount: ok\nmount: ok\nreboot: EPERM'
	done <found
}

@test "a profile is compiled once, for each set of capabilities" {
	alarm >p
	run -0 answers "$PWD/p" 1
	run -0 find "$BOXLAB_HOME/seccomp" -type f -perm 400 -user "$(id -u)"
	assert_equal "${#lines[@]}" 1
	stat -c '%i %y' "${lines[0]}" >before
	cp p same
	run -0 answers "$PWD/same" 1
	assert_output "EBADFD "
	run -0 stat -c '%i %y' "$BOXLAB_HOME"/seccomp/*
	assert_output "$(cat before)"
	run -0 boxed --cap-drop KILL --security-opt "seccomp=$PWD/p" busybox \
		true
	run -0 ls "$BOXLAB_HOME/seccomp"
	assert_equal "${#lines[@]}" 2
}

@test "what is kept is used, and believed only if it is whole and ours" {
	local kept
	alarm >p
	run -0 answers "$PWD/p" 1
	kept=$(echo "$BOXLAB_HOME"/seccomp/*)
	# Another filter under the same name shows that it is used.
	alarm | sed 's/77/33/' >q
	run -0 answers "$PWD/q" 1
	assert_output "EDOM "
	cp "$kept" mine
	for other in "$BOXLAB_HOME"/seccomp/*; do
		[ "$other" = "$kept" ] || mv -f "$other" "$kept"
	done
	run -0 answers "$PWD/p" 1
	assert_output "EDOM "
	# Writable by others, cut short, a bit changed, empty, a link, a FIFO.
	chmod 602 "$kept"
	run -0 answers "$PWD/p" 1
	assert_output "EBADFD "
	run -0 stat -c %a "$kept"
	assert_output 400
	cmp "$kept" mine
	rm -f "$kept" && head -c 80 mine >"$kept"
	run -0 answers "$PWD/p" 1
	assert_output "EBADFD "
	rm -f "$kept"
	{ head -c 60 mine; printf x; tail -c +62 mine; } >"$kept"
	run -0 answers "$PWD/p" 1
	assert_output "EBADFD "
	rm -f "$kept" && : >"$kept"
	run -0 answers "$PWD/p" 1
	assert_output "EBADFD "
	rm -f "$kept" && ln -s "$PWD/mine" "$kept"
	run -0 answers "$PWD/p" 1
	assert_output "EBADFD "
	rm -f "$kept" && mkfifo "$kept"
	run -0 answers "$PWD/p" 1
	assert_output "EBADFD "
	if is_root; then
		cp mine "$kept" && chown 65534 "$kept"
		run -0 answers "$PWD/p" 1
		run -0 stat -c %u "$kept"
		assert_output 0
	fi
}

@test "where it cannot be kept it is used; many at once are none too many" {
	local i pids=()
	alarm >p
	mkdir -p "$BOXLAB_HOME"
	: >"$BOXLAB_HOME/seccomp"
	run -0 answers "$PWD/p" 1
	assert_output "EBADFD "
	rm "$BOXLAB_HOME/seccomp"
	for i in 1 2 3 4 5; do
		answers "$PWD/p" 1 >"out$i" &
		pids+=($!)
	done
	for i in "${pids[@]}"; do wait "$i"; done
	run -0 cat out1 out2 out3 out4 out5
	assert_output "EBADFD EBADFD EBADFD EBADFD EBADFD "
	run -0 ls -A "$BOXLAB_HOME/seccomp"
	assert_equal "${#lines[@]}" 1
}

@test "a mistake is said with its place, in one line, and nothing runs" {
	local text message
	while IFS='|' read -r text message; do
		printf '%s' "$text" >p
		run -125 under "$PWD/p" echo ran
		assert_output "box: $PWD/p: $message"
	done <<-'LIST'
		|line 1, column 1: unexpected end of data
		{ "a": 1,}|line 1, column 10: unexpected character
		[]|line 1: not an object
		{ "syscalls": []}|defaultAction: is missing
		{ "defaultAction": 1 }|defaultAction: is of type int, not string
		{ "defaultAction": "X" }|defaultAction: no action is called X
		{ "defaultAction": "SCMP_ACT_NOTIFY" }|defaultAction: SCMP_ACT_NOTIFY needs a process that decides, and box has none
		{ "defaultAction": "SCMP_ACT_ERRNO", "defaultErrnoRet": 4096 }|defaultErrnoRet: 4096 is not between 0 and 4095
		{ "defaultAction": "SCMP_ACT_ALLOW", "syscalls": {} }|syscalls: is of type object, not array
		{ "defaultAction": "SCMP_ACT_ALLOW", "syscalls": [ 1 ] }|syscalls[0]: is of type int, not object
		{ "defaultAction": "SCMP_ACT_ALLOW", "flags": [ "SECCOMP_FILTER_FLAG_LOG" ] }|flags: box has no use for any
		{ "defaultAction": "SCMP_ACT_ALLOW", "architectures": [ "SCMP_ARCH_NO" ] }|architectures: no architecture is called NO
	LIST
	while IFS='|' read -r text message; do
		profile SCMP_ACT_ALLOW "{ }, { $text }" >p
		sed -i 's/{ }/{ "names": [], "action": "SCMP_ACT_LOG" }/' p
		run -125 under "$PWD/p" echo ran
		assert_output "box: $PWD/p: syscalls[1]$message"
	done <<-'LIST'
		"names": ["alarm"]|.action: is missing
		"action": "SCMP_ACT_LOG", "names": ["alarm", 7]|.names[1]: is of type int, not string
		"action": "SCMP_ACT_LOG", "names": ["a"], "name": "b"|.name: and "names" exclude each other
		"action": "SCMP_ACT_ERRNO", "errnoRet": -1|.errnoRet: -1 is not between 0 and 4095
		"action": "SCMP_ACT_ERRNO", "errno": "ENO"|.errno: no error is called ENO
		"action": "SCMP_ACT_LOG", "args": [ { "index": 6, "op": "SCMP_CMP_EQ" } ]|.args[0].index: 6 is not between 0 and 5
		"action": "SCMP_ACT_LOG", "args": [ { "index": 0 } ]|.args[0].op: is missing
		"action": "SCMP_ACT_LOG", "args": [ { "index": 0, "op": "EQ" } ]|.args[0].op: no comparison is called EQ
		"action": "SCMP_ACT_LOG", "includes": { "minKernel": "new" }|.includes.minKernel: new is not two numbers, as in 4.8
		"action": "SCMP_ACT_LOG", "excludes": { "caps": "CAP_KILL" }|.excludes.caps: is of type string, not array
	LIST
	run -0 find "$BOXLAB_HOME" -path '*seccomp/*'
	assert_output ""
}

@test "a profile that is missing, no file, or too large" {
	run -125 under "$PWD/nosuch" echo ran
	assert_output "box: --security-opt seccomp=$PWD/nosuch: No such file\
 or directory"
	run -125 under / echo ran
	assert_output "box: --security-opt seccomp=/: Is a directory"
	mkfifo fifo
	run -125 under "$PWD/fifo" echo ran
	run -125 under /dev/zero echo ran
	assert_output --partial "too large for a profile"
	run -125 under "" echo ran
	assert_output --partial "only seccomp=FILE"
}

@test "--security-opt no-new-privileges is always so" {
	local value
	for value in "" =true :true; do
		run -0 boxed --security-opt "no-new-privileges$value" busybox \
			grep NoNewPrivs /proc/self/status
		assert_output --regexp '1$'
	done
	run -125 boxed --security-opt no-new-privileges=false busybox echo ran
	assert_output "box: --security-opt no-new-privileges=false: not in a\
 box, where set-uid programs never give anything"
	run -125 boxed --security-opt no-new-privileges=maybe busybox echo ran
}
