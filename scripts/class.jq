# class.jq - a class: its queue, its reports, and what they are made into.
#
# jq -L scripts 'import "class" as class; ...'
#
# All that comes from a student is text that may mean harm: each form below has
# a function that makes it text and nothing else: plain, markdown, cell, @html.

import "grade" as grade;

# Neither controls nor what turns the direction of writing.
def unsafe: "[\u0001-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]";
def plain: tostring | split("\u0000") | join("?") | gsub(unsafe; "?");
def markdown: plain | gsub("(?<it>[\\\\`*_{}\\[\\]()#+.!|~>\\-])"; "\\\(.it)")
	| gsub("&"; "&amp;") | gsub("<"; "&lt;");
def code: plain | "    " + .;
# A spreadsheet takes these for the start of a formula.
def cell: plain | if test("^[=+@\\-]") then "'" + . else . end;

# The queue.  Names with NULs between, as find -print0 has them; a line each.
def queue:
	[split("\u0000")[] | select(. != "")
		| {entry: ., short: sub("\\.(tar|tar\\.gz|tgz|zip)$"; ""; "i")}]
	| (reduce (.[] | .entry, (select(.short != .entry) | .short)) as $name
		({}; .[$name] += 1)) as $uses
	| to_entries[]
	| (.key + 1) as $n | .value
	| (if $uses[.short] == 1 or .short == .entry then .short else .entry end) as $student
	| {n: $n, entry: (.entry | plain), student: ($student | plain), stem: $student}
	| if $student | test(unsafe) or contains("\ufffd") then
		.stem = ".refused-\($n)"
		| .refused = "its name has a newline or other bytes that are no text"
	elif $student | utf8bytelength > 200 then
		.stem = ".refused-\($n)" | .refused = "its name is over 200 bytes"
	else . end;

# The report of one: that of scripts/grade, and whose it is.
def report($it; $state; $reason; $notes):
	. // {schema: "boxlab/grade/v1", score: 0, max_score: null, labs: []}
	| {student: $it.student, stem: $it.stem, entry: $it.entry, state: $state,
		reason: (if $reason == "" then null else $reason | plain end),
		taken: [$notes | split("\n")[] | select(. != "") | plain]} + .;

def notes:
	[(.reason | select(. != null)), .taken[], (.labs[]
		| .lab as $lab
		| .notes[],
		(select(.built | not) | "\($lab) does not compile"),
		(select(.built and (.complete | not)) | "\($lab) did not end"))];

# What one gets back.
def feedback_test:
	"", "### \(.title | markdown): \(.score) of \(.max_score)", "",
	"\(.asks | markdown).", "",
	(if .status == "failed" then
		(["what", "expected", "seen", "hint"][] as $word
			| .[$word] | select(. != null) | "\($word): \(.)" | code)
	elif .status == "skipped" then "skipped: \(.reason)" | code
	else "    not run" end);

def feedback:
	"# \(.student | markdown)", "",
	if .state == "refused" then "Nothing could be graded:", "", (.reason | code)
	elif .state == "failed" then
		"The grader did not come to an end.  There is no mark yet.", "",
		(.reason | code)
	else
		"\(.score) of \(.max_score) points (seed \(.seed)).", "",
		"| lab | points | of | |", "|:--|--:|--:|:--|",
		(.labs[] | "| \(.lab | markdown) | \(.score) | \(.max_score) | \(
			if .built | not then "does not compile"
			elif .complete | not then "did not end"
			elif .begun | not then "not begun" else "" end) |"),
		(notes | select(. != []) | "", "Notes:", "", (.[] | code)),
		(.labs[] | select(.score < .max_score)
			| "", "## \(.lab | markdown)",
			(select(.built | not)
				| "", "It does not compile:", "",
				(.build_log | split("\n")[:20][] | select(. != "") | code)),
			(select(.built and .begun) | .tests[]
				| select(.status != "passed") | feedback_test)),
		"", "## What to do next", "",
		(grade::next_step("work") | code)
	end;

# The tests there are, from the texts of tests/graded/NN_name.bats by name.
def columns:
	[to_entries[] | .key as $lab | .value | grade::manifest
		| to_entries[] | {lab: $lab, number: (.key + 1)} + .value];

# A report as a row: its marks, and one letter a test.
def letter:
	{passed: "p", failed: "f", skipped: "s", "not run": "n"}[.status] // "n";
def row($columns):
	. as $report
	| {student, stem, state, total: (if .state == "failed" then null else .score end),
		notes: notes,
		labs: ([.labs[] | {key: .lab, value: .score}] | from_entries),
		tests: ([.labs[] | {key: .lab, value: [.tests[] | letter]}] | from_entries)}
	| .tests as $tests
	| .tests = [$columns[] | $tests[.lab][.number - 1] // "."];

def labs_of($columns): reduce $columns[].lab as $lab ([];
	if index([$lab]) then . else . + [$lab] end);

def csv($columns):
	. as $row
	| [(.student | cell), .total,
		(labs_of($columns)[] | $row.labs[.] //
			(if $row.state == "refused" then 0 else null end)),
		(.notes | join("; ") | cell)]
	| @csv;
def csv_head($columns):
	["student", "total", labs_of($columns)[], "note"] | @csv;

# The sum of all rows, one at a time.
def sum_up(rows; $columns):
	reduce rows as $row ({rows: 0, graded: 0, refused: 0, failed: 0, totals: [],
			tests: [$columns[] | {p: 0, f: 0, s: 0, n: 0, ".": 0}]};
		.rows += 1
		| .[$row.state] += 1
		| if $row.state == "graded" then .totals += [$row.total] else . end
		| reduce range($columns | length) as $i (.;
			.tests[$i][$row.tests[$i]] += 1))
	| .totals |= sort;

# Between the two values nearest to that part of a sorted list.
def quantile($part):
	if . == [] then null else
		((length - 1) * $part) as $at | ($at | floor) as $low
		| .[$low] + (($at - $low) * ((.[$low + 1] // .[$low]) - .[$low]))
	end;
def rounded: if . == null then "none" else . * 100 | round / 100 | tostring end;
def ran: .p + .f + .s + .n;
def percent: if ran == 0 then null else .p * 100 / ran | round end;

def summary($columns; $class):
	.totals as $totals
	| "# The class", "",
	"\(.rows) submissions: \(.graded) graded, \(.refused) refused, \(.failed) where the grader failed.",
	"Seed \($class.seed), isolation \($class.isolation).", "",
	"Points of those that were graded, of \([$columns[].points] | add):", "",
	"| mean | lowest | lower quartile | median | upper quartile | highest |",
	"|--:|--:|--:|--:|--:|--:|",
	"| \(if $totals == [] then null else ($totals | add / length) end | rounded) | \(
		[(0, 0.25, 0.5, 0.75, 1) as $part | $totals | quantile($part)
			| rounded] | join(" | ")) |", "",
	"| failed | not run | skipped | passed | test |", "|--:|--:|--:|--:|:--|",
	([range($columns | length) as $i | {test: $columns[$i], n: .tests[$i]}]
		| sort_by([-.n.f, -.n.n, -.n.s])[]
		| "| \(.n.f) | \(.n.n) | \(.n.s) | \(.n.p) | \(.test.lab | markdown): \(.test.title | markdown) |");

# The page.
def sign: {p: "\u2713", f: "\u2717", s: "\u2013", n: "\u25cb", ".": ""}[.];
def word: {p: "passed", f: "failed", s: "skipped", n: "not run", ".": "not graded"}[.];
def ends($columns; $i):
	if $columns[$i].lab != ($columns[$i - 1].lab // null) or $i == 0 then " e" else "" end;

def page_head($style; $columns; $class):
	"<!DOCTYPE html>", "<html lang=\"en\">", "<head>", "<meta charset=\"utf-8\">",
	"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">",
	"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">",
	"<title>The class by test</title>", "<style>", $style, "</style>", "</head>",
	"<body>", "<h1>The class by test</h1>",
	"<p>\(.rows) submissions: \(.graded) graded, \(.refused) refused, \(.failed) where the grader failed. Median \(.totals | quantile(0.5) | rounded) of \([$columns[].points] | add) points. Seed \($class.seed).</p>",
	"<p class=\"key\">\(["p", "f", "s", "n"] | map("<span class=\"\(.)\">\(sign)</span> \(word)") | join(" &nbsp; "))</p>",
	"<table>", "<thead>",
	"<tr><th rowspan=\"2\" class=\"who\">student</th><th rowspan=\"2\">points</th>\(
		[labs_of($columns)[] as $lab
			| "<th class=\"e\" colspan=\"\([$columns[] | select(.lab == $lab)] | length)\">\($lab | @html)</th>"] | join(""))<th rowspan=\"2\">note</th></tr>",
	"<tr class=\"titles\">\([range(0; $columns | length) as $i | $columns[$i]
		| "<th class=\"t\(ends($columns; $i))\" title=\"\(.asks | @html)\"><span>\(.title | @html) [\(.points)]</span></th>"] | join(""))</tr>",
	"<tr class=\"mean\"><th class=\"who\">passed, of all</th><td>\(
		if .totals == [] then "" else .totals | add / length | rounded end)</td>\(
		[range(0; $columns | length) as $i | .tests[$i] | percent as $percent
			| "<td class=\"m\(ends($columns; $i))\"\(if $percent == null then ""
				else " style=\"--part: \($percent)%\"" end)>\(
				if $percent == null then "" else "\($percent)%" end)</td>"] | join(""))<td></td></tr>",
	"</thead>", "<tbody>";

def page_row($columns):
	. as $row
	| "<tr><th class=\"who\" scope=\"row\"><a href=\"feedback/\(.stem | @uri)/feedback.md\">\(.student | @html)</a></th><td>\(.total // "")</td>\(
		[range(0; $columns | length) as $i | $row.tests[$i]
			| "<td class=\"\(if . == "." then "x" else . end)\(ends($columns; $i))\" title=\"\($columns[$i].title | @html): \(word)\">\(sign)</td>"]
			| join(""))<td class=\"note\">\(.notes | join("; ") | plain | @html)</td></tr>";

def page_foot: "</tbody>", "</table>", "</body>", "</html>";
