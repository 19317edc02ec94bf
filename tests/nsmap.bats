#!/usr/bin/env bats
# scripts/nsmap: the picture of namespaces, numbers, cables, layers and limits.

# shellcheck disable=SC2016,SC2034,SC2154 # for the box's shell and lib's
load lib/box

# Root's box has a cable and limits, a plain user's what it may have.
NETWORK=()

setup() {
	box_setup
	need jq ip findmnt lsns
	NSMAP=$TOP/scripts/nsmap
	export XDG_CACHE_HOME=$BATS_TEST_TMPDIR # for the fonts of dot
}

# A box that stays until let_go.  Its pid here is in $inside, its container's
# name in $id.  It waits in a shell's own "read", so no process comes or goes.
hold_box() {
	mkdir -p door
	[ -p door/go ] || mkfifo door/go
	start_box held -v "$PWD/door:/mnt" --name "$TOKEN" "$@" busybox \
		sh -c ": $TOKEN; echo up; read -r line </mnt/go"
	inside=$(pgrep -fx "sh -c : $TOKEN; .*")
	id=$(ls "$BOXLAB_HOME/running")
}
let_go() {
	timeout 5 sh -c 'echo >door/go'
	assert_end 0
}

# What --save wrote, by a filter of jq.
saved() { jq -r --argjson pid "${inside:-0}" "$@" now; }

# The fields of the box's own line.
of_box() { saved ".processes[] | select(.pid == \$pid) | $1"; }

# Remove networks that "ip netns add" made, and the mount that the first made.
drop_names() {
	local name
	for name; do
		ip netns del "$name"
	done
	[[ $STATE_BEFORE == *" /run/netns "* ]] || umount /run/netns
}

well_formed() {
	if command -v xmllint >/dev/null; then
		xmllint --noout "$1"
	else
		need python3
		python3 -c 'import sys, xml.etree.ElementTree as e
e.parse(sys.argv[1])' "$1"
	fi
}

# --diff without the groups: others on this machine make some, too.
changes() {
	"$NSMAP" --diff "$1" >changes.all || return
	awk '/^  group/ { skip = 1; next } /^   / && skip { next }
		/^$|^processes that/ { next }
		/^(came|went)$/ { heading = $0 "\n"; skip = 0; next }
		{ printf "%s%s\n", heading, $0; heading = ""; skip = 0 }' \
		changes.all
}

# Nothing but, it may be, somebody's group.
assert_nothing() {
	run -1 grep -vx 'nothing came and nothing went' "$1"
	assert_output ""
}

@test "a box is there, with its namespaces" {
	local kind
	hold_box
	"$NSMAP" --save now
	for kind in mnt pid net uts ipc cgroup user time; do
		assert_equal "$kind:[$(of_box ".ns.$kind")]" \
			"$(readlink "/proc/$inside/ns/$kind")"
		assert_equal "$kind:[$(saved ".here.$kind")]" \
			"$(readlink "/proc/self/ns/$kind")"
	done
	run -0 "$NSMAP" "$inside"
	for kind in mnt pid net uts ipc cgroup; do
		assert_output --partial "$(readlink "/proc/$inside/ns/$kind")"
	done
	assert_line --regexp "^  here  .* in 8 namespaces"
	let_go
}

@test "a process has a number for each level" {
	hold_box
	"$NSMAP" --save now
	assert_equal "$(of_box '.numbers | join(" ")')" \
		"$(awk '$1 == "NSpid:" { $1 = ""; print substr($0, 2) }' \
			"/proc/$inside/status")"
	run -0 "$NSMAP"
	assert_line --regexp "^  [A-Z] +$inside/1 +sh -c : $TOKEN; echo up"
	assert_line --regexp "^  [A-Za-z]+ +$box +box run "
	let_go
}

@test "the one who asks is not in the picture" {
	"$NSMAP" --save now
	assert_equal "$(saved '[.processes[].args | select(test(
		"(jq|lsns|findmnt|ps -ww|nsmap --save)"))] | length')" 0
	assert_equal "$(saved "[.processes[] | select(.pid == $$)] | length")" 1
}

@test "kernel threads are left out" {
	"$NSMAP" --save now
	run -0 saved '.processes[] | select(.args == "[kthreadd]")'
	assert_output ""
}

@test "the cable's ends, by number, and the bridge with its ports" {
	local link
	need_root
	hold_box
	link=$(ip -j link show master "$BRIDGE" | jq -r '.[0].ifname')
	run -0 "$NSMAP"
	assert_line --regexp "^  cable   $link \(here, $(ip -j link show "$link" |
		jq '.[0].ifindex')\) ===== eth0 \([A-Z]+, 2\) 10[.]16[.]8[.]"
	assert_line --regexp \
		"^  bridge  $BRIDGE \(here\) 10[.]16[.]8[.]1/24, ports: $link$"
	let_go
}

@test "cables that have the same numbers at their ends are told apart" {
	local name
	need_root
	for name in a b c d; do
		ip netns add "$TOKEN$name"
	done
	# By their numbers alone, na's other end could be fa or fb.
	for name in ac bd; do
		ip -n "$TOKEN${name:0:1}" link add "n$name" index 50 type veth \
			peer name "f$name" index 60 netns "$TOKEN${name:1:1}"
	done
	run -0 "$NSMAP"
	drop_names "$TOKEN"{a,b,c,d}
	for name in ac bd; do
		echo "$output" | grep -E "^  cable  .*n$name .* ===== f$name " ||
		echo "$output" | grep -E "^  cable  .*f$name .* ===== n$name "
	done
	assert_equal "$(grep -c '^  cable' <<<"$output")" 2
}

@test "a network that only its name keeps is there, with its cable" {
	need_root
	ip netns add "$TOKEN"
	ip link add "n$TOKEN" type veth peer name far netns "$TOKEN"
	run -0 "$NSMAP"
	ip link del "n$TOKEN"
	drop_names "$TOKEN"
	assert_line --regexp \
		"^  cable   n$TOKEN \(here, [0-9]+\) ===== far \($TOKEN, [0-9]+\)"
	assert_line --regexp "^  name    $TOKEN is net:"
}

@test "the overlay has the box's layers" {
	hold_box
	run -0 "$NSMAP"
	# A long path goes on in the next line.
	output=$(sed -z 's/\n \{13\}//g' <<<"$output")
	assert_output --regexp "overlays.*upper  $BOXLAB_HOME/containers/$id/upper"
	assert_output --regexp "lower  [^ ]*/images/busybox/layers/10-base"
	let_go
}

@test "the group has the box's limits" {
	need_limits
	hold_box -m 64M --cpus 0.5 --pids-limit 77
	run -0 "$NSMAP"
	assert_line --regexp "^  .*/boxlab-$id  [A-Z]+$"
	assert_line --regexp \
		"^      memory 64M \([0-9.KM]+ used\), pids 77 \([0-9]+ used\), cpu 0.5$"
	let_go
}

@test "nothing is wider than 80 columns" {
	hold_box -e "LONG=$(printf 'x%.0s' {1..300})"
	"$NSMAP" >out
	"$NSMAP" "$inside" >>out
	run -0 awk 'length > 80' out
	assert_output ""
	let_go
}

@test "with a process only its set is shown" {
	local other
	start other unshare -Ur sleep 20
	other=$started
	hold_box
	run -0 "$NSMAP" "$inside"
	assert_equal "$(grep -c ' not from here$' <<<"$output")" 1
	refute_line --regexp "^  [A-Z]+ +$other "
	assert_output --partial "$inside/1"
	let_go
}

@test "--diff shows the box, all of it and nothing else; then nothing" {
	run -0 boxed busybox true # makes the bridge, which stays
	"$NSMAP" --save before
	changes before >came
	assert_nothing came

	hold_box
	changes before >came
	grep -o '^  process  *[0-9]*' came | tr -dc '0-9\n' | sort >pids
	{ echo "$box"; pgrep -P "$box"; pgrep -P "$(pgrep -d , -P "$box")" || :
	} | sort >expected
	assert_equal "$(cat pids)" "$(cat expected)"
	run -0 cat came
	refute_line went
	for kind in mnt pid net uts ipc cgroup; do
		assert_line "  namespace  $(readlink "/proc/$inside/ns/$kind")"
	done
	assert_equal "$(grep -c '^  mount  *overlay on / in mnt:' came)" 1
	run ! grep '^  mount.* in here' came
	run -0 cat came
	if is_root; then
		assert_equal "$(grep -c "^  link .*  veth  in here" came)" 1
		assert_line --regexp \
			"^  link       eth0  veth  in net:.*  10[.]16[.]8[.]"
		run -0 grep -c "^  group .*/boxlab-$id " changes.all
	fi
	assert_equal "$(jq -r .nsmap before)" 1

	"$NSMAP" --save during
	let_go
	changes before >came
	assert_nothing came
	changes during >came
	run -0 cat came
	refute_line came
	assert_line went
	assert_line --regexp "^  process    $inside/1 "
}

@test "a namespace whose number is used again is another" {
	hold_box
	"$NSMAP" --save now
	saved '.processes |= map(if .pid == $pid then .pid = 4194304 else . end)' \
		>before
	"$NSMAP" --diff before >out
	run -0 grep -c "^  namespace  mnt:\[$(of_box .ns.mnt)\]$" out
	assert_output 2 # one came, one went
	let_go
}

@test "what was saved is JSON, and --diff takes only that of this machine" {
	"$NSMAP" --save now
	run -0 saved -e '.nsmap == 1 and (.processes | length > 0)'
	run -125 "$NSMAP" --diff /dev/null
	assert_output "nsmap: /dev/null: not written by nsmap --save"
	echo '{"x": 1}' >other
	run -125 "$NSMAP" --diff other
	assert_output "nsmap: other: not written by nsmap --save"
	saved '.boot = "another"' >other
	run -125 --separate-stderr "$NSMAP" --diff other
	assert_equal "${stderr:?}" \
		"nsmap: other: of another machine, or of another start of it"
}

@test "the drawing is XML, and names the box's parts" {
	need dot
	hold_box
	run -0 "$NSMAP" --svg map.svg "$inside"
	assert_output ""
	well_formed map.svg
	run -0 sed 's/&#45;/-/g; s/&#160;/ /g' map.svg
	assert_output --partial "$(readlink "/proc/$inside/ns/net")"
	assert_output --partial "$inside/1"
	assert_output --partial "overlay on /"
	assert_output --partial "10-base"
	! is_root || assert_output --partial ">cable<"
	"$NSMAP" --svg - >other.svg
	well_formed other.svg
	let_go
}

@test "odd names of processes break nothing" {
	local name
	name=$(printf 'q"<\n&amp;\\n{|}\t\033[31m\xff%s' "$TOKEN")
	start odd unshare -Ur bash -c 'exec -a "$0" sleep 20' "$name"
	wait_for pgrep -f "$TOKEN"
	wait_for grep -qs sleep "/proc/$started/comm"
	"$NSMAP" --save now
	run -0 saved -e '[.processes[] | select(.args | contains(
		"\(env.BOXLAB_TEST_TOKEN) 20"))] | length == 1'
	"$NSMAP" >out
	run -0 grep -c "$started .*q\"<.*$TOKEN" out
	run ! grep -P '[\x00-\x09\x0b-\x1f\x7f]' out
	command -v dot >/dev/null || return 0
	"$NSMAP" --svg map.svg
	well_formed map.svg
	run -0 grep -c 'q&quot;&lt;.*&amp;amp;' map.svg
}

@test "another user's processes are left out, and a line says so" {
	local copy status=0 one=0
	need_root
	hold_box
	# A copy, since tree and test may be where only root can go.
	copy=$(mktemp -d /tmp/nsmap-test.XXXXXX)
	cp "$NSMAP" "$NSMAP.jq" "$copy"
	mkdir "$copy/scripts"
	mv "$copy"/nsmap* "$copy/scripts"
	chmod 755 "$copy"
	as_plain env -C / TMPDIR=/tmp "$copy/scripts/nsmap" >out || status=$?
	as_plain env -C / TMPDIR=/tmp "$copy/scripts/nsmap" "$inside" \
		>one 2>&1 || one=$?
	rm -r "$copy"
	assert_equal "$status $one" "0 125"
	run -0 cat out
	assert_line --regexp \
		"^processes that this user may not look at: [1-9][0-9]*$"
	refute_output --partial "$(readlink "/proc/$inside/ns/net")"
	run -0 cat one
	assert_output \
		"nsmap: $inside: no such process, or not to be looked at"
	let_go
}

@test "it works in a jail" {
	"$TOP/scripts/jail" true 2>/dev/null || skip "needs user namespaces"
	run -0 timeout 60 "$TOP/scripts/jail" -t 50 sh -c \
		"unshare -Urpf sleep 5 & until pgrep -x sleep; do sleep 0.05; done
		 '$NSMAP'; kill \$!"
	assert_line --regexp "^  [A-Z] +[0-9]+/1 .*sleep 5"
}

@test "a tool that is missing is named, in one line" {
	local tool
	mkdir bin
	for tool in bash ps grep find lsns findmnt ip nsenter dirname; do
		ln -s "$(command -v $tool)" bin/
	done
	run -125 env PATH="$PWD/bin" SBIN= "$NSMAP"
	assert_output "nsmap: missing: jq (scripts/setup test grade book)"
	ln -s "$(command -v jq)" bin/
	run -125 env PATH="$PWD/bin" SBIN= "$NSMAP" --svg x
	assert_output "nsmap: missing: dot (scripts/setup test grade book)"
	assert_not_exists x
}

@test "wrong options and processes are errors" {
	run -125 "$NSMAP" --nonsense
	assert_line --partial "nsmap - the picture"
	run -125 "$NSMAP" --save
	assert_output "nsmap: --save: needs a file"
	run -125 "$NSMAP" x
	assert_output "nsmap: x: not the number of a process"
	run -125 "$NSMAP" 4194304
	assert_output "nsmap: 4194304: no such process, or not to be looked at"
	run -125 "$NSMAP" --save a --diff b
	assert_output "nsmap: either --save or --diff"
	run -0 "$NSMAP" --help
	assert_line --partial "--svg FILE"
}
