#!/usr/bin/env bats
# Lab 06: layers, copy-up, and deleting what one cannot write.  Ten points.

# shellcheck disable=SC2016 # scripts for a shell in the cell
# shellcheck disable=SC2030,SC2031 # $output, as bats runs tests

load ../lib/grade

# What runs in the cell begins with these.  $1 is the token.  on COMMAND: the
# student's box on two layers; kernel SCRIPT: the same by mount(8), in m.
BEGIN='
set -e
on() { 06_overlay_whiteout -u up -l app -l base "$@"; }
kernel() {
	mkdir -p m up.kernel
	options=userxattr,index=off,redirect_dir=nofollow,lowerdir=app:base
	mount -t overlay -o $options,upperdir=up,workdir=up.kernel kernel m
	(cd m && eval "$1")
	umount m
	rm -r up.kernel
}
# Names, types, modes, owners, times, links and contents of a tree.
tree() {
	(cd "$1" && find . ! -type d -printf "%p %y %m %U:%G %T@ %s n%n %l\n" &&
		find . -type d -printf "%p %y %m %U:%G %T@\n" &&
		find . -type f -exec sha256sum {} +) | sort
}
mkdir -p base/doc/old base/keep app/keep up
echo "base $1" >base/both
echo "base $1" >base/only
head -c "${2:-1000}" /dev/urandom >base/big
echo intro >base/doc/intro
echo old >base/doc/old/file
echo kept >base/keep/base
echo kept >app/keep/app
echo "app $1" >app/both
'

# can KIND: has this kernel what the test needs, without the student's help?
can() {
	local name=$BATS_FILE_TMPDIR/can-$1 script='echo >new'
	local needs="overlayfs in a user namespace: Linux 5.11"
	[ "$1" = overlay ] || script='rm -r doc; mkdir doc'
	[ "$1" = overlay ] || needs="a tmpfs with user attributes: Linux 6.6"
	[ -e "$name" ] ||
		if cell sh -c "$BEGIN kernel '$script'" sh >/dev/null 2>&1; then
			: >"$name"
		else
			skip "needs $needs"
		fi
}

# ran WHAT: what try() has run ended well.
ran() {
	local told
	[ "$status" -ne 0 ] || return 0
	told=$(grep -a ^06_overlay_whiteout: <<<"$output" || tail -n 2 <<<"$output")
	[[ $told != *"not written yet"* ]] || hint=
	lost "$1" "that it works" "status $status: $told" \
		"${hint:-$(about_error "$told")}"
}

about_error() {
	case $1 in
	*"not written yet"* | *"not implemented"*)
		echo "that function comes first" ;;
	*"mount: overlay"*"Invalid argument"*)
		echo "is each option one that overlayfs has? And a file that is copied up grows in the work directory until rename(2) moves it: where must that be?" ;;
	*"nput/output error"*)
		echo "to remove a directory overlayfs writes a mark, and may not: where does it keep its marks in a user namespace?" ;;
	*"not permitted"*)
		echo "attributes named trusted.* are for root of the first user namespace alone: what does overlayfs use in the others?" ;;
	*) echo "what it says tells where it ended" ;;
	esac
}

@test "[1] precedence: the first layer named wins, the upper directory above all, and directories are merged" {
	local seen top
	can overlay
	for top in a up; do
		try sh -c "$THREE"'exec 06_overlay_whiteout $2 -l a -l b -l c \
			true' sh "$TOKEN" "$(option $top)"
		ran "a box on three layers, $(option $top)"
		hold sh -c "$THREE"'exec 06_overlay_whiteout $2 -l a -l b -l c \
			"$3" "$4"' sh "$TOKEN" "$(option $top)"
		seen=$(cd "/proc/$inside/cwd" && cat abc bc c && ls d) || :
		seen=$(paste -sd' ' <<<"$seen")
		[ "$seen" = "$top $TOKEN b $TOKEN c $TOKEN a b c" ] ||
			lost "abc, bc, c and d/ in the box, $(option $top)" \
				"$top $TOKEN b $TOKEN c $TOKEN a b c" "$seen" \
				"$(about_order $top "$seen")"
	done
}

THREE='mkdir -p a/d b/d c/d up
for layer in a b c; do
	echo "$layer $1" >$layer/abc
	echo >$layer/d/$layer
done
echo "b $1" >b/bc
echo "c $1" >c/bc
echo "c $1" >c/c
[ -z "$2" ] || echo "up $1" >up/abc
'

# Unquoted in the shell above, so that nothing is no argument.
option() { [ "$1" != up ] || echo -uup; }

about_order() {
	case $2 in
	"c $TOKEN c $TOKEN"*) echo "the lowest layer hides the others: in the text for mount(2), is the first directory on top or the last?" ;;
	*"a b c") echo "a name comes from the wrong layer: in which order do they stand in the text for mount(2), and is upper one of them?" ;;
	*) echo "not all of the layers are there: how many stand in the text for mount(2)?" ;;
	esac
}

@test "[1] copy-up: reading copies nothing, one byte written copies the whole file, the layers below stay as they are" {
	local size seen
	can overlay
	between size 100000 900000
	try sh -c "$BEGIN"'tree base >before; tree app >>before
		on cat big only >/dev/null
		echo "read: $(ls up)"
		on sh -ec "printf x >>big; echo new >both; rm only; echo >keep/new
			chmod 700 keep; mv doc/intro doc/moved; rm keep/base"
		tree base >after; tree app >>after
		[ ! -e up/big ] || cmp -s -n "$2" up/big base/big || echo other
		echo "big: $(stat -c %s up/big)"
		diff before after || :' sh "$TOKEN" "$size"
	ran "a box that reads and writes"
	[ "$output" = "read: "$'\n'"big: $((size + 1))" ] ||
		lost "reading, then one byte behind big, of $size bytes" \
			"read: nothing copied; big: $((size + 1)) in the upper directory; nothing else changed" \
			"$output" "$(about_copy "$output")"
}

about_copy() {
	case $1 in
	*"cannot stat"*) echo "the upper directory has not got what was written: which directory is upperdir?" ;;
	*"read: "?*) echo "reading has changed the upper directory: who else writes there?" ;;
	*) echo "a layer below has changed: which directories does the text for mount(2) name as lower ones?" ;;
	esac
}

@test "[1] directories: a plain user's box removes, makes again and renames a directory of a layer" {
	local hint
	can marks
	try -u sh -c "$BEGIN"'on sh -ec "rm -r doc; mkdir doc; echo new >doc/new
			mv keep kept"
		on ls doc kept' sh "$TOKEN"
	ran "rm -r, mkdir and mv in the box"
	[ "$(paste -sd' ' <<<"$output")" = "doc: new  kept: app base" ] ||
		lost "doc, made again, and kept, renamed, in the next box" \
			"doc: new; kept: app base" "$output" \
			"what is in the upper directory that hides what is below? Where does overlayfs keep that mark in a user namespace?"
}

@test "[1] many layers: any directory name will do, and 150 layers with long names" {
	local name hint
	can overlay
	for name in "a b,c" "x:$TOKEN" "n"$'\n'"\\$TOKEN"; do
		hint="what is special to overlayfs in this text, and which helper knows?"
		try sh -c 'mkdir "$1" "$1.2" "$1.up" && echo "$2" >"$1.2/x" &&
			06_overlay_whiteout -u "$1.up" -l "$1" -l "$1.2" cat x' \
			sh "$name" "$TOKEN"
		ran "a box whose directories are named $(tr '\n' '?' <<<"$name")"
		[ "$output" = "$TOKEN" ] || lost "a file in $name.2" "$TOKEN" \
			"$output" "$hint"
	done
	hint="the names do not fit into the page that mount(2) reads: which short name has an open directory?"
	try sh -c 'long=$(printf "%0200d" 0)
		mkdir up $(seq -f "$long%g" 150) || exit
		for i in $(seq 150); do
			echo "$i" >"$long$i/top" && echo "$1" >"$long$i/$i" &&
				set -- "$@" -l "$long$i"
		done
		token=$1 && shift || exit
		06_overlay_whiteout "$@" sh -c "cat top; cat [0-9]* | uniq -c" &&
			06_overlay_whiteout -u up "$@" \
				sh -ec "echo $token >top; rm 150" &&
			cat up/top && ls up' sh "$TOKEN"
	ran "150 layers with names of 200 bytes"
	[ "$(xargs <<<"$output")" = "1 150 $TOKEN $TOKEN 150 top" ] ||
		lost "150 layers with names of 200 bytes, read and written" \
			"1 on top, 150 files, the new one in the upper directory" \
			"$output" "$hint"
}

@test "[1] from an image: .wh. files become what the kernel hides by, and a bad layer is left alone" {
	local want
	can marks
	try sh -c "$BEGIN"'mkdir -p up/doc/old up/keep up/mine base/mine
		echo >base/mine/below
		touch up/.wh.only up/keep/.wh.base up/doc/.wh..wh..opq \
			up/doc/old/.wh.file up/doc/new up/.wh.mine up/mine/own
		touch -d @1000000000 up/doc up/keep
		06_overlay_whiteout -i up
		stat -c "only is a %F %t:%T" up/only || :
		stat -c "%n is of %Y" up/doc up/keep
		find up -name ".wh.*" -o -type c -path "up/doc/*"
		kernel "find . -type f | sort"' sh "$TOKEN"
	ran "-i of a layer that hides only, keep/base, all of doc and mine"
	want="only is a character special file 0:0
up/doc is of 1000000000
up/keep is of 1000000000
./big
./both
./doc/new
./keep/app
./mine/own"
	[ "$output" = "$want" ] ||
		lost "a translated layer, for stat(1), find(1) and in a mount" \
			"$(missing "$want" "$output")" \
			"$(extra "$want" "$output")" \
			"$(about_import "$(extra "$want" "$output")")"
	try sh -c 'mkdir -p layer/sub && touch layer/.wh.good layer/sub/.wh... &&
		! 06_overlay_whiteout -i layer 2>/dev/null && find layer -type f' \
		sh
	[ "$(sort <<<"$output")" = $'layer/.wh.good\nlayer/sub/.wh...' ] ||
		lost "-i of a layer with .wh.good and sub/.wh..." \
			"refused, and nothing is changed" \
			"status $status: $output" \
			"what would .wh... hide? Look the whole layer over before you begin"
}

# The lines that one text has and the other not.
missing() { comm -23 <(sort <<<"$1") <(sort <<<"$2") | paste -sd' '; }
extra() { comm -13 <(sort <<<"$1") <(sort <<<"$2"); }

about_import() {
	case $1 in
	*"only is a"* | *"cannot stat"* | *./only*) echo "what does the kernel itself leave in the upper directory for a file that was removed? See stat(1)" ;;
	*" is of "*) echo "what happens to the times of a directory from which a file is removed?" ;;
	*./doc/intro* | *./doc/old/*) echo "doc shall hide all that is below, and does not: which attribute says so, with which value, in this user namespace?" ;;
	*./mine/below*) echo ".wh.mine hides the mine of lower layers, and this layer has one: what must that directory become?" ;;
	*up/doc/*) echo "below doc all is hidden already, at any depth: what is left to hide there?" ;;
	*.wh.*) echo "a mark of the image is still there: who would see it in the box?" ;;
	*) echo "compare with what the kernel leaves for the same changes, with find(1) and stat(1)" ;;
	esac
}

@test "[1] to an image: whiteouts and opaque directories become .wh. files, and no attribute of overlayfs stays" {
	local want
	can marks
	try sh -c "$BEGIN"'kernel "rm only keep/base; rm -r doc; mkdir doc
			echo >doc/new; echo >>both"
		touch -d @1000000000 up/doc up/keep
		mknod up/pipe p
		06_overlay_whiteout -e up
		find up ! -type d -printf "%p %y\n" | sort
		stat -c "%n is of %Y" up/doc up/keep
		tar --xattrs --xattrs-include="*" -cf - up |
			grep -aq "user\.overlay\." && echo "an attribute is left"
		kernel "find doc | sort"' sh "$TOKEN"
	ran "-e of an upper directory"
	want="up/.wh.only f
up/both f
up/doc/.wh..wh..opq f
up/doc/new f
up/keep/.wh.base f
up/pipe p
up/doc is of 1000000000
up/keep is of 1000000000
doc
doc/.wh..wh..opq
doc/intro
doc/new
doc/old
doc/old/file"
	[ "$output" = "$want" ] ||
		lost "a translated layer, for find(1), and mounted as it is" \
			"$(missing "$want" "$output")" \
			"$(extra "$want" "$output")" \
			"$(about_export "$(missing "$want" "$output")" \
				"$(extra "$want" "$output")")"
}

about_export() {
	case "$1 / $2" in
	*" c"*) echo "a whiteout is left: by what is it known? See stat(1)" ;;
	*pipe*) echo "not every special file is a whiteout: what else must be looked at?" ;;
	*.opq*) echo "doc hides all that is below, and the layer does not say so any more: which attribute is it, with which value, in this user namespace?" ;;
	*" is of "*) echo "what happens to the times of a directory in which a file is made?" ;;
	*attribute* | *intro*) echo "which attributes of overlayfs does listxattr(2) still show, and on which files?" ;;
	*) echo "what does translate.h say about the names of marks?" ;;
	esac
}

# What diff -r says of before and after, in the words of -d.
WORDS='LC_ALL=C diff -rq --no-dereference before after | sed -E \
	-e "s,^Only in before(/?.*): (.*)$,D \1/\2," \
	-e "s,^Only in after(/?.*): (.*)$,A \1/\2," \
	-e "s,^(Files|Symbolic links) before(.*) and after.* differ$,C \2," \
	-e "s,^File before(.*) is a .* while file after.*$,C \1,"'

# changes_are SCRIPT: done in a mount, -d must list them as diff -r does.
changes_are() {
	local want seen less more
	try sh -c "$BEGIN"'for number in 1 2 3; do
			mkdir -p base/deep/er/$number
			for name in $number er/$number/f er/$number/g; do
				echo $number >base/deep/$name
			done
		done
		ln -s only base/link
		kernel "cp -a . ../before; '"$1"'; cp -a . ../after"
		mknod up/gone c 0 0
		{ '"$WORDS"'; } | sort
		echo --
		06_overlay_whiteout -d -u up -l app -l base' sh "$TOKEN"
	ran "-d of an upper directory"
	want=$(sed '/^--$/,$d' <<<"$output")
	seen=$(sed '1,/^--$/d' <<<"$output" | sort)
	[ -n "$want" ]
	less=$(missing "$want" "$seen") more=$(extra "$want" "$seen")
	[ -z "$less$more" ] || lost "the list of changes" "$less" "$more" \
		"$(about_changes "$less" "$more")"
}

# about_changes MISSING EXTRA
about_changes() {
	case $2 in
	*"A /new/"*) echo "a tree that only one side has is one change" ;;
	*"C /keep"* | *"C /big"* | *"C /deep"*)
		echo "copied up, and otherwise the same: is that a change?" ;;
	*"A /only"* | *"A /gone"*)
		echo "a whiteout is no new file: by what is it known?" ;;
	*"D /gone"*)
		echo "a box that deletes what it made may leave a mark too: was that name ever below?" ;;
	*) case $1 in
		*"D /only"* | *"D /keep/app"*)
			echo "what is there in the upper directory for a name that is gone, and by what is it known?" ;;
		*"D "*) echo "a directory that was made again has no whiteouts for what was in it, nor have those inside: what tells you that it hides what is below?" ;;
		*) echo "compare each name of the upper directory with the same name below: type, mode, owner, contents. Which of the two has it?" ;;
		esac ;;
	esac
}

@test "[1] changes: -d lists what was added, changed and deleted, as diff -r does" {
	local changed deleted
	can overlay
	between changed 1 3
	between deleted 1 3
	changes_are "echo $TOKEN >added; mkdir new; echo >new/leaf; rm only
		echo $TOKEN >both; echo >>deep/er/$changed/f; touch big
		rm keep/app; rm deep/$deleted
		ln -sfn big link"
}

@test "[1] renewed directories: -d lists what they hide, at any depth, and types that changed" {
	local n
	can marks
	between n 1 3
	changes_are "rm -r deep doc; mkdir -p deep/er/$n doc
		echo $n >deep/er/$n/f; echo other >deep/er/new; rm both
		mkdir both; echo >both/in; rm -r keep; echo >keep"
}

@test "[2] flatten: -x is what the box sees, with modes, times, hard links and attributes" {
	local want seen less more
	can marks
	try sh -c "$BEGIN"'mkfifo base/fifo
		ln -s /nowhere base/link
		chmod 4751 base/big
		tar --pax-option="SCHILY.xattr.user.t:=$1" -cf a.tar base/keep/base
		tar --xattrs --xattrs-include="*" -xpf a.tar
		kernel "rm only; rm -r doc/old; mkdir doc/new new; echo >doc/new/1
			ln doc/new/1 doc/new/2; ln doc/new/1 new/3; echo >other
			chmod 555 new; touch -d @1000000000.5 doc doc/new new ."
		kernel "tree . >../want"
		06_overlay_whiteout -x flat -u up -l app -l base
		tree flat
		[ flat/doc/new/1 -ef flat/doc/new/2 ] || echo "1 and 2 differ"
		echo --
		cat want
		tar --xattrs --xattrs-include="*" -C flat -cf - keep/base |
			grep -aq "user.t=$1" || echo "keep/base: user.t is $1"' sh "$TOKEN"
	ran "-x of an upper directory on two layers"
	seen=$(sed '/^--$/,$d' <<<"$output")
	want=$(sed '1,/^--$/d' <<<"$output")
	[ -n "$want" ]
	less=$(missing "$want" "$seen") more=$(extra "$want" "$seen")
	[ -z "$less$more" ] || lost "the flattened tree, for find(1)" "$less" \
		"$more" "$(about_flat "$more")"
}

about_flat() {
	case $1 in
	*" c "*) echo "a whiteout was copied: is that what the box sees?" ;;
	*differ* | *" n1 "*) echo "several names, one file: how can you know it again when it comes under its next name?" ;;
	*" d "*) echo "a directory has other attributes than it had: what alters them after you have set them, or who cannot write into it then?" ;;
	*) echo "compare the two with find -printf, name by name: which of its attributes does a file lack?" ;;
	esac
}
