#!/usr/bin/env bats
# box: the store of images, when things go wrong, or at the same time.

# shellcheck disable=SC2154 # set by run and lib
load lib/image

setup_file() {
	export BASE=$BATS_FILE_TMPDIR/base.tar
	make_base "$BASE"
}

# A layout with an image called $TOKEN, of the base and a layer of much.
make_image() {
	need umoci
	mkdir -p much
	seq 1 400 | (cd much && xargs touch)
	head -c 3000000 /dev/urandom >much/noise
	tar --owner 0 --group 0 -cf much.tar much
	make_layout layout "$TOKEN" "$BASE" much.tar
	umoci gc --layout layout >/dev/null # what it made on the way
}

# Another image, which is in the store before and has to survive.
have_other() {
	echo "f 644 0 0 other $TOKEN" | mktar >other.tar
	make_layout other "other-$TOKEN" "$BASE" other.tar
	box load other
}

assert_other() {
	run -0 boxed "other-$TOKEN" cat /other
	assert_output "$TOKEN"
}

blob_of() { # the largest, or another one from the end
	find "$1/blobs/sha256" -type f -printf '%s %p\n' | sort -n |
		tail -n "${2:-1}" | head -n 1 | cut -d ' ' -f 2
}

@test "a blob with another digest than its name is refused" {
	need umoci jq
	local blob before
	make_image
	have_other
	before=$(store_state)
	for blob in layout/blobs/sha256/*; do
		# What the store has, it takes from nobody again.
		[ ! -e "$(STORE)/oci/blobs/sha256/${blob##*/}" ] || continue
		cp "$blob" good
		chmod u+w "$blob"
		printf ' ' >>"$blob"
		run -125 box load layout
		assert_output --partial "its digest is another"
		tar -C layout -cf layout.tar .
		run -125 box load layout.tar
		assert_output --partial "its digest is another"
		assert_equal "$(store_state)" "$before"
		cp good "$blob"
	done
	assert_other
	run -0 box load layout
}

@test "a blob that is a link to another in an archive is refused" {
	local name other
	make_image
	name=$(blob_of layout)
	other=$(blob_of layout 2)
	ln -sf "${other##*/}" "$name"
	tar -C layout -cf layout.tar .
	run -125 box load layout.tar
	assert_output "box: ${name#layout/}: its digest is another, ${other##*/}"
}

@test "a blob that is missing is refused" {
	local before
	make_image
	have_other
	before=$(store_state)
	rm "$(blob_of layout)"
	run -125 box load layout
	assert_output --regexp '^box: layout: no blob sha256:[0-9a-f]{64}$'
	assert_equal "$(store_state)" "$before"
}

# change FILTER: alter the configuration, and every digest above it.
change() {
	local index=layout/index.json manifest config digest
	manifest=layout/blobs/sha256/$(jq -r '.manifests[0].digest' $index |
		cut -d : -f 2)
	config=layout/blobs/sha256/$(jq -r .config.digest "$manifest" |
		cut -d : -f 2)
	jq -c "$1" "$config" >file
	digest=$(sha256sum file | cut -d ' ' -f 1)
	cp file "layout/blobs/sha256/$digest"
	jq -c --arg d "sha256:$digest" '.config.digest=$d' "$manifest" >file
	digest=$(sha256sum file | cut -d ' ' -f 1)
	cp file "layout/blobs/sha256/$digest"
	jq -c --arg d "sha256:$digest" '.manifests[0].digest=$d' $index >file
	cp file $index
}

@test "a layer with another diff_id is refused, and what makes no sense" {
	need jq
	local before filter
	make_image
	have_other
	before=$(store_state)
	cp layout/index.json good
	for filter in '.rootfs.diff_ids[1]="sha256:'"$(printf '0%.0s' {1..64})"'"' \
		'.rootfs.diff_ids|=reverse' 'del(.rootfs)' \
		'.rootfs.diff_ids[1]="md5:1"' '.os="windows"' \
		'.rootfs.diff_ids=[]' '.rootfs.diff_ids[0]=7' '.config.Cmd="sh"' \
		'.config.Env=["A=\u0000"]' '.config.User=3'
	do
		echo "$filter"
		change "$filter"
		run -125 box load layout
		assert_output --regexp '^box: (layer|the image)'
		assert_equal "$(store_state)" "$before"
		cp good layout/index.json
	done
	echo '{' >layout/index.json
	run -125 box load layout
	assert_output --partial "not JSON"
	jq -nc '[range(40)] | reduce .[] as $x (1; [.])' >layout/index.json
	run -125 box load layout
	head -c 5000000 /dev/zero | tr '\0' ' ' >layout/index.json
	run -125 box load layout
	assert_output --partial "too large"
	assert_equal "$(store_state)" "$before"
	assert_other
}

@test "a symbolic link in a layout does not lead out of it" {
	local blob
	make_image
	blob=$(blob_of layout)
	mv "$blob" elsewhere
	ln -s "$PWD/elsewhere" "$blob"
	run -125 box load layout
	assert_output --partial "Invalid cross-device link"
}

# kill_at CALL N COMMAND ...: the command dies at its Nth call of that kind.
kill_at() {
	local call=$1 n=$2
	shift 2
	strace -f -qq -o trace -e trace="$call" \
		-e inject="$call:signal=KILL:when=$n" "$@" >/dev/null
}

@test "killed at any step of it, a load leaves the store as it was" {
	need strace
	local call n before after kills=0
	make_image
	have_other
	box load layout
	after=$(store_state)
	box rmi "$TOKEN"
	before=$(store_state)
	for call in rename renameat2 symlink truncate unlink mkdir; do
		for n in {1..40}; do
			! kill_at $call "$n" box load layout || break
			kills=$((kills + 1))
			box images >/dev/null
			# The name is the last thing that an image gets.
			[ "$(store_state)" = "$before" ] || {
				[ "$(store_state)" = "$after" ] &&
					box rmi "$TOKEN" >/dev/null
			} || {
				diff <(echo "$before") <(store_state)
				fail "killed at $call number $n"
			}
		done
		assert_equal "$(store_state)" "$after"
		box rmi "$TOKEN"
	done
	[ $kills -gt 20 ]
	assert_other
}

@test "killed at any step of it, a load gives back the names that it took" {
	need strace
	local call n before after id kills=0
	make_image
	have_other
	box tag "other-$TOKEN" "$TOKEN"
	id=$(box images -q "$TOKEN")
	before=$(store_state)
	box load layout
	after=$(store_state)
	for call in rename renameat2 symlink truncate unlink; do
		for n in {1..40}; do
			box rmi "$TOKEN" >/dev/null
			box tag "$id" "$TOKEN"
			assert_equal "$(store_state)" "$before"
			! kill_at $call "$n" box load layout || break
			kills=$((kills + 1))
			box images >/dev/null
			[ "$(store_state)" = "$before" ] ||
				[ "$(store_state)" = "$after" ] || {
				diff <(echo "$before") <(store_state)
				fail "killed at $call number $n"
			}
			box load layout
		done
		assert_equal "$(store_state)" "$after"
	done
	[ $kills -gt 15 ]
	assert_other
}

@test "a load that was killed leaves the image of which there is a container" {
	need strace
	make_image
	have_other
	box tag "other-$TOKEN" "$TOKEN"
	run -137 kill_at truncate 1 box load layout
	box_keep --name "$TOKEN" "$TOKEN" ls /much/noise
	run -0 box images
	assert_line --regexp '^<none> '
	assert_line --regexp "^$TOKEN +latest"
	run -0 box start "$TOKEN"
	run -0 box wait "$TOKEN"
	run -0 box logs "$TOKEN"
	assert_output /much/noise
	box rm "$TOKEN"
	run -0 boxed "$TOKEN" cat /other
	assert_output "$TOKEN"
}

@test "killed at any step of it, rmi leaves all of the image or none" {
	need strace
	local call n with without kills=0
	make_image
	have_other
	without=$(store_state)
	box load layout
	with=$(store_state)
	for call in rename unlink mkdir unlinkat; do
		for n in 1 2 3 4 10 100; do
			box load layout >/dev/null
			! kill_at $call "$n" box rmi "$TOKEN" || break
			kills=$((kills + 1))
			box images >/dev/null
			[ "$(store_state)" = "$with" ] ||
				[ "$(store_state)" = "$without" ] ||
				# Only its name is gone.
				box images | grep -q '^<none>' || {
				diff <(echo "$without") <(store_state)
				fail "killed at $call number $n"
			}
			box load layout >/dev/null
			assert_equal "$(store_state)" "$with"
		done
	done
	[ $kills -gt 8 ]
	assert_other
}

@test "a load that was under way when rmi was killed half-way sees that" {
	need strace
	local layer files
	make_image
	have_other
	layer=$(layer_of "other-$TOKEN" 2)
	files=$(find "$layer" | wc -l)
	tar -C layout -cf layout.tar .
	mkfifo pipe
	start load sh -c 'exec box load - <pipe'
	exec 7>pipe
	head -c 1000000 layout.tar >&7
	wait_for bash -c "ls '$(STORE)'/tmp/*/incoming"
	run -137 kill_at unlinkat 100 box rmi "other-$TOKEN"
	[ -e "$(STORE)/dirty" ]
	[ "$(find "$layer" | wc -l)" -lt "$files" ]
	tail -c +1000001 layout.tar >&7
	exec 7>&-
	wait "$started"
	assert_equal "$(find "$layer" | wc -l)" "$files"
	run -0 boxed "$TOKEN" ls /much/noise
}

# What a command does to the disk, in its order.
disk_calls() {
	strace -f -qq -o trace -e trace=syncfs,fsync,renameat2,unlink "$@" \
		>/dev/null || return
	sed 's/^[0-9]* *//; /^[+-]/d; s/(.*dirty.*/ dirty/; s/(.*//' trace |
		uniq
}

@test "what gets a name is on the disk before, for when the power fails" {
	need strace
	make_image
	run -0 disk_calls box load layout
	assert_output 'syncfs
renameat2
unlink
fsync
unlink dirty'
	run -0 disk_calls box tag "$TOKEN" "$TOKEN:2"
	assert_output 'fsync
unlink dirty'
}

@test "a signal ends a load whose input does not come" {
	mkfifo pipe
	start input sh -c 'exec sleep 60 >pipe'
	local status=0
	start load env --default-signal sh -c 'exec box load - <pipe'
	sleep 0.5
	kill -TERM "$started"
	wait "$started" || status=$?
	assert_equal "$status" 143
	box images
	run -0 find "$(STORE)/tmp" -mindepth 1
	assert_output ""
}

@test "a signal ends a load at once, and leaves nothing" {
	local before signal
	make_image
	have_other
	before=$(store_state)
	mkfifo pipe
	tar -C layout -cf layout.tar .
	for signal in INT TERM HUP; do
		# It waits for the rest of the archive, when the signal comes.
		(head -c 1000000 layout.tar; exec sleep 60) >pipe &
		STARTED+=("$!")
		env --default-signal box load - <pipe >out 2>&1 &
		STARTED+=("$!")
		wait_for bash -c "ls '$(STORE)'/tmp/*/incoming"
		kill -s "$signal" "${STARTED[-1]}"
		kill "${STARTED[-2]}"
		wait "${STARTED[-1]}" && fail "it went on"
		run -0 find "$(STORE)/tmp" -mindepth 1
		assert_output ""
		assert_equal "$(store_state)" "$before"
	done
	assert_other
}

@test "many loads at once, of the same and of others" {
	local n pids=()
	make_image
	have_other
	for n in {1..6}; do
		echo "f 644 0 0 own $n" | mktar >"$n.tar"
		make_layout "layout-$n" "$TOKEN-$n" "$BASE" "$n.tar"
	done
	for n in {1..6}; do
		box load "layout-$n" >"out-$n" 2>&1 &
		pids+=("$!")
		box load layout >"out-same-$n" 2>&1 &
		pids+=("$!")
	done
	for n in "${pids[@]}"; do
		wait "$n"
	done
	for n in {1..6}; do
		run -0 boxed "$TOKEN-$n" cat /own
		assert_output "$n"
	done
	run -0 box images -q
	assert_equal "${#lines[@]}" 8
	run -0 find "$(STORE)/tmp" -mindepth 1
	assert_output ""
}

@test "load and rmi of what they share, at the same time" {
	local n loads removes
	make_image
	have_other
	for n in {1..8}; do
		box load layout >/dev/null 2>load.err &
		loads=$!
		box rmi "other-$TOKEN" >/dev/null 2>&1 &
		removes=$!
		wait "$loads" || { cat load.err; fail "load failed"; }
		wait "$removes" || :
		run -0 boxed "$TOKEN" ls /much/noise
		box load other >/dev/null 2>&1 &
		loads=$!
		box rmi "$TOKEN" >/dev/null
		wait "$loads"
		assert_other
	done
}

@test "who lists images is not disturbed by who removes one" {
	need strace
	make_image
	have_other
	box load layout
	# It has the names, and waits before it looks at them.
	start images strace -f -qq -o trace -P "$(STORE)/names" \
		-e trace=close -e inject=close:delay_exit=2000000 box images
	wait_for grep -q close trace
	run -0 box rmi "$TOKEN"
	wait "$started"
	run -0 cat images.out
	assert_line --regexp "^$TOKEN +latest"
	assert_line --regexp "^other-$TOKEN +latest"
}

@test "those who read do not wait for one another, nor for a slow save" {
	make_image
	box load layout
	flock -s "$(STORE)" timeout -s KILL 5 box images -q >out
	assert_equal "$(wc -l <out)" 1
	mkfifo pipe
	start save box save -o pipe "$TOKEN"
	exec 7<pipe
	head -c 512 <&7 >saved.tar
	run -0 timeout -s KILL 5 box rmi "$TOKEN"
	assert_line --partial "Deleted: "
	cat <&7 >>saved.tar
	exec 7<&-
	wait "$started"
	box load saved.tar
	run -0 boxed "$TOKEN" ls /much/noise
}

@test "an image that a container is made of stays" {
	local box_id
	make_image
	box load layout
	box_keep --name "$TOKEN" "$TOKEN" true
	run -125 box rmi "$TOKEN"
	assert_output --regexp \
		"^box: $TOKEN: container [0-9a-f]{12} is made of it \\(box rm"
	run -0 box images -q
	assert_equal "${#lines[@]}" 1
	box_id=$(box ps -a | sed -n '2s/ .*//p')
	box tag "$TOKEN" "$TOKEN:two"
	run -0 box rmi "$TOKEN:two"
	box rm "$box_id"
	run -0 box rmi "$TOKEN"
}

@test "rmi makes room where there is none left" {
	need_root
	local free
	make_image
	mkdir -p "$BOXLAB_HOME"
	mount -t tmpfs tmpfs "$BOXLAB_HOME"
	box load layout
	free=$(df --output=iused "$BOXLAB_HOME" | tail -n 1)
	mount -o "remount,nr_inodes=$((free + 2))" "$BOXLAB_HOME"
	# One file more is all that there is room for.
	: >"$BOXLAB_HOME/last"
	run -125 box load layout
	assert_output --partial "No space left"
	run -0 box rmi "$TOKEN"
	assert_line --partial "Deleted: "
	run -0 find "$(STORE)/layers" "$(STORE)/tmp" -mindepth 1
	assert_output ""
	rm "$BOXLAB_HOME/last"
	umount "$BOXLAB_HOME"
}

@test "a running box keeps its image too" {
	make_image
	box load layout
	start_box one "$TOKEN" sh -c "$STAY"
	run -125 box rmi "$TOKEN"
	assert_output --partial "is made of it"
	kill -KILL "$box"
	wait_for ended "$box"
	run -0 box rmi "$TOKEN"
}

@test "a plain directory is never taken for an image, nor the other way" {
	make_image
	box load layout
	box tag "$TOKEN" "a/$TOKEN"
	make_root "a/$TOKEN"
	echo directory >"a/$TOKEN/which"
	run -0 boxed "./a/$TOKEN" cat /which
	assert_output directory
	run -1 boxed "a/$TOKEN" cat /which
	run -0 box rmi "a/$TOKEN"
	run -0 boxed "a/$TOKEN" cat /which
	assert_output directory
}

@test "the store's image of a name comes before the one that was built" {
	make_image
	box load -t busybox layout
	run -0 boxed busybox ls /much/noise
	run -0 box rmi busybox
	run -1 boxed busybox ls /much/noise
}

@test "names: what can be one, and what cannot" {
	local name
	make_image
	box load layout
	for name in a a:1 b-c_d/e.f example.org/x localhost:5000/x:T.1_ \
		docker.io/x/y a__b library/library/x docker.io/docker.io/x \
		index.docker.io/docker.io/library/x; do
		run -0 box tag "$TOKEN" "$name"
		run -0 boxed "$name" true
		run -0 box images -q
		run -0 box rmi "$name"
	done
	for name in '' A a: a:-1 a:.x 'a b' a//b /a a/ .a a. ../a a/../b \
		a/./b a%b 'a:b:c' a@b $'a\nb' "a:$(printf 'x%.0s' {1..129})" \
		"$(printf 'x%.0s' {1..300})"; do
		run -125 box tag "$TOKEN" "$name"
		assert_output --partial "not a name for an image"
	done
	# Nor what somebody could take for the id of another image.
	run -0 box images -q --no-trunc
	for name in "$output" "${output#sha256:}" "${output#sha256:}:1" \
		sha256:1; do
		run -125 box tag "$TOKEN" "$name"
		assert_output --partial "not a name for an image"
	done
	run -0 box images -q
	assert_equal "${#lines[@]}" 1
}

@test "without the libraries' program, the commands say so" {
	mkdir -p alone/bin
	cp "$BOXLAB_BIN/box" alone/bin
	run -125 alone/bin/box images
	assert_output --partial "libexec/boxlab/box-image: missing"
}
