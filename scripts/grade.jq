# grade.jq - what came out of the tests, as a report and in others' forms.
#
#	jq -L scripts 'import "grade" as grade; ...'

# The tests of a lab as its file has them: that is what can be scored, whatever
# the results hold.
def manifest:
	("^@test \"\\[(?<points>[0-9]+)\\] (?<title>[^:\"]+): "
		+ "(?<asks>.*)\" \\{$") as $test
	| [split("\n")[] | capture($test) | .points |= tonumber];

# Lines of TAP: {"N name": {ok, skip, lines}}.
def results:
	("^(?<not>not )?ok (?<name>[0-9]+ .*?)"
		+ "( # skip ?(?<skip>.*))?$") as $result
	| reduce split("\n")[] as $line ({all: {}, last: null};
		if $line | test("^(not )?ok [0-9]+ ") then
			($line | capture($result)) as $it
			| .last = $it.name
			| .all[$it.name] =
				{ok: ($it.not == null), skip: $it.skip,
					lines: []}
		elif .last != null and ($line | startswith("# ")) then
			.all[.last].lines += [$line[2:]]
		else . end)
	| .all;

# What lost() of tests/lib/grade.bash said behind a word.
def said($word):
	[.lines[] | select(startswith($word + ": ")) | .[($word | length) + 2:]]
	| first // null;

def test_report($number; $found):
	. as $test
	| $found["\($number) [\(.points)] \(.title): \(.asks)"] as $it
	| $test + {score: 0, max_score: .points}
	| del(.points)
	| if $it == null then .status = "not run"
	elif $it.ok and $it.skip == null then
		.status = "passed" | .score = .max_score
	elif $it.ok then .status = "skipped" | .reason = $it.skip
	else
		.status = "failed"
		| .what = ($it | said("what"))
		| .expected = ($it | said("expected"))
		| .seen = ($it | said("seen"))
		| .hint = ($it | said("hint"))
		| if .hint == null then .seen = ($it.lines | join(" | "))
			else . end
	end;

# A lab, by its name: of what it left $texts has "LAB/WHAT".
def lab_report($texts):
	. as $lab
	| def text($what): $texts["\($lab)/\($what)"];
	(text("tap") | results) as $found
	| (text("status") | rtrimstr("\n")) as $status
	| [text("bats") | manifest | to_entries[]
		| (.key + 1) as $number
		| .value | test_report($number; $found)] as $tests
	| {
		lab: $lab,
		score: ([$tests[].score] | add),
		max_score: ([$tests[].max_score] | add),
		begun: (text("begun") == "yes\n"),
		built: ($status != "1"),
		complete: ($status == "0"),
		notes: [text("notes") | split("\n")[] | select(. != "")],
		build_log: text("log"),
		tests: $tests
	};

# The seed and the labs, and the texts.
def report($texts):
	[.[1:][] | lab_report($texts)] as $labs
	| {
		schema: "boxlab/grade/v1",
		seed: (.[0] | tonumber),
		score: ([$labs[].score] | add),
		max_score: ([$labs[].max_score] | add),
		labs: $labs
	};

# What is remembered of labs graded before, if it can be true.
def earlier:
	if type != "object" then {} else
		with_entries(select((.key | test("^0[1-8]_[a-z_]+$"))
			and (.value | type == "object"
				and (.score | type == "number")
				and (.max_score == 10 or .max_score == 30)
				and .score >= 0 and .score <= .max_score))
			| .value |= {score, max_score})
	end;

def tests: [.labs[] | .lab as $lab | .tests[] | .lab = $lab];
def undone: select(.status == "failed" or .status == "not run");
def asked: "[\(.max_score)] \(.title): \(.asks)";

def why:
	if .status == "failed" then
		[(.what | select(. != null)),
			(.expected | select(. != null) | "expected: " + .),
			(.seen | select(. != null) | "seen: " + .),
			(.hint | select(. != null) | "hint: " + .)]
	elif .status == "skipped" then [.reason]
	elif .status == "not run" then ["not run"]
	else [] end;

def tap:
	tests
	| "1..\(length)",
	(to_entries[]
		| (.key + 1) as $number | .value
		| ([undone] != []) as $bad
		| (if $bad then "not " else "" end)
		+ "ok \($number) \(.lab): \(asked)"
		+ (if .status == "skipped" then " # skip \(.reason)"
			else "" end),
		(select($bad) | why[] | "# " + .));

# XML 1.0 has no control characters, not even escaped.
def xml: gsub("[\u0000-\u0008\u000b\u000c\u000e-\u001f]"; "?") | @html;

def junit_case($lab):
	"<testcase classname=\"\($lab)\" name=\"\(asked | xml)\" time=\"0\">"
	+ (if .status == "passed" then ""
		elif .status == "skipped" then
			"<skipped message=\"\(.reason | xml)\"/>"
		else
			"<failure message=\"\(why[0] // "failed" | xml)\">"
			+ (why | join("\n") | xml) + "</failure>"
		end)
	+ "</testcase>";

def junit:
	"<?xml version=\"1.0\" encoding=\"UTF-8\"?>", "<testsuites>",
	(.labs[]
		| .lab as $lab
		| "<testsuite name=\"\(.lab)\" tests=\"\(.tests | length)\""
		+ " failures=\"\([.tests[] | undone] | length)\" skipped=\""
		+ "\([.tests[] | select(.status == "skipped")] | length)\""
		+ " time=\"0\">",
		(.tests[] | junit_case($lab)),
		"</testsuite>"),
	"</testsuites>";

def gradescope($seconds):
	{
		score: .score,
		output: "\(.score) of \(.max_score) points (seed \(.seed))",
		execution_time: ($seconds | tonumber),
		tests: [tests | to_entries[]
			| (.key + 1) as $number | .value
			| {
				name: "\(.lab): \(.title)",
				number: "\($number)",
				score: .score,
				max_score: .max_score,
				status: (if .status == "passed" then "passed"
					else "failed" end),
				output: ([.asks] + why | join("\n")),
				visibility: "visible"
			}]
	};

def classroom50:
	{
		schema: "classroom50/result/v1",
		classroom: (env.CLASSROOM // ""),
		assignment: (env.ASSIGNMENT // ""),
		submission: (env.SUBMISSION_TAG // ""),
		commit: (env.COMMIT_URL // ""),
		datetime: (now | todate),
		score: .score,
		"max-score": .max_score,
		tests: [tests[]
			| {
				"test-name": "\(.lab): \(.title)",
				passed: (.status == "passed"),
				score: .score,
				"max-score": .max_score
			}]
	};

# The rest is for people.
def paint($color; $code):
	if $color then "\u001b[\($code)m\(.)\u001b[0m" else . end;
def pad($n): . + ($n - length) * " ";
def left($n): ($n - length) * " " + .;
def bar($score; $max; $width):
	(if $max == 0 then 0 else $score * $width / $max | floor end) as $full
	| ($full * "#") + (($width - $full) * ".");

# A name, its points and a bar.
def line($name; $score; $max; $width):
	($name | pad(22)) + ("\($score)/\($max)" | left(7)) + "  "
	+ bar($score; $max; $width);

def test_line($color):
	"    " + (if .status == "passed" then "ok" | paint($color; 32)
		elif .status == "skipped" then "--" | paint($color; 33)
		else "no" | paint($color; 31) end)
	+ "  \(.score)/\(.max_score)  \(.title): \(.asks)";

def lab_text($wide; $color):
	line(.lab; .score; .max_score; 20)
	+ (if .built | not then "  does not compile" | paint($color; 31)
		elif .complete | not then "  did not end" | paint($color; 31)
		elif .begun | not then "  not begun" else "" end),
	(.notes[] | "    " + .),
	(select(.built | not) | .build_log | split("\n")[:12][] | "    " + .),
	(select($wide and .built) | .tests[]
		| test_line($color), (why[] | "            " + .));

# The next thing to do: the first behaviour that fails, in the first lab.
def next_step($work):
	[.labs[] | select((.built | not) or any(.tests[]; undone))][0] as $lab
	| if $lab == null then
		[tests[] | select(.status == "skipped") | .reason] as $reasons
		| if $reasons == [] then
			"Nothing is left to do here: all points."
		else
			"Nothing fails.  Not tested here, so without points: "
			+ ($reasons | unique | join("; ")) + ".",
			"    A machine that has all of it: "
			+ "scripts/grade --isolation=vm"
		end
	elif $lab.built | not then
		"Next: make \($lab.lab) compile, see above."
	else
		([$lab.tests[] | undone][0]) as $test
		| "Next: \($lab.lab), \"\($test.title)\": \($test.asks)",
		($test | why[] | "    " + .),
		"    your files: \($work)/\($lab.lab)/"
		+ "    the lesson: labs/\($lab.lab)/README.md"
	end;

# $wide: the tests of each lab too.  $earlier: the scores of labs that were
# graded before, by name.  $color: may there be colours?
def text($work; $wide; $color; $earlier):
	. as $report
	| [.labs[].lab] as $graded
	| [$earlier | to_entries[]
		| select(.key as $lab | $graded | index($lab) | not)] as $others
	| (.labs[] | lab_text($wide; $color)),
	($others[]
		| line(.key; .value.score; .value.max_score; 20) + "  earlier"),
	([$report.labs[].score] + [$others[].value.score] | add) as $score
	| "", line("course"; $score; 100; 40),
	"", ($report | next_step($work)),
	($report | select(.score == .max_score and $score < 100)
		| [.labs[], ($others[] | .value + {lab: .key})
			| select(.score == .max_score) | .lab[:2]] as $done
		| "Next lab: make grade LAB="
			+ (["01", "02", "03", "04", "05", "06", "07", "08"]
				- $done)[0]),
	"    (seed \($report.seed))";
