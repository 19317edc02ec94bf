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
	| (if $uses[.short] == 1 or .short == .entry then .short
		else .entry end) as $student
	| {n: $n, entry: (.entry | plain), student: ($student | plain),
		stem: $student}
	| if $student | test(unsafe) or contains("\ufffd") then
		.stem = ".refused-\($n)"
		| .refused = "its name has a newline "
			+ "or other bytes that are no text"
	elif $student | utf8bytelength > 200 then
		.stem = ".refused-\($n)"
		| .refused = "its name is over 200 bytes"
	else . end;

# The report of one: that of scripts/grade, and whose it is.
def report($it; $state; $reason; $notes):
	. // {schema: "boxlab/grade/v1", score: 0, max_score: null, labs: []}
	| {student: $it.student, stem: $it.stem, entry: $it.entry,
		state: $state,
		reason: (if $reason == "" then null else $reason | plain end),
		taken: [$notes | split("\n")[] | select(. != "") | plain]} + .;

def notes:
	[(.reason | select(. != null)), .taken[], (.labs[]
		| .lab as $lab
		| .notes[],
		(select(.built | not) | "\($lab) does not compile"),
		(select(.built and (.complete | not))
			| "\($lab) did not end"))];

# What one gets back.
def feedback_test:
	"", "### \(.title | markdown): \(.score) of \(.max_score)", "",
	"\(.asks | markdown).", "",
	(if .status == "failed" then
		(["what", "expected", "seen", "hint"][] as $word
			| .[$word] | select(. != null)
			| "\($word): \(.)" | code)
	elif .status == "skipped" then "skipped: \(.reason)" | code
	else "    not run" end);

def feedback_lab:
	(if .built | not then "does not compile"
	elif .complete | not then "did not end"
	elif .begun | not then "not begun" else "" end) as $remark
	| "| \(.lab | markdown) | \(.score) | \(.max_score) | \($remark) |";

def feedback_build:
	"", "It does not compile:", "",
	(.build_log | split("\n")[:20][] | select(. != "") | code);

def feedback:
	"# \(.student | markdown)", "",
	if .state == "refused" then
		"Nothing could be graded:", "", (.reason | code)
	elif .state == "failed" then
		"The grader did not come to an end.  There is no mark yet.", "",
		(.reason | code)
	else
		"\(.score) of \(.max_score) points (seed \(.seed)).", "",
		"| lab | points | of | |", "|:--|--:|--:|:--|",
		(.labs[] | feedback_lab),
		(notes | select(. != []) | "", "Notes:", "", (.[] | code)),
		(.labs[] | select(.score < .max_score)
			| "", "## \(.lab | markdown)",
			(select(.built | not) | feedback_build),
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
	{passed: "p", failed: "f", skipped: "s", "not run": "n"}[.status]
	// "n";
def row($columns):
	. as $report
	| {student, stem, state,
		total: (if .state == "failed" then null else .score end),
		notes: notes,
		labs: ([.labs[] | {key: .lab, value: .score}] | from_entries),
		tests: ([.labs[] | {key: .lab, value: [.tests[] | letter]}]
			| from_entries)}
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
	reduce rows as $row ({rows: 0, graded: 0, refused: 0, failed: 0,
			totals: [],
			tests: [$columns[] | {p: 0, f: 0, s: 0, n: 0, ".": 0}]};
		.rows += 1
		| .[$row.state] += 1
		| if $row.state == "graded" then .totals += [$row.total]
			else . end
		| reduce range($columns | length) as $i (.;
			.tests[$i][$row.tests[$i]] += 1))
	| .totals |= sort;

# Between the two values nearest to that part of a sorted list.
def quantile($part):
	if . == [] then null else
		((length - 1) * $part) as $at | ($at | floor) as $low
		| .[$low] as $below | (.[$low + 1] // $below) as $above
		| $below + (($at - $low) * ($above - $below))
	end;
def quantiles: quantile(0, 0.25, 0.5, 0.75, 1);
def mean: if . == [] then null else add / length end;
def rounded: if . == null then "none" else . * 100 | round / 100 | tostring end;
def ran: .p + .f + .s + .n;
def percent: if ran == 0 then null else .p * 100 / ran | round end;

def how_many:
	"\(.rows) submissions: \(.graded) graded, \(.refused) refused, "
	+ "\(.failed) where the grader failed.";
def points_of($columns): [$columns[].points] | add;

def summary_totals:
	[mean, quantiles | rounded] | "| \(join(" | ")) |";

def summary_test($column):
	"| \(.f) | \(.n) | \(.s) | \(.p) | "
	+ "\($column.lab | markdown): \($column.title | markdown) |";

def summary($columns; $class):
	"# The class", "",
	how_many,
	"Seed \($class.seed), isolation \($class.isolation).", "",
	"Points of those that were graded, of \(points_of($columns)):", "",
	"| mean | lowest | lower quartile | median | upper quartile "
	+ "| highest |",
	"|--:|--:|--:|--:|--:|--:|",
	(.totals | summary_totals), "",
	"| failed | not run | skipped | passed | test |",
	"|--:|--:|--:|--:|:--|",
	([range($columns | length) as $i | {test: $columns[$i], n: .tests[$i]}]
		| sort_by([-.n.f, -.n.n, -.n.s])[]
		| .test as $column | .n | summary_test($column));

# The page.
def sign: {p: "\u2713", f: "\u2717", s: "\u2013", n: "\u25cb", ".": ""}[.];
def word:
	{p: "passed", f: "failed", s: "skipped", n: "not run",
		".": "not graded"}[.];
def ends($columns; $i):
	if $columns[$i].lab != ($columns[$i - 1].lab // null) or $i == 0
	then " e" else "" end;

def page_policy:
	"<meta http-equiv=\"Content-Security-Policy\" "
	+ "content=\"default-src 'none'; style-src 'unsafe-inline'\">";

def page_viewport:
	"<meta name=\"viewport\" "
	+ "content=\"width=device-width, initial-scale=1\">";

def page_numbers($columns; $class):
	(.totals | quantile(0.5) | rounded) as $median
	| "<p>\(how_many) Median \($median) of \(points_of($columns)) points. "
	+ "Seed \($class.seed).</p>";

def page_key:
	["p", "f", "s", "n"]
	| map("<span class=\"\(.)\">\(sign)</span> \(word)")
	| "<p class=\"key\">\(join(" &nbsp; "))</p>";

def page_labs($columns):
	[labs_of($columns)[] as $lab
		| ([$columns[] | select(.lab == $lab)] | length) as $width
		| "<th class=\"e\" colspan=\"\($width)\">\($lab | @html)</th>"]
	| "<tr><th rowspan=\"2\" class=\"who\">student</th>"
	+ "<th rowspan=\"2\">points</th>\(join(""))"
	+ "<th rowspan=\"2\">note</th></tr>";

def page_title($edge):
	"<th class=\"t\($edge)\" title=\"\(.asks | @html)\">"
	+ "<span>\(.title | @html) [\(.points)]</span></th>";

def page_titles($columns):
	[range($columns | length) as $i
		| $columns[$i] | page_title(ends($columns; $i))]
	| "<tr class=\"titles\">\(join(""))</tr>";

def page_percent($edge):
	percent as $percent
	| if $percent == null then "<td class=\"m\($edge)\"></td>" else
		"<td class=\"m\($edge)\" style=\"--part: \($percent)%\">"
		+ "\($percent)%</td>"
	end;

def page_means($columns):
	(if .totals == [] then "" else .totals | mean | rounded end) as $mean
	| [range($columns | length) as $i
		| .tests[$i] | page_percent(ends($columns; $i))]
	| "<tr class=\"mean\"><th class=\"who\">passed, of all</th>"
	+ "<td>\($mean)</td>\(join(""))<td></td></tr>";

def page_head($style; $columns; $class):
	"<!DOCTYPE html>", "<html lang=\"en\">", "<head>",
	"<meta charset=\"utf-8\">", page_policy, page_viewport,
	"<title>The class by test</title>", "<style>", $style, "</style>",
	"</head>", "<body>", "<h1>The class by test</h1>",
	page_numbers($columns; $class), page_key,
	"<table>", "<thead>",
	page_labs($columns), page_titles($columns), page_means($columns),
	"</thead>", "<tbody>";

def page_student:
	"<th class=\"who\" scope=\"row\">"
	+ "<a href=\"feedback/\(.stem | @uri)/feedback.md\">"
	+ "\(.student | @html)</a></th>";

def page_cell($column; $edge):
	(if . == "." then "x" else . end) as $kind
	| "<td class=\"\($kind)\($edge)\" "
	+ "title=\"\($column.title | @html): \(word)\">\(sign)</td>";

def page_cells($columns):
	[range($columns | length) as $i
		| .tests[$i] | page_cell($columns[$i]; ends($columns; $i))]
	| join("");

def page_note: .notes | join("; ") | plain | @html;

def page_row($columns):
	"<tr>\(page_student)<td>\(.total // "")</td>\(page_cells($columns))"
	+ "<td class=\"note\">\(page_note)</td></tr>";

def page_foot: "</tbody>", "</table>", "</body>", "</html>";
