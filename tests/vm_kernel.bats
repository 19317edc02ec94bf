#!/usr/bin/env bats
# vm-kernel: the kernel of the virtual machine is fetched.  Nothing here
# fetches anything: PATH holds stand-ins for Debian's tools.

# shellcheck disable=SC2016 # for the stand-ins
load lib/boxlab

eval "library_$(declare -f setup)"
setup() {
	library_setup
	export BOXLAB_VM=$PWD/vm PATH=$PWD/bin:$PATH
	mkdir bin
	stand_in apt-cache 'case $1 in show) echo "Package: $2" ;; esac'
	stand_in apt-get 'case " $* " in
		*" download "*)
			echo fetched >>"'"$PWD"'/fetched"
			sleep 0.3
			touch linux.deb ;;
		esac'
	stand_in dpkg 'case $1 in
		--print-architecture) echo amd64 ;;
		-x)
			mkdir -p "$3/boot" "$3/lib/modules/9.9-test"
			echo "Linux version 9.9-test" >"$3/boot/vmlinuz-9.9-test" ;;
		esac'
	stand_in depmod 'touch "$2/lib/modules/$3/modules.dep"'
}

# stand_in NAME LINES: a program of that name.
stand_in() {
	printf '#!/bin/sh\n%s\n' "$2" >"bin/$1"
	chmod +x "bin/$1"
}

# The two lines that tell what was fetched.
fetched() {
	local where=$BOXLAB_VM/kernels/linux-image-cloud-amd64
	printf '%s\n' "$where/boot/vmlinuz-9.9-test" \
		"$where/lib/modules/9.9-test"
}

@test "a kernel is fetched once, and found from then on" {
	run -0 --separate-stderr "$TOP/scripts/vm-kernel"
	assert_output "$(fetched)"
	assert_equal "$stderr" "vm: fetching linux-image-cloud-amd64"
	run -0 "$TOP/scripts/vm-kernel"
	assert_output "$(fetched)"
	assert_equal "$(cat fetched)" fetched
}

@test "two at once: one fetches it, and the other waits for that" {
	"$TOP/scripts/vm-kernel" >one 2>&1 &
	"$TOP/scripts/vm-kernel" >two 2>&1 &
	wait
	assert_equal "$(cat fetched)" fetched
	assert_equal "$(grep -h ^/ one)" "$(fetched)"
	assert_equal "$(grep -h ^/ two)" "$(fetched)"
}

@test "a download that fails leaves nothing, and the next may succeed" {
	cp bin/apt-get good
	stand_in apt-get 'case " $* " in
		*" download "*) echo "E: no line"; exit 100 ;; esac'
	run -125 "$TOP/scripts/vm-kernel" linux-image-cloud-amd64
	assert_output --partial "E: no line"
	assert_output --partial "vm: linux-image-cloud-amd64: no such package"
	assert_equal "$(ls vm/kernels)" lock
	cp good bin/apt-get
	run -0 --separate-stderr "$TOP/scripts/vm-kernel"
	assert_output "$(fetched)"
}
