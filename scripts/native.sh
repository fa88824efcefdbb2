#!/bin/sh
# Runs the tests of each native back end that can be linked here, and those of
# the program built with it. A library that is not on this machine is a test
# that skips and says so; `make deps` installs them all.
set -eu
export CGO_ENABLED=1
# MKL is where make deps puts it, unless LD_LIBRARY_PATH knows better.
export MKLROOT="${MKLROOT:-$(pwd)/build/mkl}"
export LD_LIBRARY_PATH="${LD_LIBRARY_PATH:+$LD_LIBRARY_PATH:}$MKLROOT/lib"

run() {
	echo "== $*"
	go tool -modfile=tools/go.mod gotestsum --format pkgname --format-hide-empty-pkg -- -count=1 -vet=off "$@"
}

for tag in openblas mkl blis atlas netlib; do
	run -tags "$tag" ./backend/all ./backend/openblas ./detect
	# The main job and a coronagraph, against pure Go.
	run -tags "$tag" -run TestEveryBackEndGivesTheSameImage ./system
done
run -tags fftw ./backend/all ./backend/fftw
run -tags openblas,fftw ./backend/... ./detect ./system ./workers ./cmd/arago
# What is refused, done for real: it hangs, crashes or gives wrong numbers, and
# then the refusal comes first.
run -tags openblas ./detect/forkguard ./detect/provoke
run -tags accelerate_standin ./backend/accelerate

# Where cgo allows: the race detector, and every check of pointers passed to C. What they look
# at is Go, and the same for each variant of a library.
run -race -tags openblas,fftw -run 'Conformance|Concurrent' -skip 'OfEveryVariant|OfMKL|Measured' ./backend/openblas ./backend/fftw
GOEXPERIMENT=cgocheck2 run -tags openblas,fftw -run 'Conformance' -skip 'OfEveryVariant|OfMKL|Measured' ./backend/openblas ./backend/fftw

# One binary under each of Debian's OpenBLAS variants: it names the one that
# answers, warns of the serial one, and gives the same bits in every mode.
make --no-print-directory openblas-fftw
program=build/arago-openblas-fftw
image=$(mktemp -d)
trap 'rm -rf "$image"' EXIT
for variant in pthread:pthreads serial:serial openmp:OpenMP; do
	folder=/usr/lib/$(gcc -print-multiarch)/openblas-${variant%:*}
	if [ ! -d "$folder" ]; then
		echo "native: not tried with OpenBLAS's ${variant%:*} variant, which is not on this machine (libopenblas0-${variant%:*})"
		continue
	fi
	(
		export LD_LIBRARY_PATH="$folder" SOURCE_DATE_EPOCH=0
		"$program" doctor >"$image/doctor"
		grep -q "$folder/" "$image/doctor" && grep -q "threads by ${variant#*:}, 1 set" "$image/doctor" ||
			{ cat "$image/doctor"; echo "native: with $folder first, another OpenBLAS answers" >&2; exit 1; }
		[ "${variant%:*}" != serial ] || grep -q 'warning  *AR104: OpenBLAS' "$image/doctor" ||
			{ cat "$image/doctor"; echo "native: the doctor does not warn of the serial OpenBLAS" >&2; exit 1; }
		for mode in goroutines:1 goroutines:3 processes:2; do
			"$program" psf examples/coronagraph.toml -q --no-picture --mode "${mode%:*}" --workers "${mode#*:}" -o "$image/$mode.fits"
			cmp "$image/goroutines:1.fits" "$image/$mode.fits"
		done
		echo "native: OpenBLAS's ${variant%:*} variant answers, and the image has the same bits in every mode"
		run -tags openblas,fftw -run TestTheImageHasTheSameBitsInEveryMode ./workers
	)
done
