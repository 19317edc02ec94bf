# map.awk - where the tags of the code are, and functions of which there is only
# one: "tag" or "function", name, file and line, with tabs between.
#
#	awk -f map.awk FILE.c ...

BEGIN {
	OFS = "\t"
}

/DOC: [a-z_0-9]+ \*\// {
	match($0, /DOC: [a-z_0-9]+/)
	print "tag", substr($0, RSTART + 5, RLENGTH - 5), FILENAME, FNR
}

match($0, /^[a-z_0-9]+\(/) {
	name = substr($0, 1, RLENGTH - 1)
	place[name] = FILENAME OFS FNR
	seen[name]++
}

# One word alone may mean something else.
END {
	for (name in place)
		if (seen[name] == 1 && name ~ /_/)
			print "function", name, place[name]
}
