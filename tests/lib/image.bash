# image.bash - what the tests of images share: layers, layouts that umoci
# makes, and a teardown that proves the store has nothing half-done in it.
#
#	load lib/image

# shellcheck disable=SC2154 # set by lib/box

load lib/box

# A loader that lacks a library says 127; box-image itself, by hand, 125.
need_images() {
	local status=0
	"$BOXLAB_BIN/../libexec/boxlab/box-image" 2>/dev/null || status=$?
	[ "$status" -eq 125 ] || skip "needs libarchive, json-c and libcrypto"
}

STORE() { echo "$BOXLAB_HOME/store"; }

# A busybox as the archive of a layer: base.tar, made once for a file.
make_base() {
	local layer
	mkdir "$1.dir"
	for layer in "$BOXLAB_BIN/../images/busybox/layers"/*; do
		cp -a "$layer/." "$1.dir"
	done
	tar -C "$1.dir" --numeric-owner --owner 0 --group 0 -cf "$1" .
	rm -rf "$1.dir"
}

# make_layout DIR TAG LAYER.tar ...: an OCI image, by umoci.
make_layout() {
	local dir=$1 tag=$2 layer
	shift 2
	[ -e "$dir" ] || umoci init --layout "$dir" >/dev/null
	umoci new --image "$dir:$tag" >/dev/null
	for layer; do
		umoci raw add-layer --image "$dir:$tag" "$layer" >/dev/null
	done
}

# The directory of layer N, counted from the top, of an image.
layer_of() {
	local id
	id=$(box images -q --no-trunc "$1" | head -n 1)
	echo "$(STORE)/layers/$(sed -n "${2:-1}p" "$(STORE)/images/$id/layers")"
}

# import_list NAME [option ...] <list: an image of one layer, made by mktar.
import_list() {
	local name=$1
	shift
	mktar >list.tar && box import "$@" list.tar "$name"
}

# Each file's type, mode, owner, size, time, link and extended attributes.
fingerprint() {
	(cd "$1" && find . ! -type d -printf '%p %y %m %U %G %s %T@ %l %n\n' |
		sort && find . -type d -printf '%p %y %m %U %G %T@\n' | sort
		find . -type f -print0 | sort -z | xargs -0 cksum
		getfattr -R -P -h -m - -d . 2>/dev/null)
}

# All that the store has, by name, without what is locked or empty.
store_state() {
	[ ! -d "$(STORE)" ] || (cd "$(STORE)" &&
		find . -path './layers/*/*' -prune -o -print | sort
		cat oci/index.json 2>/dev/null || :)
}

image_setup() {
	box_setup || return
	export HOME=$BATS_TEST_TMPDIR # skopeo keeps a cache there
	need_images
}

image_teardown() {
	local left
	stop_started
	if [ -d "$BOXLAB_HOME" ]; then
		box images >/dev/null # whoever comes next sweeps
		left=$(find "$(STORE)/tmp" "$(STORE)/dirty" -mindepth 1 \
			2>/dev/null) || :
		chmod -R u+rwX "$(STORE)" 2>/dev/null || :
		rm -rf "$(STORE)"
		[ -z "$left" ] || { echo "$left"; return 1; }
	fi
	box_teardown
}

setup() { image_setup; }
teardown() { image_teardown; }
