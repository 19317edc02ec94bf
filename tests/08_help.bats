#!/usr/bin/env bats
# box COMMAND --help: what each command says of itself, and the manual too.

# shellcheck disable=SC2154 # set by run and lib
load lib/box

PAGE=$BATS_TEST_DIRNAME/../docs/man/box.1
commands() { box --help | sed -nE 's/^  ([a-z]+) +[a-z].*/\1/p'; }

# The options in a help, one a line: "-l --long" or "--long".
options() {
	sed -nE 's/^  (-.), (--[a-z-]+).*/\1 \2/p
		s/^      (--[a-z-]+).*/\1/p'
}

# What the manual says of a command: its synopsis and its paragraph.
manual() {
	awk -v name="$1" '
		/^\.Nm$/ { synopsis = ""; next }
		/^\.Sh DESCRIPTION/ { synopsis = "" }
		/^\.Cm / && synopsis == "" { synopsis = $2 }
		synopsis == name
		/^\.El/ { exit }
		/^\.It Cm / { item = $3 }
		item == name' "$PAGE"
}

@test "each command has a usage line, and a help for each option" {
	local command bad='' found=0
	for command in $(commands); do
		found=$((found + 1))
		run -0 --separate-stderr box "$command" --help
		assert_equal "$stderr" ""
		[[ ${lines[0]} == "usage: box $command"* ]] ||
			bad+="$command: ${lines[0]}"$'\n'
		# Beside it, or in a line of its own.
		bad+=$(awk -v name="$command" '
			function told() { return substr($0, 25) ~ /^ [^ ]/ }
			want { if (!told()) print name ": " want }
			{ want = "" }
			/^  (-.,|   ) --/ && !told() { want = $0 }
			length($0) > 80 { print name ": " $0 }
			END { if (want) print name ": " want }' <<<"$output")
		run -0 box "$command" -h
		assert_line --index 0 --partial "usage: box $command"
	done
	assert_equal "$bad" ""
	[ $found -gt 30 ]
}

@test "an option that a command does not know is named" {
	local command
	for command in $(commands); do
		run -125 box "$command" "--no-$TOKEN"
		assert_output "box: unrecognized option '--no-$TOKEN'"
		run -125 box "$command" -%
		assert_output "box: invalid option -- '%'"
	done
}

@test "a command that there is not is named" {
	run -125 box "no$TOKEN"
	assert_line --index 0 --partial "usage: box run"
	assert_equal "${lines[-1]}" "box: no$TOKEN: no such command"
}

@test "the manual has each command, and each option of it" {
	local command letter long bad='' found=0
	for command in $(commands); do
		manual "$command" >text
		grep -q "^\.It Cm $command$" text || bad+="$command"$'\n'
		# Those of run have a list of their own: see docs.bats.
		[ "$command" != run ] || continue
		while read -r letter long; do
			[ -n "$long" ] || { long=$letter; letter=''; }
			found=$((found + 1))
			grep -qE "Fl Fl ${long#--}( |\$)" text ||
				{ [ -n "$letter" ] &&
				grep -qE "Fl [a-z]*${letter#-}[a-z]*( |\$)" text; } ||
				bad+="$command: $letter $long"$'\n'
		done < <(box "$command" --help | options)
	done
	assert_equal "$bad" ""
	[ $found -gt 30 ]
}

@test "exec takes docker's options, and none that make no sense for it" {
	local option
	run -0 box exec --help
	for option in detach detach-keys env env-file interactive privileged \
		tty user workdir explain; do
		assert_output --regexp "--$option( |"$'\n)'
	done
	assert_equal "$(box exec --help | options | wc -l)" 10
	for option in --entrypoint=sh --group-add=1 --init --read-only --rm \
		--name=x --network=none --cap-add=ALL --memory=1M; do
		run -125 box exec "$option" "no$TOKEN" true
		assert_output "box: unrecognized option '${option%%=*}'" ||
			assert_output --partial "unrecognized option '$option'"
	done
}
