#!/usr/bin/env bats
# The grader: marks, reports, the jail, and how an exercise begins.  Mistakes
# and submissions that mean harm are in scripts/mutants.

# shellcheck disable=SC2016,SC2154 # for other shells; set by run and lib
load lib/boxlab

LABS=(01_uts 02_pid 03_netns_veth 04_cgroup_mem 05_chroot_vs_pivot
	06_overlay_whiteout 07_caps_seccomp 08_capstone)

grade() { timeout 120 "$TOP/scripts/grade" "$@"; }
jail() { timeout 60 "$TOP/scripts/jail" "$@"; }

# need_jail: what it needs may be forbidden here.
need_jail() {
	need jq
	jail true 2>/dev/null || skip "needs user namespaces"
}

# answers DIR LAB ...: what a student would hand in who wrote the reference.
answers() {
	local lab file
	for lab in "${@:2}"; do
		mkdir -p "$1/$lab"
		for file in "$TOP/labs/$lab"/starter/*.c; do
			cp "$TOP/labs/$lab/${file##*/}" "$1/$lab"
		done
	done
}

# report FILTER: of report.json.
report() { jq -r "$1" report.json; }

@test "the points are ten a lab, thirty for the capstone, a hundred in all" {
	local lab sum all=0
	for lab in "${LABS[@]}"; do
		sum=$(sed -n 's/^@test "\[\([0-9]*\)\] [^:"]*: .*" {$/\1/p' \
			"$TOP/tests/graded/$lab.bats" | paste -s -d + | bc)
		assert_equal "$lab $sum" \
			"$lab $([ "$lab" = 08_capstone ] && echo 30 || echo 10)"
		all=$((all + sum))
		# Each has points and a title, which is its own.
		assert_equal "$(grep -c '^@test' "$TOP/tests/graded/$lab.bats")" \
			"$(sed -n 's/^@test "\[[0-9]*\] \([^:"]*\): .*/\1/p' \
				"$TOP/tests/graded/$lab.bats" | sort -u | wc -l)"
	done
	assert_equal $all 100
}

@test "the reference gets full marks" {
	need_jail
	answers work "${LABS[@]}"
	grade --json --work work >report.json
	# What cannot be tested for a plain user here is skipped, no more.
	run -0 report '.labs[].tests[] | select(.status != "passed") |
		"\(.status): \(.title): \(.reason // .seen)"'
	if is_root; then
		assert_output ""
		assert_equal "$(report .score)" 100
	else
		refute_line --regexp '^(failed|not run)'
	fi
	assert_equal "$(report .max_score)" 100
}

@test "make start copies the starters, which get nothing, and overwrites none" {
	need_jail
	run -0 "$TOP/scripts/start" --work work
	for lab in "${LABS[@]}"; do
		diff -r "$TOP/labs/$lab/starter" "work/$lab"
	done
	grade --json --work work >report.json
	assert_equal "$(report '[.score, .max_score] | @csv')" 0,100
	assert_equal "$(report 'all(.labs[]; .built and (.begun | not))')" true
	echo mine >work/01_uts/uts.c
	rm work/02_pid/pid.c
	run -0 "$TOP/scripts/start" --work work
	assert_line --partial "uts.c: yours, left as it is"
	assert_equal "$(cat work/01_uts/uts.c)" mine
	assert_exists work/02_pid/pid.c
	run -125 "$TOP/scripts/start" --work work 09
}

@test "starters compile without a warning, with every compiler here" {
	need cc
	local compiler file
	for compiler in gcc clang; do
		command -v $compiler >/dev/null || continue
		for file in "$TOP"/labs/*/starter/*.c; do
			# shellcheck disable=SC2046 # words
			run -0 $compiler $(flags) -I"$TOP/labs/$(basename \
				"$(dirname "$(dirname "$file")")")" -Werror \
				-c -o /dev/null "$file"
			assert_output ""
		done
	done
}
flags() { make -s --no-print-directory -C "$TOP" WORK= print-ALL_CFLAGS |
	sed "s,-I\([a-z]\),-I$TOP/\1,g"; }

@test "a lab that does not compile shows why, and costs no other lab a point" {
	need_jail
	answers work 01_uts 02_pid
	echo "int x = $TOKEN;" >>work/02_pid/pid.c
	grade --json --work work 01 02 >report.json
	assert_equal "$(report '[.labs[].built] | @csv')" true,false
	assert_equal "$(report '.labs[0].score')" 10
	assert_equal "$(report '.labs[1].score')" 0
	run -0 report '.labs[1].build_log'
	assert_output --partial "work/02_pid/pid.c"
	assert_output --partial "$TOKEN"
	run -0 grade --work work 01 02
	assert_line --regexp '^02_pid +0/10.*does not compile'
	assert_line --partial "$TOKEN"
	assert_line --partial "Next: make 02_pid compile"
}

@test "only plain files of the exercise are taken" {
	need_jail
	mkdir -p work/01_uts
	ln -s "$TOP/labs/01_uts/uts.c" work/01_uts/uts.c
	grade --json --work work 01 >report.json
	assert_equal "$(report .score)" 0
	run -0 report '.labs[0].notes[]'
	assert_output --partial "symbolic link"
	rm work/01_uts/uts.c
	answers work 01_uts
	head -c 1100000 /dev/zero | tr '\0' ' ' >>work/01_uts/uts.c
	grade --json --work work 01 >report.json
	assert_equal "$(report .score)" 0
	run -0 report '.labs[0].notes[]'
	assert_output --partial "over a megabyte"
}

@test "a report for people: marks, what was expected and seen, what is next" {
	need_jail
	answers work 01_uts
	sed -i 's/strlen(host))/strlen(host) + 1)/' work/01_uts/uts.c
	run -0 grade --work work --seed 7 01
	assert_line --regexp '^01_uts +9/10'
	assert_line --regexp 'no  0/1  lengths: '
	assert_line --partial "expected: that it runs"
	assert_line --partial "hint: the kernel has room for 64 bytes"
	assert_line --regexp '^course +9/100'
	assert_line --partial 'Next: 01_uts, "lengths"'
	assert_line --partial "(seed 7)"
	# No colours, but on a terminal.
	refute_output --partial $'\e['
}

@test "progress is remembered over the whole course" {
	need_jail
	answers work 01_uts 02_pid
	run -0 grade --work work 01
	run -0 grade --work work 02
	assert_line --regexp '^01_uts +10/10 .*earlier'
	assert_line --regexp '^course +20/100'
	# What others have written there does no harm.
	echo '{' >work/.progress.json
	run -0 grade --work work 01
	assert_line --regexp '^course +10/100'
}

@test "a seed repeats the random choices, another makes others" {
	need_jail
	"$TOP/scripts/start" --work work 01 >/dev/null
	cat >>work/01_uts/uts.c <<'END'
#include <stdio.h>
#include <stdlib.h>
__attribute__((constructor)) static void
tell(int argc, char *argv[])
{
	if (argc > 2)
		printf("told %s\n", argv[2]);
	exit(9);
}
END
	run -0 grade --json --work work --seed 5 01
	grep -o 'told t[0-9a-f]*' <<<"$output" >one
	run -0 grade --json --work work --seed 5 01
	grep -o 'told t[0-9a-f]*' <<<"$output" | diff one -
	run -0 grade --json --work work --seed 6 01
	run -1 diff one <(grep -o 'told t[0-9a-f]*' <<<"$output")
}

@test "reports in other forms: TAP, JUnit, Gradescope, Classroom 50" {
	need_jail
	answers work 01_uts
	sed -i 's/strlen(host))/strlen(host) + 1)/' work/01_uts/uts.c
	CLASSROOM="<c&$TOKEN" ASSIGNMENT=a run -0 grade --work work --tap \
		--junit junit.xml --gradescope results.json \
		--classroom50 result.json 01
	assert_line "1..7"
	assert_line --regexp '^ok 1 01_uts: \[2\] own namespace: '
	assert_line --regexp '^not ok 6 01_uts: \[1\] lengths: '
	assert_line --regexp '^# hint: '

	python3 -c 'import sys, xml.dom.minidom as m
suite = m.parse("junit.xml").getElementsByTagName("testsuite")[0]
print(*(suite.getAttribute(a) for a in ("name", "tests", "failures")))' \
		>junit || skip "needs python3"
	assert_equal "$(cat junit)" "01_uts 7 1"

	assert_equal "$(jq -r '[.score, (.tests | length),
		([.tests[].max_score] | add), .tests[5].status,
		.tests[5].visibility, (.tests[5].number | type),
		(.execution_time | type)] | @csv' results.json)" \
		'9,7,10,"failed","visible","string","number"'
	assert_equal "$(jq -r '[.schema, .classroom, .score, ."max-score",
		.tests[5].passed, .tests[5]["max-score"]] | @csv' result.json)" \
		"\"classroom50/result/v1\",\"<c&$TOKEN\",9,10,false,1"
}

@test "what is asked wrongly is one line and 125" {
	mkdir work
	run -125 grade --work work 09
	assert_output "grade: 09: no such lab"
	run -125 grade --work "/nosuch-$TOKEN"
	assert_output --partial "make start"
	run -125 grade --work work --seed x 01
	run -125 grade --work work --isolation=none 01
	run -125 grade --work
	run -125 grade --nosuch
	run -0 grade --help
	assert_line --partial "--classroom50 FILE"
}

@test "watch grades at every save" {
	need_jail
	need entr
	"$TOP/scripts/start" --work work 01 >/dev/null
	start watch "$TOP/scripts/watch" --work "$PWD/work" 01
	WAIT=60 wait_for grep -q '^01_uts  *0/10' watch.out
	# Into place at once: entr shall not see half of it.
	cp "$TOP/labs/01_uts/uts.c" new.c
	mv new.c work/01_uts/uts.c
	WAIT=60 wait_for grep -q '^01_uts  *10/10' watch.out
	pkill -TERM -P "$started" entr
	wait_for ended_quietly "$started"
	run -125 "$TOP/scripts/watch" --work "$PWD/work" 02
	assert_output --partial "make start LAB=02"
}

@test "interrupted, the grader leaves nothing" {
	need_jail
	answers work 01_uts
	cat >>work/01_uts/uts.c <<'END'
__attribute__((constructor)) static void
stay(void)
{
	for (;;)
		;
}
END
	start grade "$TOP/scripts/grade" --work "$PWD/work" 01
	wait_for pgrep -f "sleep-or-01_uts|01_uts -n t" # in a cell
	kill -TERM "$started"
	wait_for ended_quietly "$started"
	wait_for no_grader
	run -1 compgen -G "$TMPDIR/boxlab-grade.*"
}
ended_quietly() { ! kill -0 "$1" || grep -q '^State:.Z' "/proc/$1/status"; }
no_grader() { ! pgrep -f "01_uts -n t" >/dev/null; }

@test "the jail: root of nothing, and the tree without the answers' programs" {
	need_jail
	echo "$TOKEN" >secret
	run -0 jail id -u
	assert_output 0
	run ! jail cat "$PWD/secret"
	run ! jail ls "$TOP/build/bin"
	run ! jail touch "$TOP/labs/new-$TOKEN"
	run ! jail touch /etc/new-"$TOKEN" /new-"$TOKEN"
	run ! jail cat /etc/shadow
	run -0 jail sh -c 'ls /proc | grep -c "^[0-9]"'
	[ "$output" -lt 8 ]
	mkdir in out
	chmod 777 out
	echo "$TOKEN" >in/file
	run -0 jail -b "$PWD/in=/in" -w "$PWD/out=/out" sh -c \
		'cat /in/file >/out/file; ! echo x >/in/file'
	assert_equal "$(cat out/file)" "$TOKEN"
	run -0 jail -x "$TOP/labs/01_uts/uts.c" cat "$TOP/labs/01_uts/uts.c"
	assert_output ""
}

@test "the jail ends with all that is in it, in time" {
	need_jail
	run -137 jail -t 1 sh -c 'trap "" TERM; setsid sleep 77 & sleep 77'
	run -0 jail sh -c 'setsid sleep 76 >/dev/null 2>&1 &'
	run -1 pgrep -fx 'sleep 7[67]'
	run -7 jail sh -c 'exit 7'
}

@test "the jail limits memory and processes of all together" {
	need_root
	need_jail
	[ "$(jail sh -c 'wc -l </proc/self/cgroup')" -gt 0 ]
	run ! jail -m 32 sh -c 'head -c 64M /dev/zero | tail -c 64M >/dev/null'
	run ! jail -n 20 sh -c 'for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 \
		16 17 18 19 20 21 22; do sleep 1 & done; wait'
}
