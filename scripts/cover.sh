#!/bin/sh
# Prints how much of each package its tests run, and fails if less than 90 % of
# a numerical package, or of those that keep parallel work safe, is. A statement counts
# if the tests of any package run it.
set -eu
go test -count=1 -vet=off -coverprofile=coverage.out -coverpkg=./... ./... >/dev/null
awk '
	NR > 1 {
		split($1, at, ":")
		path = at[1]
		sub(/\/[^\/]*$/, "", path)
		if (!($1 in statements)) {
			statements[$1] = $2
			package[$1] = path
		}
		if ($3 > 0) run[$1] = 1
	}
	END {
		for (block in statements) {
			all[package[block]] += statements[block]
			if (block in run) done[package[block]] += statements[block]
		}
		numerical = "^arago/(backend|backend/gonum|detect|workers|fourier|grid|measure|optics|propagate|sweep|tune|internal/(area|fft|kernel|kernel/pure|parallel|passes|product|randomfield|roots|spline))$"
		for (name in all) {
			percent = 100 * done[name] / all[name]
			printf "%6.1f %%  %s\n", percent, name | "sort -k3"
			if (name ~ numerical && percent < 90) {
				printf "cover: %s is below 90 %%\n", name | "cat 1>&2"
				failed = 1
			}
		}
		exit failed
	}
' coverage.out
