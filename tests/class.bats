#!/usr/bin/env bats
# A class at a time: marks, broken and hostile submissions, what is made of the
# reports, going on after a break, a cluster, and the archive for Gradescope.

# shellcheck disable=SC2030,SC2031,SC2154 # set by run and lib
load lib/boxlab

ODD='=1+1, "x" <script>alert(1)<&script>'

# The class is made and graded once, and many tests look at what came of it.
setup_file() {
	TOP=$(cd "$BATS_TEST_DIRNAME/.." && pwd)
	export MADE=$BATS_FILE_TMPDIR/class OUT=$BATS_FILE_TMPDIR/out
	can_grade || return 0
	make_class >"$BATS_FILE_TMPDIR/made" 2>&1 || {
		cat "$BATS_FILE_TMPDIR/made"
		return 1
	}
	touch "$BATS_FILE_TMPDIR/made"
	timeout 400 "$TOP/scripts/grade-class" --isolation=namespaces --lab 01 \
		--seed 7 --out "$OUT" "$MADE" >"$BATS_FILE_TMPDIR/said" 2>&1 \
		3>&- || {
		cat "$BATS_FILE_TMPDIR/said"
		return 1
	}
}

can_grade() {
	command -v jq parallel unzip zip patch >/dev/null &&
		"$TOP/scripts/jail" true 2>/dev/null
}

need_class() {
	need jq parallel unzip zip patch
	[ -e "$BATS_FILE_TMPDIR/said" ] || skip "needs user namespaces"
}

# answer DIR [FILE]: a submission of lab 01; without FILE the reference.
answer() {
	mkdir -p "$1/01_uts"
	cp "${2:-$TOP/labs/01_uts/uts.c}" "$1/01_uts/uts.c"
}

make_class() {
	local apart=$BATS_FILE_TMPDIR/apart
	mkdir "$MADE" "$apart"
	answer "$MADE/reference"
	answer "$MADE/starter" "$TOP/labs/01_uts/starter/uts.c"
	answer "$MADE/mutant/work"
	patch -s -p2 -d "$MADE/mutant/work" \
		<"$TOP/tests/mutants/01_uts/no-unshare.patch"
	answer "$MADE/broken"
	echo 'int x = ; /* <b> */' >>"$MADE/broken/01_uts/uts.c"
	mkdir -p "$MADE/link/01_uts"
	ln -s "$TOP/labs/01_uts/uts.c" "$MADE/link/01_uts/uts.c"
	answer "$apart/top/work"
	tar -C "$apart" -czf "$MADE/tarred.tar.gz" top
	(cd "$apart/top" && zip -qr "$MADE/zipped.zip" work)
	head -c 100 "$MADE/tarred.tar.gz" >"$MADE/torn.tgz"
	tar -P -C "$apart/top/work" -cf "$MADE/hostile.tar" \
		--transform "s,.*uts.c,../../../../../..$apart/escaped," \
		01_uts/uts.c
	mkdir "$MADE/nothing"
	echo hello >"$MADE/notes.txt"
	answer "$MADE/$ODD"
	answer "$MADE/"$'two\nlines'
}

grade_class() {
	timeout 300 "$TOP/scripts/grade-class" --isolation=namespaces --lab 01 \
		"$@" 3>&-
}

@test "a class is graded in one command, and each has the marks deserved" {
	need_class
	run -0 cat "$OUT/grades.csv"
	assert_output "\
\"student\",\"total\",\"01_uts\",\"note\"
\"'=1+1, \"\"x\"\" <script>alert(1)<&script>\",10,10,\"\"
\"broken\",0,0,\"01_uts does not compile\"
\"hostile\",0,0,\"hostile: it has a name that leads out\"
\"link\",0,0,\"none of the files of the exercises is in it;\
 01_uts/uts.c: a symbolic link, not taken\"
\"mutant\",4,4,\"\"
\"notes.txt\",0,0,\"neither a folder nor .tar, .tar.gz, .tgz or .zip\"
\"nothing\",0,0,\"empty\"
\"reference\",10,10,\"\"
\"starter\",0,0,\"\"
\"tarred\",10,10,\"\"
\"torn\",0,0,\"no whole archive: gzip cannot read it\"
\"two?lines\",0,0,\"its name has a newline or other bytes that are no text\"
\"zipped\",10,10,\"\""
	run -0 cat "$BATS_FILE_TMPDIR/said"
	assert_output "\
13 submissions: 7 graded, 6 refused, 0 where the grader failed
$OUT/index.html"
}

@test "there is a report for each, and what was handed in is as before" {
	need_class
	assert_equal "$(find "$OUT/reports" -name '*.json' | wc -l)" 13
	assert_equal "$(jq -r .score "$OUT/reports/$ODD.json")" 10
	assert_equal "$(find "$MADE" -newer "$BATS_FILE_TMPDIR/made")" ""
	assert_not_exists "$BATS_FILE_TMPDIR/apart/escaped"
}

@test "the feedback has the points, what failed with a hint, and what is next" {
	need_class
	run -0 cat "$OUT/feedback/mutant/feedback.md"
	assert_line "# mutant"
	assert_line "| 01\\_uts | 4 | 10 |  |"
	assert_line "### own namespace: 0 of 2"
	assert_line --regexp '^    expected: another than the host'
	assert_line --regexp '^    hint: what makes a process leave'
	assert_line --regexp '^    Next: 01_uts, "own namespace"'
	run -0 cat "$OUT/feedback/broken/feedback.md"
	assert_line --partial "error: expected expression"
	run -0 cat "$OUT/feedback/torn/feedback.md"
	assert_line "    no whole archive: gzip cannot read it"
}

@test "a name cannot mark up the feedback or the page" {
	need_class
	run -0 head -n 1 "$OUT/feedback/$ODD/feedback.md"
	assert_output '# =1\+1, "x" &lt;script\>alert\(1\)&lt;&amp;script\>'
	run -0 cat "$OUT/index.html"
	refute_output --partial "<script"
	assert_output --partial \
		'>=1+1, &quot;x&quot; &lt;script&gt;alert(1)&lt;&amp;script&gt;</a>'
	assert_output --partial 'href="feedback/%3D1%2B1%2C%20%22x%22%20%3Cscript'
}

@test "the page needs nothing from elsewhere, and has a mean for each test" {
	need_class
	run -0 cat "$OUT/index.html"
	refute_output --regexp '(https?:|src=|<link|@import|url\()'
	assert_output --partial '<th class="e" colspan="7">01_uts</th>'
	# Five of the seven that ran.
	assert_output --partial 'style="--part: 57%">57%</td>'
	assert_equal "$(grep -c '<tr><th class="who" scope="row">' \
		"$OUT/index.html")" 13
	assert_equal "$(grep -o '>✗</td>' "$OUT/index.html" | wc -l)" 5
}

@test "a cell of the table cannot be a formula" {
	need jq
	local text
	for text in '=1' '+1' '-1' '@a' '	=1'; do
		# shellcheck disable=SC2016 # a variable of jq
		run -0 jq -nr -L "$TOP/scripts" --arg text "$text" \
			'import "class" as class; $text | class::cell'
		refute_output --regexp '^[=+@-]'
		refute_output --partial $'\t'
	done
}

@test "the summary counts, and the test that most failed is first" {
	need_class
	run -0 cat "$OUT/summary.md"
	assert_line "13 submissions: 7 graded, 6 refused, 0 where the grader failed."
	assert_line "| 6.29 | 0 | 2 | 10 | 10 | 10 |"
	assert_line "| 2 | 1 | 0 | 4 | 01\\_uts: own namespace |"
	assert_equal "$(grep -n '^| [0-9]* | [0-9]* | [0-9]* | [0-9]* | 01' \
		"$OUT/summary.md" | head -n 1 | cut -d '|' -f 6)" \
		" 01\\_uts: own namespace "
}

@test "two who wrote the same are named, two who wrote nothing are not" {
	need_class
	need sim_c
	run -0 cat "$OUT/similarity.txt"
	assert_line $'100%\ttarred\tzipped'
	assert_line $'100%\t(the course\'s own answer)\treference'
	refute_line --regexp '%.*(starter|link|nothing)'
}

@test "without sim_c the rest is there, and a line says so" {
	need_class
	local tool
	mkdir bin
	for tool in awk basename bash cat cut dirname env find grep head jq mv \
		sed sort wc xargs; do
		ln -s "$(command -v $tool)" bin
	done
	cp -a "$OUT" out
	PATH=$PWD/bin run -0 "$TOP/scripts/class-collect" "$PWD/out"
	run -0 tail -n 1 out/similarity.txt
	assert_output "Left out: sim_c is missing (scripts/setup class)"
	cmp out/grades.csv "$OUT/grades.csv"
}

@test "what is there already is not graded again, nor overwritten" {
	need_class
	local before
	run -125 grade_class --out "$OUT" "$MADE"
	assert_line "grade-class: $OUT: was made by an earlier run"
	cp -a "$OUT" out
	run -125 grade_class --resume --seed 8 --out out "$MADE"
	assert_output "grade-class: the earlier run had --seed 7"
	before=$(cd out && find reports -printf '%p %T@\n' | sort)
	run -0 grade_class --resume --out out "$MADE"
	cmp out/joblog "$OUT/joblog"
	assert_equal "$(cd out && find reports -printf '%p %T@\n' | sort)" \
		"$before"
	cmp out/grades.csv "$OUT/grades.csv"
	mkdir other && touch other/file
	run -125 grade_class --out other "$MADE"
	assert_line "grade-class: $PWD/other: is there already, and not mine"
}

@test "after a break the rest is graded, and each of the class once" {
	need_class
	local i logged
	for i in 1 2 3 4 5; do
		answer "class/s$i"
	done
	start broken timeout 300 "$TOP/scripts/grade-class" --jobs 1 \
		--isolation=namespaces --lab 01 class
	WAIT=60 wait_for compgen -G 'class-graded/reports/s*.json'
	# Nobody else has the lock, who might still be dying at the next run.
	assert_equal "$(find /proc/[0-9]*/fd -lname '*/class-graded/.class/lock' \
		2>/dev/null | wc -l)" 1
	# Its own process, below timeout(1).
	pkill -TERM -P "$started" -f scripts/grade-class
	wait "$started" || :
	WAIT=30 wait_for grep -q "stopped; --resume goes on" broken.out
	jq -r 'select(.state != "failed") | .stem' \
		class-graded/reports/*.json >before
	[ "$(wc -l <before)" -lt 5 ]
	logged=$(wc -l <class-graded/joblog)
	run grade_class --resume class
	assert_success
	# Which is shown, if one has less.
	run -0 jq -r '.labs[].tests[] | select(.status != "passed") |
		"\(.title): \(.seen // .status)"' class-graded/reports/*.json
	assert_output ""
	# What had a report before the break was not in the second queue, and
	# the rest was, once.  (The log of the first may lack the last of it.)
	run -0 sort <(awk -v from="$logged" 'NR > from { print "s" $NF, $7 }' \
		class-graded/joblog)
	assert_output "$(printf 's%d\n' {1..5} | grep -vxFf before |
		sed 's/$/ 0/')"
}

@test "one that takes too long costs a row, and is tried once more" {
	need_class
	answer class/endless
	sed -i 's/^{$/{ for (;;) ;/' class/endless/01_uts/uts.c
	echo junk >class/junk.tar
	run -0 grade_class --timeout 2 class
	run -0 cat class-graded/grades.csv
	assert_line '"endless",,,"not graded in 2 seconds"'
	assert_line '"junk",0,0,"no whole archive: tar cannot read it"'
	assert_equal "$(wc -l <class-graded/joblog)" 3
	run -0 cat class-graded/feedback/endless/feedback.md
	assert_line "The grader did not come to an end.  There is no mark yet."
}

@test "other machines get their part from parallel" {
	need_class
	answer class/one
	echo 1/: >machines
	run -0 grade_class --sshloginfile machines class
	run -0 cat class-graded/grades.csv
	assert_line '"one",10,10,""'
}

@test "a mistake on the command line is named" {
	need_class
	run -125 grade_class
	assert_line --partial "scripts/grade-class [option ...] DIR"
	run -125 grade_class nothing-here
	assert_output --partial "nothing-here: no such directory"
	mkdir class
	run -125 grade_class class
	assert_output --partial "class: nothing was handed in"
	run -125 grade_class --out class/marks class
	assert_output --partial "would be a submission"
	run -125 grade_class --lab 99 class
	assert_output "grade-class: 99: no such lab"
}

# stage ARCHIVE: what of it is taken, in the directory taken.
stage() {
	rm -rf taken
	mkdir taken
	"$TOP/scripts/class-stage" "$1" "$PWD/taken"
}

@test "no name in an archive leads out of it" {
	need unzip zip
	local before name
	answer in
	mkdir outside
	before=$(find . -path ./taken -prune -o -print | sort)
	for name in ../../../../../../"$PWD"/outside/uts.c \
		"$PWD/outside/uts.c" a/../../outside/uts.c; do
		tar -P -C in/01_uts -cf "$BATS_FILE_TMPDIR/x" uts.c \
			--transform "s,.*,$name,"
		run -1 stage "$BATS_FILE_TMPDIR/x"
		assert_output "hostile: it has a name that leads out"
	done
	mkdir -p deep/01_uts
	(cd deep/01_uts && zip -q ../../dots.zip ../../in/01_uts/uts.c)
	run -1 stage dots.zip
	assert_output "hostile: it has a name that leads out"
	rm -r deep dots.zip taken
	assert_equal "$(find . -print | sort)" "$before"
}

@test "no link in an archive or a folder is followed" {
	need unzip zip
	local what
	mkdir -p target made/02_pid
	# A directory that is a link out, and then a file below it.
	ln -s "$PWD/target" made/01_uts
	tar -C made -cf links.tar 01_uts
	answer real
	tar -C real -rf links.tar 01_uts/uts.c
	# Links to files that only root can read, soft and hard.
	ln -s /etc/shadow made/02_pid/pid.c
	echo secret >secret
	ln secret made/02_pid/init.c
	tar -C made -rf links.tar 02_pid/pid.c
	tar -rf links.tar secret --transform 's,^,02_pid/,'
	(cd made && zip -qyr ../links.zip .)
	cp -a made folder
	mkfifo folder/02_pid/fifo
	for what in links.tar links.zip folder; do
		run stage $what
		assert_output --partial "pid.c: a symbolic link, not taken"
		assert_equal "$(find taken target -type l)" ""
		assert_equal "$(ls target)" ""
		assert_not_exists taken/02_pid/pid.c
	done
}

@test "an archive cannot fill the disk" {
	need unzip zip
	answer in
	truncate -s 60M in/zeros
	tar -C in -czf bomb.tgz .
	run -1 stage bomb.tgz
	assert_output "over 20 MB when unpacked"
	truncate -s 2M in/01_uts/uts.c
	(cd in && zip -qr ../bomb.zip 01_uts)
	run -1 stage bomb.zip
	assert_output --partial "01_uts/uts.c: over a megabyte, not taken"
	rm -r in
	mkdir in
	(cd in && seq -f 'f%.0f' 2500 | xargs touch)
	tar -cf many.tar in
	for what in many.tar in; do
		run -1 stage "$what"
		assert_output "over 2000 files"
	done
	assert_equal "$(find taken -type f)" ""
}

@test "the files may lie deeper, or alone, but the course's own do not count" {
	need unzip zip
	local what
	answer a/one/work
	answer a/one/labs "$TOP/labs/01_uts/starter/uts.c"
	tar -cf a.tar -C a .
	(cd a && zip -qr ../a.zip .)
	cp a.tar 'a b "c".tar'
	for what in a a.tar a.zip 'a b "c".tar'; do
		run -0 stage "$what"
		cmp taken/01_uts/uts.c "$TOP/labs/01_uts/uts.c"
	done
	mkdir flat
	cp "$TOP/labs/01_uts/uts.c" flat
	run -0 stage flat
	cmp taken/01_uts/uts.c "$TOP/labs/01_uts/uts.c"
	rm -r a/one/work
	run -1 stage a
	assert_output "none of the files of the exercises is in it"
	answer b/x
	answer b/y
	run -1 stage b
	assert_line "01_uts/uts.c: is there twice, none was taken"
}

# The archive, unpacked as Gradescope does it, with what setup.sh would build.
autograder() {
	"$TOP/scripts/gradescope-zip" --lab 01 "$PWD/it.zip" >/dev/null
	mkdir -p gradescope/{source,submission}
	unzip -q it.zip -d gradescope/source
	cp -a "$TOP/build" gradescope/source/boxlab/build
}

# run_autograder: as Gradescope runs it, where nobody has set a PATH to labs.
run_autograder() {
	"$@" env -i PATH=/usr/local/bin:/usr/bin:/bin TMPDIR="$PWD" \
		BOXLAB_TEST_TOKEN="$TOKEN" AUTOGRADER="$PWD/gradescope" \
		timeout 200 gradescope/source/run_autograder 3>&-
}

result() { jq -r "$1" gradescope/results/results.json; }

@test "the archive for Gradescope grades what lies flat, and never without a result" {
	need_class
	autograder
	run -0 unzip -Z1 it.zip
	assert_line setup.sh
	assert_line run_autograder
	refute_line --regexp '^boxlab/(build|work|\.git)/'
	[ -x gradescope/source/setup.sh ]

	run_autograder
	assert_equal "$(result .output)" "Nothing could be graded: empty"

	cp "$TOP/labs/01_uts/uts.c" gradescope/submission
	run_autograder
	assert_equal "$(result '.score, (.tests | length)')" $'10\n7'

	echo 'exit 3' >gradescope/source/boxlab/scripts/grade
	run_autograder
	assert_equal "$(result '.score, .output')" $'0\nThe grader failed: '
}

@test "where Gradescope forbids namespaces it says so, and takes the machine" {
	need_class
	autograder
	cp "$TOP/labs/01_uts/uts.c" gradescope/submission
	# shellcheck disable=SC2016 # for the stand-in, and for sh
	printf '%s\n' '#!/bin/sh' \
		'case "$*" in *--isolation=vm*) echo taken >&2;; esac; exit 3' \
		>gradescope/source/boxlab/scripts/grade
	run_autograder unshare -Urm sh -c \
		'echo 0 >/proc/sys/user/max_mnt_namespaces && exec "$@"' sh
	run -0 result .output
	assert_line --index 0 --partial "This machine forbids namespaces (jail: "
	assert_line --index 1 --partial "an emulated machine"
	assert_line --index 2 "The grader failed: taken"
}

# A cluster of one node, which is this machine, with all of its files here.
start_cluster() {
	local host
	host=$(uname -n)
	# In a new network namespace: a name, even 127.0.0.1, is only looked up
	# (getaddrinfo(3), AI_ADDRCONFIG) where there is more than loopback.
	ip link set lo up
	ip -4 -o addr show scope global | grep -q . ||
		ip addr add 192.0.2.1/32 dev lo
	mkdir spool state
	head -c 128 /dev/urandom >key
	chmod 600 key
	start munged munged -F --force --key-file="$PWD/key" \
		--socket="$PWD/munge" --pid-file="$PWD/munge.pid" \
		--log-file="$PWD/munge.log" --seed-file="$PWD/seed"
	wait_for test -S munge
	export SLURM_CONF=$PWD/slurm.conf
	cat >slurm.conf <<-END
		ClusterName=boxlab
		SlurmctldHost=$host(127.0.0.1)
		SlurmUser=root
		AuthInfo=socket=$PWD/munge
		SlurmctldPort=16817
		SlurmdPort=16818
		ProctrackType=proctrack/linuxproc
		TaskPlugin=task/none
		StateSaveLocation=$PWD/state
		SlurmdSpoolDir=$PWD/spool
		SlurmctldPidFile=$PWD/slurmctld.pid
		SlurmdPidFile=$PWD/slurmd.pid
		SelectType=select/cons_tres
		ReturnToService=2
		NodeName=$host NodeAddr=127.0.0.1 CPUs=$(nproc)
		PartitionName=all Nodes=$host Default=YES
	END
	start slurmctld slurmctld -D
	start slurmd slurmd -D
	WAIT=30 wait_for is_idle
}
is_idle() { [ "$(sinfo -h -o %T)" = idle ]; }

@test "a cluster grades a class as an array of jobs" {
	need_root
	need_class
	command -v sbatch slurmctld slurmd munged >/dev/null ||
		skip "needs slurm"
	start_cluster
	run -0 grade_class --slurm --jobs 2 --seed 7 --out out "$MADE"
	diff "$OUT/grades.csv" out/grades.csv
	run -0 scontrol show job
	assert_line --partial "ArrayTaskThrottle=2"
}
