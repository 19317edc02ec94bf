#!/usr/bin/env bats
# 06_overlay_whiteout: layers, copy-up, and deleting what you cannot write.

# shellcheck disable=SC2016 # scripts for the shell in the box
# shellcheck disable=SC2154,SC2030,SC2031 # variables of bats and its library
# shellcheck disable=SC1003 # a backslash is a name here

load lib/boxlab

# make_layers: an image of two layers, app on top of base, and an upper.
make_layers() {
	mkdir -p base/doc/old base/keep app/keep up
	echo "base $TOKEN" >base/both
	echo "base $TOKEN" >base/only
	head -c 100000 /dev/urandom >base/big
	echo intro >base/doc/intro
	echo old >base/doc/old/file
	echo kept >base/keep/base
	echo kept >app/keep/app
	echo "app $TOKEN" >app/both
}

# in_box COMMAND: on app and base, writing to up.
in_box() { 06_overlay_whiteout -u up -l app -l base "$@"; }

# Names, types, modes, times and contents of a tree.
fingerprint() {
	local dir
	for dir; do
		(cd "$dir" && find . -printf '%p %y %m %U:%G %T@ %l\n' | sort &&
			find . -type f -exec sha256sum {} + | sort)
	done
}

# What diff -r says, in the words of -d.
diff_lines() {
	LC_ALL=C diff -rq --no-dereference before after | sed -E \
		-e 's,^Only in before(/?.*): (.*)$,D \1/\2,' \
		-e 's,^Only in after(/?.*): (.*)$,A \1/\2,' \
		-e 's,^Files before(.*) and after.* differ$,C \1,' \
		-e 's,^Symbolic links before(.*) and after.* differ$,C \1,' \
		-e 's,^File before(.*) is a .* while file after.*$,C \1,' |
		sort
}

# check_diff SCRIPT: run it in the box; -d must say what diff -r says.
check_diff() {
	06_overlay_whiteout -l app -l base cp -a . "$PWD/before"
	run -0 in_box sh -euc "$1"
	in_box cp -a . "$PWD/after"
	diff_lines >expected
	run -0 06_overlay_whiteout -d -u up -l app -l base
	assert_equal "$(sort <<<"$output")" "$(cat expected)"
	assert [ -s expected ]
}

@test "the top layer wins, and directories are merged" {
	make_layers
	run -0 06_overlay_whiteout -l app -l base cat both only
	assert_line --index 0 "app $TOKEN"
	assert_line --index 1 "base $TOKEN"
	run -0 06_overlay_whiteout -l base -l app cat both
	assert_output "base $TOKEN"
	run -0 06_overlay_whiteout -l app -l base ls keep
	assert_output $'app\nbase'
	echo "up $TOKEN" >up/both
	run -0 in_box cat both
	assert_output "up $TOKEN"
}

@test "of three layers the middle one lies above the last" {
	mkdir a b c
	echo b >b/x
	echo c >c/x
	run -0 06_overlay_whiteout -l a -l b -l c cat x
	assert_output b
	mkdir up
	run -0 06_overlay_whiteout -u up -l a -l b -l c cat x
	assert_output b
}

@test "what the box writes is in the upper directory, and read back" {
	make_layers
	run -0 in_box sh -c "echo $TOKEN >new && echo more >>both"
	assert_equal "$(cat up/new)" "$TOKEN"
	assert_equal "$(cat up/both)" $'app '"$TOKEN"$'\nmore'
	run -0 in_box cat new
	assert_output "$TOKEN"
}

@test "the lower layers never change" {
	local before
	make_layers
	before=$(fingerprint app base)
	run -0 in_box sh -euc '
		cat big >/dev/null; echo x >>big; echo new >both
		chmod 700 keep; touch doc/intro; mv only moved
		rm doc/old/file; rmdir doc/old; rm -r doc; mkdir doc
		ln keep/app keep/link; rm keep/base; echo x >keep/new'
	assert [ -e up/big ]
	assert_equal "$(fingerprint app base)" "$before"
}

@test "reading copies nothing up, one byte written copies the whole file" {
	make_layers
	run -0 in_box cat big
	assert_not_exist up/big
	run -0 in_box sh -c 'printf x >>big'
	assert_equal "$(stat -c %s up/big)" 100001
	assert cmp -n 100000 up/big base/big
}

@test "rm leaves a character device 0:0" {
	make_layers
	run -0 in_box rm only
	assert_equal "$(stat -c '%F %t:%T' up/only)" "character special file 0:0"
	run -1 --separate-stderr in_box test -e only
	run -0 06_overlay_whiteout -d -u up -l app -l base
	assert_output "D /only"
}

@test "rmdir and mkdir again: an opaque directory, for the kernel and for us" {
	make_layers
	run -0 in_box sh -ec 'rm -r doc; mkdir -p doc/old; echo n >doc/new'
	run -0 in_box find doc
	assert_line doc/new
	assert_line doc/old
	refute_line --partial intro
	refute_line doc/old/file
	run -0 06_overlay_whiteout -d -u up -l app -l base
	assert_equal "$(sort <<<"$output")" \
		$'A /doc/new\nD /doc/intro\nD /doc/old/file'
}

@test "a lower directory can be removed and renamed in a user namespace" {
	make_layers
	run -0 unshare --user --map-root-user \
		06_overlay_whiteout -u up -l app -l base \
		sh -ec 'mv keep kept; rm -r doc; mkdir doc; ls doc kept'
	refute_output --partial intro
	assert_line app
	run -0 unshare --user --map-root-user \
		06_overlay_whiteout -d -u up -l app -l base
	assert_equal "$(sort <<<"$output")" \
		$'A /kept\nD /doc/intro\nD /doc/old\nD /keep'
}

@test "in a user namespace, -i and -e know the attribute that counts there" {
	local in_userns=(unshare --user --map-root-user 06_overlay_whiteout)
	make_layers
	mkdir up/doc
	touch up/doc/.wh..wh..opq up/doc/new up/.wh.only
	run -0 "${in_userns[@]}" -i up
	run -0 "${in_userns[@]}" -u up -l app -l base ls doc
	assert_output new
	run -0 "${in_userns[@]}" -d -u up -l app -l base
	assert_equal "$(sort <<<"$output")" \
		$'A /doc/new\nD /doc/intro\nD /doc/old\nD /only'
	run -0 "${in_userns[@]}" -e up
	assert_equal "$(cd up && find . -type f -o -type c | sort)" \
		$'./.wh.only\n./doc/.wh..wh..opq\n./doc/new'
}

@test "-d says what diff -r says: added, changed, deleted" {
	make_layers
	check_diff 'echo a >added; mkdir tree; echo b >tree/leaf
		echo c >both; rm only; rm -r doc/old; printf x >>big'
}

@test "-d says what diff -r says: copied up but the same is no change" {
	make_layers
	check_diff 'touch big; printf "" >>only; touch keep/base
		echo x >keep/new; cat both >t; cat t >both; rm t'
}

@test "-d says what diff -r says: opaque directories and all below them" {
	make_layers
	mkdir -p base/deep/er/est
	echo 1 >base/deep/er/est/file
	echo 1 >base/deep/er/same
	echo 1 >base/deep/top
	check_diff 'rm -r deep doc; mkdir -p deep/er/est doc
		echo 1 >deep/er/same; echo 2 >deep/er/other; echo x >doc/intro'
}

@test "-d says what diff -r says: types that change, links, moved trees" {
	make_layers
	mkdir base/dir
	echo f >base/dir/f
	ln -s only base/link
	ln -s /etc base/outside
	check_diff 'rm -r dir; echo file >dir; rm both; mkdir both
		echo in >both/in; ln -sfn big link; rm outside; mkdir outside
		echo x >outside/passwd; mv doc moved; ln -s x added; rm big
		mkfifo big'
}

@test "-d shows a new mode, which diff -r does not see" {
	make_layers
	run -0 in_box sh -c 'chmod 700 keep; chmod 600 only'
	run -0 06_overlay_whiteout -d -u up -l app -l base
	assert_equal "$(sort <<<"$output")" $'C /keep\nC /only'
}

@test "-d works with a single lower layer, and one with whiteouts" {
	make_layers
	run -0 06_overlay_whiteout -u up -l base sh -c 'rm only; echo n >n'
	run -0 06_overlay_whiteout -d -u up -l base
	assert_equal "$(sort <<<"$output")" $'A /n\nD /only'

	# up is now the only lower, and its whiteout hides nothing.
	mkdir second
	run -0 06_overlay_whiteout -u second -l up sh -c 'echo o >only; rm n'
	run -0 06_overlay_whiteout -d -u second -l up
	assert_equal "$(sort <<<"$output")" $'A /only\nD /n'
}

@test "-d lists a name with a newline or a backslash on one line" {
	make_layers
	run -0 in_box touch $'a\nD b' 'c\d'
	run -0 06_overlay_whiteout -d -u up/ -l app -l base
	assert_equal "$(sort <<<"$output")" $'A /a\\nD b\nA /c\\\\d'
}

@test "-e translates whiteouts and opaque directories to .wh. files" {
	make_layers
	run -0 in_box sh -ec 'rm only; rm keep/base; rm -r doc; mkdir doc
		echo n >doc/new; ln -s / out'
	touch -d '2001-02-03 04:05:06' up/doc up
	run -0 06_overlay_whiteout -e up
	assert_equal "$(cd up && find . -type f -o -type c | sort)" \
		$'./.wh.only\n./doc/.wh..wh..opq\n./doc/new\n./keep/.wh.base'
	assert [ ! -s up/.wh.only ]
	assert_equal "$(stat -c %Y up/doc up | sort -u)" \
		"$(date -d '2001-02-03 04:05:06' +%s)"

	# Nothing that overlayfs noted stays: all of doc shows through again.
	tar --xattrs --xattrs-include='*' -cf all.tar up
	run -1 grep -aq '\.overlay\.' all.tar
	run -0 in_box ls doc
	assert_output $'intro\nnew\nold'
}

@test "-i translates .wh. files to what the kernel hides by" {
	make_layers
	mkdir up/doc up/keep
	touch up/.wh.only up/keep/.wh.base up/doc/.wh..wh..opq up/doc/new
	touch -d '2001-02-03 04:05:06' up/doc
	run -0 06_overlay_whiteout -i up
	assert_equal "$(stat -c '%F %t:%T' up/only)" "character special file 0:0"
	assert_equal "$(find up -name '.wh.*')" ""
	assert_equal "$(stat -c %Y up/doc)" \
		"$(date -d '2001-02-03 04:05:06' +%s)"
	run -0 in_box find . -type f
	assert_equal "$(sort <<<"$output")" \
		$'./big\n./both\n./doc/new\n./keep/app'
}

@test "-i: .wh.NAME spares the NAME of its own layer, a directory turns opaque" {
	make_layers
	mkdir up/doc
	touch up/.wh.doc up/doc/new up/.wh.only
	echo mine >up/only
	run -0 06_overlay_whiteout -i up
	run -0 in_box sh -c 'ls doc; cat only'
	assert_output $'new\nmine'
}

@test "-i puts no whiteout into an opaque directory, however deep" {
	make_layers
	mkdir -p up/doc/old
	touch up/doc/.wh..wh..opq up/doc/.wh.intro up/doc/old/.wh.file
	run -0 06_overlay_whiteout -i up
	assert_equal "$(find up -type c)" ""
	run -0 in_box find doc
	assert_equal "$(sort <<<"$output")" $'doc\ndoc/old'
}

@test "-i and -e: there and back is the same" {
	local before
	make_layers
	run -0 in_box sh -ec 'rm only keep/app; rm -r doc; mkdir doc; echo n >n'
	before=$(06_overlay_whiteout -d -u up -l app -l base)
	assert_regex "$before" "D /doc/intro"
	run -0 06_overlay_whiteout -e up
	assert_not_exist up/only
	run -0 06_overlay_whiteout -i up
	assert_equal "$(06_overlay_whiteout -d -u up -l app -l base)" "$before"
}

@test "bad .wh. names are refused, and nothing is changed" {
	local name
	mkdir -p layer/sub
	touch layer/.wh.good
	for name in .wh. .wh.. .wh... .wh..wh. .wh..wh.aufs; do
		touch "layer/sub/$name"
		run -125 06_overlay_whiteout -i layer
		assert_output --partial "06_overlay_whiteout: layer: a name in"
		assert_exist layer/.wh.good
		assert_exist "layer/sub/$name"
		rm "layer/sub/$name"
	done
	mkdir layer/sub/.wh.directory
	run -125 06_overlay_whiteout -i layer
	rmdir layer/sub/.wh.directory
	ln -s /etc/passwd layer/sub/.wh.link
	run -125 06_overlay_whiteout -i layer
	rm layer/sub/.wh.link
	run -0 06_overlay_whiteout -i layer
	assert [ -c layer/good ]
}

@test "-e refuses a layer that already has names in .wh." {
	make_layers
	run -0 in_box sh -c 'rm only; touch keep/.wh.mine'
	run -125 06_overlay_whiteout -e up
	assert_output --partial "06_overlay_whiteout: up: a name in"
	assert [ -c up/only ]
}

@test "-i and -e do not follow symbolic links out of the layer" {
	mkdir layer outside
	touch outside/.wh.x
	ln -s ../outside layer/link
	ln -s "$PWD/outside" layer/.hidden
	run -0 06_overlay_whiteout -i layer
	assert_exist outside/.wh.x
	rm outside/.wh.x
	mknod outside/x c 0 0
	run -0 06_overlay_whiteout -e layer
	assert [ -c outside/x ]
}

# The attribute user.t, without setfattr(1), which few machines have.
set_attribute() {
	tar --pax-option="SCHILY.xattr.$1:=$2" -cf attr.tar "$3"
	tar --xattrs --xattrs-include='*' -xpf attr.tar
	rm attr.tar
}

# What is where, hard links by number of names, attributes by tar.
list_tree='cd "$1" && find . -printf "%p %y %m %U:%G %T@ %l\n" | sort &&
	find . ! -type d -printf "%p %s %n\n" | sort &&
	find . -type f -exec sha256sum {} + | sort &&
	tar --xattrs --xattrs-include="user.t*" -cf - . |
		grep -ao "SCHILY.xattr[^=]*=[A-Za-z0-9]*" | sort'

@test "-x is the merged view: modes, owners, times, links, attributes" {
	make_layers
	ln base/only base/keep/hard
	ln -s /nowhere base/link
	mkfifo base/fifo
	chmod 4751 base/big
	chmod 0 base/keep/base
	mkdir base/closed
	echo x >base/closed/x
	set_attribute user.t1 "$TOKEN" base/both
	set_attribute user.t2 "a$TOKEN" base/only
	set_attribute user.t3 "d$TOKEN" base/doc
	ln -f base/only base/keep/hard
	touch -d '1999-01-02 03:04:05.678' base/doc base/big app/both
	touch -h -d '1998-01-02 03:04:05' base/link
	if is_root; then
		chown 1234:5678 base/big base/doc
		chown -h 1235:5679 base/link
		chmod 6711 base/big
		mknod base/null c 1 3
	fi
	run -0 in_box sh -ec 'rm -r doc/old; echo n >new; ln new also
		mkdir made; ln new made/third; chmod 555 closed'
	run -0 06_overlay_whiteout -x flat -u up -l app -l base
	run -0 06_overlay_whiteout -l up -l app -l base sh -ec "$list_tree" sh .
	assert_line --partial "/fifo p"
	assert_line --partial "SCHILY.xattr.user.t3=d$TOKEN"
	merged=$output
	run -0 06_overlay_whiteout -l app sh -ec "$list_tree" sh "$PWD/flat"
	assert_equal "$output" "$merged"
	assert [ flat/new -ef flat/made/third ]
	assert [ flat/only -ef flat/keep/hard ]
	assert_equal "$(stat -c %h flat/new)" 3
	assert_equal "$(find flat -type c ! -name null)" ""
	chmod 755 base/closed up/closed flat/closed
}

@test "-x of one layer drops its whiteouts" {
	make_layers
	run -0 in_box sh -c 'rm only; echo n >new'
	run -0 06_overlay_whiteout -x flat -l up
	assert_equal "$(ls -A flat)" new
}

@test "a deleted file costs its space until flattened" {
	make_layers
	run -0 in_box rm big
	assert [ "$(du -sb app base up | awk '{ n += $1 } END { print n }')" \
		-gt 100000 ]
	run -0 06_overlay_whiteout -x flat -u up -l app -l base
	assert_exist flat/only
	assert [ "$(du -sb flat | cut -f1)" -lt 100000 ]
}

@test "-x wants a directory that is empty, or to be made" {
	make_layers
	mkdir flat
	run -0 06_overlay_whiteout -x flat -l app -l base
	run -125 06_overlay_whiteout -x flat -l app -l base
	assert_output "06_overlay_whiteout: flat: not empty"
	run -125 06_overlay_whiteout -x no/flat -l app -l base
	assert_output "06_overlay_whiteout: mkdir: no/flat: No such file or directory"
}

@test "any name works: spaces, commas, colons, newlines, backslashes" {
	local name
	for name in 'a b' a,b a:b $'a\nb' 'a\b' 'a\' 'a\,b' 'a:,upperdir=x' \
		$' ,:\\\n' a=b 'ä"'\''%#'; do
		mkdir -p "$name" "$name.2" "$name.up" "$name.on"
		echo 1 >"$name/x"
		echo 2 >"$name.2/x"
		echo "$TOKEN" >"$name.2/y"
		run -0 06_overlay_whiteout -m "$name.on" -u "$name.up" \
			-l "$name" -l "$name.2" sh -ec 'cat x y; rm x'
		assert_output $'1\n'"$TOKEN"
		run -0 06_overlay_whiteout -d -u "$name.up" -l "$name" \
			-l "$name.2"
		assert_output "D /x"
	done
}

@test "/proc/mounts tells the real names" {
	make_layers
	run -0 in_box grep ' /mnt overlay ' /proc/mounts
	assert_output --partial "lowerdir=app:base,upperdir=up,workdir="
	run -0 06_overlay_whiteout -l app -l base grep -c /mnt /proc/mounts
}

@test "200 layers with long names, which no page of options holds" {
	local long args=() i
	long=$(printf 'n%.0s' {1..200})
	mkdir up "$long",{1..200}
	for i in {1..200}; do
		echo "$i" >"$long,$i/top"
		echo "$i" >"$long,$i/file$i"
		args+=(-l "$long,$i")
	done
	run -0 06_overlay_whiteout "${args[@]}" sh -c 'cat top; cat file*|wc -l'
	assert_output $'1\n200'
	run -0 06_overlay_whiteout -u up "${args[@]}" sh -ec \
		'cat top; cat file* | wc -l; rm file200'
	assert_output $'1\n200'
	run -0 06_overlay_whiteout -d -u up "${args[@]}"
	assert_output "D /file200"
	run -125 06_overlay_whiteout "${args[@]}" "${args[@]}" true
	assert_output "06_overlay_whiteout: overlay of 400 layers: too many"
}

@test "300 layers with short names" {
	local args=() i
	mkdir {1..300}
	for i in {1..300}; do
		echo "$i" >"$i/top"
		echo "$i" >"$i/file$i"
		args+=(-l "$i")
	done
	run -0 06_overlay_whiteout "${args[@]}" sh -c 'cat top; cat file*|wc -l'
	assert_output $'1\n300'
}

@test "the page of options is full to the last byte, and over" {
	local long args=() i
	long=$(printf 'n%.0s' {1..200})
	mkdir "$long"{10..28}
	for i in {10..28}; do
		args+=(-l "$long$i")
	done
	for i in {180..200}; do
		mkdir "${long:0:100}$(printf "%0$((i - 100))d" 0)"
	done
	echo "$TOKEN" >"$long"28/last
	for i in {180..200}; do
		run -0 06_overlay_whiteout \
			-l "${long:0:100}$(printf "%0$((i - 100))d" 0)" \
			"${args[@]}" cat last
		assert_output "$TOKEN"
	done
}

@test "nothing is left: no mount, no work directory; -m says where" {
	local before
	make_layers
	mkdir here
	before=$(cat /proc/self/mountinfo)
	run -0 in_box sh -c 'pwd; echo $OVERLAY; rm only'
	assert_output $'/mnt\n/mnt'
	assert_not_exist up.work
	run -0 06_overlay_whiteout -m here -u up -l app -l base \
		sh -c 'pwd; echo $OVERLAY; cat both'
	assert_output "$PWD/here"$'\n'"$PWD/here"$'\n'"app $TOKEN"
	run -0 06_overlay_whiteout -m here -l app sh -c 'pwd; cat both'
	assert_output "$PWD/here"$'\n'"app $TOKEN"
	assert_equal "$(ls -A here)" ""
	assert_equal "$(cat /proc/self/mountinfo)" "$before"
}

# start_box SCRIPT: a box that says when it is up and stays.
start_box() {
	start box 06_overlay_whiteout -u up -l app -l base sh -c \
		"$1; echo up; while :; do sleep 0.02; done"
	box=$started
	wait_for grep -q up "$BATS_TEST_TMPDIR/box.out"
}

@test "a signal reaches the command, and the work directory goes" {
	local status=0
	make_layers
	start_box 'rm only'
	assert_exist up.work
	kill -TERM "$box"
	wait "$box" || status=$?
	assert_equal "$status" 143
	assert_not_exist up.work
	start_box 'trap "exit 9" HUP'
	kill -HUP "$box"
	wait "$box" || status=$?
	assert_equal "$status" 9
	assert_not_exist up.work
}

@test "interrupted, the demonstration cleans up" {
	mkdir tmp
	TMPDIR=$PWD/tmp start tale env --default-signal=INT 06_overlay_whiteout
	wait_for eval '[ -n "$(ls tmp)" ] || ! kill -0 "$started"'
	kill -INT "$started" || :
	wait "$started" || :
	assert_equal "$(ls -A tmp)" ""
}

@test "killed, it leaves no mount, no process, and a work directory to reuse" {
	make_layers
	start_box 'rm only'
	kill -KILL "$box"
	wait "$box" || :
	wait_for nothing_runs
	assert_exist up.work
	run -0 in_box ls keep
	assert_output $'app\nbase'
	assert_not_exist up.work
}

@test "two boxes share layers, but not an upper directory" {
	make_layers
	start_box 'rm only'
	run -125 in_box true
	assert_output --partial "06_overlay_whiteout: up: in use by another box"
	assert_exist up.work
	mkdir up2
	run -0 06_overlay_whiteout -u up2 -l app -l base cat only
	assert_output "base $TOKEN"
	kill -TERM "$box"
	wait "$box" || assert_not_exist up.work
}

@test "what is in the way of the work directory stays" {
	make_layers
	mkdir -p up.work/work
	echo "$TOKEN" >up.work/work/mine
	run -125 in_box true
	assert_output --partial "up.work: not empty, and needed"
	assert_equal "$(cat up.work/work/mine)" "$TOKEN"
}

@test "errors name the object and say what to do" {
	make_layers
	run -125 06_overlay_whiteout -u "$TOKEN" -l app true
	assert_output "06_overlay_whiteout: $TOKEN: No such file or directory"
	run -125 06_overlay_whiteout -l app -l "$TOKEN" true
	assert_output --partial "06_overlay_whiteout: mount: overlay on /mnt"
	assert_output --partial "No such file or directory"
	run -125 06_overlay_whiteout -m "$TOKEN" -l app -l base true
	assert_output --partial "mount: overlay on $TOKEN"
	run -125 06_overlay_whiteout -l app -l app true
	assert_output --partial "given twice"
	run -125 06_overlay_whiteout -u app/both -l base true
	assert_output "06_overlay_whiteout: app/both: Not a directory"
	run -125 06_overlay_whiteout -i "$TOKEN"
	assert_output "06_overlay_whiteout: $TOKEN: No such file or directory"
	run -125 06_overlay_whiteout -d -u "$TOKEN" -l app -l base
	assert_output "06_overlay_whiteout: $TOKEN: No such file or directory"
}

@test "an upper directory on an overlay is refused with the reason" {
	make_layers
	run -125 in_box sh -ec 'mkdir l1 l2 u
		exec 06_overlay_whiteout -m l1 -u u -l l1 -l l2 true'
	assert_output --partial "must be on one file system, and not on an overlay"
	assert_not_exist up/u.work
}

@test "where user namespaces are forbidden, a plain user is told what to do" {
	need_root
	make_layers
	run -125 unshare --user --map-root-user sh -c \
		'echo 0 >/proc/sys/user/max_user_namespaces &&
		 exec setpriv --bounding-set -all --inh-caps -all \
			06_overlay_whiteout -l app -l base true'
	assert_output --partial "06_overlay_whiteout: no user namespace"
	assert_output --partial "make vm"
}

@test "options: -h is help, wrong ones are errors" {
	make_layers
	run -0 06_overlay_whiteout -h
	assert_output --partial "usage: 06_overlay_whiteout"
	run -125 06_overlay_whiteout -Z
	assert_output --partial "usage: 06_overlay_whiteout"
	run -125 06_overlay_whiteout -l
	assert_output --partial "usage: 06_overlay_whiteout"
	run -125 06_overlay_whiteout true
	assert_output "06_overlay_whiteout: no layer to stand on: -l"
	run -125 06_overlay_whiteout -u up true
	assert_output "06_overlay_whiteout: no layer to stand on: -l"
	run -125 06_overlay_whiteout -l app
	assert_output --partial "no command"
	run -125 06_overlay_whiteout -d -l app
	assert_output --partial "-d needs the layer that changed: -u"
	run -125 06_overlay_whiteout -d -u up -l app true
	assert_output "06_overlay_whiteout: -d takes no command"
	run -125 06_overlay_whiteout -d -x flat -u up -l app
	assert_output "06_overlay_whiteout: one of -d, -x, -i and -e at a time"
}

@test "the command's arguments are its own, and so is its exit status" {
	make_layers
	run -0 in_box echo -n "$TOKEN" -d
	assert_output "$TOKEN -d"
	run -42 in_box sh -c 'exit 42'
	run -143 in_box sh -c 'kill -TERM $$'
	run -127 in_box "/nonexistent/$TOKEN"
	run -126 in_box /
}

@test "started with CHLD ignored, it still learns of the command's end" {
	make_layers
	run -3 timeout -s KILL 10 env --ignore-signal=CHLD \
		06_overlay_whiteout -u up -l app -l base sh -c 'exit 3'
	assert_not_exist up.work
}

@test "with a command it is silent; -v narrates on stderr" {
	make_layers
	run -0 --separate-stderr in_box true
	assert_output ""
	assert_equal "$stderr" ""
	run -0 --separate-stderr 06_overlay_whiteout -v -u up -l app -l base \
		echo out
	assert_output out
	assert_regex "$stderr" "box  .*lower 1 from the top: app"
	assert_regex "$stderr" "box  .*upper: up"
}

@test "the demonstration is true, and cleans up" {
	mkdir tmp
	TMPDIR=$PWD/tmp run -0 06_overlay_whiteout
	assert_line --regexp '^host  ok  .*every byte of init, app and base'
	assert_line --regexp '^box   ok  .*whiteout'
	assert_line --regexp '^box   ok  .*opaque'
	assert_line --regexp '^host  ok  .*the hosts of that one box are not'
	refute_line --regexp '^(host|box ) +NO '
	assert_equal "$(ls -A tmp)" ""
}

# A ramfs has no attributes at all, whatever the kernel; a tmpfs had no user's.
@test "the demonstration says what is missing where files have no attributes" {
	run -0 unshare -Urm sh -c 'mkdir small && mount -t ramfs ramfs small ||
		exit 9
		TMPDIR=$PWD/small 06_overlay_whiteout; echo "status $?"
		ls -A small'
	assert_line --regexp "^06_overlay_whiteout: $PWD/small/06_overlay\..*: \
this file system has no attributes user\.\*"
	assert_line --partial "set TMPDIR to a directory on a disk"
	assert_line --index -1 "status 125"
	if is_root; then
		mkdir small2
		run -0 unshare -m sh -c 'mount -t ramfs ramfs small2 || exit 9
			TMPDIR=$PWD/small2 06_overlay_whiteout
			echo "status $?"'
		assert_line --partial "no attributes trusted.*"
		assert_line --index -1 "status 125"
	fi
}
