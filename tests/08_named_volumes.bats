#!/usr/bin/env bats
# box volume, and volumes in boxes: directories that outlive containers.

# shellcheck disable=SC2016,SC2154 # for the box's shell; set by run and lib
load lib/box

# Volumes stay on purpose; anything else is a leak.
teardown() {
	box volume prune -a >/dev/null
	box_teardown
}

volumes() { box volume ls -q; }
data_of() { echo "$BOXLAB_HOME/volumes/$1/data"; }

@test "a volume is made when it is used, and keeps what is written" {
	run -0 boxed -v "$TOKEN:/data" busybox sh -c 'echo kept >/data/x'
	run -0 boxed -v "$TOKEN:/other:ro" busybox cat /other/x
	assert_output kept
	run -0 volumes
	assert_output "$TOKEN"
}

@test "whoever makes a volume, with whatever mask, its first mode is 755" {
	run -0 bash -c 'umask 077; "$@"' bash timeout -s KILL 20 box run -q \
		--rm --network none -v "$TOKEN:/data" busybox stat -c %a /data
	assert_output 755
	(umask 077; box volume create "b-$TOKEN")
	run -0 boxed -v "b-$TOKEN:/data" busybox stat -c %a /data
	assert_output 755
}

@test "create, ls, inspect, rm" {
	run -0 box volume create "$TOKEN" "a-$TOKEN"
	assert_output "$TOKEN"$'\n'"a-$TOKEN"
	run -0 box volume create "$TOKEN" # once more is no mistake
	run -0 box volume ls
	assert_line --index 0 --regexp '^NAME +KIND +CONTAINERS$'
	assert_line --index 1 --regexp "^a-$TOKEN +named +0$"
	assert_line --index 2 --regexp "^$TOKEN +named +0$"
	run -0 box volume inspect "$TOKEN" "a-$TOKEN"
	assert_line --partial "\"Name\": \"$TOKEN\""
	assert_line --partial \
		"\"Mountpoint\": \"$BOXLAB_HOME/volumes/$TOKEN/data\""
	if command -v jq >/dev/null; then
		jq -e 'length == 2 and .[0].Containers == 0' <<<"$output"
	fi
	run -0 box volume rm "$TOKEN"
	assert_output "$TOKEN"
	run -0 volumes
	assert_output "a-$TOKEN"
	run -125 box volume rm "$TOKEN"
	assert_output "box: no volume $TOKEN (box volume ls)"
	run -125 box volume inspect "$TOKEN"
	assert_line "box: no volume $TOKEN (box volume ls)"
}

@test "what is in a volume before its first use stays, and nothing is added" {
	make_root root
	mkdir root/srv
	echo image >root/srv/file
	box volume create "$TOKEN"
	echo mine >"$(data_of "$TOKEN")/mine"
	run -0 boxed -v "$TOKEN:/srv" ./root ls /srv
	assert_output mine
}

@test "a new volume begins with what the image has there" {
	make_root root
	mkdir -p root/srv/sub
	echo "$TOKEN" >root/srv/sub/file
	chmod 1771 root/srv
	ln -s sub/file root/srv/link
	ln root/srv/sub/file root/srv/hard
	touch -d @86400 root/srv/sub/file
	run -0 boxed -v "$TOKEN:/srv" ./root sh -c 'cd /srv; stat -c %a .
		cat link; stat -c "%h %Y" sub/file; echo changed >sub/file'
	assert_output "1771"$'\n'"$TOKEN"$'\n'"2 86400"
	# Not again, even if it is empty by now.
	run -0 boxed -v "$TOKEN:/srv" ./root sh -c \
		'cat /srv/hard; rm -r /srv/*'
	assert_output changed
	run -0 boxed -v "$TOKEN:/srv" ./root ls /srv
	assert_output ""
	assert_equal "$(cat root/srv/hard)" "$TOKEN"
}

@test "owners come with it" {
	need_ids
	make_root root
	mkdir root/srv
	touch root/srv/file
	boxed -v "$PWD/root/srv:/srv" busybox chown 1:2 /srv /srv/file
	run -0 boxed -v "$TOKEN:/srv" ./root stat -c %u:%g /srv /srv/file
	assert_output $'1:2\n1:2'
	boxed -v "$PWD/root/srv:/srv" busybox chown 0:0 /srv /srv/file
}

@test "nocopy, and a place that the image does not have: it is empty" {
	run -0 boxed -v "$TOKEN:/etc:nocopy" busybox ls /etc
	assert_output ""
	run -0 boxed -v "b-$TOKEN:/no/such/place" busybox ls /no/such/place
	assert_output ""
	run -0 boxed -v "$TOKEN:/etc" busybox ls /etc
	assert_output ""
}

@test "a place that is a link out of the image is not copied" {
	make_root root
	mkdir outside
	echo "$TOKEN" >outside/secret
	ln -s "$PWD/outside" root/data
	run boxed -v "$TOKEN:/data" ./root sh -c 'cat /data/secret'
	refute_line "$TOKEN"
	ln -sfn /proc root/data
	run -125 boxed -v "c-$TOKEN:/data" ./root echo ran
	refute_line ran
	ln -sfn ../../.. root/data
	run -125 boxed -v "d-$TOKEN:/data" ./root echo ran
	refute_line ran
}

@test "many that start at once with a new volume all see it complete" {
	local i pids=()
	make_root root
	mkdir root/srv
	for i in {1..60}; do echo "$i" >"root/srv/$i"; done
	for i in 1 2 3 4 5 6; do
		boxed -v "$TOKEN:/srv" ./root sh -c 'ls /srv | wc -l' \
			>"out$i" &
		pids+=($!)
	done
	for i in "${pids[@]}"; do wait "$i"; done
	run -0 cat out1 out2 out3 out4 out5 out6
	assert_output $'60\n60\n60\n60\n60\n60'
}

@test "filling that was cut short begins again" {
	make_root root
	mkdir -p root/srv
	echo "$TOKEN" >root/srv/file
	box volume create "$TOKEN"
	mkdir "$BOXLAB_HOME/volumes/$TOKEN/data/half"
	echo half >"$BOXLAB_HOME/volumes/$TOKEN/data/half/file"
	touch "$BOXLAB_HOME/volumes/$TOKEN/filling"
	run -0 boxed -v "$TOKEN:/srv" ./root ls /srv
	assert_output file
	assert_not_exists "$BOXLAB_HOME/volumes/$TOKEN/filling"
}

@test "a volume that a container has is not removed" {
	start_box one --name "$TOKEN" -v "$TOKEN:/data" busybox sh -c "$STAY"
	run -125 box volume rm "$TOKEN"
	assert_output --regexp "^box: volume $TOKEN: container [0-9a-f]+ has it"
	run -0 box volume prune -a
	assert_output ""
	kill -KILL "$box"
	assert_end 137
	box ps >/dev/null
	run -0 box volume rm "$TOKEN"

	# Nor while the container has ended and was not removed.
	run -0 box_keep --name "$TOKEN" -v "$TOKEN:/data" busybox true
	run -125 box volume rm "$TOKEN"
	run -0 box rm "$TOKEN"
	run -0 box volume rm "$TOKEN"
}

@test "anonymous volumes go with --rm, and else with prune" {
	run -0 boxed -v /data busybox sh -c 'echo x >/data/x; cat /data/x'
	assert_output x
	run -0 volumes
	assert_output ""
	run -0 box_keep --name "$TOKEN" -v /data busybox touch /data/x
	run -0 volumes
	assert_output --regexp '^[0-9a-f]{32}$'
	run -0 box volume prune
	assert_output ""
	run -0 box rm "$TOKEN"
	box volume create "$TOKEN"
	run -0 box volume prune
	assert_output --regexp '^[0-9a-f]{32}$'
	run -0 volumes
	assert_output "$TOKEN"
	run -0 box volume prune --all
	assert_output "$TOKEN"
}

@test "rm -v: the anonymous volumes go with the container, no others" {
	run -0 box_keep --name "$TOKEN" -v /data -v "$TOKEN:/kept" busybox true
	run -0 volumes
	assert_equal "${#lines[@]}" 2
	run -0 box rm -v "$TOKEN"
	run -0 volumes
	assert_output "$TOKEN"
}

@test "anonymous volumes of a box that was killed go with the next command" {
	start_box one -v /data busybox sh -c "$STAY"
	run -0 volumes
	assert_output --regexp '^[0-9a-f]{32}$'
	kill -KILL "$box"
	assert_end 137
	run -0 volumes
	assert_output ""
}

@test "what was made or removed half-way is not seen, and pruned" {
	box volume create "$TOKEN"
	mkdir -p "$BOXLAB_HOME/volumes/.half/data"
	run -0 volumes
	assert_output "$TOKEN"
	run -0 box volume prune
	assert_output ""
	assert_not_exists "$BOXLAB_HOME/volumes/.half"
}

@test "no user of the host reaches a volume, one of before neither" {
	box volume create "$TOKEN"
	run -0 stat -c %a "$BOXLAB_HOME/volumes"
	assert_output 700
	chmod 711 "$BOXLAB_HOME/volumes"
	run -0 boxed -v "$TOKEN:/data" busybox touch /data/x
	run -0 stat -c %a "$BOXLAB_HOME/volumes"
	assert_output 700
}

@test "names that are none" {
	local name
	for name in .. . .x -x a/b "a b" "$(printf 'x%.0s' {1..65})" 'a$b'; do
		run -125 box volume create -- "$name"
		refute_line "$name"
		run -125 box volume rm -- "$name"
		run -125 boxed -v "$name:/data" busybox echo ran
		refute_line ran
	done
	run -0 box volume create "$(printf 'x%.0s' {1..64})"
	run -125 box volume
	run -125 box volume nosuch
	assert_output --partial "usage: box volume"
	run -125 box volume create
	run -125 box volume ls extra
	run -0 box volume --help
}

@test "two that make and remove the same volume do not trip" {
	local i pids=()
	for i in {1..6}; do
		(for _ in {1..5}; do
			boxed -v "$TOKEN:/data" busybox touch /data/x ||
				echo failed
			box volume rm "$TOKEN" >/dev/null 2>&1 || :
		done) >"out$i" 2>&1 &
		pids+=($!)
	done
	for i in "${pids[@]}"; do wait "$i"; done
	run -0 cat out1 out2 out3 out4 out5 out6
	assert_output ""
}
