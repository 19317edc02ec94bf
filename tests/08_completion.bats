#!/usr/bin/env bats
# What bash proposes where box is typed, by scripts/box-completion.bash.

# shellcheck disable=SC2016,SC2154 # for another bash; set by run and lib
load lib/image

FILE=$BATS_TEST_DIRNAME/../scripts/box-completion.bash
teardown() {
	remove_all
	image_teardown
}

# What a bash proposes behind this line, one a line and sorted, when its words
# are cut as bash does.  Nothing of ours is loaded there but that file.
propose() {
	env -u BASH_ENV bash --norc --noprofile -c '
		set -u
		source "$1"
		complete -p box >/dev/null || exit 9
		COMP_LINE=$2 COMP_POINT=${#2} COMP_WORDS=()
		rest=$2
		while [[ $rest =~ ^[[:space:]]*([:=]+|[^[:space:]:=]+) ]]; do
			COMP_WORDS+=("${BASH_REMATCH[1]}")
			rest=${rest#"${BASH_REMATCH[0]}"}
		done
		[[ $2 != *[[:space:]:=] ]] || COMP_WORDS+=("")
		COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
		COMPREPLY=()
		_box box "${COMP_WORDS[COMP_CWORD]}" \
			"${COMP_WORDS[COMP_CWORD - 1]}"
		printf "%s\n" "${COMPREPLY[@]}"' bash "$FILE" "$1" | sort
}

@test "commands: all of them, and those that begin like that" {
	run -0 propose "box "
	assert_equal "$output" \
		"$(box --help | sed -nE 's/^  ([a-z]+) .*/\1/p' | sort)"
	run -0 propose "box re"
	assert_output $'rename\nrestart'
	run -0 propose "box x"
	assert_output ""
}

@test "options: those of the command's help, whichever it is" {
	local command
	for command in $(propose "box "); do
		run -0 propose "box $command --"
		assert_equal "$output" "$({ echo --help; box "$command" --help |
			grep -oE '^  (-.,|   ) --[a-z-]+' | grep -oE -- '--.*'
			} | sort)"
	done
	run -0 propose "box ps -"
	assert_output "$(printf '%s\n' --all --help --quiet -a -q | sort)"
	run -0 propose "box run --cap-"
	assert_output $'--cap-add\n--cap-drop'
	run -0 propose "box nosuch --"
	assert_output ""
}

@test "containers: those that run, or all, or those that have ended" {
	local command
	detach --name "runs$TOKEN" busybox sleep 600
	box_keep --name "ended$TOKEN" busybox true
	for command in attach exec kill pause port stats stop top; do
		run -0 propose "box $command "
		assert_output "runs$TOKEN"
	done
	for command in diff inspect logs rename restart rm wait; do
		run -0 propose "box $command e"
		assert_output "ended$TOKEN"
		run -0 propose "box $command "
		assert_line "runs$TOKEN"
	done
	run -0 propose "box start "
	assert_output "ended$TOKEN"
	# Behind options, with and without an argument, and one more of them.
	run -0 propose "box exec -it --user 1:2 -w /tmp r"
	assert_output "runs$TOKEN"
	run -0 propose "box rm -f other e"
	assert_output "ended$TOKEN"
	# Where there is to be no more, and behind another's command.
	run -0 propose "box logs runs$TOKEN "
	assert_output ""
	run -0 propose "box exec runs$TOKEN ls -"
	assert_output ""
	run -0 propose "box run --network container:r"
	assert_output "runs$TOKEN"
	run -0 propose "box run --network=container:r"
	assert_output "runs$TOKEN"
	touch runs.txt
	run -0 propose "box cp runs"
	assert_output "$(printf '%s\n' runs.txt "runs$TOKEN:" | sort)"
}

@test "images, with their tags, and directories for run" {
	import_image "img$TOKEN"
	import_image "img$TOKEN:v2"
	mkdir "imgdir"
	for command in history inspect rmi save tag images; do
		run -0 propose "box $command img"
		assert_output "$(printf '%s\n' "img$TOKEN" "img$TOKEN:v2" | sort)"
	done
	run -0 propose "box rmi img$TOKEN:v"
	assert_output v2
	run -0 propose "box run -q --rm img"
	assert_output "$(printf '%s\n' imgdir "img$TOKEN" "img$TOKEN:v2" | sort)"
	run -0 propose "box run img$TOKEN "
	assert_output ""
	# Those that come with box can be run, and that is all.
	run -0 propose "box run bus"
	assert_output busybox
	run -0 propose "box save bus"
	assert_output ""
	mkdir -p "other/only-$TOKEN/layers"
	BOXLAB_IMAGES=other run -0 propose "box run only"
	assert_output "only-$TOKEN"
	BOXLAB_IMAGES=other run -0 propose "box run bus"
	assert_output ""
}
import_image() {
	tar -cf - -C "$BATS_TEST_DIRNAME" lib/box.bash | box import - "$1" \
		>/dev/null
}

@test "volumes: behind rm and inspect, and -v" {
	box volume create "vol$TOKEN"
	run -0 propose "box volume "
	assert_output $'create\ninspect\nls\nprune\nrm'
	run -0 propose "box volume rm v"
	assert_output "vol$TOKEN"
	run -0 propose "box volume inspect a v"
	assert_output "vol$TOKEN"
	run -0 propose "box volume create v"
	assert_output ""
	mkdir vdir
	run -0 propose "box run -v v"
	assert_output "$(printf '%s\n' vdir "vol$TOKEN:" | sort)"
	run -0 propose "box run --volume=v"
	assert_output "$(printf '%s\n' vdir "vol$TOKEN:" | sort)"
	box volume rm "vol$TOKEN"
}

@test "values: networks, policies, signals, and files where there are" {
	run -0 propose "box run --network "
	assert_output $'bridge\nhost\nnone\npasta'
	run -0 propose "box run --network=ho"
	assert_output host
	run -0 propose "box run --restart o"
	assert_output on-failure
	run -0 propose "box kill -s TE"
	assert_output TERM
	run -0 propose "box kill --signal=HU"
	assert_output HUP
	run -0 propose "box run -m "
	assert_output ""
	touch "with space" "without"
	run -0 propose "box run --env-file wi"
	assert_output $'with space\nwithout'
	run -0 propose "box load wi"
	assert_output $'with space\nwithout'
	run -0 propose "box save -o wi"
	assert_output $'with space\nwithout'
}

@test "in a bash that is typed into, and without bash-completion" {
	mkfifo keys
	env TERM=dumb PS1='' HISTFILE='' script -qefc \
		"bash --norc --noprofile -i" /dev/null \
		<keys >screen 2>&1 3>&- &
	STARTED+=($!)
	exec 8>keys
	printf 'source %s; echo rea""dy\n' "$FILE" >&8
	wait_for grep -q '^ready' screen
	printf 'box vol\tls\n' >&8
	wait_for grep -q '^NAME' screen
	grep -q 'box volume ls' screen
	exec 8>&-
}
