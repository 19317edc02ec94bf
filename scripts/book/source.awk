# source.awk - sources as pages, with a name for each line.
#
#	awk -v out=DIRECTORY -f source.awk FILE ...
#
# FILE becomes DIRECTORY/FILE.html.body, whose directory has to be there.

FNR == 1 {
	finish()
	body = out "/" FILENAME ".html.body"
	c = FILENAME ~ /\.[ch]$/
	comment = 0
	print "<h1 class=\"path\">" FILENAME "</h1>" >body
	printf "<pre class=\"source\" tabindex=\"0\">" >body
}

{
	gsub(/&/, "\\&amp;")
	gsub(/</, "\\&lt;")
	gsub(/>/, "\\&gt;")
	gsub(/"/, "\\&quot;")
	printf "<code id=\"L%d\">%s\n</code>", FNR, colour($0) >body
}

END {
	finish()
}

function finish() {
	if (body == "")
		return
	print "</pre>" >body
	close(body)
}

# Comments: those of C, and in all else lines that begin with "#".
function colour(line,    at, out) {
	if (!c)
		return line ~ /^[ \t]*#/ ? "<i>" line "</i>" : line
	out = ""
	while (comment || match(line, /(^|[ \t])\/\*/)) {
		if (!comment) {
			at = RSTART + RLENGTH - 2
			out = out substr(line, 1, at - 1)
			line = substr(line, at)
		}
		at = index(line, "*/")
		comment = at == 0
		if (comment)
			return out "<i>" line "</i>"
		out = out "<i>" substr(line, 1, at + 1) "</i>"
		line = substr(line, at + 2)
	}
	return out line
}
