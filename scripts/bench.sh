#!/bin/sh
# Times the main job, an 18-hexagon telescope at nine wavelengths, as the
# program runs it, and prints its peak memory. Nothing else should be running.
set -eu
echo "machine: $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo 2>/dev/null | head -n 1), $(getconf _NPROCESSORS_ONLN) processors, $(go version | cut -d' ' -f3,4)"
go test ./system -run '^$' -bench MainJob -benchtime 1x -count "${COUNT:-5}"
