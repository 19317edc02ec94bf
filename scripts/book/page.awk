# page.awk - what lowdown made of a page, as the book has it: links that lead to
# pages of the book, headings with names, figures in the page, transcripts in
# the colours of the lesson engine, answers folded.
#
#	awk -v page=PATH -v map=FILE -v contents=FILE -v wanted=FILE \
#	    -v recording=FILE -f links.awk -f blocks.awk -f page.awk PATH BODY
#
# PATH is the Markdown and BODY its HTML.  The headings are written to contents,
# and recording is put under the heading "Run"; of map and wanted, links.awk
# tells.

BEGIN {
	FS = "\t"
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
