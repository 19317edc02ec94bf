# shellcheck shell=sh
# hostile.sh - what the programs of tests/hostile share.
#
# Each is called with an empty directory, in which it makes a submission for
# the labs in $labs: 01 and 02, if it has set nothing else.

top=$(cd "$(dirname "$0")/../.." && pwd) || exit 1
: "${labs:=01_uts 02_pid}"
for lab in $labs; do
	mkdir -p "$1/$lab"
done

# The file of a lab's in which an attack is.
attacked() {
	case $1 in
	02_pid) echo pid.c ;;
	*) basename "$(find "$top/labs/$1/starter" -name '*.c' | sort |
		head -n 1)" ;;
	esac
}

# before_main DIR: the starters, and C from standard input that runs before all
# else in their programs, as attack(argc, argv).
before_main() {
	code=$(cat)
	for lab in $labs; do
		cp "$top/labs/$lab"/starter/*.c "$1/$lab"
		file=$(attacked "$lab")
		{
			echo '#define _GNU_SOURCE'
			for header in dirent errno fcntl ftw sched signal \
				stdio stdlib string sys/mount sys/stat \
				sys/wait unistd; do
				echo "#include <$header.h>"
			done
			echo "#pragma GCC diagnostic ignored \"-Wunused-result\""
			echo '__attribute__((constructor)) static void'
			echo 'attack(int argc, char *argv[])'
			printf '{\n(void)argc;\n(void)argv;\n%s\n}\n' "$code"
			sed '/define _GNU_SOURCE/d' \
				"$top/labs/$lab/starter/$file"
		} >"$1/$lab/$file"
	done
}
