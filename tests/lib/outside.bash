# outside.bash - for tests of networks: a machine beyond the host.
#
#	load lib/box
#	load lib/outside
#
# It is a network namespace at the other end of a cable: 192.0.2.1 is the host,
# 192.0.2.2 the other machine.  Both go at the end of the test.

# shellcheck disable=SC2034,SC2154 # used by the test files; set by the library
HOST=192.0.2.1 OUTSIDE=192.0.2.2

has_namespace() {
	[ "$(readlink "/proc/$1/ns/net")" != "$(readlink /proc/self/ns/net)" ]
}

# A network namespace that a process holds: its pid in $started.
start_namespace() {
	start "$1" unshare -n sleep 1000
	wait_for has_namespace "$started"
}

# A link "uplink" of the host, and at its other end the machine.
make_outside() {
	ip link set lo up
	start_namespace outside
	outside=$started
	ip link add uplink type veth peer name wire netns "$outside"
	ip addr add $HOST/24 dev uplink
	ip link set uplink up
	outside ip link set lo up
	outside ip addr add $OUTSIDE/24 dev wire
	outside ip link set wire up
}

# A command of the other machine.
outside() { nsenter -n -t "$outside" "$@"; }

# As outside, in the background: what it says to who connects at port 80.
serve_outside() {
	start server nsenter -n -t "$outside" socat \
		TCP-LISTEN:80,fork,reuseaddr "SYSTEM:echo $1 \$SOCAT_PEERADDR"
	wait_for listens outside 80
}

# listens [outside] PORT: somebody does, in that network.
listens() {
	local port=${*: -1}
	"${@:1:$#-1}" ss -Hltn "sport = :$port" | grep -q .
}

fetch() { curl -sS --max-time 3 "$@"; }

# What a box does that serves a word on port 80; "up" when it does.
# shellcheck disable=SC2016 # for the box's shell
SERVE='mkdir -p /www; echo "$WORD" >/www/word; httpd -p 80 -h /www
	until grep -qs ":0050 .* 0A " /proc/net/tcp /proc/net/tcp6; do :; done
	echo up; while :; do sleep 0.05; done'

# The root file system of a program of the host's: itself, its libraries and
# busybox.
make_program_root() {
	local root=$1 program file
	make_root "$root"
	shift
	for program; do
		program=$(command -v "$program")
		for file in "$program" $(ldd "$program" |
			grep -oE '/[^ ]+'); do
			mkdir -p "$root${file%/*}"
			cp -L "$file" "$root$file"
		done
	done
}

# A command for which nft is not installed.  Box looks for it in /usr/sbin even
# if that is not on the PATH.
# shellcheck disable=SC2016 # for the shell that is started
without_nft() {
	unshare -m sh -c 'mount -t tmpfs tmpfs "${2%/*}" &&
		PATH=$1; shift 2; exec "$@"' sh \
		"$BOXLAB_BIN:/usr/bin:/bin" "$(command -v nft)" "$@"
}

# The tables of boxes with ports.
port_tables() { nft list tables | grep '^table ip boxlab-' || :; }
no_port_tables() { [ -z "$(port_tables)" ]; }

# The table for all boxes stays on purpose, as the bridge does.
outside_teardown() {
	box_teardown || return
	if is_root && command -v nft >/dev/null; then
		no_port_tables || { port_tables; return 1; }
		nft 'add table ip boxlab; delete table ip boxlab'
		echo 0 >/proc/sys/net/ipv4/ip_forward
	fi
}
teardown() { outside_teardown; }
