#!/usr/bin/env bats
# Lab 03: a cable between two worlds.  Ten points.
#
# What is quoted is for the cell's shell, or for jq; a test is a function.
# shellcheck disable=SC2016,SC2030,SC2031

load ../lib/grade

# boxes ARGUMENT ...: 03_netns_veth with boxes that run, on a network that
# nobody could have guessed: the host is $NET.1, the boxes are from $NET.2 on.
boxes() {
	choose_network
	held_by 03_netns_veth -a "$NET.1/24" -p "$NET.2/24" "$@"
}

choose_network() {
	local second third
	between second 0 255
	between third 0 255
	NET=10.$second.$third
}

# As hold, but what the program said last leads to the hint.
held_by() {
	hold "$@" >start || lost "a command in the box" "that it runs" \
		"$output" "$(about_end "$output")"
}

about_end() {
	case $1 in
	*"not written yet"*) echo "the box needs that function next" ;;
	*" eth0: No such device"*) echo "the box finds no eth0 in its network: in whose network did that end of the cable appear, and what asked for another?" ;;
	*" on veth"*"No such device"* | *"link veth"*"No such device"*) echo "the host's end of the cable is not on the host: the message describes two links, and which one was sent away?" ;;
	*"no gateway"*) echo "the kernel finds no way to the gateway: it makes one by itself from an address and its prefix, once the link is on. Compare what it was given" ;;
	*"not an IPv4 address"*) echo "that is a good address: which part of the text was not taken?" ;;
	*"Invalid argument"*) echo "the kernel does not understand the message: compare its parts, and what is within what, with rtnetlink(7)" ;;
	*"busy"*) echo "something is still mounted on that file" ;;
	*) echo "the program ended before its command began: what it says tells where" ;;
	esac
}

# Facts of the kernel about the network of a process.
links() { within "$1" -n ip -j -d link | jq -r "$2"; }
names() { links "$1" '[.[].ifname] | sort | join(" ")'; }
addresses() {
	within "$1" -n ip -j -4 address | jq -r '.[]
		| select(.ifname | startswith("'"$2"'")) | .addr_info[]
		| "\(.local)/\(.prefixlen) broadcast \(.broadcast)"'
}

# Who refuses a connection is there: nobody listens on port 9.
reaches() {
	within "$1" -n timeout 2 bash -c "exec 3<>/dev/tcp/$2/9" 2>&1 |
		grep -q "Connection refused"
}

# What is mounted on the file of a name, in the mount namespace of a process.
mounted() {
	awk -v at="/run/netns/$2" '$5 == at { print $4 }' "/proc/$1/mountinfo"
}

# Not every kernel has every kind of link.
needs_link() {
	try ip link add name probe type "$1"
	[ "$status" -eq 0 ] || skip "needs a kernel with links of type $1"
}

# soon COMMAND ...: does it succeed within two seconds?
soon() {
	local tries
	for ((tries = 0; tries < 40; tries++)); do
		! "$@" || return 0
		sleep 0.05
	done
	return 1
}

@test "[1] own network: a new one has lo alone, and off; on, it answers" {
	local host box
	try -t 3 03_netns_veth
	host=$(sed -n 's/^host  *\(net:[^ ]*\)$/\1/p' <<<"$output" | head -n 1)
	box=$(sed -n 's/^box *ok *\(net:[^ ]*\) is new and has but lo, which is down$/\1/p' \
		<<<"$output")
	[ -n "$box" ] && [ "$host" != "$box" ] ||
		lost "a network in which there is but lo, and another than the host's" \
			"net:[...], not the host's $host" \
			"$(last_words "$output")" "$(about_network "$output")"
	[[ $output == *"127.0.0.1, myself: Network is unreachable"* ]] &&
		[[ $output == *"127.0.0.1, myself: answered"* ]] ||
		lost "ping 127.0.0.1 before and after lo is switched on" \
			"Network is unreachable, then answered" \
			"$(grep -E ' lo |127.0.0.1' <<<"$output")" \
			"$(about_loopback "$output")"
	try -t 3 sh -c 'echo 0 >/proc/sys/user/max_net_namespaces && exec "$@"' \
		sh 03_netns_veth
	[ "$status" -eq 125 ] && [[ $output == *"No space left"* ]] &&
		[[ $output != *" ok "* ]] ||
		lost "a network where user.max_net_namespaces is 0" \
			"status 125 and \"No space left on device\"" \
			"status $status: $output" \
			"is the result of every call looked at? err(3) adds what errno says"
}

last_words() {
	grep '^03_' <<<"$1" || grep -E "^(host|box ) *(NO)? *net:" <<<"$1" ||
		echo "$1"
}

about_network() {
	case $1 in
	*"not written yet"*) echo "that function comes first" ;;
	*) echo "a process shares its parent's network until it leaves: is the result of that call looked at?" ;;
	esac
}

about_loopback() {
	case $1 in
	*"not written yet"*) echo "that function comes next" ;;
	*"lo  switched off"*) echo "lo is still off: which flag is it, and is the kernel told that this flag is meant?" ;;
	*) echo "no link sends anything until it is switched on, lo neither" ;;
	esac
}

@test "[2] cable: one end in the box, one on the host, and both reach across" {
	local inner outer
	after "own network"
	needs_link veth
	boxes
	[ "$(names "$inside")" = "eth0 lo" ] ||
		lost "links in the box" "eth0 lo" "$(names "$inside")" \
			"what else got in: is the box's network its own, and was one end moved there only?"
	inner=$(links "$inside" '.[] | select(.ifname == "eth0")
		| "\(.link_index) \(.ifindex) \(.operstate)"')
	outer=$(links "$outside" '.[] | select(.ifname | startswith("veth"))
		| "\(.ifindex) \(.link_index) \(.operstate)"')
	[ "$outer" = "$inner" ] && [[ $inner == *UP ]] ||
		lost "numbers of the host's end and of the box's, and their state" \
			"the same pair seen from both sides, UP" \
			"from the box $inner, from the host $outer" \
			"a pair is made by one message, and each end knows the number of the other; each has to be switched on"
	reaches "$inside" 127.0.0.1 ||
		lost "127.0.0.1 in the box" "an answer" "none" \
			"is lo switched on, as any link must be?"
	reaches "$inside" "$NET.1" && reaches "$outside" "$NET.2" ||
		lost "the host from the box, and the box from the host" \
			"an answer" "none" \
			"both ends are on: which side has which address, and does the prefix make them neighbours?"
}

@test "[1] address: each end gets the address, the prefix and the broadcast" {
	local prefix base last seen gateway
	after "cable"
	choose_network
	between prefix 25 29
	between base 0 $(((1 << (prefix - 24)) - 1))
	base=$((base << (32 - prefix)))
	last=$((base + (1 << (32 - prefix)) - 1))
	held_by 03_netns_veth -a "$NET.$((base + 1))/$prefix" \
		-p "$NET.$((base + 2))/$prefix"
	seen=$(addresses "$inside" eth0)
	[ "$seen" = "$NET.$((base + 2))/$prefix broadcast $NET.$last" ] ||
		lost "the address of eth0 in the box" \
			"$NET.$((base + 2))/$prefix broadcast $NET.$last" \
			"$seen" \
			"$(about_address "$NET.$((base + 2))/$prefix" "$seen")"
	seen=$(addresses "$outside" veth)
	[ "$seen" = "$NET.$((base + 1))/$prefix broadcast $NET.$last" ] ||
		lost "the address of the host's end" \
			"$NET.$((base + 1))/$prefix broadcast $NET.$last" \
			"$seen" \
			"$(about_address "$NET.$((base + 1))/$prefix" "$seen")"
	gateway="$NET.$((base + 1)) from eth0"
	seen=$(within "$inside" -n ip -j route | jq -r '.[]
		| select(.dst == "default") | "\(.gateway) from \(.dev)"')
	[ "$seen" = "$gateway" ] || lost "the box's default route" "$gateway" \
		"$seen" "the route for all the rest matches every address: how long is its prefix, and where is it entered?"
	held_by 03_netns_veth -a "$NET.0/31" -p "$NET.1/31"
	seen=$(addresses "$inside" eth0)
	[ "$seen" = "$NET.1/31 broadcast null" ] ||
		lost "an address with a prefix of 31" \
			"$NET.1/31 broadcast null" "$seen" \
			"a network of two has no address left for all"
}

# about_address EXPECTED SEEN
about_address() {
	case $2 in
	"$1 broadcast null") echo "the address is right, and nobody has told the kernel about one for all in the network" ;;
	"$1 "*) echo "the broadcast address has all bits behind the prefix set: in which order of bytes was that computed?" ;;
	"${1%/*}/"*) echo "the address is right and its network is not: how much of the text after the slash reaches the kernel?" ;;
	*) echo "the bytes of an address travel in network order: who has turned them?" ;;
	esac
}

SAVE='03_netns_veth -s "$1" sh -c "readlink /proc/self/ns/net >id" || exit'
# The same without the student's code.
SAVED='mkdir -p /run/netns && : >"/run/netns/$1" &&
	unshare --net="/run/netns/$1" true || exit'

@test "[1] saved name: -s keeps a network without processes, -r ends it" {
	local id seen
	after "cable"
	held_by sh -c "$SAVE; shift; exec \"\$@\"" sh "$TOKEN"
	id=$(cat "/proc/$inside/root/tmp/id")
	seen=$(mounted "$inside" "$TOKEN")
	[ "$seen" = "$id" ] && [ "$id" != "$(ns "$outside" net)" ] ||
		lost "what is mounted on /run/netns/$TOKEN" "$id, the box's" \
			"$seen" "$(about_name "$seen")"
	# By these it is for ip-netns(8): the place, and the inode below.
	seen=$(stat -L -c "net:[%i]" "/proc/$inside/root/run/netns/$TOKEN" \
		2>&1) || :
	[ "$seen" = "$id" ] ||
		lost "the file that ip netns list looks at" "$id" "$seen" \
			"ip-netns(8) looks for the names in one directory, and takes each as it is"

	held_by sh -c "$SAVE"'; 03_netns_veth -r "$1" || exit; shift
		exec "$@"' sh "$TOKEN"
	seen=$(mounted "$inside" "$TOKEN")
	[ -z "$seen" ] ||
		lost "what is mounted on the name after -r" "nothing" "$seen" \
			"who keeps the namespace: the file, or what is mounted on it?"
	[ ! -e "/proc/$inside/root/run/netns/$TOKEN" ] ||
		lost "the name after -r" "no file of that name" "the file" \
			"saving took two steps: are both undone?"
	soon only_lo || lost "links on the host after -r" \
		"lo: the network is gone, and the cable with it" \
		"$(names "$outside")" \
		"something still refers to the namespace: a mount, a descriptor, a process?"
}

only_lo() { [ "$(names "$outside")" = lo ]; }

about_name() {
	case $1 in
	'') echo "nothing is mounted: a file alone is a name, but what keeps the namespace when its last process ends?" ;;
	net*) echo "that is a network, but not the box's: whose file in /proc was taken, and in which process?" ;;
	*) echo "that is no network: which file in /proc/PID/ns stands for it?" ;;
	esac
}

@test "[1] join: -j enters a saved network, or that of a process" {
	local box seen
	after "own network"
	BECOMES=yes held_by sh -c "$SAVED"'; name=$1; shift
		exec 03_netns_veth -j "$name" "$@"' sh "$TOKEN"
	seen=$(ns "$inside" net)
	[ "$seen" = "$(mounted "$outside" "$TOKEN")" ] ||
		lost "the network after -j with a saved name" \
			"$(mounted "$outside" "$TOKEN")" "$seen" \
			"$(about_join "$seen")"
	BECOMES=yes held_by sh -c 'mkfifo up
		unshare -n sh -c "echo >up; exec sleep 1000" &
		read -r _ <up; exec 03_netns_veth -j $! "$@"' sh
	box=$(pgrep -fx "sleep 1000" -P "$inside" || :)
	seen=$(ns "$inside" net)
	[ "$seen" = "$(ns "$box" net)" ] ||
		lost "the network after -j with the pid of a process" \
			"$(ns "$box" net)" "$seen" "$(about_join "$seen")"
	try sh -c 'mkdir -p /run/netns && : >"/run/netns/$1" &&
		exec 03_netns_veth -j "$1" echo started' sh "$TOKEN"
	[ "$status" -eq 125 ] && [[ $output == *"$TOKEN"* ]] &&
		[[ $output != *started* ]] ||
		lost "-j with an empty file for a name" \
			"status 125 and a message with the name in it" \
			"status $status: $output" \
			"a file can be opened and stand for no namespace: which call notices, and who looks at its result?"
}

about_join() {
	[ "$1" = "$(ns "$outside" net)" ] || {
		echo "it went into another network: which of the two files was tried first?"
		return
	}
	echo "it is still the host's: opening a namespace's file gets a handle on it, and changes nothing yet"
}

TWO='[ "$BOX" = 2 ] || exec sleep 1000; exec "$@"'

@test "[1] bridge: boxes on one bridge reach each other and the host" {
	local seen first
	after "cable"
	needs_link bridge
	boxes -b 2 sh -c "$TWO" sh
	first=$(pgrep -fx "sleep 1000" --ns "$outside" --nslist pid)
	seen=$(links "$outside" '(.[] | select(.linkinfo.info_kind == "bridge")
		.ifname) as $bridge | [.[] | select(.master == $bridge)] | length')
	[ "$seen" = 2 ] || lost "ports of the bridge on the host" 2 "$seen" \
		"the bridge keeps no list: which of the links carries the note that says where it is plugged in?"
	seen=$(links "$outside" '.[] | select(.linkinfo.info_kind == "veth")
		| .operstate' | sort -u)
	[ "$seen" = UP ] || lost "the state of these ports" UP "$seen" \
		"a port has to be switched on, as any link"
	reaches "$first" "$NET.3" && reaches "$inside" "$NET.2" &&
		reaches "$inside" "$NET.1" && reaches "$outside" "$NET.3" ||
		lost "each box from the other, and from the host" "an answer" \
			"none" \
			"which links are on, and who has which address: look with ip in each network"
}

@test "[1] refusals: what the kernel refuses ends the program, with its reason" {
	local weak=(setpriv --bounding-set=-net_admin 03_netns_veth)
	after "cable"
	refused "a cable, without the right to make one" \
		"Operation not permitted" "${weak[@]}"
	refused "a bridge, without the right to make one" \
		"Operation not permitted" "${weak[@]}" -b 2
	choose_network
	refused "a gateway that is in another network than the box" \
		"Network is unreachable" \
		03_netns_veth -a "$NET.1/24" -p "172.16.${NET##*.}.2/24"
	refused "an address with a prefix of 33" "not an IPv4 address" \
		03_netns_veth -p "$NET.2/33"
	refused "a prefix with a letter behind it" "not an IPv4 address" \
		03_netns_veth -p "$NET.2/2x"
	refused "a name that is taken" "File exists" \
		sh -c 'mkdir -p /run/netns && : >"/run/netns/$1" &&
			exec 03_netns_veth -s "$@"' sh "$TOKEN"
}

# refused WHAT MESSAGE COMMAND ...: it says so and starts nothing.
refused() {
	local what=$1 message=$2
	shift 2
	try -t 3 "$@" echo started
	# shellcheck disable=SC2015 # what lost returns counts
	[ "$status" -eq 125 ] && [[ $output == *"$message"* ]] &&
		[[ $output != *started* ]] ||
		lost "$what" "status 125 and \"$message\"" \
			"status $status: $output" "$(about_refusal "$message")"
}

about_refusal() {
	case $1 in
	*"IPv4"*) echo "digits, at most two, at most 32, and nothing behind them: who tells where the number ended?" ;;
	"File exists") echo "one open flag makes a file, another says that it must be new" ;;
	*) echo "to send a message always works; the verdict is in the kernel's answer. Whose result is that, and who passes it on?" ;;
	esac
}

@test "[1] clean up: nothing is left on the host, also after SIGKILL" {
	local seen
	after "cable" "bridge"
	held_by sh -c '"$@"; sleep 1000' sh 03_netns_veth -b 2 sh -c "$TWO" sh
	seen=$(names "$outside")
	kill -KILL "$(sed -n 's/^PPid:[[:space:]]*//p' "/proc/$inside/status")"
	soon only_lo ||
		lost "links on the host after SIGKILL (before it $seen)" lo \
			"$(names "$outside")" \
			"a process that stays behind removes the bridge: did the kernel get the message, and what does it ask for?"
	held_by sh -c '03_netns_veth -b 2 true || exit; exec "$@"' sh
	[ "$(names "$outside")" = lo ] ||
		lost "links on the host when the command has ended" lo \
			"$(names "$outside")" \
			"when a box is over, its cable is removed: which message does that?"
}

@test "[1] step by step: the demonstration holds, with each step by itself" {
	local wrong
	after "cable" "address" "saved name" "join" "bridge"
	choose_network
	try -t 5 03_netns_veth -b 3 -a "$NET.1/24" -p "$NET.2/24"
	wrong=$(grep -E '^(host|box )  NO|^03_' <<<"$output" || :)
	[ "$status" -eq 0 ] && [ -z "$wrong" ] &&
		[[ $output == *"ok  port 80 of $NET.4 is served by box 3"* ]] ||
		lost "the demonstration" "status 0, and every claim is true" \
			"status $status: $wrong" "$(about_step "$wrong")"
}

about_step() {
	case $1 in
	*"move veth1"* | *veth1*device* | *"moved into"*) echo "veth1 is to leave the host for the box: is the link in the message the one, and does the message say where to?" ;;
	*"went with it"*) echo "one end of a cable cannot be without the other: was one removed at all?" ;;
	*attach* | *"next box"* | *"port 80"*) echo "a port that is not plugged in hears nobody: which of the two links is the message about?" ;;
	*) echo "the first claim that is false tells which step" ;;
	esac
}
