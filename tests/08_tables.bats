#!/usr/bin/env bats
# Tables of box: as wide as the terminal, and whole where there is none.

# shellcheck disable=SC2016,SC2154 # for the box's shell; set by run and lib
load lib/image

LONG=$(printf 'word%.0s-' {1..30}) # 150 bytes
teardown() {
	remove_all
	image_teardown
}

# On a terminal of 60 columns, by the name of a command.
assert_fits() {
	local LC_ALL=C.UTF-8 line
	run -0 script -qec "stty cols 60; $1" /dev/null
	[ ${#lines[@]} -ge 2 ]
	for line in "${lines[@]}"; do
		[[ $line != $'\e'* ]] || continue # stats clears the screen
		[ ${#line} -le 61 ] || fail "${#line}: $line" # and a \r
	done
	assert_output --partial …
}
assert_whole() {
	run -0 bash -c "$1 | cat"
	assert_output --partial "$2"
	refute_output --partial …
}

@test "ps, top and stats" {
	local name
	name=n$TOKEN-$(head -c 45 <<<"$LONG")
	detach --name "$name" busybox sh -c ": $LONG; $STAY"
	assert_fits "box ps"
	assert_whole "box ps" "$LONG"
	assert_fits "box top $name"
	assert_whole "box top $name" "$LONG"
	# The name gives way, and is there when nobody looks.
	assert_fits "box stats --no-stream"
	assert_whole "box stats --no-stream" "$name"
}

@test "images and history" {
	local name
	name=$TOKEN/$(head -c 60 <<<"$LONG")x
	make_base base.tar
	need umoci
	make_layout layout v1 base.tar
	umoci config --image layout:v1 --history.created_by "made by $LONG" \
		--author "$TOKEN" >/dev/null
	box load -t "$name:$TOKEN" layout
	assert_fits "box images"
	assert_whole "box images" "$name"
	assert_fits "box history $name:$TOKEN"
	assert_whole "box history $name:$TOKEN" "made by $LONG"
	# Or asked for.
	run -0 script -qec \
		"stty cols 60; box history --no-trunc $name:$TOKEN" /dev/null
	assert_output --partial "made by $LONG"
}

@test "volume ls" {
	local name
	name=v$TOKEN$(head -c 40 <<<"$LONG")x
	box volume create "$name"
	assert_fits "box volume ls"
	assert_whole "box volume ls" "$name"
	box volume rm "$name"
}

@test "a terminal that has no size gets them whole" {
	detach --name "$TOKEN" busybox sh -c ": $LONG; $STAY"
	run -0 script -qec "stty rows 0 cols 0; box ps" /dev/null
	assert_output --partial "$LONG"
}
