# man.awk - what mandoc made of a manual page, as the book has it.
#
#	awk -v title=NAME(SECTION) -v map=FILE -v contents=FILE -f man.awk BODY
#
# Pages that are not of this course are named, but there is no link to them.

BEGIN {
	FS = "\t"
	while ((getline <map) > 0)
		if ($1 == "page")
			there[$3] = 1
	print "<h1>" title "</h1>"
	printf "" >contents
}

# The head and foot of a printed manual.
/<(table|div) class="(head|foot)"/ { skip = 1 }
skip {
	if (/<\/(table|div)>/)
		skip = 0
	next
}

# Its sections are of the second level here.
/<h[12] class="S[hs]"/ || heading {
	heading = !/<\/h[12]>/
	if (match($0, /<h1 class="Sh" id="[^"]*"/)) {
		id = substr($0, RSTART + 19, RLENGTH - 20)
		name = id
		gsub("_", " ", name)
		name = substr(name, 1, 1) tolower(substr(name, 2))
		print id "\t" name >contents
	}
	gsub(/<h2/, "<h3")
	gsub(/<\/h2>/, "</h3>")
	gsub(/<h1/, "<h2")
	gsub(/<\/h1>/, "</h2>")
}

{
	out = ""
	while (match($0, /<a class="Xr" href="[^"]*"[^>]*>[^<]*<\/a>/)) {
		link = substr($0, RSTART, RLENGTH)
		out = out substr($0, 1, RSTART - 1)
		$0 = substr($0, RSTART + RLENGTH)
		split(link, part, "\"")
		if (!(part[4] in there))
			gsub(/<[^>]*>/, "", link)
		out = out link
	}
	$0 = out $0
	gsub(/<pre>/, "<pre tabindex=\"0\">")
	print
}
