#!/usr/bin/env bats
# box: images that others made, and that others read: umoci, skopeo, buildah,
# a registry.

# shellcheck disable=SC2016,SC2154 # for the box's shell; set by run and lib
load lib/image

setup_file() {
	export BASE=$BATS_FILE_TMPDIR/base.tar
	make_base "$BASE"
}

# An image "DIR:TAG" of two layers: the lower has /old, the upper removes it
# and has /new, with the token in it.
make_two() {
	need umoci
	printf 'f 644 0 0 old %s\n' "$TOKEN" | cat - <(printf 'd 755 0 0 d\n') |
		mktar >old.tar
	printf 'f 644 0 0 .wh.old \nf 644 0 0 new %s\n' "$TOKEN" |
		mktar >new.tar
	make_layout "$1" "$2" "$BASE" old.tar new.tar
}

assert_two() {
	run -0 boxed "$@" sh -c 'cat /new; echo; ls -d /d; ls /old 2>&1; :'
	assert_output "$TOKEN"$'\n/d\nls: /old: No such file or directory'
}

@test "load: an OCI layout by umoci, run by its name" {
	make_two layout "$TOKEN"
	run -0 box load layout
	assert_output "Loaded image: $TOKEN:latest"
	assert_two "$TOKEN"
	assert_two "$TOKEN:latest"
	assert_two "docker.io/library/$TOKEN:latest"
	run -0 box images
	assert_line --index 0 --regexp '^REPOSITORY +TAG +IMAGE ID +CREATED +SIZE$'
	assert_line --index 1 --regexp \
		"^$TOKEN +latest +[0-9a-f]{12} +(.* ago|just now) +[0-9.]+[kM]B\$"
}

@test "load: by the beginning of the id, and with it complete" {
	local id
	make_two layout "$TOKEN"
	box load layout
	id=$(box images -q)
	assert_two "$id"
	assert_two "sha256:$(box images -q --no-trunc)"
	run -125 boxed "${id:0:3}" true
	assert_output --partial "no image ${id:0:3}"
}

@test "load: archives of both kinds, plain, gzip and zstd, have the same layers" {
	need skopeo zstd
	local id layers form
	make_two layout "$TOKEN:1"
	box load layout
	id=$(box images -q --no-trunc)
	layers=$(ls "$(STORE)/layers")
	skopeo copy "oci:layout:$TOKEN:1" "docker-archive:docker.tar:$TOKEN:2"
	skopeo copy "oci:layout:$TOKEN:1" "oci-archive:oci.tar:$TOKEN:3"
	skopeo copy --dest-compress-format zstd \
		"docker-archive:docker.tar:$TOKEN:2" "oci:zstd:$TOKEN:4"
	run -0 sh -c 'head -qc 4 zstd/blobs/sha256/* | od -An -tx1 | tr -d " \n"'
	assert_output --partial 28b52ffd
	gzip -k oci.tar
	for form in docker.tar oci.tar zstd; do
		run -0 box load "$form"
		assert_output --partial "Loaded image: $TOKEN:"
	done
	run -0 box load -t "$TOKEN:5" - <oci.tar.gz
	assert_output "Loaded image: $TOKEN:5"
	assert_equal "$(ls "$(STORE)/layers")" "$layers"
	for form in 2 3 4 5; do
		assert_two "$TOKEN:$form"
	done
	# Only skopeo's archive for docker rewrites the configuration.
	for form in 3 5; do
		assert_equal "$(box inspect -f '{{.Id}}' "$TOKEN:$form")" \
			"sha256:$id"
	done
}

@test "load: zstd layers are unpacked, into an empty store too" {
	need skopeo zstd
	make_two layout "$TOKEN"
	skopeo copy "oci:layout:$TOKEN" "docker-archive:docker.tar:$TOKEN:2"
	skopeo copy --dest-compress-format zstd \
		"docker-archive:docker.tar:$TOKEN:2" "oci:zstd:$TOKEN:4"
	run -0 box load zstd
	assert_two "$TOKEN:4"
	run -0 box rmi "$TOKEN:4"
	run -0 box load docker.tar
	assert_two "$TOKEN:2"
}

@test "load: layers are stored once, and shared" {
	make_two layout "$TOKEN-a"
	make_layout layout "$TOKEN-b" "$BASE"
	run -0 box load layout
	assert_line "Loaded image: $TOKEN-a:latest"
	assert_line "Loaded image: $TOKEN-b:latest"
	assert_equal "$(find "$(STORE)/layers" -mindepth 1 -maxdepth 1 | wc -l)" 3
	box rmi "$TOKEN-a"
	assert_equal "$(find "$(STORE)/layers" -mindepth 1 -maxdepth 1 | wc -l)" 1
	run -0 boxed "$TOKEN-b" true
}

@test "an image without layers can be kept, but not run" {
	need umoci jq
	local id
	make_layout layout "$TOKEN"
	run -0 box load layout
	assert_output "Loaded image: $TOKEN:latest"
	id=$(box images -q --no-trunc)
	run -0 cat "$(STORE)/images/$id/layers"
	assert_output ""
	# Freed memory is not zero then.
	export MALLOC_PERTURB_=165
	run -0 box images
	assert_line --regexp "^$TOKEN +latest +${id:0:12} .* 0B\$"
	run -0 box inspect "$TOKEN"
	assert_equal "$(jq -r '.[0].GraphDriver.Data | to_entries[].value' \
		<<<"$output")" ""
	run -125 boxed "$TOKEN" true
	assert_output "box: $TOKEN has no layers, and so nothing to run"
	run -0 box save -o saved.tar "$TOKEN"
	run -0 box rmi "$TOKEN"
	assert_line "Deleted: sha256:$id"
	run -0 box load saved.tar
	run -0 box rmi "$id"
}

@test "load: a tag alone is one of the archive's name, if it has one" {
	local tag file
	for tag in latest 3.19 v2; do
		make_two "layout-$tag" "$tag"
		tar -C "layout-$tag" -cf "$tag.tar" .
		run -0 box load - <"$tag.tar"
		assert_output --regexp '^Loaded image ID: sha256:[0-9a-f]{64}$'
		for file in a.tar a-1.2.tar a-1.2.tar.gz a-1.2.tgz a-1.2; do
			cp "$tag.tar" "$file"
			run -0 box load "$file"
			file=${file%.tar*}
			assert_output "Loaded image: ${file%.tgz}:$tag"
		done
	done
	assert_two a-1.2:v2
}

# make_docker LAYER ...: what "docker save" writes, unpacked, in docker/.
make_docker() {
	local layer ids=()
	for layer; do
		ids+=("sha256:$(sha256sum <"docker/$layer" | cut -d ' ' -f 1)")
	done
	jq -nc '{os:"linux", rootfs:{type:"layers", diff_ids:$ARGS.positional}}' \
		--args "${ids[@]}" >docker/config.json
	jq -nc --arg t "$TOKEN:1" '[{Config:"config.json", RepoTags:[$t],
		Layers:$ARGS.positional}]' --args "$@" >docker/manifest.json
}

@test "load: a hard link in an archive, to a file in another directory" {
	need jq
	mkdir -p docker/a docker/b
	cp "$BASE" docker/a/layer.tar
	ln docker/a/layer.tar docker/b/layer.tar
	make_docker b/layer.tar a/layer.tar
	tar -C docker -cf docker.tar a b config.json manifest.json
	run -0 tar -tvf docker.tar b/layer.tar
	assert_output --partial "link to a/layer.tar"
	run -0 box load docker.tar
	assert_output "Loaded image: $TOKEN:1"
	run -0 boxed "$TOKEN:1" true
}

@test "load: as many layers as can be run, and not one more" {
	need jq
	local i layers=(base.tar)
	mkdir docker
	cp "$BASE" docker/base.tar
	for ((i = 2; i <= 220; i++)); do
		echo "f 644 0 0 file $i" | mktar >"docker/$i.tar"
		layers+=("$i.tar")
	done
	make_docker "${layers[@]}"
	tar -C docker -cf docker.tar .
	run -125 box load docker.tar
	assert_output "box: the image has more than 219 layers"
	unset "layers[219]"
	make_docker "${layers[@]}"
	tar -C docker -cf docker.tar .
	run -0 box load docker.tar
	run -0 boxed "$TOKEN:1" cat /file
	assert_output 219
}

@test "load: a layout's tag latest, and -t, make a name" {
	make_two "layout-$TOKEN" latest
	run -0 box load "layout-$TOKEN/."
	assert_output "Loaded image: layout-$TOKEN:latest"
	run -0 box load -t "example.org:5000/a/b:$TOKEN" "layout-$TOKEN"
	assert_output "Loaded image: example.org:5000/a/b:$TOKEN"
	assert_two "example.org:5000/a/b:$TOKEN"
	run -125 box load -t Wrong "layout-$TOKEN"
	assert_output "box: -t Wrong: not a name for an image"
	umoci tag --image "layout-$TOKEN:latest" two
	run -125 box load -t "$TOKEN" "layout-$TOKEN"
	assert_output "box: -t: layout-$TOKEN has 2 images"
}

@test "load: of an index for several machines, the one for this" {
	local good manifest other size
	need jq
	make_two layout "$TOKEN"
	make_layout layout other old.tar
	good=$(jq -c ".manifests[0]" layout/index.json)
	other=$(jq -c ".manifests[1]" layout/index.json)
	case $(uname -m) in
	x86_64) good=$(jq -c '.platform={os:"linux",architecture:"amd64"}' \
		<<<"$good") ;;
	aarch64) good=$(jq -c '.platform={os:"linux",architecture:"arm64"}' \
		<<<"$good") ;;
	*) skip "is about x86-64" ;;
	esac
	other=$(jq -c '.platform={os:"linux",architecture:"s390x"}' \
		<<<"$other")
	manifest=$(jq -nc --argjson a "$other" --argjson b "$good" \
		'{schemaVersion:2,manifests:[$a,$b]}|del(.manifests[].annotations)')
	size=$(sha256sum <(printf %s "$manifest") | cut -d ' ' -f 1)
	printf %s "$manifest" >"layout/blobs/sha256/$size"
	jq -nc --arg d "sha256:$size" --arg n "$TOKEN" '{schemaVersion:2,
		manifests:[{mediaType:"application/vnd.oci.image.index.v1+json",
		digest:$d,size:1,
		annotations:{"org.opencontainers.image.ref.name":$n}}]}' \
		>layout/index.json
	run -0 box load layout
	assert_output "Loaded image: $TOKEN:latest"
	assert_two "$TOKEN"
}

@test "load: an index's entries that are no image for this machine are skipped" {
	need jq
	local arch entry filter
	make_two layout "$TOKEN"
	case $(uname -m) in
	x86_64) arch=amd64 ;;
	aarch64) arch=arm64 ;;
	*) skip "is about x86-64" ;;
	esac
	cp layout/index.json good
	# The others are last: theirs would be the name if they were taken.
	entry='.manifests[0] as $own | .manifests += [$own + {digest:
		("sha256:" + "0" * 64)} +'
	for filter in "$entry {platform:{os:\"windows\",architecture:\"$arch\"}}]" \
		"$entry {platform:{os:\"linux\",architecture:\"other\"}}]" \
		"$entry {platform:{os:\"unknown\",architecture:\"unknown\"}}]" \
		"$entry {mediaType:\"application/vnd.$TOKEN+json\"}]" \
		"$entry {artifactType:\"application/vnd.$TOKEN\"}]"; do
		jq -c "$filter" good >layout/index.json
		run -0 box load layout
		assert_output "Loaded image: $TOKEN:latest"
		jq -c "$filter | del(.manifests[].annotations)" good \
			>layout/index.json
		run -0 box load layout
		jq -c "$filter | del(.manifests[0])" good >layout/index.json
		run -125 box load layout
		assert_output \
			"box: index.json: no image for linux/$arch in it"
	done
	assert_two "$TOKEN"
}

@test "run: the image's command, variables, directory and user hold" {
	make_two layout "$TOKEN"
	umoci config --image "layout:$TOKEN" --config.cmd sh --config.cmd -c \
		--config.cmd 'echo "$A $B"; pwd; id -u; id -g' \
		--config.env "A=$TOKEN" --config.env B=two --config.env \
		"HOME=/h" --config.workingdir /srv/w
	box load layout
	run -0 boxed "$TOKEN"
	assert_output "$TOKEN two"$'\n/srv/w\n0\n0'
	run -0 boxed -e B=three -w /tmp "$TOKEN"
	assert_output "$TOKEN three"$'\n/tmp\n0\n0'
	run -0 boxed "$TOKEN" sh -c 'echo $HOME'
	assert_output /h
	run -0 boxed "$TOKEN" echo mine
	assert_output mine
}

@test "run: the image's user holds, and -u is stronger" {
	need_ids
	make_two layout "$TOKEN"
	umoci config --image "layout:$TOKEN" --config.user 7:8 \
		--config.cmd id
	box load layout
	run -0 boxed "$TOKEN" sh -c 'echo $(id -u):$(id -g)'
	assert_output 7:8
	run -0 boxed -u 9:9 "$TOKEN" sh -c 'echo $(id -u):$(id -g)'
	assert_output 9:9
}

@test "run: what an image has that is no port or signal is left out" {
	make_two layout "$TOKEN"
	umoci config --image "layout:$TOKEN" --config.user 0: \
		--config.stopsignal NOSUCH --config.exposedports 5060/sctp \
		--config.exposedports 80 --config.exposedports 1-65535 \
		--config.cmd id --config.cmd -u
	box load layout
	run -0 boxed "$TOKEN"
	assert_output 0
	run -0 box run --rm --network none "$TOKEN"
	assert_line "box: $TOKEN: left out what is no port: 1-65535/tcp"
	assert_line "box: $TOKEN: left out what is no port: 5060/sctp"
	assert_line "box: $TOKEN: left out what is no signal: NOSUCH"
	assert_line 0
	printf 'ENV=%s\0' $'LONE\e[2J' X=1 >>"$(STORE)/images/$(box images -q \
		--no-trunc)/run"
	run -0 box run --rm --network none "$TOKEN" env
	assert_line "box: $TOKEN: left out what is no variable: LONE?[2J"
	assert_line X=1
	refute_output --partial $'\e'
}

@test "run: the entry point, with and without a command, and another" {
	make_two layout "$TOKEN"
	umoci config --image "layout:$TOKEN" --config.entrypoint echo \
		--config.entrypoint entry --config.cmd "$TOKEN"
	box load layout
	run -0 boxed "$TOKEN"
	assert_output "entry $TOKEN"
	run -0 boxed "$TOKEN" a b
	assert_output "entry a b"
	run -0 boxed --entrypoint pwd "$TOKEN"
	assert_output /
	run -0 boxed --entrypoint basename "$TOKEN" /x/y
	assert_output y
	run -0 boxed --entrypoint "" "$TOKEN" echo alone
	assert_output alone
	run -125 boxed --entrypoint "" "$TOKEN"
	assert_output "box: $TOKEN has no command of its own: give one"
	run -0 boxed --entrypoint echo busybox "$TOKEN"
	assert_output "$TOKEN"
}

@test "unpacked as umoci does it, file by file" {
	need_root
	need umoci
	mkdir -p "tree/ä/deep" tree/odd
	cp -a /etc/. tree/etc
	cp -a /bin/{su,mount,passwd,ping} tree/odd 2>/dev/null || :
	setcap cap_net_raw+ep tree/odd/* 2>/dev/null || cp -a /bin/ls tree/odd/cap
	ln tree/etc/passwd tree/ä/linked
	ln -s ../../nowhere "tree/ä/soft"
	ln -s self tree/self
	mkfifo tree/odd/fifo
	mknod tree/odd/null c 1 3
	truncate -s 3M tree/odd/sparse
	printf x | dd of=tree/odd/sparse bs=1 seek=1M conv=notrunc 2>/dev/null
	touch "tree/odd/$(printf 'l%.0s' {1..250})" $'tree/odd/new\nline' \
		$'tree/odd/latin-\xe4' $'tree/odd/nfd-a\xcc\x88' tree/odd/empty
	setfattr -n user.word -v "$TOKEN" tree/odd/empty tree/ä
	chown -h 1:2 tree/self tree/ä tree/odd/empty
	chmod 4751 tree/odd/empty
	chmod 3777 tree/odd
	chmod 0 tree/odd/sparse
	touch -h -d '1999-12-31 23:59:58.123456789' tree/self tree/odd/fifo tree/ä
	bsdtar -C tree --format=pax --xattrs -cf tree.tar . 2>/dev/null ||
		tar -C tree --format=posix --xattrs --xattrs-include='*' \
			-cf tree.tar .
	make_layout layout "$TOKEN" tree.tar
	box load layout
	umoci unpack --image "layout:$TOKEN" bundle >/dev/null
	[ "$(find bundle/rootfs | wc -l)" -gt 100 ]
	fingerprint bundle/rootfs >theirs
	fingerprint "$(layer_of "$TOKEN")" >ours
	run -0 diff theirs ours
	grep -q "user.word=\"$TOKEN\"" ours
	grep -q 'latin-' ours
}

@test "an image by buildah" {
	need_root
	need buildah skopeo
	local buildah container
	buildah=(buildah --root "$PWD/root" --runroot "$PWD/runroot"
		--storage-driver vfs)
	container=$("${buildah[@]}" from scratch)
	"${buildah[@]}" add -q "$container" "$BASE" /
	"${buildah[@]}" config --cmd "echo $TOKEN" --port 80 \
		--volume /data --stop-signal INT "$container"
	"${buildah[@]}" commit -q "$container" "oci:layout:$TOKEN"
	"${buildah[@]}" rm "$container" >/dev/null
	box load layout
	run -0 boxed "$TOKEN"
	assert_output "$TOKEN"
	run -0 tr '\0' '\n' <"$(STORE)/images/$(box images -q --no-trunc)/run"
	assert_line PORT=80/tcp
	assert_line VOLUME=/data
	assert_line --partial STOPSIGNAL=
	rm -rf root runroot
}

@test "save: to a directory and to a file, which umoci and skopeo read" {
	need umoci skopeo jq
	local id
	make_two layout "$TOKEN"
	box load layout
	id=$(box images -q --no-trunc)
	run -0 box save -o saved/ "$TOKEN"
	run -0 umoci ls --layout saved
	assert_output "$TOKEN:latest"
	run -0 skopeo inspect --raw --config "oci:saved:$TOKEN:latest"
	assert_equal "$(sha256sum <<<"$output" | wc -c)" 68
	run -0 box save -o saved.tar "$TOKEN"
	run -0 skopeo copy "oci-archive:saved.tar:$TOKEN:latest" oci:again:x
	box save "$TOKEN" >piped.tar
	cmp <(tar -xOf piped.tar index.json) saved/index.json
	assert_equal "$(jq -r '.manifests[].annotations |
		.["io.containerd.image.name"]' saved/index.json)" \
		"docker.io/library/$TOKEN:latest"
	run -0 skopeo copy "docker-archive:saved.tar:$TOKEN:latest" oci:docker:y
	box load docker
	assert_two y
	box rmi y
	box rmi "$TOKEN"
	box load again
	assert_equal "$(box images -q --no-trunc)" "$id"
	assert_two x
	box load saved.tar
	assert_two "$TOKEN"
	run -125 box save -o saved "$TOKEN"
	assert_output "box: saved: Directory not empty"
	if is_root; then
		run -0 umoci unpack --image "saved:$TOKEN:latest" bundle
		assert_equal "$(cat bundle/rootfs/new)" "$TOKEN"
	fi
}

# As docker of today saves images without names: its layout has the first, or
# none, and the list beside it has them all.
@test "load: images that only docker's own list has" {
	need umoci jq
	local ids
	make_two one "$TOKEN-1"
	echo "f 644 0 0 three $TOKEN" | mktar >three.tar
	make_layout two "$TOKEN-2" three.tar
	box load one
	box load two
	ids=$(box images -q --no-trunc | sort)
	box save -o saved/ "$TOKEN-1"
	box save -o other/ "$TOKEN-2"
	box rmi "$TOKEN-1" "$TOKEN-2"
	cp -r other/blobs saved
	jq -s 'add | map(.RepoTags = null)' {saved,other}/manifest.json >all
	mv all saved/manifest.json
	jq -c 'del(.manifests[].annotations)' saved/index.json >bare
	mv bare saved/index.json
	run -0 box load saved
	assert_equal "${#lines[@]}" 2
	assert_equal "$(box images -q --no-trunc | sort)" "$ids"
	run -125 box load -t "$TOKEN" saved
	assert_output "box: -t: saved has 2 images"
	xargs box rmi <<<"$ids"
	jq -c '.manifests = null' saved/index.json >none
	mv none saved/index.json
	tar -cf saved.tar -C saved .
	run -0 box load saved.tar
	assert_equal "$(box images -q --no-trunc | sort)" "$ids"
}

@test "save: a device, a pipe or a link stays what it is" {
	make_two layout "$TOKEN"
	box load layout
	box save "$TOKEN" >expected.tar
	mkfifo pipe
	start reader cat pipe
	run -0 box save -o pipe "$TOKEN"
	[ -p pipe ]
	wait "$started"
	cmp <(tar -xOf reader.out index.json) <(tar -xOf expected.tar index.json)
	seq 1 1000000 >target
	ln -s target link
	run -0 box save -o link "$TOKEN"
	[ -L link ]
	cmp <(tar -tf target) <(tar -tf expected.tar)
	if is_root && mknod null c 1 3; then
		run -0 box save -o null "$TOKEN"
		[ -c null ]
	fi
	run -0 find . -name '*.new'
	assert_output ""
}

@test "save: the user's mask holds, and a directory stays the one it was" {
	need umoci
	local inode
	make_two layout "$TOKEN"
	box load layout
	mkdir -m 700 saved
	inode=$(stat -c %i saved)
	run -0 box save -o saved "$TOKEN"
	assert_equal "$(stat -c '%a %i' saved)" "700 $inode"
	mkdir dot
	(cd dot && box save -o . "$TOKEN")
	run -0 umoci ls --layout dot
	assert_output "$TOKEN:latest"
	(umask 077 && box save -o new/ "$TOKEN" && box save -o new.tar "$TOKEN")
	run -0 stat -c %a new new/blobs new/index.json new.tar
	assert_output $'700\n700\n600\n600'
	run -125 box save -o "" "$TOKEN"
	assert_output "box: -o: no name of a file"
}

@test "save: a file that is not finished does not stay, nor is another lost" {
	local before
	make_two layout "$TOKEN"
	box load layout
	mkdir out
	echo "$TOKEN" >out/file.tar.new
	ln -s file.tar.new out/file.tar.link
	before=$(ls out)
	run -125 bash -c "ulimit -f 100; trap '' XFSZ
		exec box save -o out/file.tar $TOKEN"
	assert_output "box: save: Write error"
	assert_equal "$(ls out)" "$before"
	run -0 box save -o out/file.tar "$TOKEN"
	assert_equal "$(cat out/file.tar.new)" "$TOKEN"
}

@test "the store itself is a layout that skopeo reads" {
	need umoci skopeo
	make_two layout "$TOKEN"
	box load layout
	run -0 skopeo copy "oci:$(STORE)/oci:$TOKEN:latest" oci:out:y
}

@test "import: a root file system, of any compression" {
	need xz
	local form
	cp "$BASE" plain
	gzip -k plain && xz -k -0 plain && bzip2 -k plain 2>/dev/null || :
	for form in plain*; do
		run -0 box import "$form" "$TOKEN-$form:1"
		assert_output "Loaded image: $TOKEN-$form:1"
		run -0 boxed "$TOKEN-$form:1" echo "$form"
		assert_output "$form"
	done
	assert_equal "$(find "$(STORE)/layers" -mindepth 1 -maxdepth 1 | wc -l)" 1
	run -0 box import - <"$BASE"
	assert_output --regexp '^Loaded image ID: sha256:[0-9a-f]{64}$'
	run -125 boxed "$TOKEN-plain:1"
	assert_output "box: $TOKEN-plain:1 has no command of its own: give one"
	: >empty
	run -125 box import empty
	assert_output "box: empty: is empty"
	run -125 box import plain.gz 'a b'
	assert_output "box: -t a b: not a name for an image"
	# What is imported, others can use.
	need skopeo
	box save -o out/ "$TOKEN-plain.xz:1"
	run -0 skopeo copy "oci:out:$TOKEN-plain.xz:1" oci:copy:x
}

@test "history: each step, and its size" {
	make_two layout "$TOKEN"
	umoci config --image "layout:$TOKEN" --config.cmd sh \
		--history.created_by $'step \e[31m'"$TOKEN"
	box load layout
	run -0 box history "$TOKEN"
	assert_line --index 0 --regexp '^LAYER +CREATED +SIZE  CREATED BY$'
	assert_line --index 1 --regexp "^<none> .*step \\?\\[31m$TOKEN\$"
	assert_equal "${#lines[@]}" 5
	run -0 box history -q --no-trunc "$TOKEN"
	assert_line --index 1 "$(sed -n 1p "$(STORE)"/images/*/layers)"
}

@test "inspect: JSON with the configuration and the layers" {
	need jq
	make_two layout "$TOKEN"
	umoci config --image "layout:$TOKEN" --config.cmd "$TOKEN"
	box load layout
	box inspect "$TOKEN" >about
	run -0 jq -r '.[0].Config.Cmd[0], .[0].RepoTags[0], .[0].Id,
		(.[0].RootFS.Layers|length), .[0].GraphDriver.Name' about
	assert_output "$TOKEN
$TOKEN:latest
sha256:$(box images -q --no-trunc)
3
overlay"
	run -0 cat "$(jq -r '.[0].GraphDriver.Data.UpperDir' about)/new"
	assert_output "$TOKEN"
	run -0 box inspect -f '{{.Config.Cmd}}' "$TOKEN"
	assert_output "[\"$TOKEN\"]"
	run -0 box inspect --format '{{.Os}}' "$TOKEN"
	assert_output linux
	run -125 box inspect "no-$TOKEN"
	assert_output --partial "no-$TOKEN"
}

@test "tag and rmi: names come and go, the image goes with the last" {
	make_two layout "$TOKEN"
	box load layout
	run -0 box tag "$TOKEN" "$TOKEN:two"
	run -0 box tag "$TOKEN:two" "localhost:5000/x/$TOKEN"
	assert_two "localhost:5000/x/$TOKEN"
	run -0 box images
	assert_line --regexp "^localhost:5000/x/$TOKEN +latest"
	run -125 box rmi "$(box images -q | head -n 1)"
	assert_output --partial "has 3 names (-f removes them all)"
	run -0 box rmi "$TOKEN" "$TOKEN:two"
	assert_output "Untagged: $TOKEN:latest
Untagged: $TOKEN:two"
	assert_two "localhost:5000/x/$TOKEN"
	run -0 box rmi "localhost:5000/x/$TOKEN"
	assert_line --regexp '^Deleted: sha256:[0-9a-f]{64}$'
	run -0 find "$(STORE)"/{layers,images,names,sizes} \
		"$(STORE)/oci/blobs/sha256" -mindepth 1
	assert_output ""
	run -125 box rmi "$TOKEN"
	assert_output "box: no image $TOKEN (see box images)"
	run -125 box inspect "$TOKEN"
	assert_output "box: no container or image $TOKEN (box ps -a, box images)"
	run -125 box tag "$TOKEN" x
	assert_output "box: no image $TOKEN (see box images)"
	run -125 box tag
	assert_output "box: usage: box tag image name"
}

@test "rmi -f with an id removes all names" {
	make_two layout "$TOKEN"
	box load layout
	box tag "$TOKEN" "$TOKEN:two"
	run -0 box rmi -f "$(box images -q | head -n 1)"
	assert_line "Untagged: $TOKEN:two"
	run -0 box images -q
	assert_output ""
}

@test "a name that gets another image leaves the old one without" {
	make_two layout "$TOKEN"
	box load layout
	make_layout other "$TOKEN" "$BASE"
	box load other
	run -0 box images
	assert_line --regexp '^<none> +<none> +[0-9a-f]{12} '
	assert_equal "${#lines[@]}" 3
	run -0 boxed "$TOKEN" ls /
	refute_line new
}

@test "load refuses what is no image, and what is not there" {
	echo "$TOKEN" >text
	tar -cf other.tar text
	mkdir empty
	run -125 box load text
	assert_output --regexp '^box: text: '
	run -125 box load other.tar
	assert_output --partial "other.tar: neither an OCI layout nor"
	run -125 box load empty
	assert_output --partial "empty: neither an OCI layout nor"
	run -125 box load "no-$TOKEN"
	assert_output "box: no-$TOKEN: No such file or directory"
	run -125 box load
	assert_output --partial "usage: box load"
	run -0 box load --help
	assert_output --partial "--limit SIZE"
	: >nothing
	run -125 box load nothing
}

# A registry of this test's own, on the loopback of the test's network.
start_registry() {
	need_root
	need docker-registry skopeo umoci
	ip link set lo up
	mkdir registry
	cat >config.yml <<-END
		version: 0.1
		log: {level: error}
		storage: {filesystem: {rootdirectory: $PWD/registry}}
		http: {addr: 127.0.0.1:5000}
	END
	start registry docker-registry serve config.yml
	wait_for bash -c 'exec 3<>/dev/tcp/127.0.0.1/5000'
}

stop_registry() {
	ip link set lo down
}

@test "pull: from a registry, with its options passed on" {
	local digest
	start_registry
	make_two layout "$TOKEN"
	skopeo copy --dest-tls-verify=false "oci:layout:$TOKEN" \
		"docker://localhost:5000/a/$TOKEN:1"
	run -0 box pull --tls-verify=false "localhost:5000/a/$TOKEN:1"
	assert_line "Loaded image: localhost:5000/a/$TOKEN:1"
	assert_two "localhost:5000/a/$TOKEN:1"
	run -125 box pull --tls-verify=false "localhost:5000/a/$TOKEN:2"
	assert_line --partial "box: skopeo failed, with status 1"
	# By its digest, which then is all that it is called.
	digest=$(skopeo inspect --tls-verify=false --format '{{.Digest}}' \
		"docker://localhost:5000/a/$TOKEN:1")
	box rmi "localhost:5000/a/$TOKEN:1"
	run -0 box pull --tls-verify=false "localhost:5000/a/$TOKEN@$digest"
	assert_line --regexp '^Loaded image ID: sha256:[0-9a-f]{64}$'
	box rmi "$(box images -q)"
	run -0 box pull --tls-verify=false -t "$TOKEN" \
		"localhost:5000/a/$TOKEN:9@$digest"
	assert_two "$TOKEN"
	run -0 box inspect -f '{{.Digest}}' "$TOKEN"
	assert_output "$digest"
	run -125 box pull "localhost:5000/a/$TOKEN@sha256:1"
	assert_output --partial "not a name for an image"
	# Without the option, skopeo wants TLS.
	run -125 box pull "localhost:5000/a/$TOKEN:1"
	assert_line --partial "box: skopeo failed"
	run -0 box images
	assert_equal "${#lines[@]}" 2
	stop_registry
}

@test "pull: says what to do when skopeo is missing, and refuses odd names" {
	mkdir bin
	PATH=$BOXLAB_BIN:$PWD/bin run -125 box pull "$TOKEN"
	assert_output "box: skopeo is missing: install the package skopeo"
	run -125 box pull "--$TOKEN"
	run -125 box pull "A B"
	assert_output "box: A B: not a name for an image"
	run -125 box pull "../$TOKEN"
	assert_output "box: ../$TOKEN: not a name for an image"
}

# A skopeo that says that it runs, and then does nothing for long.
make_slow_skopeo() {
	mkdir bin
	printf '#!/bin/sh\necho $$ >%s\nexec sleep 60\n' "$PWD/pid" \
		>bin/skopeo
	chmod +x bin/skopeo
}
skopeo_runs() { [ -s pid ] && kill -0 "$(cat pid)"; }
skopeo_ended() { ! kill -0 "$(cat pid)"; } 2>/dev/null

@test "pull: a signal ends it at once, and skopeo too, however box dies" {
	local signal number
	make_slow_skopeo
	for signal in TERM INT HUP KILL; do
		: >pid
		PATH=$PWD/bin:$PATH start "pull-$signal" \
			env --default-signal box pull "$TOKEN"
		wait_for skopeo_runs
		kill -s "$signal" "$started"
		number=0
		wait "$started" || number=$?
		assert_equal "$number" "$((128 + $(kill -l "$signal")))"
		wait_for skopeo_ended
	done
}

@test "a terminal gets a progress bar, a file none" {
	make_two layout "$TOKEN"
	run -0 script -qec "stty cols 100; box load layout" /dev/null
	assert_output --partial "layer 1 of 3"
	assert_output --regexp '\[#+-*\] [0-9.]+ of [0-9.]+ MB'
	box rmi "$TOKEN" >/dev/null
	run -0 box load layout
	assert_output "Loaded image: $TOKEN:latest"
}
