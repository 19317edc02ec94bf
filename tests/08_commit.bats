#!/usr/bin/env bats
# box: what a container has changed becomes an image.

# shellcheck disable=SC2016,SC2154 # for the box's shell; set by run and lib
load lib/image

setup_file() {
	export BASE=$BATS_FILE_TMPDIR/base.tar
	make_base "$BASE"
}

teardown() {
	exec 7<&-
	remove_all
	image_teardown || return
	[ -z "${open_home:-}" ] || rm -rf "$open_home"
}

# The archive of the top layer of an image, and the names in it.
top_blob() {
	local id
	id=$(box images -q --no-trunc "$1" | head -n 1)
	echo "$(STORE)/oci/blobs/sha256/$(tail -n 1 "$(STORE)/images/$id/blobs")"
}
members() { tar -tzf "$(top_blob "$1")"; }

# The writable layer of a container.
upper_of() {
	echo "$BOXLAB_HOME/containers/$(readlink "$BOXLAB_HOME/names/$1")/upper"
}

# A box that counts for ever, in /count, which its layer shows.
count_up() {
	detach --name "$1" busybox sh -c \
		'while :; do echo >>/count; sleep 0.02; done'
	wait_for counts "$1"
}
counts() {
	local before
	before=$(wc -l <"$(upper_of "$1")/count") && sleep 0.1 &&
		[ "$(wc -l <"$(upper_of "$1")/count")" -gt "$before" ]
}

# Begin a commit that gets as far as to the store, whose lock we have.
begin_commit() {
	box images >/dev/null
	exec 7<"$(STORE)"
	flock 7
	# It would inherit the lock, and have INT ignored.
	start commit env --default-signal box commit "$@" 7<&-
}

@test "commit: what was made, changed and deleted is so in the new image" {
	box import "$BASE" "$TOKEN:0"
	box_keep --name "$TOKEN" "$TOKEN:0" sh -c 'mkdir /d /e /o
		touch /d/low /e/low /e/kept /o/low /gone; echo old >/changed'
	run -0 box commit "$TOKEN" "$TOKEN:1"
	assert_output --regexp '^sha256:[0-9a-f]{64}$'
	assert_equal "$output" "$(box inspect -f '{{.Id}}' "$TOKEN:1")"
	box_keep --name "two$TOKEN" "$TOKEN:1" sh -c "echo $TOKEN >/new
		echo new >/changed; rm -r /gone /d /e/low; touch /d
		rm -r /o; mkdir /o; touch /o/high"
	run -0 box commit "two$TOKEN" "$TOKEN:2"
	run -0 members "$TOKEN:2"
	assert_output "$(printf '%s\n' changed d e/ e/.wh.low .wh.gone new o/ \
		o/.wh..wh..opq o/high)"
	run -0 boxed "$TOKEN:2" sh -c 'cat /new /changed; ls /e /o
		ls -d /gone 2>&1; [ -f /d ] && echo file'
	assert_output "$(printf '%s\n' "$TOKEN" new /e: kept '' /o: high \
		'ls: /gone: No such file or directory' file)"
	run -0 boxed "$TOKEN:1" ls /gone /d /o
	assert_line low
}

@test "commit: owner, mode, time, attributes and links are kept" {
	need setfattr getfattr
	local upper
	box_keep --name "$TOKEN" busybox sh -c 'umask 022
		echo one >/a; ln /a /z; chmod 4711 /a; ln -s /nowhere /l
		mkfifo -m 600 /p; mkdir -m 1777 /t; touch -d "1990-01-02 03:04" /t
		dd if=/dev/zero of=/hole bs=1 count=1 seek=8000000 2>/dev/null
		touch "/$(printf "odd \377\n\303\244")" /$(printf %0200d 7)'
	upper=$(upper_of "$TOKEN")
	setfattr -n user.word -v "$TOKEN" "$upper/a" "$upper/t"
	touch -d '1991-01-01 00:00:00.123456789' "$upper/a"
	box commit "$TOKEN" "$TOKEN"
	list() {
		(cd "$1" && find . -mindepth 1 \( -type d -printf '%P %y %m %U %G %Ts\n' \
			-o -printf '%P %y %m %U %G %Ts %n %s %l\n' \) | sort
			getfattr -hd a t)
	}
	run -0 list "$(layer_of "$TOKEN")"
	assert_output --partial "user.word=\"$TOKEN\""
	assert_output --partial "a f 4711"
	assert_equal "$output" "$(list "$upper")"
	assert_equal "$(stat -c %i "$(layer_of "$TOKEN")/a")" \
		"$(stat -c %i "$(layer_of "$TOKEN")/z")"
	(($(stat -c %b "$(layer_of "$TOKEN")/hole") < 100)) ||
		[ "$(stat -c %b "$upper/hole")" -ge 100 ]
	run -0 boxed "$TOKEN" sh -c 'wc -c </hole; cat /z; ls -l /l'
	assert_line 8000001
	assert_line one
}

@test "commit: ids and device files" {
	need_root
	box_keep --name "$TOKEN" busybox sh -c 'touch /f; chown 12:34 /f
		chmod 4755 /f; mknod -m 640 /c c 1 7; ln -s x /l; chown -h 5:6 /l'
	box commit "$TOKEN" "$TOKEN"
	run -0 boxed "$TOKEN" stat -c '%n %a %u %g %t %T' /f /c /l
	assert_output "$(printf '%s\n' '/f 4755 12 34 0 0' '/c 640 0 0 1 7' \
		'/l 777 5 6 0 0')"
}

@test "commit: nothing of the init layer, changed or not" {
	local network
	# shellcheck disable=SC2034 # read by lib/box
	for network in none bridge; do
		is_root || [ "$network" = none ] || continue
		NETWORK=(--network "$network")
		box_keep --name "$network$TOKEN" busybox sh -c "touch /etc/$TOKEN
			echo >>/etc/resolv.conf; rm /etc/hostname /etc/mtab
			rm /etc/hosts; echo >/etc/hosts"
		box commit "$network$TOKEN" "$TOKEN:$network"
		run -0 members "$TOKEN:$network"
		assert_output "$(printf '%s\n' etc/ "etc/$TOKEN")"
	done
	run -0 boxed --network none "$TOKEN:none" cat /etc/hostname /etc/hosts
	assert_output --partial localhost
}

@test "commit: of a container that has changed nothing, and again of that" {
	local n image=busybox
	for n in 1 2 3; do
		box_keep --name "$TOKEN$n" "$image" true
		box commit "$TOKEN$n" "$TOKEN:$n"
		run -0 members "$TOKEN:$n"
		assert_output ""
		image=$TOKEN:$n
	done
	run -0 boxed "$TOKEN:3" echo ran
	assert_output ran
}

@test "commit: of a directory, whose own files are in the image" {
	make_root root
	mkdir -p root/etc root/sub
	echo "$TOKEN" | tee root/etc/hosts >root/sub/file
	box_keep --name "$TOKEN" ./root sh -c 'rm /sub/file; touch /new'
	box commit "$TOKEN" "$TOKEN"
	rm -rf root
	run -0 box history "$TOKEN"
	assert_equal "${#lines[@]}" 3
	assert_line --index 2 --partial "box run ./root"
	run -0 boxed "$TOKEN" ls -d /new /sub
	run -1 boxed "$TOKEN" ls /sub/file
	assert_equal "$(cat "$(layer_of "$TOKEN" 2)/etc/hosts")" "$TOKEN"

	# With no command of its own it would be an image that asks for one.
	run -0 boxed -i "$TOKEN" <<<"echo a shell"
	assert_output "a shell"
}

@test "run: an image's VOLUME hides nothing that the user wants there" {
	box_keep --name "$TOKEN" busybox sh -c 'mkdir -p /d/in; echo x >/d/x'
	box commit -c 'VOLUME ["/d/"]' "$TOKEN" "$TOKEN"
	run -0 boxed -v "v-$TOKEN:/d//" "$TOKEN" touch /d/kept
	run -0 boxed -v "v-$TOKEN:/d/." "$TOKEN" ls /d
	assert_output $'in\nkept\nx'
	run -0 boxed -v "w-$TOKEN:/d/in" "$TOKEN" touch /d/in/kept /d/lost
	run -0 boxed -v "w-$TOKEN:/d/in" "$TOKEN" ls /d /d/in
	assert_output $'/d:\nin\nx\n\n/d/in:\nkept'
	run -0 box volume rm "v-$TOKEN" "w-$TOKEN"
	run -0 box volume ls -q
	assert_output ""
}

@test "commit: -a, -m and -c are seen in inspect and history" {
	need jq
	box_keep --name "$TOKEN" busybox touch /new
	box commit -a "A $TOKEN" -m "M $TOKEN" -c 'CMD ["echo", "x y"]' \
		--change "ENV A=1 B='two words' C=\"$TOKEN\"" -c 'WORKDIR /tmp' \
		-c 'USER 0:0' -c 'EXPOSE 80 53/udp' -c 'VOLUME ["/v"]' \
		-c 'STOPSIGNAL INT' -c 'LABEL a.b=c "d=e f"' \
		"$TOKEN" "$TOKEN:1"
	run -0 box history "$TOKEN:1"
	assert_line --index 0 --regexp 'CREATED BY +COMMENT$'
	assert_line --index 1 --regexp "touch /new +M $TOKEN\$"
	run -0 box inspect -f '{{.Author}}' "$TOKEN:1"
	assert_output "A $TOKEN"
	run -0 box inspect -f '{{.Comment}}' "$TOKEN:1"
	assert_output "M $TOKEN"
	run -0 jq -cS '.[0].Config' <(box inspect "$TOKEN:1")
	assert_output "$(jq -cnS --arg t "C=$TOKEN" '{Cmd:["echo","x y"],
		Env:["A=1","B=two words",$t],WorkingDir:"/tmp",User:"0:0",
		ExposedPorts:{"80/tcp":{},"53/udp":{}},Volumes:{"/v":{}},
		StopSignal:"INT",Labels:{"a.b":"c","d":"e f"}}')"
	run -0 boxed "$TOKEN:1"
	assert_output "x y"
	run -0 boxed "$TOKEN:1" sh -c 'pwd; echo $B'
	assert_output $'/tmp\ntwo words'

	# The next one begins with that; a new entry point drops the command.
	box_keep --name "two$TOKEN" "$TOKEN:1" true
	box commit -c 'ENV B=3' -c 'ENTRYPOINT echo $B' "two$TOKEN" "$TOKEN:2"
	run -0 jq -cS '.[0].Config|[.Cmd,.Entrypoint,.Env]' \
		<(box inspect "$TOKEN:2")
	assert_output "$(jq -cn --arg t "C=$TOKEN" \
		'[null,["/bin/sh","-c","echo $B"],["A=1","B=3",$t]]')"
	run -0 boxed "$TOKEN:2"
	assert_output 3
	box commit -c 'CMD ["y"]' -c 'ENTRYPOINT ["echo"]' "two$TOKEN" "$TOKEN:3"
	run -0 boxed "$TOKEN:3"
	assert_output y
}

@test "commit: -c knows the image's variables, and ranges of ports" {
	need jq
	box_keep --name "$TOKEN" busybox true
	box commit -c 'ENV A=/a B=x' -c 'ENV P=$A:${B}c Q="$B $none." R=\$A' \
		-c "ENV S='\$A' T=5\$" -c 'WORKDIR $A/w' -c 'USER ${U}0' \
		-c 'LABEL l=$B' -c 'VOLUME $A/v' -c 'EXPOSE 80-82 53/udp' \
		"$TOKEN" "$TOKEN:1"
	run -0 jq -cS '.[0].Config' <(box inspect "$TOKEN:1")
	assert_output "$(jq -cnS '{Cmd:["sh"],Env:["A=/a","B=x","P=/a:xc","Q=x .",
		"R=$A","S=$A","T=5$"],WorkingDir:"/a/w",User:"0",
		Labels:{l:"x"},Volumes:{"/a/v":{}},ExposedPorts:{"80/tcp":{},
		"81/tcp":{},"82/tcp":{},"53/udp":{}}}')"
}

@test "commit: what makes no sense is refused, with the store as it was" {
	local before change
	box_keep --name "$TOKEN" busybox true
	box images >/dev/null
	before=$(store_state)
	for change in 'RUN date' CMD 'ENV A' 'ENV =a' 'LABEL x' 'EXPOSE many' \
		'ENV A=${B:-c}' 'ENV A=${}' 'ENV A=${B' 'USER $none' \
		'WORKDIR tmp' 'VOLUME v' 'STOPSIGNAL NONE' "ENV A='b" \
		$'ENV A=\377'; do
		run -125 box commit -c "$change" "$TOKEN"
		assert_output --partial "box: --change"
	done
	run -125 box commit -m $'\377' "$TOKEN"
	assert_output "box: the comment is not UTF-8"
	run -125 box commit "no-$TOKEN"
	assert_output --partial "no container no-$TOKEN"
	run -125 box commit "$TOKEN" Wrong
	assert_output "box: Wrong: not a name for an image"
	run -125 box commit --pause=maybe "$TOKEN"
	assert_output "box: --pause maybe: neither true nor false"
	run -125 box commit
	assert_output --partial "usage: box commit"
	touch "$(upper_of "$TOKEN")/.wh.$TOKEN"
	run -125 box commit "$TOKEN"
	assert_output --partial ".wh.$TOKEN: an image cannot have a name in .wh."
	assert_equal "$(store_state)" "$before"
	run -0 box rm "$TOKEN"
}

@test "commit: a running container is frozen meanwhile, and goes on after" {
	need_limits
	count_up "$TOKEN"
	begin_commit "$TOKEN" "$TOKEN"
	wait_for fact_is "$TOKEN" paused 1
	run -1 counts "$TOKEN"
	run -0 box ps
	assert_output --partial "(Paused)"
	exec 7<&-
	wait "$started"
	assert_equal "$(fact "$TOKEN" paused)" 0
	wait_for counts "$TOKEN"
	run -0 box images "$TOKEN"
	assert_output --partial "$TOKEN"
}

@test "commit: interrupted or killed, the container goes on, the store is as it was" {
	need_limits
	local before signal
	count_up "$TOKEN"
	box images >/dev/null
	before=$(store_state)
	for signal in INT TERM HUP KILL; do
		begin_commit "$TOKEN" "$TOKEN"
		wait_for fact_is "$TOKEN" paused 1
		kill -s "$signal" "$started"
		exec 7<&-
		wait_for fact_is "$TOKEN" paused 0
		wait_for counts "$TOKEN"
		wait_for ended "$started"
		box images >/dev/null
		assert_equal "$(store_state)" "$before"
	done
}

@test "commit: killed half-way, at any moment, the store is as it was" {
	local before part
	need_limits
	count_up "$TOKEN"
	head -c 8000000 /dev/urandom >"$(upper_of "$TOKEN")/noise"
	box images >/dev/null
	before=$(store_state)
	for part in 05 1 2 3; do
		box commit "$TOKEN" "$TOKEN" >out 2>&1 3>&- &
		sleep "0.$part"
		kill -KILL $! 2>/dev/null || :
		wait $! || :
		[ ! -s out ] || box rmi "$TOKEN"
		wait_for fact_is "$TOKEN" paused 0
		wait_for counts "$TOKEN"
		run -0 box images
		assert_equal "$(store_state)" "$before"
	done
}

@test "commit: one that is killed when it has frozen, unpause can let go on" {
	need_root
	need strace
	local file
	file=$(dirname "$(group_file freezer/tasks cgroup.procs)")
	detach --name "$TOKEN" busybox sleep 600
	file+=/boxlab-$id/$([ -e "$file/boxlab-$id/freezer.state" ] &&
		echo freezer.state || echo cgroup.freeze)
	run strace -f -qq -o /dev/null -P "$file" -e trace=write \
		-e inject=write:signal=KILL:when=1 box commit "$TOKEN" "$TOKEN"
	[ "$status" -ne 0 ]
	run -0 box ps
	assert_output --partial Paused
	run -0 box unpause "$TOKEN"
	run -0 timeout -s KILL 10 box exec "$TOKEN" echo alive
	assert_output alive
}

@test "commit: without room for it, the container goes on, the store is as it was" {
	need_root
	local before
	mkdir -p "$BOXLAB_HOME"
	mount -t tmpfs -o size=24m tmpfs "$BOXLAB_HOME"
	count_up "$TOKEN"
	head -c 14000000 /dev/urandom >"$(upper_of "$TOKEN")/noise"
	box images >/dev/null
	before=$(store_state)
	run -125 box commit "$TOKEN" "$TOKEN"
	assert_output --partial "No space left"
	assert_equal "$(fact "$TOKEN" paused)" 0
	wait_for counts "$TOKEN"
	assert_equal "$(store_state)" "$before"
	run -0 find "$(STORE)/tmp" -mindepth 1
	assert_output ""
	remove_all
	umount "$BOXLAB_HOME"
}

@test "commit: what is no strict JSON is for a shell" {
	need jq
	local text
	box_keep --name "$TOKEN" busybox true
	for text in "['echo', 'x']" '["echo"] x' '["echo",]' '["echo" /* */]'; do
		box commit -c "CMD $text" "$TOKEN" "$TOKEN"
		run -0 jq -c .[0].Config.Cmd <<<"$(box inspect "$TOKEN:latest")"
		assert_output "$(jq -nc --arg t "$text" '["/bin/sh","-c",$t]')"
	done
	box commit -c 'CMD [ "echo", "x" ] ' "$TOKEN" "$TOKEN"
	run -0 jq -c .[0].Config.Cmd <<<"$(box inspect "$TOKEN:latest")"
	assert_output '["echo","x"]'
}

@test "commit: more levels of directories than descriptors are allowed" {
	box_keep --name "$TOKEN" busybox sh -c \
		'mkdir -p "$(printf "d/%.0s" $(seq 200))"'
	(ulimit -Sn 100 && box commit "$TOKEN" "$TOKEN:1")
	run -0 boxed "$TOKEN:1" sh -c 'find /d | wc -l'
	assert_output 200
}

@test "commit: nothing of the container is opened before it is a file" {
	need strace
	box_keep --name "$TOKEN" busybox sh -c "echo $TOKEN >/victim"
	strace -f -qq -o trace -e trace=openat box commit "$TOKEN" "$TOKEN"
	# The layer that it becomes is made anew.
	run -0 sed '/"victim"/!d; /O_EXCL/d' trace
	assert_output --partial O_PATH
	assert_equal "${#lines[@]}" 1
	run -0 boxed "$TOKEN" cat /victim
	assert_output "$TOKEN"
}

@test "commit: --pause=false lets it go on; one that is paused stays so" {
	need_limits
	count_up "$TOKEN"
	begin_commit --pause=false "$TOKEN" "$TOKEN:1"
	wait_for grep -q HOLD= "/proc/$started/cmdline"
	wait_for counts "$TOKEN"
	exec 7<&-
	wait "$started"
	box pause "$TOKEN"
	box commit "$TOKEN" "$TOKEN:2"
	assert_equal "$(fact "$TOKEN" paused)" 1
	run -1 counts "$TOKEN"
	box unpause "$TOKEN"
	wait_for counts "$TOKEN"
}

@test "commit: where there is no cgroup to freeze it says so" {
	need_plain
	! boxed --pids-limit 9 busybox true 2>/dev/null ||
		skip "is about a plain user"
	count_up "$TOKEN"
	run -0 box commit "$TOKEN" "$TOKEN"
	assert_output --partial "no cgroup to freeze: it goes on while"
	run -125 box commit --pause=true "$TOKEN"
	assert_output "box: $TOKEN has no cgroup to freeze (--pause=false)"
	run -0 box commit --pause=false "$TOKEN"
	assert_output --regexp '^sha256:[0-9a-f]{64}$'
	wait_for counts "$TOKEN"
}

@test "commit: two at once of one container, one after the other" {
	local first second
	count_up "$TOKEN"
	begin_commit "$TOKEN" "$TOKEN:a"
	first=$started
	wait_for grep -q HOLD= "/proc/$first/cmdline"
	start b box commit "$TOKEN" "$TOKEN:b" 7<&-
	second=$started
	sleep 0.3
	run -1 grep -q HOLD= "/proc/$second/cmdline"
	exec 7<&-
	wait "$first"
	wait "$second"
	assert_equal "$(sort -u commit.out b.out | grep -c sha256:)" 2
	assert_equal "$(fact "$TOKEN" paused)" 0
	wait_for counts "$TOKEN"
	run -0 boxed "$TOKEN:a" test -s /count
	run -0 boxed "$TOKEN:b" test -s /count
}

somebody() { [ -n "$(ls "$BOXLAB_HOME/running")" ]; }
nobody() { ! somebody; }

@test "commit: nobody starts or removes an ended container meanwhile" {
	local signal
	run -3 box_keep --name "$TOKEN" busybox sh -c "echo $TOKEN >/new; exit 3"
	for signal in TERM KILL; do
		begin_commit "$TOKEN"
		wait_for somebody
		run -125 box rm "$TOKEN"
		assert_output --partial "is running"
		run -125 box start "$TOKEN"
		kill -s "$signal" "$started"
		exec 7<&-
		wait_for nobody
		wait_for ended "$started"
		run -0 box ps -a
		assert_output --partial "Exited (3)"
	done
	run -0 box commit "$TOKEN" "$TOKEN"
	run -0 boxed "$TOKEN" cat /new
	assert_output "$TOKEN"
	run -0 box ps -a
	assert_output --partial "Exited (3)"
	box rm "$TOKEN"
}

@test "commit: who removes a container meanwhile waits for it" {
	local pid commit
	count_up "$TOKEN"
	pid=$(fact "$TOKEN" pid)
	begin_commit "$TOKEN" "$TOKEN"
	wait_for grep -q HOLD= "/proc/$started/cmdline"
	commit=$started
	start rm box rm -f "$TOKEN" 7<&-
	wait_for ended "$pid"
	sleep 0.2
	assert_exists "$(upper_of "$TOKEN")/count"
	exec 7<&-
	wait "$commit"
	wait "$started"
	run -0 boxed "$TOKEN" test -s /count
	run -0 box ps -a
	assert_equal "${#lines[@]}" 1
}

@test "commit: umoci and skopeo read what box save writes of it" {
	need umoci skopeo
	local options=()
	is_root || options=(--rootless)
	make_layout layout "$TOKEN" "$BASE"
	box load layout
	box_keep --name "$TOKEN" "$TOKEN" sh -c "echo $TOKEN >/new; rm /bin/ls
		dd if=/dev/zero of=/hole bs=1 count=1 seek=5000000 2>/dev/null
		ln /new /link; touch /$(printf 'n\303\244'); rm -r /home
		mkdir /home"
	box commit -m hello "$TOKEN" "$TOKEN:1"
	box save -o out/ "$TOKEN:1"
	run -0 skopeo inspect --config "oci:out:$TOKEN:1"
	assert_output --partial '"comment": "hello"'
	skopeo copy -q "oci:out:$TOKEN:1" dir:copy
	umoci unpack "${options[@]}" --image "out:$TOKEN:1" bundle
	assert_equal "$(cat bundle/rootfs/link)" "$TOKEN"
	assert_equal "$(stat -c %h bundle/rootfs/new)" 2
	assert_equal "$(stat -c %s bundle/rootfs/hole)" 5000001
	assert_exists "bundle/rootfs/$(printf 'n\303\244')"
	assert_exists bundle/rootfs/bin/sh
	assert_not_exists bundle/rootfs/bin/ls
	run -0 umoci stat --image "out:$TOKEN:1"
	assert_output --partial hello
}

@test "commit: --userns auto, with the container's ids" {
	need_root
	open_home=$(mktemp -d "${TMPDIR:-/tmp}/commit.XXXXXX")
	chmod 755 "$open_home"
	export BOXLAB_HOME=$open_home/state
	boxed --userns auto busybox true 2>why || {
		! grep "cannot shift owners" why ||
			skip "needs a file system that can shift owners"
		fail "$(cat why)"
	}
	box import "$BASE" "$TOKEN"
	box_keep --userns auto --name "$TOKEN" "$TOKEN" sh -c 'touch /f /g
		chown 12:34 /f; chmod 4755 /f; rm /bin/ls; rm -r /home
		mkdir /home; chown 7 /home'
	run -0 stat -c %u "$(upper_of "$TOKEN")/f"
	refute_output 12
	box commit "$TOKEN" "$TOKEN:1"
	run -0 boxed "$TOKEN:1" stat -c '%n %a %u %g' /f /g /home
	assert_output "$(printf '%s\n' '/f 4755 12 34' '/g 644 0 0' \
		'/home 755 7 0')"
	run -1 boxed "$TOKEN:1" test -e /bin/ls
	run -0 boxed --userns auto "$TOKEN:1" stat -c '%n %a %u %g' /f
	assert_output '/f 4755 12 34'
}

@test "commit: sockets are left out, with a word" {
	need socat
	box_keep --name "$TOKEN" busybox touch /new
	local upper
	upper=$(upper_of "$TOKEN")
	start listener env -C "$upper" socat UNIX-LISTEN:s -
	wait_for test -S "$upper/s"
	kill -KILL "$started" # whoever is killed leaves its socket
	run -0 box commit "$TOKEN" "$TOKEN"
	assert_line "box: s: left out: a socket"
	run -0 members "$TOKEN"
	assert_output new
}
