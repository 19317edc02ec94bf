# hostile.sh - what the programs of tests/hostile share.
#
# Each is called with an empty directory, in which it makes a submission for
# labs 01 and 02.

top=$(cd "$(dirname "$0")/../.." && pwd) || exit 1
mkdir -p "$1/01_uts" "$1/02_pid"

# before_main DIR: the starters, and C from standard input that runs before all
# else in their programs.
before_main() {
	code=$(cat)
	cp "$top"/labs/02_pid/starter/*.c "$1/02_pid"
	for lab in 01_uts/uts.c 02_pid/pid.c; do
		{
			echo '#define _GNU_SOURCE'
			for header in dirent fcntl ftw sched signal stdio \
				stdlib string sys/mount sys/stat sys/wait \
				unistd; do
				echo "#include <$header.h>"
			done
			echo "#pragma GCC diagnostic ignored \"-Wunused-result\""
			echo '__attribute__((constructor)) static void'
			echo 'attack(void)'
			printf '{\n%s\n}\n' "$code"
			sed '/define _GNU_SOURCE/d' \
				"$top/labs/${lab%/*}/starter/${lab#*/}"
		} >"$1/$lab"
	done
}
