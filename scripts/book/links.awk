# links.awk - for page.awk: what leads from a page to where.
#
# The map has what there is to link to (see build).  The sources that links lead
# to are added to the file wanted.  A link that leads nowhere is an error.

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
	directory = page
	if (!sub("/[^/]*$", "", directory))
		directory = ""
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
