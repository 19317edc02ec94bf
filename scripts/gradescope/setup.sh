#!/usr/bin/env bash
# setup.sh - make Gradescope's image ready: what is needed, and all built.
#
# Gradescope runs it once, as root, in /autograder/source.  AUTOGRADER is
# another place for /autograder, to try it.

set -eu
top=${AUTOGRADER:-/autograder}/source/boxlab
apt-get -q update
"$top/scripts/setup" build test grade
make -s -C "$top" all test-programs

# For a host that forbids namespaces, an emulated machine.  Its kernel is
# fetched now: later there may be no network.
"$top/scripts/setup" vm && "$top/scripts/vm-kernel" ||
	echo "setup.sh: no virtual machine: namespaces will be needed" >&2
