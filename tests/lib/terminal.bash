# terminal.bash - for tests of box on a terminal.
#
#	load lib/box
#	load lib/terminal
#
# The caller's terminal is a real one, made by script(1): what is written to
# descriptor 8 is typed, what it shows goes to the file "screen".  Its name
# goes to the file "outer", and the exit status of the command to "status".

# shellcheck disable=SC2154 # set by lib/box
on_terminal() {
	mkfifo keys
	TOKEN=$TOKEN SHELL=/bin/sh start_script \
		"tty >outer; $1; echo \$? >status" 8>&-
	exec 8>keys
	wait_for test -s outer
}
start_script() {
	script -qefc "$1" /dev/null <keys >screen 2>&1 3>&- &
	STARTED+=($!)
}
type_keys() { printf '%b' "$1" >&8; }
shows() { grep -qe "$1" screen; }

# shellcheck disable=SC2034 # used by the test files
TTY_BOX="timeout --foreground -s KILL 20 box run -q --rm -e BOXLAB_TEST_TOKEN"

terminal_teardown() {
	exec 8>&-
	box_teardown
}
teardown() { terminal_teardown; }
