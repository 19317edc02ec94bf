#!/usr/bin/env bats
# Lab 01: a hostname of one's own.  Ten points.

load ../lib/grade

# Nothing of a UTS namespace outlives its processes: the program just execs.
# shellcheck disable=SC2034 # hold() reads it
BECOMES=yes

@test "[2] own namespace: the command has a UTS namespace of its own" {
	hold 01_uts -n "$TOKEN"
	apart "$inside" "$outside" uts ||
		lost "the box's UTS namespace" "another than the host's" \
			"the host's, $(ns "$outside" uts)" \
			"what makes a process leave a namespace that it shares with its parent? See /proc/PID/ns in namespaces(7)"
}

@test "[2] hostname: -n sets it in the box" {
	local seen
	hold 01_uts -n "$TOKEN"
	seen=$(within "$inside" -u uname -n)
	[ "$seen" = "$TOKEN" ] || lost "hostname in the box" "$TOKEN" "$seen" \
		"$(about_name "$TOKEN" "$seen")"
}

about_name() {
	case $2 in
	"$(uname -n)") echo "it is still the host's: is the call made at all, and does it succeed?" ;;
	*) echo "the kernel is given a text and its length: which?" ;;
	esac
}

@test "[1] domain name: -d sets it, and -n alone keeps it" {
	local domain before seen
	token domain
	hold 01_uts -n "$TOKEN" -d "$domain"
	seen=$(within "$inside" -u cat /proc/sys/kernel/domainname)
	[ "$seen" = "$domain" ] ||
		lost "domain name in the box" "$domain" "$seen" \
			"uname(2) reports two names that can be set: is there a call for the second?"
	before=$(cat /proc/sys/kernel/domainname)
	hold 01_uts -n "$TOKEN"
	seen=$(within "$inside" -u cat /proc/sys/kernel/domainname)
	[ "$seen" = "$before" ] ||
		lost "domain name when only -n is given" "$before, as before" \
			"$seen" "NULL means: keep this one as it is"
}

@test "[1] host unchanged: the host keeps both its names" {
	local seen wanted
	after "own namespace" "hostname"
	wanted=$(cat /proc/sys/kernel/{hostname,domainname})
	hold 01_uts -n "$TOKEN" -d "$TOKEN"
	seen=$(within "$outside" -u cat /proc/sys/kernel/{hostname,domainname})
	[ "$seen" = "$wanted" ] ||
		lost "names on the host" "$wanted" "$seen" \
			"the host's name changed too: were you still in its UTS namespace when you set it?"
}

@test "[2] join: -j enters the namespace of another process" {
	local box seen hint
	after "own namespace" "hostname"
	hint="setns(2) checks the type of what it is given: which file in /proc/PID/ns stands for these names?"
	# None of the student's code runs in the first box.
	# shellcheck disable=SC2016 # expanded by sh
	hold sh -c 'mkfifo up
		unshare -u sh -c "hostname \"\$1\"; echo >up; exec sleep 20" sh \
			"$1" & read -r _ <up; shift; exec 01_uts -j $! "$@"' sh \
		"$TOKEN"
	box=$(pgrep -fx "sleep 20" -P "$inside" || :)
	shares "$inside" "$box" uts ||
		lost "the UTS namespace after -j" "$(ns "$box" uts)" \
			"$(ns "$inside" uts)" "$(about_join "$box")"
	seen=$(within "$inside" -u uname -n)
	[ "$seen" = "$TOKEN" ] || lost "hostname after -j" "$TOKEN" "$seen" \
		"does joining leave the names as they are?"
}

about_join() {
	local type
	for type in ipc mnt net pid cgroup user; do
		shares "$inside" "$outside" "$type" || {
			echo "it went into another type of namespace, $type: which file in /proc/PID/ns is the one?"
			return
		}
	done
	echo "opening a namespace's file gets a handle on it, and changes nothing yet"
}

@test "[1] lengths: 64 bytes are accepted, 65 refused with a clear error" {
	local name seen hint
	name=$(printf '%s%064d' "$TOKEN" 0)
	hint="the kernel has room for 64 bytes: does the length that it is given count something behind the name?"
	hold 01_uts -n "${name:0:64}"
	seen=$(within "$inside" -u uname -n)
	[ "$seen" = "${name:0:64}" ] || lost "a hostname of 64 bytes" \
		"${name:0:64}" "$seen" "$hint"
	try 01_uts -n "${name:0:65}" true
	[ "$status" -eq 125 ] && [[ $output == *"${name:0:65}"* ]] ||
		lost "a hostname of 65 bytes" \
			"status 125 and a message with the name in it" \
			"status $status: $output" \
			"a call that fails says so in its result; who looks at it, and what does the message name?"
}

@test "[1] refusal: when the kernel gives no namespace, an error and no box" {
	after "own namespace"
	# shellcheck disable=SC2016 # expanded by sh
	try sh -c 'echo 0 >/proc/sys/user/max_uts_namespaces; exec "$@"' sh \
		01_uts -n "$TOKEN" echo started
	[ "$status" -eq 125 ] && [[ $output == *"No space left"* ]] &&
		[[ $output != *started* ]] ||
		lost "a namespace where user.max_uts_namespaces is 0" \
			"status 125 and \"No space left on device\"" \
			"status $status: $output" \
			"is the result of every call looked at? err(3) adds what errno says"
}
