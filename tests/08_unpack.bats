#!/usr/bin/env bats
# box: layers that mean no good, and what their unpacking keeps.

# shellcheck disable=SC2154 # set by run and lib
load lib/image

setup() {
	image_setup || return
	# What a layer may not reach: its name is in no test by chance.
	mkdir outside
	echo "$TOKEN" >outside/secret
	OUTSIDE=$PWD/outside
	untouched=$(find outside -printf '%p %m %n %s\n')
}

teardown() {
	local after
	after=$(cd "$BATS_TEST_TMPDIR" && find outside -printf '%p %m %n %s\n')
	assert_equal "$after" "$untouched"
	assert_equal "$(cat "$OUTSIDE/secret")" "$TOKEN"
	image_teardown
}

# The layer is refused with this reason, and nothing of it stays.
assert_refused() {
	local before reason=$1
	mktar >list.tar
	before=$(store_state)
	run -125 box import list.tar "$TOKEN"
	assert_output --regexp "^box: layer [0-9a-f]{12}: $reason\$"
	# The first command of all makes the empty store.
	[ -z "$before" ] || assert_equal "$(store_state)" "$before"
	run -0 find "$(STORE)"/{layers,images,names,sizes,tmp} \
		"$(STORE)/oci/blobs/sha256" -mindepth 1
	assert_output ""
}

# The names, types, modes and links of the layer, without the root.
contents() {
	(cd "$(layer_of "$TOKEN")" &&
		find . -mindepth 1 -printf '%P %y %m %l\n' |
		sed 's/ $//' | sort)
}

@test ".. in a name is refused, wherever it stands" {
	assert_refused '\.\./evil: not a path in a layer' \
		<<<'f 644 0 0 ../evil x'
	assert_refused 'a/\.\./\.\./evil: not a path in a layer' \
		<<<'f 644 0 0 a/../../evil x'
	assert_refused 'a/\.\.: not a path in a layer' <<<'d 755 0 0 a/..'
	assert_refused '/\.\./evil: not a path in a layer' \
		<<<'f 644 0 0 /../evil x'
}

@test "a header that is damaged is told as that, in a layer and around" {
	printf 'f 644 0 0 a x\nf 644 0 0 b x\n' | mktar >layer.tar
	tar -cf archive.tar layer.tar layer.tar
	printf '\001' | dd of=layer.tar bs=1 seek=1034 conv=notrunc status=none
	run -125 box import layer.tar "$TOKEN"
	assert_output --regexp '^box: layer [0-9a-f]{12}: tar: Damaged tar archive'
	printf '\001' | dd of=archive.tar bs=1 conv=notrunc status=none \
		seek="$(($(stat -c %s layer.tar) + 512 + 10))"
	run -125 box load archive.tar
	assert_output --regexp '^box: archive.tar: Damaged tar archive'
}

@test "an absolute name is one in the layer" {
	import_list "$TOKEN" <<-END
		f 644 0 0 $OUTSIDE/secret changed
		f 644 0 0 //etc/x changed
	END
	assert_equal "$(cat "$(layer_of "$TOKEN")$OUTSIDE/secret")" changed
	assert_exists "$(layer_of "$TOKEN")/etc/x"
}

@test "a write through a symbolic link stays in the layer" {
	assert_refused 'out/new: a link on the way leads nowhere' <<-END
		l 777 0 0 out $OUTSIDE
		f 644 0 0 out/new x
	END
	assert_refused 'out/secret: a link on the way leads nowhere' <<-END
		l 777 0 0 out ../../../../../../../../../../../..$OUTSIDE
		f 644 0 0 out/secret x
	END
	# Where the layer has what the link names, it means that.
	import_list "$TOKEN" <<-END
		d 755 0 0 usr
		d 755 0 0 usr/lib
		l 777 0 0 lib /usr/lib
		f 644 0 0 lib/new $TOKEN
		l 777 0 0 up ../../../usr
		f 644 0 0 up/new $TOKEN
	END
	assert_equal "$(cat "$(layer_of "$TOKEN")/usr/lib/new")" "$TOKEN"
	assert_equal "$(cat "$(layer_of "$TOKEN")/usr/new")" "$TOKEN"
}

@test "a file over a symbolic link replaces the link" {
	import_list "$TOKEN" <<-END
		l 777 0 0 file $OUTSIDE/secret
		f 644 0 0 file new
		l 777 0 0 dir $OUTSIDE
		d 700 0 0 dir
		f 644 0 0 dir/secret new
		l 777 0 0 times $OUTSIDE
	END
	run -0 contents
	assert_output "dir d 700
dir/secret f 644
file f 644
times l 777 $OUTSIDE"
}

@test "hard links lead to files of the layer, and nowhere else" {
	assert_refused 'p: a link to outside of the layer' \
		<<<"h 644 0 0 p ../../../../../../../..$OUTSIDE/secret"
	assert_refused 'p: No such file or directory' \
		<<<"h 644 0 0 p $OUTSIDE/secret"
	assert_refused 'p: a link to outside of the layer' <<<"h 644 0 0 p /"
	assert_refused 'out/secret: a link on the way leads nowhere' <<-END
		l 777 0 0 out $OUTSIDE
		h 644 0 0 p out/secret
	END
	assert_refused 'p: a link to itself' <<-END
		f 644 0 0 p x
		h 644 0 0 p p
	END
	# A link to a symbolic link is one to the link, not to what it names.
	import_list "$TOKEN" <<-END
		f 644 0 0 a x
		h 644 0 0 b a
		l 777 0 0 soft $OUTSIDE/secret
		h 777 0 0 hard soft
		f 644 0 0 hard2 x
		h 777 0 0 hard2 soft
	END
	run -0 find "$(layer_of "$TOKEN")" -samefile "$(layer_of "$TOKEN")/a"
	assert_equal "${#lines[@]}" 2
	run -0 contents
	assert_line "hard l 777 $OUTSIDE/secret"
	assert_line "hard2 l 777 $OUTSIDE/secret"
}

@test "a hard link to a symbolic link, written through, stays inside" {
	import_list "$TOKEN" <<-END
		l 777 0 0 soft $OUTSIDE/secret
		h 777 0 0 hard soft
		f 644 0 0 hard new
	END
	run -0 contents
	assert_line "hard f 644"
}

@test "marks that mean nothing are refused" {
	local name
	for name in .wh. .wh.. .wh... .wh..wh.x .wh..wh. d/.wh.; do
		assert_refused "${name//./\\.}: a whiteout that makes no sense" \
			<<<"f 644 0 0 $name "
	done
	assert_refused '\.wh\.x: a whiteout that makes no sense' \
		<<<'d 755 0 0 .wh.x'
	assert_refused '\.wh\.x/y: a whiteout that makes no sense' \
		<<<'f 644 0 0 .wh.x/y z'
	assert_refused '\.wh\.x: a whiteout that makes no sense' \
		<<<"l 777 0 0 .wh.x $OUTSIDE"
	assert_refused 'out/\.wh\.secret: a link on the way leads nowhere|out/secret: .*' <<-END
		l 777 0 0 out $OUTSIDE
		f 644 0 0 out/.wh.secret
	END
}

# In the layer it hides what is below, in any order.
whiteouts() {
	import_list "$TOKEN" >/dev/null <<<"$1"
	(cd "$(layer_of "$TOKEN")" && find . -mindepth 1 -type c -printf '%P\n'
		getfattr -R -h --absolute-names -m overlay.opaque . |
			sed -n 's/^# file: \(\.\/\)\?\(.*\)/opaque \2/p') | sort
}

@test "a whiteout hides what is below, never what its own layer has" {
	is_root || skip "needs root" # to see trusted attributes
	run -0 whiteouts $'f 644 0 0 .wh.gone \nf 644 0 0 .wh.file \nf 644 0 0 file x\nf 644 0 0 .wh.dir \nd 755 0 0 dir\nf 644 0 0 deep/er/.wh.x '
	assert_output $'deep/er/x\ngone\nopaque dir'
	run -0 whiteouts $'d 755 0 0 dir\nf 644 0 0 dir/a x\nf 644 0 0 file x\nf 644 0 0 .wh.dir \nf 644 0 0 .wh.file '
	assert_output $'opaque dir'
	run -0 whiteouts $'f 644 0 0 o/.wh..wh..opq \nf 644 0 0 o/.wh.x \nf 644 0 0 o/p/.wh.y \nf 644 0 0 ox/.wh.z '
	assert_output $'opaque o\nox/z'
}

@test "what hides is mounted: as root and as a plain user" {
	need umoci
	local one=one.tar two=two.tar
	make_base base.tar
	printf '%s\n' 'd 755 0 0 o' 'f 644 0 0 o/low 1' 'd 755 0 0 r' \
		'f 644 0 0 r/low 1' 'f 644 0 0 gone 1' | mktar >$one
	printf '%s\n' 'f 644 0 0 o/.wh..wh..opq ' 'f 644 0 0 o/high 1' \
		'f 644 0 0 .wh.gone ' 'f 644 0 0 .wh.r ' 'd 755 0 0 r' \
		'f 644 0 0 r/high 1' | mktar >$two
	make_layout layout "$TOKEN" base.tar $one $two
	box load layout
	run -0 boxed "$TOKEN" sh -c 'cd /; ls o r; ls gone 2>&1; rm -r o r &&
		mkdir o && ls -A o'
	assert_output $'o:\nhigh\n\nr:\nhigh\nls: gone: No such file or directory'
}

@test "a layer that hides everything below is the lowest" {
	need umoci
	make_base base.tar
	mkdir all && tar -C all -xf base.tar && touch all/.wh..wh..opq
	tar -C all --owner 0 --group 0 -cf all.tar .
	echo 'f 644 0 0 below 1' | mktar >one.tar
	make_layout layout "$TOKEN" one.tar all.tar
	box load layout
	run -0 boxed "$TOKEN" ls /
	refute_line below
	assert_line bin
}

@test "devices: root's stay, 0:0 is refused, a plain user is told" {
	assert_refused 'n: device 0:0 is a mark of overlayfs' \
		<<<'c 644 0 0 n 0,0'
	printf '%s\n' 'c 640 0 0 null 1,3' 'b 600 0 0 disk 7,7' \
		'p 644 0 0 pipe' >list
	run -0 import_list "$TOKEN" <list
	if is_root; then
		assert_output "Loaded image: $TOKEN:latest"
		run -0 stat -c '%n %F %a %t:%T' "$(layer_of "$TOKEN")"/{null,disk}
		assert_output --partial "null character special file 640 1:3"
		assert_output --partial "disk block special file 600 7:7"
	else
		assert_line "box: left out device files: only root makes them"
	fi
	run -0 contents
	assert_line "pipe p 644"
}

@test "owner, set-uid, set-gid and sticky bits are the image's" {
	printf '%s\n' 'f 4755 3 4 suid x' 'f 2711 3 4 sgid x' 'd 1777 0 0 t' \
		'd 2755 5 6 s' 'f 644 7 8 s/x y' 'f 4711 0 0 root x' \
		'f 0 9 9 none x' 'd 0 0 0 locked' 'f 644 0 0 locked/x y' \
		'l 777 5 5 link x' >list
	run -0 import_list "$TOKEN" <list
	cd "$(layer_of "$TOKEN")"
	if is_root; then
		run -0 stat -c '%n %a %u:%g %Y' suid sgid t s s/x root none \
			link locked locked/x
		assert_output "suid 4755 3:4 86400
sgid 2711 3:4 86400
t 1777 0:0 86400
s 2755 5:6 86400
s/x 644 7:8 86400
root 4711 0:0 86400
none 0 9:9 86400
link 777 5:5 86400
locked 0 0:0 86400
locked/x 644 0:0 86400"
	else
		run -0 stat -c '%n %a' suid root t
		assert_output $'suid 755\nroot 4711\nt 1777'
	fi
	cd "$BATS_TEST_TMPDIR"
}

@test "without root: ids that one does not have are root's, said once" {
	need_plain
	printf '%s\n' 'f 644 3 4 a x' 'f 644 3 4 b x' >list
	run -0 import_list "$TOKEN" <list
	assert_equal "$(grep -c "are root's now" <<<"$output")" 1
	run -0 boxed -q busybox true
	printf 'f 644 0 0 a x\n' >list
	run -0 import_list "$TOKEN" <list
	assert_output "Loaded image: $TOKEN:latest"
}

@test "ids that mean no change to the kernel are refused" {
	assert_refused 'x: Numerical result out of range' \
		<<<'x uid=4294967295
f 644 0 0 x y'
	assert_refused 'x: Numerical result out of range' \
		<<<'x gid=99999999999
f 644 0 0 x y'
}

@test "attributes of overlayfs itself are refused, others kept" {
	local key
	for key in trusted.overlay.opaque trusted.overlay.redirect \
		user.overlay.opaque user.overlay.whiteout trusted.overlay.metacopy
	do
		assert_refused "d: has an attribute of overlayfs's own" <<-END
			x SCHILY.xattr.$key=y
			d 755 0 0 d
		END
		assert_refused "f: has an attribute of overlayfs's own" <<-END
			x SCHILY.xattr.$key=y
			f 644 0 0 f x
		END
	done
	assert_refused "f: has an attribute of overlayfs's own" <<-END
		x LIBARCHIVE.xattr.trusted%2eoverlay%2eopaque=eQ==
		f 644 0 0 f x
	END
	import_list "$TOKEN" <<-END
		x SCHILY.xattr.user.word=$TOKEN
		f 600 0 0 f x
	END
	run -0 getfattr --absolute-names --only-values -n user.word "$(layer_of "$TOKEN")/f"
	assert_output "$TOKEN"
}

@test "the later entry of a name counts" {
	import_list "$TOKEN" <<-END
		f 644 0 0 a one
		f 600 0 0 a two
		d 755 0 0 d
		f 644 0 0 d/in x
		f 644 0 0 d file
		f 644 0 0 e file
		d 711 0 0 e
		f 644 0 0 e/in x
		d 700 0 0 e
		d 755 0 0 p
		f 644 0 0 p/x 1
		l 777 0 0 p e
		f 644 0 0 p/y 1
	END
	run -0 contents
	assert_output "a f 600
d f 644
e d 700
e/in f 644
e/y f 644
p l 777 e"
	assert_equal "$(cat "$(layer_of "$TOKEN")/a")" two
}

@test "bombs: bytes and holes count, and so does what is behind the end" {
	echo 'z 644 0 0 big 3000000' | mktar >list.tar
	run -125 box import --limit 1M list.tar "$TOKEN"
	assert_output --partial "too large (see --limit)"
	run -0 box import --limit 4M list.tar "$TOKEN"
	echo 'f 644 0 0 small 1' | mktar >small.tar
	head -c 5000000 /dev/zero >>small.tar
	gzip small.tar
	run -125 box import --limit 1M small.tar.gz "$TOKEN-2"
	assert_output --partial "too large (see --limit)"
	run -0 box import --limit 6M small.tar.gz "$TOKEN-2"
	# A hole of 1 TB in an archive of some blocks.
	truncate -s 1T hole
	bsdtar -cf hole.tar hole 2>/dev/null || tar -Scf hole.tar hole
	run -125 box import hole.tar "$TOKEN-3"
	assert_output --partial "hole: the image is too large (see --limit)"
	run -125 box import --limit 1x hole.tar
	assert_output "box: --limit 1x: not a size"
}

# many TYPE NAME: 75000 entries below a long path, in a small archive.
many() {
	local path i
	path=$(printf 'p%.0s/' {1..1900})
	for ((i = 0; i < 1000; i++)); do
		printf 'x path=%s%s\n%s 755 0 0 x \n' "$path" "$2" "$1"
	done | mktar | head -c -1024 | gzip -1 >part.gz
	for ((i = 0; i < 75; i++)); do
		cat part.gz
	done >many.tar.gz
}

@test "bombs: paths that have to be kept in memory count" {
	local type
	for type in 'f .wh.a' 'd .'; do
		# shellcheck disable=SC2086 # two words
		many $type
		[ "$(wc -c <many.tar.gz)" -lt 5000000 ]
		run -125 box import many.tar.gz "$TOKEN"
		assert_output --regexp \
			': too many directories and whiteouts$'
	done
}

@test "archives that end too early or are no archives are refused" {
	echo 'z 644 0 0 big 300000' | mktar >good.tar
	head -c 100000 good.tar >short.tar
	run -125 box import short.tar "$TOKEN"
	assert_output --regexp 'box: layer [0-9a-f]{12}: big: Truncated'
	gzip -c good.tar | head -c 200 >short.gz
	run -125 box import short.gz "$TOKEN"
	assert_output --regexp 'box: layer [0-9a-f]{12}: '
	head -c 10000 /dev/urandom >noise
	run -125 box import noise "$TOKEN"
	run -0 box images -q
	assert_output ""
}

@test "long names and long paths are kept" {
	local long deep=tree i
	long=$(printf 'n%.0s' {1..255})
	mkdir -p tree
	for i in 1 2 3 4 5 6 7 8; do
		deep+=/$(printf "d$i%.0s" {1..60})
		mkdir "$deep"
	done
	touch "$deep/$long"
	tar -C tree --format=posix -cf list.tar .
	run -0 box import list.tar "$TOKEN"
	assert_exists "$(layer_of "$TOKEN")/${deep#tree/}/$long"
	tar -C tree --format=gnu -cf list.tar .
	run -0 box import list.tar "$TOKEN"
	assert_exists "$(layer_of "$TOKEN")/${deep#tree/}/$long"
}

@test "nobody but its owner gets at the layers" {
	need_root
	import_list "$TOKEN" <<<'f 4755 0 0 suid x'
	chmod 755 "$BATS_TEST_TMPDIR" 2>/dev/null || :
	run -0 stat -c %a "$(STORE)"
	assert_output 700
	run -1 as_plain test -e "$(layer_of "$TOKEN")/suid"
}
