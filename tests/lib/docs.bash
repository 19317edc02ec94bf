# docs.bash - the blocks of a page, and what their marks say.
#
#	load lib/docs
#
# A fenced block says what it is: sh, console, c or text.  Of a block of sh each
# line is a command, and is run by a test unless the block has a mark, in braces
# after the language, which no reader of the page sees:
#
#	norun="REASON"		nothing runs it
#	test="FILE ..."		another test does, or .ci/run
#	norun="COMMAND: REASON"	the same for the one command that begins so
#	test="COMMAND: FILE ..."
#	root			it needs root
#	status=N		its last command ends so
#
# In a manual page a block is ".Bd -literal" among the EXAMPLES, and its mark is
# in a comment before it: .\" {root}

# page_blocks PAGE: of each line of each block: the line of its fence, its
# language, its mark, and the text, with $SEP between them (read(1) would take
# two tabs for one).  A block without a fence has the language "none".
SEP=$'\037'
page_blocks() {
	case $1 in
	*.md) markdown_blocks "$1" ;;
	*) manual_blocks "$1" ;;
	esac
}

markdown_blocks() {
	awk -v OFS="$SEP" '
		fence == "" && match($0, /^ ? ? ?(````*|~~~~*)/) {
			fence = substr($0, RSTART, RLENGTH)
			gsub(/ /, "", fence)
			start = FNR
			language = mark = substr($0, RSTART + RLENGTH)
			sub(/[ {].*/, "", language)
			if (!sub(/^[^{]*{/, "", mark) || !sub(/} *$/, "", mark))
				mark = ""
			if (language == "")
				language = "none"
			next
		}
		fence != "" {
			line = $0
			sub(/^ ? ? ?/, "", line)
			if (index(line, fence) == 1 && line ~ /^(`+|~+) *$/)
				fence = ""
			else
				print start, language, mark, $0
			empty = 0
			next
		}
		/^ *$/ { empty = 1; next }
		/^(    |\t)/ && empty { print FNR, "none", "", $0; next }
		{ empty = 0 }' "$1"
}

manual_blocks() {
	awk -v OFS="$SEP" '
		/^\.Sh / { examples = $2 == "EXAMPLES" }
		!examples { next }
		/^\.\\" \{.*}$/ { mark = substr($0, 6, length($0) - 6) }
		/^\.Bd -literal/ { start = FNR; next }
		/^\.Ed/ { start = 0; mark = "" }
		start { print start, "sh", mark, $0 }' "$1"
}

# page_commands PAGE: the same for each command of its blocks of sh.  A line
# that ends in a backslash goes on in the next.
page_commands() {
	page_blocks "$1" | awk -F "$SEP" -v OFS="$SEP" '
		$2 != "sh" { next }
		{ text = joined $4; joined = "" }
		sub(/\\$/, "", text) { joined = text; next }
		text !~ /^ *(#|$)/ { print $1, $2, $3, text }'
}

# mark_of MARK COMMAND: "norun REASON" or "test FILE ...", if the command has
# such a mark.
mark_of() {
	local rest=$1 word value
	while [[ $rest =~ (norun|test)=\"([^\"]*)\"(.*) ]]; do
		word=${BASH_REMATCH[1]} value=${BASH_REMATCH[2]}
		rest=${BASH_REMATCH[3]}
		[[ $value != *": "* || $2 == "${value%%: *}"* ]] || continue
		echo "$word ${value#*: }"
		return
	done
}

# What is wrong with a mark as such, if anything: a word that is none, a reason
# that is none.
mark_mistakes() {
	local rest=$1 word='(norun|test)="([^"]*)"|root|status=[0-9]+'
	while [[ $rest =~ ^\ *($word)(\ .*)?$ ]]; do
		rest=${BASH_REMATCH[4]}
		[[ ${BASH_REMATCH[2]} != norun ||
			${BASH_REMATCH[3]} == *?" "?* ]] ||
			echo "no reason: ${BASH_REMATCH[1]}"
	done
	[ -z "${rest// }" ] || echo "no mark: $rest"
}

# keywords COMMAND: the name of its program and its options; of make, what it
# shall make, and the variables.
keywords() {
	local word words
	read -ra words <<<"${1%%  #*}"
	if [ "${words[0]}" = make ] && [ ${#words[@]} -gt 1 ]; then
		printf '%s\n' "${words[@]:1}" | sed 's/=.*//'
		return
	fi
	printf '%s\n' "${words[0]##*/}"
	for word in "${words[@]:1}"; do
		[ "$word" != -- ] || return 0
		[[ $word != -?* ]] || printf '%s\n' "${word%%=*}"
	done
}

# untested COMMAND FILE ...: the words of it that none of these files has.
untested() {
	local command=$1 word
	shift
	while IFS= read -r word; do
		cat "$@" | grep -qE -- \
			"(^|[^[:alnum:]_-])${word//./\\.}(\$|[^[:alnum:]_-])" ||
			printf '%s\n' "$word"
	done < <(keywords "$command")
}
