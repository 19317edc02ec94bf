# blocks.awk - for page.awk: code, and transcripts in the colours of the engine.

BEGIN {
	for (i = 1; i < 128; i++)
		ord[sprintf("%c", i)] = i
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
