# page.awk - what lowdown made of a page, as the book has it: links that lead to
# pages of the book, headings with names, figures in the page, transcripts in
# the colours of the lesson engine, answers folded.
#
#	awk -v page=PATH -v map=FILE -v contents=FILE -v wanted=FILE \
#	    -v recording=FILE -f page.awk PATH BODY
#
# PATH is the Markdown and BODY its HTML.  The map has what there is to link to
# (see build).  The headings are written to contents, the sources that links
# lead to are added to wanted, and recording is put under the heading "Run".
# A link that leads nowhere is an error.

BEGIN {
	FS = "\t"
	while ((getline <map) > 0)
		if ($1 == "page") {
			pages[$2] = $3
			titles[$3] = $4
		} else if ($1 == "file")
			files[$2] = 1
		else if ($1 == "tag")
			tags[$2] = $3 "#L" $4
		else if ($1 == "function")
			functions[$2] = $3 "#L" $4
	for (i = 1; i < 128; i++)
		ord[sprintf("%c", i)] = i
	directory = page
	if (!sub("/[^/]*$", "", directory))
		directory = ""
	printf "" >contents
}

# The Markdown: only what lowdown does not hand on, the words of transcripts.
FILENAME == page {
	if ($0 ~ /^ ? ? ?```+ *console/) {
		remarks[++fences] = ""
		if (match($0, /[{].*[}]/))
			remarks[fences] = substr($0, RSTART + 1, RLENGTH - 2)
	}
	next
}

{
	text = text $0 "\n"
}

END {
	while ((at = index(text, "<pre>")) > 0) {
		printf "%s", prose(substr(text, 1, at - 1))
		text = substr(text, at + 5)
		at = index(text, "</pre>")
		printf "%s", block(substr(text, 1, at - 1))
		text = substr(text, at + 6)
	}
	printf "%s", prose(text)
	exit failed
}

function complain(what) {
	print "book: " page ": " what >"/dev/stderr"
	failed = 1
}

# The path of what a link on this page names, without ".." and a last slash.
function normal(path) {
	sub("/$", "", path)
	while (sub("(^|/)[^/.]+/[.][.](/|$)", "/", path))
		;
	sub("^/", "", path)
	return path
}

# Where in the book the path is, or "".
function place(path) {
	if (path in pages)
		return pages[path]
	if (path "/README.md" in pages)
		return pages[path "/README.md"]
	if (!(path in files))
		return ""
	print path >>wanted
	linked[path] = 1
	return "source/" path ".html"
}

# Where a tag or a function is.
function line_of(found,    part) {
	split(found, part, "#")
	return place(part[1]) "#" part[2]
}

function link(href,    path, fragment, found) {
	if (href ~ /^[a-z]+:/ || href ~ /^#/)
		return href
	path = href
	fragment = ""
	if (match(path, /#.*/)) {
		fragment = substr(path, RSTART)
		path = substr(path, 1, RSTART - 1)
	}
	found = place(normal(directory "/" path))
	if (found == "")
		complain("the link " href " leads nowhere")
	return found fragment
}

# For a reader of the book a page has a title, and not the name of a file.
function title_for(name, to) {
	sub(/#.*/, "", to)
	if (name ~ /^[A-Za-z0-9_\/.-]+\.md$/ && to in titles)
		return "<cite>" titles[to] "</cite>"
	return ""
}

function anchor(tag,    to, inside, title) {
	to = link(attribute(tag, "href"))
	inside = up_to("</a>")
	title = title_for(inside, to)
	if (title != "")
		inside = title
	sub(/href="[^"]*"/, "href=\"" to "\"", tag)
	return tag inside "</a>"
}

# A word in the font of code: where the file or function of that name is.
function code_place(word,    line, call, found) {
	if (word !~ /^[A-Za-z0-9_.\/-]+(:[0-9]+|\(\))?$/)
		return ""
	line = ""
	if (match(word, /:[0-9]+$/)) {
		line = "#L" substr(word, RSTART + 1)
		word = substr(word, 1, RSTART - 1)
	}
	call = sub(/\(\)$/, "", word)
	if (word in functions) {
		if (call || known(functions[word]))
			return line_of(functions[word])
		return ""
	}
	if ((word !~ /[.\/]/ && word != "Makefile") || word == "README.md")
		return ""
	if (word !~ /^[.\/]/)
		found = place(normal(directory "/" word))
	if (found == "")
		found = place(normal(word))
	if (found == "")
		found = place(normal("labs/" word))
	return found == pages[page] ? "" : found line_after(found, line)
}

# A name without "()" is a function's where the text has its file: elsewhere it
# may be another's.
function known(found) {
	sub(/#.*/, "", found)
	return found in linked || \
	    (directory != "" && index(found, directory "/") == 1)
}

# A page that is no source has no lines to go to.
function line_after(found, line) {
	return found ~ /^source\// ? line : ""
}

# Text between two tags: "DOC: name" leads to the function.
function link_tags(s,    out, name) {
	out = ""
	while (match(s, /DOC:[ \n][a-z_0-9]+/)) {
		name = substr(s, RSTART + 5, RLENGTH - 5)
		out = out substr(s, 1, RSTART - 1)
		if (name in tags)
			out = out "<a href=\"" line_of(tags[name]) "\">" \
			    substr(s, RSTART, RLENGTH) "</a>"
		else
			out = out substr(s, RSTART, RLENGTH)
		s = substr(s, RSTART + RLENGTH)
	}
	return out s
}

# The text up to the end tag, which it is cut off from what is left in rest.
function up_to(tag,    at, s) {
	at = index(rest, tag)
	s = substr(rest, 1, at - 1)
	rest = substr(rest, at + length(tag))
	return s
}

function attribute(tag, name) {
	if (!match(tag, name "=\"[^\"]*\""))
		return ""
	return substr(tag, RSTART + length(name) + 2,
	    RLENGTH - length(name) - 3)
}

function code(inside,    found, title) {
	if (inside ~ /^DOC: /)
		return "<code>" link_tags(inside) "</code>"
	found = code_place(inside)
	title = title_for(inside, found)
	if (title != "")
		return "<a href=\"" found "\">" title "</a>"
	inside = "<code" (length(inside) < 24 ? " class=\"word\"" : "") ">" \
	    inside "</code>"
	return found == "" ? inside : "<a href=\"" found "\">" inside "</a>"
}

# The same name that others who show Markdown give it.
function heading(tag,    level, inside, id, also) {
	level = substr(tag, 3, 1)
	inside = up_to("</h" level ">")
	id = inside
	gsub(/<[^>]*>|&[a-z]+;/, "", id)
	id = tolower(id)
	gsub(/[^a-z0-9 _-]/, "", id)
	gsub(/ /, "-", id)
	also = ids[id]++
	if (also)
		id = id "-" also
	if (level == 2)
		print id "\t" inside >contents
	return "<h" level " id=\"" id "\">" inside "</h" level ">" \
	    (id == "run" ? "\n" whole(recording) : "")
}

function whole(file,    s, line) {
	s = ""
	while (file != "" && (getline line <file) > 0)
		s = s line "\n"
	if (file != "")
		close(file)
	return s
}

# Its style is for the figure, and not for the page that it is put into.
function figure(tag,    file, s, line) {
	file = normal(directory "/" attribute(tag, "src"))
	s = ""
	while ((getline line <file) > 0) {
		sub(/^<style>/, "<style>.figure {", line)
		sub(/^<\/style>/, "}</style>", line)
		s = s line "\n"
	}
	close(file)
	if (s == "")
		complain("there is no figure " file)
	return "</p>\n<figure class=\"figure\">\n<div class=\"wide\">\n" s \
	    "</div>\n<figcaption>" attribute(tag, "alt") \
	    "</figcaption>\n</figure>\n<p>"
}

# Lines "predict: text", "- a) text" and "answer: a", and what goes on below.
function question(inside,    n, i, line, part, kind, ask, answer, right) {
	gsub(/<\/?p>/, "", inside)
	n = split(inside, line, "\n")
	for (i = 1; i <= n; i++) {
		part = line[i]
		if (sub(/^predict: */, "", part))
			kind = ""
		else if (match(part, /^- [a-i]\) /)) {
			kind = substr(part, 3, 1)
			part = substr(part, 6)
		} else if (sub(/^answer: */, "", part)) {
			right = part
			continue
		}
		if (kind == "")
			ask = ask " " part
		else if (kind in answer)
			answer[kind] = answer[kind] " " part
		else
			answer[kind] = part
	}
	part = "<div class=\"predict\">\n<p><strong>Predict:</strong>" ask \
	    "</p>\n<ol type=\"a\">\n"
	for (i = 1; (kind = substr("abcdefghi", i, 1)) in answer; i++)
		part = part "<li>" answer[kind] "</li>\n"
	return part "</ol>\n<details><summary>Answer</summary>\n<p>" right \
	    ") " answer[right] "</p></details>\n</div>"
}

function quote(    inside, after) {
	inside = up_to("</blockquote>")
	after = rest
	inside = prose(inside)
	rest = after
	if (inside ~ /^[ \n]*<p>predict:/)
		return question(inside)
	return "<blockquote>" inside "</blockquote>"
}

# All but what is in <pre>.
function prose(s,    out, tag, text) {
	rest = s
	out = ""
	while (match(rest, /<[^>]*>/)) {
		tag = substr(rest, RSTART, RLENGTH)
		text = substr(rest, 1, RSTART - 1)
		rest = substr(rest, RSTART + RLENGTH)
		out = out link_tags(text)
		if (tag ~ /^<a /)
			out = out anchor(tag)
		else if (tag ~ /^<h[1-6]>/)
			out = out heading(tag)
		else if (tag == "<code>")
			out = out code(up_to("</code>"))
		else if (tag ~ /^<img /)
			out = out figure(tag)
		else if (tag == "<blockquote>")
			out = out quote()
		else if (tag == "<table>")
			out = out "<div class=\"wide\" tabindex=\"0\"><table>"
		else if (tag == "</table>")
			out = out "</table></div>"
		else
			out = out tag
	}
	out = out link_tags(rest)
	gsub(/<p>[ \n]*<\/p>/, "", out)
	return out
}

# A block of code, without <pre> around it.
function block(s,    language) {
	language = attribute(s, "class")
	sub(/^<code[^>]*>/, "", s)
	sub(/\n?<\/code>$/, "", s)
	if (language == "language-console")
		return console(s, remarks[++consoles])
	if (language == "language-c")
		s = comments(s)
	return pre("code", s)
}

function pre(class, s) {
	return "<pre class=\"" class "\" tabindex=\"0\"><code>" s \
	    "</code></pre>"
}

function comments(s,    out, at) {
	out = ""
	while (match(s, /(^|[ \t\n])\/\*/)) {
		at = RSTART + RLENGTH - 2
		out = out substr(s, 1, at - 1)
		s = substr(s, at)
		at = index(s, "*/")
		if (at == 0)
			break
		out = out "<i>" substr(s, 1, at + 1) "</i>"
		s = substr(s, at + 2)
	}
	return out s
}

# As scripts/lesson/paint.c has it.
function session_class(name,    i, sum) {
	if (name == "host" || name == "box")
		return name
	sum = 0
	for (i = 1; i <= length(name); i++)
		sum += ord[substr(name, i, 1)]
	return "other" sum % 4
}

function console(s, words,    n, i, line, name, out, more) {
	n = split(s, line, "\n")
	out = ""
	more = 0
	for (i = 1; i <= n; i++) {
		gsub(/&lt;[a-z][a-z0-9]*&gt;/, "<var>&</var>", line[i])
		if (more)
			line[i] = "<b>" line[i] "</b>"
		else if (match(line[i],
		    /^[a-z][a-z0-9]*([$#]|&gt;|\^[A-Z])( |$)/)) {
			match(line[i], /^[a-z0-9]*/)
			name = substr(line[i], 1, RLENGTH)
			line[i] = substr(line[i], RLENGTH + 1)
			match(line[i], /^([$#]|&gt;)? ?/)
			line[i] = "<span class=\"" session_class(name) "\">" \
			    name substr(line[i], 1, RLENGTH) "</span><b>" \
			    substr(line[i], RLENGTH + 1) "</b>"
			more = 1
		} else if (line[i] == "...")
			line[i] = "<span class=\"any\">...</span>"
		more = more && line[i] ~ /\\<\/b>$/
		out = out line[i] (i < n ? "\n" : "")
	}
	return pre("console", out) remark(words)
}

# What the words in braces mean, for a reader.
function meaning(word) {
	if (word == "root")
		return "needs real root"
	if (word ~ /^v[12]$/)
		return "on cgroup version " substr(word, 2)
	if (word == "cgroup")
		return "needs a memory cgroup to divide"
	if (word == "fails")
		return "the last command fails"
	if (sub(/^status=/, "", word))
		return "the last status is " word
	if (sub(/^arch=/, "", word))
		return "on " word
	return "needs " word
}

function remark(words,    n, i, word, out) {
	out = ""
	if (match(words, /norun="[^"]*"/)) {
		out = "; only shown, not run: " \
		    substr(words, RSTART + 7, RLENGTH - 8)
		words = substr(words, 1, RSTART - 1) \
		    substr(words, RSTART + RLENGTH)
	}
	gsub(/[a-z]+="[^"]*"/, "", words)
	n = split(words, word, " ")
	for (i = 1; i <= n; i++)
		out = out "; " meaning(word[i])
	if (out == "")
		return ""
	return "\n<p class=\"remark\">" substr(out, 3) "</p>"
}
