# terminal.bash - a terminal for a test to type on, after lib/box.
#
#	load lib/terminal
#
# A real one, made by script(1): what is written to descriptor 8 is typed, what
# it shows goes to the file "screen".  Its name goes to the file "outer", and
# the exit status of the command to "status".

# shellcheck disable=SC2034,SC2154 # used by the tests; set by lib/boxlab

TTY_BOX="timeout --foreground -s KILL 20 box run -q --rm -e BOXLAB_TEST_TOKEN"

on_terminal() {
	rm -f keys screen outer status
	mkfifo keys
	TOKEN=$TOKEN SHELL=/bin/sh start_script \
		"tty >outer; $1; echo \$? >status" 8>&-
	exec 8>keys
	wait_for test -s outer
}

# A shell, dash or bash, there, with job control, as a person has it: dash leaves
# the terminal as a job that was stopped had it, bash does not.
shell_on_terminal() {
	local shell="dash -i"
	need "$1"
	[ "$1" = dash ] || shell="bash --norc --noprofile --noediting -i"
	on_terminal "PS1='READY ' HISTFILE= $shell"
	wait_for shows READY
}
start_script() {
	env --default-signal script -qefc "$1" /dev/null \
		<keys >screen 2>&1 3>&- &
	STARTED+=($!)
}
type_keys() { printf '%b' "$1" >&8; }
shows() { grep -qe "$1" screen; }

# The processes of box on the terminal: the one in front.
front() { pgrep -t "$(cut -d / -f 3- outer)" -x box; }

terminal_teardown() {
	exec 8>&-
	box_teardown
}
teardown() { terminal_teardown; }
