#!/usr/bin/env bats
# What the pages tell people to type: each command in a block of README.md, of
# docs/ and of the manual pages is run here, or its mark says who runs it, or
# why nobody does (see lib/docs).

# shellcheck disable=SC2016,SC2154 # for other shells; set by run
load lib/box
load lib/docs

pages() { (cd "$TOP" && ls README.md docs/*.md docs/man/*); }

# A copy of the tree for people's commands to change.  Its scripts/setup only
# says what it would install.
make_tree() {
	local entry
	mkdir -p tree/build
	for entry in "$TOP"/* "$TOP/.ci"; do
		case ${entry##*/} in
		build | work) ;;
		*) cp -a "$entry" tree ;;
		esac
	done
	for entry in bin gen images mechanisms obj tests; do
		[ ! -e "$BOXLAB_BIN/../$entry" ] ||
			cp -a "$BOXLAB_BIN/../$entry" tree/build
	done
	mv tree/scripts/setup tree/scripts/setup.real
	printf '%s\n' '#!/bin/sh' '"$0.real" -n "$@"; [ $? -ne 125 ]' \
		>tree/scripts/setup
	chmod +x tree/scripts/setup
	cd tree || return
}

# run_page PAGE: the commands that are for this test, block by block.
run_page() {
	local fence mark text last='' script='' marks=''
	ran=0
	while IFS=$SEP read -r fence _ mark text; do
		if [ "$fence" != "$last" ]; then
			run_block "$1:$last" "$marks" "$script"
			last=$fence marks=$mark script=''
		fi
		[ -n "$(mark_of "$mark" "$text")" ] || script+=$text$'\n'
	done < <(page_commands "$TOP/$1")
	run_block "$1:$last" "$marks" "$script"
	[ "$ran" -gt 0 ]
}

run_block() {
	local place=$1 mark=" $2 " expected=0
	[ -n "$3" ] || return 0
	ran=$((ran + 1))
	[[ $mark != *" root "* ]] || is_root || return 0
	[[ ! $mark =~ " status="([0-9]+) ]] || expected=${BASH_REMATCH[1]}
	run timeout -k 5 300 bash -e -c "$3" </dev/null 3>&-
	[ "$status" -eq "$expected" ] || fail "$place: status $status of
$3$output"
}

@test "a block says what it is" {
	local page fence language bad=''
	for page in $(pages); do
		while IFS=$SEP read -r fence language _; do
			[[ $language =~ ^(sh|console|c|text)$ ]] ||
				bad+="$page:$fence: $language"$'\n'
		done < <(page_blocks "$TOP/$page")
	done
	assert_equal "$bad" ""
}

@test "a mark is one, has a reason, and is about a command of its block" {
	local page fence mark commands value bad=''
	for page in $(pages); do
		while IFS=$SEP read -r fence mark; do
			bad+=$(mark_mistakes "$mark" |
				sed "s,^,$page:$fence: ,")
			commands=$'\n'$(page_commands "$TOP/$page" |
				awk -F "$SEP" -v f="$fence" \
					'$1 == f { print $4 }')
			while IFS= read -r value; do
				[[ $commands == *$'\n'"${value%%: *}"* ]] ||
					bad+="$page:$fence: $value"$'\n'
			done < <(grep -oE '="[^"]*: ' <<<"$mark" | cut -c 3-)
		done < <(page_commands "$TOP/$page" |
			awk -F "$SEP" -v OFS="$SEP" \
				'$3 != "" { print $1, $3 }' | uniq)
	done
	assert_equal "$bad" ""
}

@test "where another test is named, it has the command" {
	local page fence mark text kind files word found=0 bad=''
	cd "$TOP"
	for page in $(pages); do
		while IFS=$SEP read -r fence _ mark text; do
			read -ra files < <(mark_of "$mark" "$text"; echo)
			kind=${files[0]:-}
			[ "$kind" = test ] || continue
			found=$((found + 1))
			word=$(untested "$text" "${files[@]:1}" 2>&1 | xargs)
			[ -z "$word" ] || bad+="$page:$fence: $text: $word"$'\n'
		done < <(page_commands "$page")
	done
	assert_equal "$bad" ""
	[ "$found" -gt 10 ]
}

@test "README.md: its commands do their work" {
	need jq
	make_tree
	run_page README.md
	assert_exists work/01_uts/uts.c
	run -0 cat build/mechanisms
	assert_output --partial work/01_uts/uts.o
}

@test "README.md: what box says is what is shown" {
	need_root
	cp "$TOP/README.md" .
	run -0 timeout 100 lesson test -r README.md
	assert_line --regexp '^ok 1 - README.md:[0-9]+ box run --rm [^#]*$'
}

@test "contributing.md: its commands do their work" {
	make_tree
	run_page docs/contributing.md
}

@test "student.md: its commands do their work" {
	need jq
	make_tree
	"$TOP/scripts/start" --work work >/dev/null
	run_page docs/student.md
	run -0 tar -tzf handin.tar.gz
	assert_line work/01_uts/uts.c
}

@test "instructor.md: its commands do their work" {
	need jq parallel unzip
	make_tree
	mkdir -p handins/{alice,bob/work}/01_uts
	cp labs/01_uts/uts.c handins/alice/01_uts
	cp labs/01_uts/starter/uts.c handins/bob/work/01_uts
	run_page docs/instructor.md
	run -0 cat handins-graded/grades.csv
	assert_line '"alice",10,10,""'
	assert_exists handins-graded/reports/alice.json
}

# A directory of what the pages' examples are about.
make_examples() {
	mkdir -p jail/bin jail/etc app base up
	cp "$("$TOP/scripts/make-rootfs" -b)" jail/bin/sh
	echo "$TOKEN" >base/file
}

@test "manual pages of the labs: the examples do their work" {
	local page
	make_examples
	for page in $(pages | grep man/0); do run_page "$page"; done
	umount /run/netns 2>/dev/null || : # stays mounted, see ip-netns(8)
}

@test "box.1 and boxlab.7: the examples do their work" {
	run_page docs/man/box.1
	make_tree
	run_page docs/man/boxlab.7
}

# tests/troubleshooting.bats sees to the commands of its page.
@test "no other page has a command to run" {
	local page mark text bad=''
	for page in $(pages); do
		! grep -qF "run_page $page" "$BATS_TEST_FILENAME" || continue
		[[ $page != docs/man/0* ]] || continue
		[ "$page" != docs/troubleshooting.md ] || continue
		while IFS=$SEP read -r _ _ mark text; do
			[ -n "$(mark_of "$mark" "$text")" ] ||
				bad+="$page: $text"$'\n'
		done < <(page_commands "$TOP/$page")
	done
	assert_equal "$bad" ""
}
