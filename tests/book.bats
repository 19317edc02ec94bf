#!/usr/bin/env bats
# The book: what is in it, where its links lead, and how a browser sees it.

# shellcheck disable=SC2154 # set by run and the library
load lib/boxlab

MODULES=$BOXLAB_BIN/../npm/node_modules

# What is there may have been recorded by somebody else.
setup_file() {
	rm -rf "$BOXLAB_BIN/../obj/book"
	"$TOP/scripts/book/build" -o "$BATS_FILE_TMPDIR/book" >&2
}

setup_book() { cd "$BATS_FILE_TMPDIR/book" || return; }

# The pages that are more than a source.
pages() { printf '%s\n' ./*.html; }

# need_player: recordings are played where npm brought the player.
need_player() {
	[ -d "$MODULES/asciinema-player" ] || skip "needs make book"
}

# The pages are the same for root, who has no business with a browser.
need_browser() {
	need_plain
	need chromium
	[ -d "$MODULES/playwright-core" ] || skip "needs make book"
}

# browse TASK [PAGE ...]: what is wrong, and the number of pages.
browse() {
	HOME=$BATS_TEST_TMPDIR NODE_PATH=$MODULES timeout -s KILL 300 \
		node "$TOP/tests/book/browse.js" "$(command -v chromium)" \
		"$BATS_FILE_TMPDIR/book" "$@"
}

# copy_tree: the tree in ./tree, with an engine that "records" in its place.
copy_tree() {
	mkdir -p tree/build/bin
	cp -R "$TOP"/{.ci,LICENSE,Makefile,README.md,common,docs,labs,scripts} \
		"$TOP/tests" tree
	cat >tree/build/bin/lesson <<-'END'
	#!/bin/sh
	echo "$2" >>"${0%/bin/*}/asked"
	printf '%s\n' '{"version": 2, "width": 80, "height": 24}' \
		'[0.1, "o", "</script>one"]' '[0.2, "o", "two"]' >"$3"
	END
	chmod +x tree/build/bin/lesson
	mkdir bin
	printf '#!/bin/sh\nexit 1\n' >bin/npm
	chmod +x bin/npm
}

# build ...: the book of that tree, where npm has no network.
build() {
	PATH=$PWD/bin:$PATH BOXLAB_BIN=$PWD/tree/build/bin \
		tree/scripts/book/build "$@"
}

@test "all lessons, guides and manual pages are in it, in the contents too" {
	setup_book
	local file page
	for file in "$TOP"/labs/0*/ "$TOP"/docs/*.md "$TOP"/docs/man/*.[17]; do
		page=$(basename "$file" .md).html
		assert_exists "$page"
		for other in index.html "$page" source/Makefile.html; do
			run -0 grep -cE "<li><a href=\"(../)*$page\"" "$other"
			assert_output 1
		done
	done
	run -0 grep -c '<h1' ./*.html
	refute_line --regexp ':0$'
}

@test "one page leads to the next, from the first to the last" {
	setup_book
	local page=index.html seen=0 last=''
	while [ -n "$page" ]; do
		seen=$((seen + 1))
		run sed -n 's/^<a rel="prev" href="\([^"]*\)".*/\1/p' "$page"
		assert_output "$last"
		last=$page
		page=$(sed -n 's/^<a rel="next" href="\([^"]*\)".*/\1/p' \
			"$page")
	done
	assert_equal "$seen" "$(pages | wc -l)"
}

# A line for each link that leads nowhere, and how many there are.
dead_links() {
	find . -name '*.html' -print0 |
		xargs -0 awk -f "$TOP/tests/book/links.awk" | sort
}

@test "links, anchors, images and scripts are there, and none leaves the book" {
	setup_book
	run -0 dead_links
	assert_output "many links"
}

@test "tags and functions of the code lead to their lines" {
	setup_book
	local file line name found=0
	while IFS=$'\t' read -r file line name; do
		found=$((found + 1))
		run -0 sed -n "s/<[^>]*>//g;${line}p" <(sed -n \
			'/<pre/,$p' "$file")
		[[ $output == *"$name"* ]] || fail "$file:$line: no $name"
	done < <(cat ./*.html |
		grep -oE '<a href="source/[^"]*#L[0-9]+">(<code[^>]*>)?[^<]*' |
		sed -E 's/^<a href="([^#]*)#L([0-9]+)">/\1\t\2\t/
			s/<.*>//; s/\(\)$//; /\.[ch](:[0-9]+)?$/d' | sort -u)
	[ "$found" -gt 50 ] || fail "only $found"
}

@test "transcripts have the engine's colours, and questions fold the answer" {
	setup_book
	local lesson page asked
	for lesson in "$TOP"/labs/0*/README.md; do
		page=$(basename "$(dirname "$lesson")").html
		asked=$(grep -c '^> predict:' "$lesson")
		run -0 grep -c '^<details><summary>Answer</summary>' "$page"
		assert_output "$asked"
		run -0 grep -cF '<pre class="console"' "$page"
		assert_output "$(grep -c '^```console' "$lesson")"
		run -0 grep -cE '^(<pre.*)?<span class="host">host[$#] ' "$page"
		refute_output 0
		run -1 grep -E '^(answer|predict):|<p></p>' "$page"
	done
	run -0 grep -c '<span class="box">box# </span><b>' 01_uts.html
	run -0 grep -c '^<p class="remark">.*needs real root' \
		07_caps_seccomp.html
}

@test "each figure is in its page, and keeps its style to itself" {
	setup_book
	local page
	for page in 0?_*[a-z].html; do
		run -0 grep -c '^<svg ' "$page"
		assert_output 1
		run -0 grep -c '^<style>.figure {' "$page"
		assert_output 1
	done
}

@test "each lesson is recorded where the engine can" {
	"$TOP/scripts/jail" true 2>/dev/null || skip "needs user namespaces"
	need_player
	setup_book
	local page
	for page in 0?_*[a-z].html; do
		# Without a group to divide there is nothing to show.
		[ "$page" != 04_cgroup_mem.html ] ||
			[ -e 04_cgroup_mem.cast ] || continue
		assert_exists "${page%.html}.cast"
		run -0 grep -c 'id="player"' "$page"
	done
	# It was run here, and has no tag that would end the script.
	run -0 grep -c "host|.* $(uname -n)" 01_uts.cast
	run -1 grep '^\[[0-9.]*, "o".*<' 0*.html
}

@test "without npm the recording is a file" {
	copy_tree
	run -0 build
	assert_line --partial "npm has failed"
	cd tree/build/book || return
	run -0 dead_links
	assert_output "many links"
	run -0 grep -c 'href="01_uts.cast"' 01_uts.html
	assert_exists 01_uts.cast
	run -1 grep -l '<script' ./*.html
}

@test "without a recording the page says so" {
	copy_tree
	printf '#!/bin/sh\nexit 1\n' >tree/build/bin/lesson
	run -0 build -o elsewhere
	assert_line --partial "no recording of 03_netns_veth"
	run -0 grep -c "no recording of the lesson" elsewhere/03_netns_veth.html
	run -1 grep -lE '\.cast|<script' elsewhere/*.html
	assert_not_exists tree/build/book
}

@test "a lesson is recorded again when it has changed, and not before" {
	copy_tree
	local asked=tree/build/asked
	run -0 build
	assert_equal "$(wc -l <$asked)" 8
	run -0 build
	assert_equal "$(wc -l <$asked)" 8
	touch -d '+1 minute' tree/labs/02_pid/README.md
	printf '\n%s\n' "$TOKEN" >>tree/labs/03_netns_veth/README.md
	touch -r bin tree/labs/03_netns_veth/README.md
	run -0 build
	assert_equal "$(tail -n +9 $asked)" labs/02_pid/README.md
	run -0 grep -c "$TOKEN" tree/build/book/03_netns_veth.html
}

@test "a link that leads nowhere is an error, and the old book stays" {
	copy_tree
	run -0 build
	echo "[x](nosuch-$TOKEN.md)" >>tree/docs/student.md
	run -1 build
	assert_line "book: docs/student.md: the link nosuch-$TOKEN.md leads\
 nowhere"
	assert_exists tree/build/book/student.html
	assert_not_exists tree/build/book.new
}

# Nor does any page scroll sideways on a phone.
@test "a browser gets all pages, complains of none, and asks nobody else" {
	need_browser
	run -0 browse load
	assert_output "$(find "$BATS_FILE_TMPDIR/book" -name '*.html' |
		wc -l) pages"
}

# browse_pages TASK: nothing is wrong with any page, nor with one of source.
browse_pages() {
	need_browser
	setup_book
	mapfile -t names < <(pages)
	run -0 browse "$1" "${names[@]}" source/labs/01_uts/uts.c.html
	assert_output "$((${#names[@]} + 1)) pages"
}

@test "colours have contrast, and all can be reached" {
	browse_pages access
}

@test "contents are at the side of a desk, and folded on a phone" {
	browse_pages fold
}

@test "paper has the text, and no contents" {
	browse_pages print
}

@test "recordings play" {
	need_browser
	need_player
	setup_book
	mapfile -t names < <(grep -l 'id="player"' ./*.html)
	[ ${#names[@]} -gt 0 ] || skip "needs user namespaces"
	run -0 browse play "${names[@]}"
	assert_output "${#names[@]} pages"
}
