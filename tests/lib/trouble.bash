# trouble.bash - errors that docs/troubleshooting.md has are made to happen, for
# real, and its cures are tried where they can be.
#
#	load lib/box
#	load lib/trouble

# shellcheck disable=SC2016,SC2154 # for sed; set by run
load lib/docs

PAGE=$TOP/docs/troubleshooting.md

# Cures begin at the top of the tree, and may make files: this directory looks
# like the tree to them.
setup() {
	box_setup
	ln -s "$TOP"/{Makefile,common,docs,labs,scripts,tests} .
	ln -s "$(realpath "$BOXLAB_BIN/..")" build
}

headings() { sed -n 's/^### `\(.*\)`$/\1/p' "$PAGE"; }

# The error that the test is about, as the page has it.
meet() {
	HEADING=$1
	headings | grep -qxF -- "$1" || fail "not on the page: $1"
}

# A line of $output is that error.  <name> stands for any text, and the same
# each time.
assert_met() {
	local rest=$HEADING pattern='' names=() i
	while [[ $rest =~ ^([^<]*)\<([a-z]+)\>(.*)$ ]]; do
		pattern+=$(literal "${BASH_REMATCH[1]}")
		for i in "${!names[@]}"; do
			[ "${names[i]}" != "${BASH_REMATCH[2]}" ] || break
		done
		if [ "${names[i]:-}" = "${BASH_REMATCH[2]}" ]; then
			pattern+="\\$((i + 1))"
		else
			pattern+='(.+)' names+=("${BASH_REMATCH[2]}")
		fi
		rest=${BASH_REMATCH[3]}
	done
	pattern+=$(literal "$rest")
	grep -qxE -- "$pattern" <<<"$output" || fail "expected: $HEADING
seen: $output"
}
# shellcheck disable=SC2001 # a class of characters, with a backslash each
literal() { sed 's/[][\.*^$+?(){}|]/\\&/g' <<<"$1"; }

# cure_text [NAME=VALUE ...]: the commands that the page has for the error, less
# those that are marked; <NAME> is VALUE.
cure_text() {
	local start mark text name all=''
	start=$(grep -nxF -- "### \`$HEADING\`" "$PAGE" | cut -d : -f 1)
	while IFS=$SEP read -r _ _ mark text; do
		[ -n "$(mark_of "$mark" "$text")" ] || all+=$text$'\n'
	done < <(page_commands "$PAGE" | awk -F "$SEP" -v start="$start" \
		-v end="$(next_heading "$start")" '$1 > start && $1 < end')
	for name; do all=${all//"<${name%%=*}>"/${name#*=}}; done
	[ -n "$all" ] || fail "no cure to run for: $HEADING"
	echo "set -e"
	printf %s "$all"
}
next_heading() {
	awk -v start="$1" 'FNR > start && /^##/ { line = FNR; exit }
		END { print line ? line : FNR + 1 }' "$PAGE"
}

cure() { run -0 timeout 60 bash -c "$(cure_text "$@")" </dev/null; }

# As somebody who is not root, whoever runs the test.
somebody() { if is_root; then as_plain "$@"; else "$@"; fi; }

# Without capabilities.  Who has none cannot drop any.
incapable() {
	! is_root || set -- setpriv --bounding-set -all --inh-caps -all "$@"
	"$@"
}

# Root of new namespaces of one's own, with a script to run there.
inside() {
	timeout 60 unshare --user --map-root-user "$@" </dev/null 2>&1
}

# What a shell says to one who types.
typed() { HISTFILE='' bash --norc --noprofile -i 2>&1 <<<"$1"; }

# without PROGRAM COMMAND ...: as if it were not installed.
without() {
	mkdir path
	ln -sf {/usr,}{/local,}/{,s}bin/* path 2>/dev/null || :
	rm -f "path/$1"
	PATH=$PWD/path "${@:2}"
}
