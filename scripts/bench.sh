#!/bin/sh
# Times the main job, an 18-hexagon telescope at nine wavelengths, as a user
# runs it: the program from start to end, files written. Prints the time of each
# run, their median, and the peak memory of the process. Nothing else should be
# running. RUNS sets the number of runs, FILE another system file.
set -eu
runs=${RUNS:-5}
file=${FILE:-examples/segmented.toml}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
go build -o "$folder/arago" ./cmd/arago
echo "machine  $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo 2>/dev/null | head -n 1), $(getconf _NPROCESSORS_ONLN) processors, $(go version | cut -d' ' -f3,4)"
echo "job      arago psf $file"
go run ./internal/house/stopwatch -n "$runs" -- "$folder/arago" psf "$file" -o "$folder/psf.fits" --quiet
