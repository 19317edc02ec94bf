# links.awk - the links of pages that lead to no file of the book, to no place
# in it, or out of it; names that a page has twice; and the number of links.
#
#	awk -f links.awk PAGE ...

{
	attributes($0, "id")
	attributes($0, "href")
	attributes($0, "src")
}

END {
	for (pair in link) {
		split(pair, part, SUBSEP)
		check(part[1], part[2])
	}
	print (total > 5000 ? "many" : total) " links"
}

function attributes(line, name,    value) {
	while (match(line, "[ <]" name "=\"[^\"]*\"")) {
		value = substr(line, RSTART + length(name) + 3,
		    RLENGTH - length(name) - 4)
		line = substr(line, RSTART + RLENGTH)
		if (name != "id") {
			link[FILENAME, value] = 1
			continue
		}
		if ((FILENAME "#" value) in id)
			print FILENAME ": twice: " value
		id[FILENAME "#" value] = 1
	}
}

function check(page, to,    file, directory) {
	if (to ~ /^data:/)
		return
	total++
	if (to ~ /^[a-z]+:/) {
		print page ": leaves: " to
		return
	}
	file = to
	sub(/#.*/, "", file)
	directory = page
	sub("[^/]*$", "", directory)
	file = file == "" ? page : directory file
	while (sub("/[^/.]+/[.][.]/", "/", file))
		;
	if (!exists(file))
		print page ": nowhere: " to
	else if (match(to, /#.*/) && !((file substr(to, RSTART)) in id))
		print page ": no place: " to
}

function exists(file,    line) {
	if (!(file in there)) {
		there[file] = (getline line <file) > 0
		close(file)
	}
	return there[file]
}
