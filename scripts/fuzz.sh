#!/bin/sh
# Fuzzes each fuzz target for SECONDS_EACH (10). A failure leaves its input in
# testdata/fuzz of the package, for the tests to keep.
set -eu
each=${SECONDS_EACH:-10}
git ls-files --cached --others --exclude-standard '*_test.go' | xargs grep -H '^func Fuzz' |
	sed -n 's|^\(.*\)/[^/]*_test\.go:func \(Fuzz[A-Za-z0-9_]*\)(.*|\1 \2|p' | sort |
	while read -r folder target; do
		echo "== $folder $target"
		# Inputs that are new stay as they are found: to make them small takes longer.
		go test -vet=off -run '^$' -fuzz "^$target\$" -fuzztime "${each}s" -fuzzminimizetime 5x "./$folder" </dev/null
	done
