#!/usr/bin/env bats
# setup: what is missing is named and installed.  Nothing here installs
# anything: PATH holds stand-ins that write down how they were called.

load lib/boxlab

eval "library_$(declare -f setup)"
setup() {
	library_setup
	mkdir bin
	local tool
	for tool in awk cat dirname env grep id od tr uname; do
		ln -s "$(command -v $tool)" bin/
	done

	# The first bytes of a program that names no interpreter.
	printf '\177ELF\002%059d' 0 | tr 0 '\0' >static
	chmod +x static

	# All that the group build needs.
	stand_in cc
	stand_in make
	# shellcheck disable=SC2016 # for the stand-in
	stand_in pkg-config '[ -e "$2.pc" ]'
	touch libbsd-overlay.pc
	stand_in id 'echo 0'
}

# stand_in NAME [LINE ...]: a program that notes its call, then runs the lines.
stand_in() {
	local name=$1
	shift
	rm -f "bin/$name"
	{
		echo '#!/bin/sh'
		echo "echo \"$name \$*\" >>'$BATS_TEST_TMPDIR/log'"
		printf '%s\n' "$@"
	} >"bin/$name"
	chmod +x "bin/$name"
}

# A package manager that brings what it is asked for.
# shellcheck disable=SC2016 # for the stand-in
manager() {
	stand_in "$1" 'for package; do case $package in
		libbsd*) : >libbsd-overlay.pc ;;
		make) echo : >bin/make; chmod +x bin/make ;;
		esac; done'
	ln -sf "$(command -v chmod)" bin/
}

calls() { grep -v '^\(id\|pkg-config\|cc\) ' log; }

set_up() {
	env -i PATH="$PWD/bin" SBIN= BUSYBOX="${BUSYBOX-$PWD/static}" \
		BATS_LIB_PATH=libraries BOXLAB_TEST_TOKEN="$TOKEN" \
		"$TOP/scripts/setup" "$@" </dev/null
}

@test "when all is there, it says and does nothing" {
	manager apt-get
	run -0 set_up
	assert_output ""
	run -0 set_up -n build
	assert_output ""
	run -1 calls
}

@test "what is missing is named and installed" {
	manager apt-get
	rm libbsd-overlay.pc bin/make
	run -0 set_up build
	assert_line "setup: missing: make libbsd-overlay"
	run -0 calls
	assert_line --regexp \
		'^apt-get .*-y.* --no-install-recommends .*install make libbsd-dev$'
	run -0 set_up build
	assert_output ""
}

@test "only the groups asked for count" {
	manager apt-get
	run -1 set_up -n dev
	assert_line "setup: missing: gcc clang clang-format clang-tidy\
 cppcheck shellcheck hyperfine crun runc bwrap"
	run -1 set_up -n build book
	assert_line "setup: missing: lowdown dot mandoc"
}

@test "each package manager has its own names" {
	local m
	rm bin/cc bin/make bin/pkg-config
	for m in apt-get dnf pacman zypper apk; do
		stand_in $m
		BUSYBOX=/nonexistent run -1 set_up -n build
		rm bin/$m
		assert_line --index 0 "setup: missing: cc $([ $m = pacman ] ||
			echo 'headers ')make pkg-config libbsd-overlay busybox"
		assert_line --index 1 --regexp "^setup: would run: $m"
		printf '%s\n' "${lines[1]#* run: }" >>names
	done
	run -0 cat names
	assert_output "\
apt-get install gcc libc6-dev make pkg-config libbsd-dev busybox-static
dnf install gcc glibc-devel make pkgconf-pkg-config libbsd-devel busybox
pacman -S gcc make pkgconf libbsd busybox
zypper install gcc glibc-devel make pkg-config libbsd-devel busybox-static
apk add gcc musl-dev linux-headers make pkgconf libbsd-dev busybox-static"
}

@test "each package manager is called without questions" {
	local m
	for m in dnf pacman zypper apk; do
		rm -f libbsd-overlay.pc
		manager $m
		run -0 set_up
		rm bin/$m
	done
	run -0 calls
	assert_line "dnf -y --setopt=install_weak_deps=False install libbsd-devel"
	assert_line "pacman -S --noconfirm --needed libbsd"
	assert_line "zypper --non-interactive install --no-recommends libbsd-devel"
	assert_line "apk add libbsd-dev"
}

@test "-n installs nothing" {
	manager apt-get
	rm libbsd-overlay.pc
	run -1 set_up -n
	assert_output "\
setup: missing: libbsd-overlay
setup: would run: apt-get install libbsd-dev"
	run -1 calls
}

@test "a plain user goes through sudo, or through doas" {
	local tool
	manager apt-get
	stand_in id 'echo 1000'
	for tool in sudo doas; do
		rm -f libbsd-overlay.pc
		# shellcheck disable=SC2016 # for the stand-in
		stand_in $tool '[ "$1" = -n ] && shift' '"$@"'
		run -0 set_up
		assert_line "setup: running: $tool -n apt-get install libbsd-dev"
		run -0 calls
		assert_line --regexp "^$tool -n env .* install libbsd-dev$"
		rm bin/$tool log
	done
}

@test "at a terminal sudo may ask for a password" {
	manager apt-get
	rm libbsd-overlay.pc
	stand_in id 'echo 1000'
	# shellcheck disable=SC2016 # for the stand-in
	stand_in sudo '[ "$1" != -n ] || exit 1' '"$@"'
	run -0 script -qec "env -i PATH='$PWD/bin' SBIN= BUSYBOX='$PWD/static' \
		'$TOP/scripts/setup'" /dev/null </dev/null
	run -0 calls
	assert_line --regexp "^sudo env .* install libbsd-dev$"
}

@test "without a terminal, a sudo that wants a password does not hang" {
	manager apt-get
	rm libbsd-overlay.pc
	stand_in id 'echo 1000'
	# shellcheck disable=SC2016 # for the stand-in
	stand_in sudo '[ "$1" = -n ] && exit 1' 'cat' 'exit 1'
	run -1 set_up
	assert_output "\
setup: missing: libbsd-overlay
setup: neither root nor a usable sudo; please have this run as root:
setup:     apt-get install libbsd-dev"
	run -0 calls
	refute_line --partial install
}

@test "with neither root nor sudo it lists what to install" {
	manager dnf
	rm libbsd-overlay.pc bin/make
	stand_in id 'echo 1000'
	run -1 set_up
	assert_line "setup:     dnf install make libbsd-devel"
	run -1 calls
}

@test "with no package manager it lists what to install" {
	rm libbsd-overlay.pc bin/make
	run -1 set_up
	assert_output "\
setup: missing: make libbsd-overlay
setup: no package manager that this script knows
setup: please install what Debian calls: make libbsd-dev"
}

@test "when installing fails, the lists are renewed and it tries again" {
	rm libbsd-overlay.pc
	# shellcheck disable=SC2016 # for the stand-in
	stand_in apt-get 'case "$*" in
		*update) : >updated ;;
		*) [ -e updated ] && : >libbsd-overlay.pc ;;
		esac'
	ln -s "$(command -v rm)" bin/
	run -0 set_up
	run -0 calls
	assert_line --regexp '^apt-get .*update$'
	assert_line --index "$((${#lines[@]} - 1))" --regexp 'install libbsd-dev$'
}

@test "what cannot be had does not keep the rest from being installed" {
	rm libbsd-overlay.pc bin/make
	# shellcheck disable=SC2016 # for the stand-in
	stand_in apt-get 'case "$*" in
		*make*) exit 100 ;;
		*libbsd*) : >libbsd-overlay.pc ;;
		esac'
	run -1 set_up
	assert_exists libbsd-overlay.pc
	assert_line "setup: still missing: make"
	assert_line "setup: please install: make"
}

@test "a bats that is too old is missing, and npm has a newer one" {
	manager apt-get
	mkdir -p libraries/bats-{support,assert,file}
	touch libraries/bats-{support,assert,file}/load.bash
	for tool in ip unshare setpriv nsenter script setcap setfattr ps \
		newuidmap; do
		stand_in $tool
	done
	stand_in bats 'echo Bats 1.2.1'
	run -1 set_up test
	assert_line "setup: still missing: bats"
	assert_line --partial "npm install -g bats"
	stand_in bats 'echo Bats 1.10.0'
	run -0 set_up test
	assert_output ""
}

@test "an unknown group or option is an error" {
	run -125 set_up nonsense
	assert_output "setup: nonsense: not one of build test vm grade watch\
 class slurm lesson book player browser box dev"
	run -125 set_up -x
	assert_line --partial "usage: setup"
}

@test "dash and busybox's ash both run it" {
	need dash busybox
	local shell
	manager apt-get
	rm libbsd-overlay.pc
	for shell in dash "busybox ash"; do
		# shellcheck disable=SC2086 # a command of two words
		run -1 env -i PATH="$PWD/bin" SBIN= BUSYBOX="$PWD/static" \
			"$(command -v ${shell%% *})" \
			${shell#dash} "$TOP/scripts/setup" -n
		assert_line "setup: missing: libbsd-overlay"
	done
}
