#!/usr/bin/env bats
# What is written about the code: links, names, commands, tables, manual pages.

# shellcheck disable=SC2016,SC2154 # for awk; set by run
load lib/boxlab
load lib/docs

setup() {
	begin_test
	cd "$TOP" || return
	pages=(README.md docs/*.md labs/*/README.md)
}

# The names that a link may end in, as web servers make them of headings: one
# for each "#" line outside of blocks.
anchors() {
	awk '/^ *(```|~~~)/ { block = !block } !block && /^#+ /' "$1" |
		tr '[:upper:]' '[:lower:]' |
		sed -E 's/^#+ //; s/\[([^]]*)\]\([^)]*\)/\1/g
			s/[^a-z0-9 _-]//g; s/ /-/g'
}

# The text of a page, without blocks.
prose() { awk '/^ *(```|~~~)/ { block = !block; next } !block' "$1"; }

targets() { sed -n 's/^\([a-z-]*\):.*/\1/p' Makefile; }

@test "links lead to files, and to headings in them" {
	local page link file bad=''
	for page in "${pages[@]}"; do
		while IFS= read -r link; do
			file=${link%%#*}
			file=${file:+$(dirname "$page")/$file}
			file=${file:-$page}
			if [ ! -e "$file" ]; then
				bad+="$page: $link"$'\n'
			elif [[ $link == *'#'* ]]; then
				anchors "$file" | grep -qxF "${link#*#}" ||
					bad+="$page: $link"$'\n'
			fi
		done < <(prose "$page" | sed 's/`[^`]*`//g' |
			grep -oE '\]\([^) ]+\)' | sed 's/^](//; s/)$//' |
			grep -vE '^[a-z]+:')
	done
	assert_equal "$bad" ""
}

@test "where a file and a line are named, a function begins" {
	local page place file bad='' found=0
	for page in "${pages[@]}"; do
		while IFS= read -r place; do
			found=$((found + 1)) file=${place%:*}
			[ -f "$file" ] && sed -n "${place##*:}p" "$file" |
				grep -qE '^[a-z_0-9]+\(' ||
				bad+="$page: $place"$'\n'
		done < <(grep -oE '(labs|common)/[a-z0-9_/]+\.c:[0-9]+' "$page")
	done
	assert_equal "$bad" ""
	[ $found -gt 0 ]
}

@test "tags of the code that are named exist" {
	local page tag bad=''
	for page in "${pages[@]}"; do
		while IFS= read -r tag; do
			grep -rqE "DOC: $tag \*/" labs common ||
				bad+="$page: $tag"$'\n'
		done < <(grep -oE 'DOC: [a-z_0-9]+' "$page" | sed 's/DOC: //
			/^name$/d')
	done
	assert_equal "$bad" ""
}

# Names with capitals, as NN_name, stand for something else.
@test "files of the tree that are named exist" {
	local page name found bad=''
	for page in "${pages[@]}"; do
		while IFS= read -r name; do
			found=$(compgen -G "${name%[.,:]}*" || :)
			[ -n "$found" ] || bad+="$page: $name"$'\n'
		done < <(grep -oE '`(scripts|labs|common|tests|docs|\.ci)/[^` ]*' \
			"$page" | tr -d '`' | sed 's/:[0-9]*$//' |
			grep -vE '[A-Z<$*{]' | sort -u)
	done
	assert_equal "$bad" ""
}

@test "targets of make that are named exist" {
	local page name bad=''
	for page in "${pages[@]}"; do
		while IFS= read -r name; do
			targets | grep -qx -- "$name" ||
				[[ $name == build ]] || bad+="$page: $name"$'\n'
		done < <(grep -oE '`make [a-z-]+' "$page" |
			sed 's/.*make //' | sort -u)
	done
	assert_equal "$bad" ""
}

# A target of make, or a file of the tree; what else a block may have is run by
# doc_commands.bats or marked.
command_is_known() {
	local word words
	read -ra words <<<"${1%%#*}"
	case ${words[0]} in
	make)
		for word in "${words[@]:1}"; do
			[[ $word == *=* ]] || targets | grep -qx -- "$word" ||
				return 1
		done
		;;
	scripts/* | .ci/*)
		[ -x "${words[0]}" ] || return 1
		for word in "${words[@]:1}"; do
			[[ $word != tests/* ]] || [ -e "$word" ] || return 1
		done
		;;
	esac
}

@test "targets of make and scripts that blocks call exist" {
	local page line bad='' found=0
	for page in README.md docs/*.md; do
		while IFS=$SEP read -r _ _ _ line; do
			found=$((found + 1))
			command_is_known "$line" || bad+="$page: $line"$'\n'
		done < <(page_commands "$page")
	done
	assert_equal "$bad" ""
	[ $found -gt 20 ]
}

# The options of "box run", one a line, as its help has them.
run_options() {
	box run --help | sed 1d | grep -oE '(^|[ ,])--?[a-zA-Z][a-z-]*' |
		tr -d ' ,' | sort -u
}

# The commands of box, one a line, as its help has them.
box_commands() { box --help | sed -nE 's/^  ([a-z]+) .*/\1/p' | sort; }

# rows FILE: the rows of its tables, without the heads.
rows() {
	awk '/^\|---/ { table = 1; next } !/^\|/ { table = 0 } table' "$1"
}

@test "docker-map: the code that is named is there" {
	local row file name bad='' found=0
	while IFS= read -r row; do
		[[ $(awk -F ' *[|] *' '{ print NF }' <<<"$row") -eq 7 ]] ||
			bad+="not five columns: $row"$'\n'
		code=$(awk -F ' *[|] *' '{ print $5 }' <<<"$row")
		[ "$code" != - ] || continue
		found=$((found + 1))
		read -r file name < <(tr -d '`' <<<"$code")
		[ -f "$file" ] || [ ! -f "labs/$file" ] || file=labs/$file
		[ -f "$file" ] || file=labs/08_capstone/$file
		grep -qE "^$name\(|DOC: $name \*/" "$file" ||
			bad+="$code"$'\n'
	done < <(rows docs/docker-map.md)
	assert_equal "$bad" ""
	[ $found -gt 60 ]
}

@test "docker-map: labs exist" {
	local lab bad=''
	while IFS= read -r lab; do
		[ "$lab" = - ] || compgen -G "labs/${lab}_*" >/dev/null ||
			bad+="$lab "
	done < <(rows docs/docker-map.md | awk -F ' *[|] *' '{ print $4 }')
	assert_equal "$bad" ""
}

@test "docker-map: it has box's options, all of them and no others" {
	rows docs/docker-map.md | awk -F ' *[|] *' '{ print $6 }' |
		grep -oE '`[^`]*`' | tr -d '`' >"$BATS_TEST_TMPDIR/claimed"
	assert_equal "$(grep '^-' "$BATS_TEST_TMPDIR/claimed" | sort -u)" \
		"$(run_options)"
	assert_equal "$(grep '^box' "$BATS_TEST_TMPDIR/claimed" | sort -u)" \
		"$(box_commands | sed 's/^/box /')"
}

@test "the glossary is sorted, full, and its labs exist" {
	local term other what lab more bad='' found=0
	rows docs/glossary.md | awk -F ' *[|] *' '{ print tolower($2) }' \
		>"$BATS_TEST_TMPDIR/terms"
	LC_ALL=C run -0 sort -cu "$BATS_TEST_TMPDIR/terms"
	while IFS='|' read -r _ term other what lab more; do
		found=$((found + 1))
		[[ $term && ${other// } && ${what// } && -z $more ]] &&
			compgen -G "labs/${lab// }_*" >/dev/null ||
			bad+="$term"$'\n'
	done < <(rows docs/glossary.md)
	assert_equal "$bad" ""
	[ $found -ge 60 ]
}

@test "the texts have at most 120 columns" {
	local page
	for page in docs/{design,contributing,docker-map,glossary}.md; do
		LC_ALL=C.UTF-8 run -0 grep -cE '^.{0,120}$' "$page"
		assert_equal "$page $output" "$page $(wc -l <"$page")"
	done
}

# The options of a program's usage, a letter a line: [-hv] [-n name] has three.
usage_options() {
	"$1" -h | grep -oE '(^|[[ |])-[a-z]+' | tr -dc 'a-z\n' |
		fold -w 1 | sort -u
}

@test "each program has a manual page, with its options and no others" {
	local program
	for program in labs/0[1-7]_*; do
		program=${program#labs/}
		assert_equal "$program $(
			sed -nE 's/^\.It Fl ([a-z])( .*)?$/\1/p' \
				"docs/man/$program.1" | sort -u | tr -d '\n')" \
			"$program $(usage_options "$program" | tr -d '\n')"
	done
}

@test "box's page has its options and commands, and no others" {
	assert_equal "$(sed -n 's/^\.It Fl/Fl/p' docs/man/box.1 |
		grep -oE 'Fl (Fl )?[a-zA-Z-]+' |
		sed -E 's/^Fl Fl /--/; s/^Fl /-/' | sort -u)" "$(run_options)"
	assert_equal "$(sed -n 's/^\.It Cm \([a-z]*\)$/\1/p' docs/man/box.1 |
		sort)" "$({ box_commands; echo help; } | sort)"
}

@test "manual pages have the same parts, and refer to pages that exist" {
	local page section name number
	for page in docs/man/*.[17]; do
		for section in NAME DESCRIPTION "EXIT STATUS" EXAMPLES \
			"SEE ALSO"; do
			run -0 grep -cx ".Sh $section" "$page"
		done
		[ "${page%.1}" = "$page" ] ||
			run -0 grep -cx ".Sh SYNOPSIS" "$page"
		while read -r _ name number _; do
			case $name in
			0* | box*) assert_exists "docs/man/$name.$number" ;;
			esac
		done < <(grep -E '^\.(It )?Xr ' "$page" | sed 's/^\.It /./')
	done
	# boxlab(7) has each of the programs, and each script that it names.
	for page in docs/man/*.1; do
		name=${page##*/}
		run -0 grep -c "Xr ${name%.1} 1" docs/man/boxlab.7
	done
	while read -r name; do
		assert_exists "$name"
	done < <(sed -n 's/^\.It Pa scripts/scripts/p' docs/man/boxlab.7 |
		sed 's/ , /\n/g')
}

@test "mandoc has nothing to say of them" {
	need mandoc
	# It knows what is installed only.
	run mandoc -Tlint docs/man/*.[17]
	output=$(grep '^mandoc: docs/' <<<"$output" |
		grep -v "referenced manual not found" || :)
	assert_output ""
	run -0 mandoc -Tutf8 docs/man/box.1
	assert_output --partial "run a command in a container"
}
