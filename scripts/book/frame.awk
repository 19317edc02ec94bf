# frame.awk - bodies into pages: what is around each of them.
#
#	awk -v template=FILE -v out=DIRECTORY -f frame.awk LIST
#
# A line of LIST is a page, in the order to read: its file, group, label in the
# contents, title, body, and file with its headings.  What has no group is no
# part of the contents.

BEGIN {
	FS = "\t"
	while ((getline line <template) > 0)
		frame[++lines] = line
}

{
	n = NR
	file[n] = $1
	group[n] = $2
	label[n] = $3
	title[n] = $4
	body[n] = $5
	headings[n] = $6
	if ($2 != "")
		last = n
}

END {
	for (n = 1; n <= NR; n++)
		make(n)
}

function make(n,    i, root, to) {
	root = file[n]
	gsub(/[^\/]/, "", root)
	gsub("/", "../", root)
	to = out "/" file[n]
	for (i = 1; i <= lines; i++)
		if (frame[i] == "@CONTENTS@")
			printf "%s", list(n, root) >to
		else if (frame[i] == "@BODY@")
			copy(body[n], to)
		else if (frame[i] == "@TURN@")
			printf "%s", turn(n) >to
		else
			print put(put(frame[i], "@TITLE@", title[n]),
			    "@ROOT@", root) >to
	close(to)
}

function put(s, mark, value,    at) {
	while ((at = index(s, mark)) > 0)
		s = substr(s, 1, at - 1) value substr(s, at + length(mark))
	return s
}

function copy(from, to,    line) {
	while ((getline line <from) > 0)
		print line >to
	close(from)
}

# The contents, as page n shows them.
function list(n, root,    i, s) {
	s = ""
	for (i = 1; i <= last; i++) {
		if (i == 1 || group[i] != group[i - 1])
			s = s (i == 1 ? "" : "</ul>\n") "<h2>" group[i] \
			    "</h2>\n<ul>\n"
		s = s "<li><a href=\"" root file[i] "\"" \
		    (i == n ? " aria-current=\"page\"" : "") ">" label[i] \
		    "</a>" (i == n ? inner(headings[i]) : "") "</li>\n"
	}
	return s "</ul>\n"
}

function inner(from,    line, part, s) {
	s = ""
	while ((getline line <from) > 0) {
		split(line, part, "\t")
		s = s "<li><a href=\"#" part[1] "\">" part[2] "</a></li>\n"
	}
	close(from)
	return s == "" ? "" : "\n<ul>\n" s "</ul>\n"
}

# To the page before and the one after.
function turn(n,    s) {
	if (group[n] == "")
		return ""
	s = "<nav class=\"turn\" aria-label=\"Pages before and after\">\n"
	if (n > 1)
		s = s "<a rel=\"prev\" href=\"" file[n - 1] "\">" \
		    label[n - 1] "</a>\n"
	if (n < last)
		s = s "<a rel=\"next\" href=\"" file[n + 1] "\">" \
		    label[n + 1] "</a>\n"
	return s "</nav>\n"
}
