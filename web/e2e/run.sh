#!/bin/sh
# Runs test files in a network namespace of their own: nothing leaves the machine, and a test may
# cut the way of media. Usage: run.sh [files…], default all.
set -eu
cd "$(dirname "$0")"
[ $# -gt 0 ] || set -- tests/*.test.mjs
exec unshare --net -- sh -c 'ip link set lo up; exec node --test --test-concurrency=1 --test-reporter=spec "$@"' sh "$@"
