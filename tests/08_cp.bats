#!/usr/bin/env bats
# box cp: files into a container and out of it, and never elsewhere.

# shellcheck disable=SC2016,SC2154 # for the box's shell; set by run and lib
# shellcheck disable=SC2030,SC2031 # each test has its own
load lib/box

teardown() {
	remove_all
	box_teardown
}
# Two containers, a running one and an ended one, with the same files.
both() {
	detach --name runs busybox sh -c "mkdir /srv; $1; echo up; sleep 600"
	wait_for log_has runs up
	box_keep --name ended busybox sh -c "mkdir /srv; $1"
}

@test "a file out, under its own name and under another" {
	local name
	both 'echo word >/file; chmod 640 /file; touch -d @86400 /file'
	mkdir dir
	for name in runs ended; do
		run -0 box cp $name:/file "new$name"
		assert_output ""
		run -0 cat "new$name"
		assert_output word
		run -0 stat -c '%a %Y %u' "new$name"
		assert_output "640 86400 $(id -u)"
		run -0 box cp $name:file dir
		run -0 cat dir/file
		assert_output word
		rm dir/file
	done
	run -0 box start ended
}

@test "a file in, which belongs to root there" {
	local name
	both true
	echo "$TOKEN" >mine
	chmod 751 mine
	for name in runs ended; do
		run -0 box cp mine $name:/srv
		run -0 box cp mine $name:/other
	done
	run -0 box exec runs sh -c 'cat /srv/mine /other; stat -c "%a %u" /other'
	assert_output "$TOKEN
$TOKEN
751 0"
	run -0 box diff ended
	assert_line "A /srv"
	assert_line "A /other"
}

@test "trees: into what is there, or by another name, or the contents" {
	both 'mkdir -p /t/a/b; echo 1 >/t/a/b/f; ln -s nowhere /t/l; mkfifo /t/p'
	for name in runs ended; do
		run -0 box cp $name:/t "new$name"
		assert_output "box: p: left out: neither file, directory nor link"
		assert_equal "$(cat "new$name/a/b/f")" 1
		assert_equal "$(readlink "new$name/l")" nowhere
		mkdir "there$name"
		run -0 box cp $name:/t "there$name"
		assert_exists "there$name/t/a/b/f"
		run -0 box cp $name:/t/. "there$name"
		assert_exists "there$name/a/b/f"
		run -0 box cp "new$name" $name:/back
		run -0 box cp "new$name/." $name:/srv
	done
	run -0 box exec runs sh -c 'cat /back/a/b/f /srv/a/b/f'
	assert_output $'1\n1'
}

@test "links in the container lead inside, and what is there is replaced" {
	local name
	mkdir outside
	echo "$TOKEN" >outside/secret
	both "ln -s $PWD/outside /out; ln -s ../../../../../../$PWD/outside /up
		ln -s $PWD/outside/secret /link; ln -s /srv /in"
	echo new >new
	for name in runs ended; do
		run -125 box cp "$name:/out/secret" got
		run -125 box cp "$name:/up/secret" got
		run -125 box cp new "$name:/out/file"
		assert_not_exists got
		# A link is copied as a link, and is not written through.
		run -0 box cp "$name:/link" got
		assert_equal "$(readlink got)" "$PWD/outside/secret"
		rm got
		run -0 box cp new "$name:/link"
		# One that leads to a place inside is followed on the way.
		run -0 box cp new "$name:/in/file"
		run -0 box cp "$name:/srv/file" got
		rm got
	done
	run -0 find outside -type f
	assert_output outside/secret
	assert_equal "$(cat outside/secret)" "$TOKEN"
	# The same on the host's side.
	ln -s outside/secret hostlink
	run -0 box cp runs:/in/file hostlink
	assert_equal "$(cat outside/secret)" "$TOKEN"
	assert_equal "$(cat hostlink)" new
}

@test "set-uid bits do not come out" {
	both 'cp /bin/busybox /suid; chmod 4755 /suid'
	run -0 box cp runs:/suid .
	run -0 stat -c %a suid
	assert_output 755
}

@test "a name in a container does not steer the terminal of who copies it" {
	local name
	both 'mkdir /t; mkfifo "$(printf "/t/a\033]0;b\nc\302\233d")"'
	for name in runs ended; do
		run -0 box cp $name:/t "new$name"
		assert_output "box: a?]0;b?c??d: left out: neither file,\
 directory nor link"
	done
}

@test "diff shows a terminal no control characters, and a pipe what is there" {
	box_keep --name "$TOKEN" busybox sh -c \
		': >"$(printf "/a\033]0;b\nc")"'
	run -0 script -qec "box diff $TOKEN" /dev/null
	assert_line --index 0 $'A /a?]0;b?c\r'
	run -0 box diff "$TOKEN"
	assert_output "$(printf 'A /a\033]0;b\nc')"
}

@test "diff holds still what runs, for root would follow its links" {
	need_root
	detach --name "$TOKEN" busybox sh -c 'echo x >/x; sleep 600'
	local upper=$BOXLAB_HOME/containers/$id/upper
	wait_for test -s "$upper/x"
	run -124 flock -o "$upper" timeout 1 box diff "$TOKEN"
	run -0 box diff "$TOKEN"
	assert_output "A /x"
	run -0 box ps
	assert_line --index 1 --regexp " Up [^(]* $TOKEN$"
	box rm -f "$TOKEN"
}

@test "what is not there, or makes no sense" {
	both true
	run -125 box cp "runs:/no$TOKEN" .
	assert_output "box: /no$TOKEN: No such file or directory"
	run -125 box cp "no$TOKEN" runs:/
	run -125 box cp runs:/etc "no$TOKEN/deeper"
	run -125 box cp a b
	assert_output "box: one of the two has to be CONTAINER:PATH"
	run -125 box cp runs:/etc ended:/
	run -125 box cp "no$TOKEN:/etc" .
	run -125 box cp runs:/etc
	touch file
	run -125 box cp file runs:/etc/passwd/deeper
	run -125 box cp file "no$TOKEN:/"
}

# Have the container "ended" as if another command were at it.
take_ended() {
	exec 9>"$BOXLAB_HOME/running/$(readlink "$BOXLAB_HOME/names/ended")"
	flock 9
	echo keep >&9
}

@test "what goes wrong changes nothing of an ended container" {
	run -3 box_keep --name ended busybox sh -c 'exit 3'
	run -125 box cp "ended:/no$TOKEN" .
	assert_output "box: /no$TOKEN: No such file or directory"
	run -0 box ps -a
	assert_line --index 1 --regexp 'Exited \(3\)'
	run -0 box cp ended:/etc/passwd .
	run -0 box wait ended
	assert_output 3
}

@test "while another command is at an ended container cp waits" {
	box_keep --name ended busybox sh -c "echo $TOKEN >/file"
	take_ended
	start one box cp ended:/file got 9>&-
	sleep 0.2
	kill -0 "$started" || fail "$(cat one.out)"
	rm "$BOXLAB_HOME"/running/*
	exec 9>&-
	wait_for ended "$started"
	wait "$started"
	assert_equal "$(cat got)" "$TOKEN"
}

@test "stop and rm -f do not wait for a command that died at it" {
	run -3 box_keep --name ended busybox sh -c 'exit 3'
	take_ended
	start one box stop ended 9>&-
	sleep 0.2
	kill -0 "$started" || fail "$(cat one.out)"
	exec 9>&-
	wait_for ended "$started"
	fact_is ended status 3
	take_ended
	start two box rm -f ended 9>&-
	sleep 0.2
	kill -0 "$started" || fail "$(cat two.out)"
	exec 9>&-
	wait_for no_leftovers
}
