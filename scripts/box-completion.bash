# box-completion.bash - what bash proposes where box is typed.
#
# Sourced by a shell, or found by the package bash-completion, which it does
# not need, as share/bash-completion/completions/box.  What there is to choose
# from, box says: its help, and its lists.
#
# shellcheck shell=bash
# shellcheck disable=SC2016 # for awk

# The line up to the cursor as the words that box will get, in $words.  Bash
# cuts words at "=" and ":" too.
_box_words() {
	local i rest=${COMP_LINE:0:COMP_POINT} word
	words=()
	for ((i = 0; i <= COMP_CWORD; i++)); do
		word=${COMP_WORDS[i]}
		if ((i == 0)) || [[ $rest == [[:space:]]* ]]; then
			words+=("")
			rest=${rest#"${rest%%[![:space:]]*}"}
		fi
		((i < COMP_CWORD)) || word=$rest
		words[-1]+=$word
		rest=${rest#"$word"}
	done
}

# The options in the help of a command: "-m", "--memory", and ">" with what
# the argument is called if they take one.
_box_options() {
	sed -nE 's/^  (-.), (--[a-z-]+)( ([^ ]+))?.*/\1 \2 >\4/p
		s/^      (--[a-z-]+)( ([^ ]+))?.*/- \1 >\3/p' <<<"$help"
}

# What the usage in that help calls argument number $1.
_box_argument() {
	local usage word list=()
	usage=${help%%$'\n'*}
	usage=${usage#usage: box "$command"}
	for word in $usage; do
		[[ $word != \[option* ]] || continue
		word=${word//[\[\]]/}
		# "..." is one more of what stands before it.
		if [[ $word == ... && ${#list[@]} -gt 0 ]]; then
			while ((${#list[@]} <= $1)); do
				list+=("${list[-1]}")
			done
		else
			list+=("${word,,}")
		fi
	done
	printf '%s\n' "${list[$1]-}"
}

# Names of containers: those that run, with -a all, with -e those that ended.
_box_containers() {
	local names='NR > 1 { print $NF }'
	if [ "${1-}" = -e ]; then
		comm -23 <(box ps -a | awk "$names" | sort) \
			<(box ps | awk "$names" | sort)
	else
		box ps "$@" | awk "$names"
	fi
}
_box_images() {
	box images | awk 'NR > 1 && $1 != "<none>" {
		print $2 == "latest" ? $1 : $1 ":" $2 }'
}
# Those that come with box, where it looks for them itself: for run alone.
_box_bundled() {
	local top dir places
	top=$(realpath "$(type -P box)" 2>/dev/null) && top=${top%/*/*} ||
		return 0
	places=("$top/images" "$top/share/boxlab/images")
	[ -z "${BOXLAB_IMAGES-}" ] || places=("$BOXLAB_IMAGES")
	for dir in "${places[@]}"; do
		(cd "$dir" && printf '%s\n' */layers) 2>/dev/null |
			sed -n 's|^\([^*].*\)/layers$|\1|p'
	done
}
_box_volumes() { box volume ls -q; }

# Put those of the lines of standard input that begin like $cur into COMPREPLY.
_box_propose() {
	local line
	while IFS= read -r line; do
		[[ $line != "$cur"* ]] || COMPREPLY+=("$line")
	done
}

# Files that begin like $2, behind a beginning of the word that is kept.
_box_files() {
	local before=$1 line
	compopt -o filenames 2>/dev/null
	while IFS= read -r line; do
		COMPREPLY+=("$before$line")
	done < <(compgen -f -- "$2")
}

# What there is of one kind of argument.
_box_kind() {
	case $1 in
	container)
		case $command in
		attach | exec | kill | pause | port | stats | stop | top | \
			unpause) _box_containers ;;
		start) _box_containers -e ;;
		*) _box_containers -a ;;
		esac
		;;
	container:path) _box_containers -a | sed 's/$/:/' ;;
	image)
		_box_images
		[ "$command" != run ] || _box_bundled
		;;
	name)
		case $command,${words[2]} in
		volume,inspect | volume,rm) _box_volumes ;;
		images,*) _box_images ;;
		esac
		;;
	create | inspect | ls | prune | rm) printf '%s\n' "$1" ;;
	esac
}

# What argument number $1 may be: in the usage, words with "|" between.
_box_complete_argument() {
	local kind kinds
	kinds=$(_box_argument "$1")
	[ "$command" != cp ] || kinds='container:path|path'
	while IFS= read -r kind; do
		_box_propose < <(_box_kind "$kind")
	done < <(tr '|' '\n' <<<"$kinds")
	case $kinds in
	*file* | *directory* | *path | tar*) _box_files "" "$cur" ;;
	esac
}

_box_values() {
	case $1 in
	--network)
		printf '%s\n' bridge none host pasta
		_box_containers | sed 's/^/container:/'
		;;
	--restart) printf '%s\n' no on-failure always unless-stopped ;;
	--userns) printf '%s\n' host auto remap: ;;
	--security-opt)
		printf '%s\n' seccomp= seccomp=unconfined no-new-privileges
		;;
	--mount) printf '%s\n' type=bind, type=tmpfs, type=volume, ;;
	--signal | --stop-signal) compgen -A signal | sed -n 's/^SIG//p' ;;
	--volume) _box_volumes | sed 's/$/:/' ;;
	--tls-verify | --pause) printf '%s\n' true false ;;
	esac
}

# The value of option $1, whose argument the help calls $2, behind $3.
_box_complete_value() {
	_box_propose < <(_box_values "$1" | sed "s|^|$3|")
	case $1,$2 in
	--volume,* | --device,* | --cert-dir,* | *,FILE | *,FILE\|DIR/)
		_box_files "$3" "${cur#"$3"}"
		;;
	esac
}

# One word of the line, in turn: is it an option, whose argument comes next?
# Sets $expects to that option as the help has it, or counts it in $arguments.
_box_pass() {
	local letter long argument
	expects=()
	if [[ $ended || $1 != -?* ]]; then
		arguments=$((arguments + 1))
		# What follows an image is the container's, not ours.
		[[ $command != run && $command != exec ]] || ended=yes
		return
	fi
	[ "$1" != -- ] || ended=yes
	while read -r letter long argument; do
		# Of letters in one word, the last may take an argument.
		if [[ $1 == "$long" || ($1 != --* && $letter == "-${1: -1}") ]]
		then
			[ "$argument" = ">" ] ||
				expects=("$long" "${argument#>}")
		fi
	done <<<"$options"
}

# After the command's name.
_box_complete() {
	local i ended='' arguments=0 expects=() long argument
	for ((i = 2; i < ${#words[@]} - 1; i++)); do
		if [ ${#expects[@]} -gt 0 ]; then
			expects=() # that was it
		else
			_box_pass "${words[i]}"
		fi
	done
	if [ ${#expects[@]} -gt 0 ]; then
		_box_complete_value "${expects[@]}" ""
	elif [[ $ended == "" && $cur == --*=* ]]; then
		while read -r _ long argument; do
			[ "$long" != "${cur%%=*}" ] ||
				_box_complete_value "$long" "${argument#>}" \
					"$long="
		done <<<"$options"
	elif [[ $ended == "" && $cur == -* ]]; then
		_box_propose < <(awk '{ print $2 } $1 != "-" { print $1 }' \
			<<<"$options"; echo --help)
	else
		_box_complete_argument "$arguments"
	fi
}

_box() {
	local words cur command help options i keep=''
	COMPREPLY=()
	_box_words
	cur=${words[-1]} command=${words[1]-}
	if [ ${#words[@]} -le 2 ]; then
		_box_propose < <(box --help | sed -nE 's/^  ([a-z]+) .*/\1/p')
	else
		help=$(box "$command" --help 2>/dev/null) || return 0
		options=$(_box_options)
		_box_complete 2>/dev/null
	fi

	# Bash replaces only what stands behind its last cut.
	case $cur in
	*[:=]*) keep=${cur%"${cur##*[:=]}"} ;;
	esac
	for i in "${!COMPREPLY[@]}"; do
		COMPREPLY[i]=${COMPREPLY[i]#"$keep"}
	done
	# More is to come behind these.
	case ${COMPREPLY[*]-} in
	*[:=,]) compopt -o nospace 2>/dev/null ;;
	esac
	return 0
}

complete -F _box box
