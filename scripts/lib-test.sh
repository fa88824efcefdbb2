#!/bin/sh
# Builds the C library and tests it as its users would: in C, with threads, forks and signals, under
# valgrind, installed and linked by pkg-config, with each set of build tags. Arguments name
# some of the stages c, valgrind, install and tags; none is all. Needs gcc, and on Debian as
# root installs valgrind and pkgconf if they are not there; a back end whose library is not
# on this machine is left out and named.
set -eu
stages=${*:-c valgrind install tags}
cd "$(dirname "$0")/.."
missing=
for tool in gcc g++ valgrind:valgrind pkg-config:pkgconf nm:binutils; do
	command -v "${tool%:*}" >/dev/null || missing="$missing ${tool#*:}"
done
if [ -n "$missing" ]; then
	apt-get update -qq
	# shellcheck disable=SC2086 # one word per package
	DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing
fi
# MKL is where make deps puts it, unless LD_LIBRARY_PATH knows better.
export MKLROOT="${MKLROOT:-$(pwd)/build/mkl}"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
system=$(pwd)/examples/coronagraph.toml

say() { echo "lib: $*"; }
wrong() {
	echo "lib: $*" >&2
	exit 1
}

# compile NAME FOLDER makes $work/NAME of libarago/test/NAME.c with the library of a folder.
compile() {
	gcc -std=gnu11 -g -O1 -Wall -Wextra -Werror -I"$2" -o "$work/$1" "libarago/test/$1.c" -L"$2" -Wl,--as-needed -larago -lpthread -ldl -lm -Wl,-rpath,"$2"
}

say "build"
sh scripts/lib.sh "$work/lib"
lib=$work/lib/libarago.so.1

program() { # the one that the library is compared with
	[ -e "$work/program.fits" ] && return
	CGO_ENABLED=0 go build -o "$work/arago" ./cmd/arago
	SOURCE_DATE_EPOCH=0 "$work/arago" psf "$system" -q --no-picture -o "$work/program.fits"
}

stage_c() {
	say "symbols: the functions of the header, and nothing else"
	grep -oE '\barago_[a-z0-9_]+\(' libarago/arago.h | tr -d '(' | sort -u >"$work/declared"
	nm -D --defined-only "$lib" | sed -n 's/.* T \(.*\)@@ARAGO_1$/\1/p' | sort -u >"$work/exported"
	diff "$work/declared" "$work/exported" || wrong "header and library differ (< declared, > exported)"
	[ "$(nm -D --defined-only "$lib" | grep -vc '@@ARAGO_1$')" = 1 ] || wrong "the library exports more: $(nm -D --defined-only "$lib")"
	sed -n 's/^ENTRANCE(\([a-z0-9_]*\),.*/\1/p' libarago/test/every.h | sort >"$work/called"
	grep -vxE 'arago_(abi_version|message)' "$work/declared" | diff - "$work/called" || wrong "libarago/test/every.h misses functions (<)"
	readelf -d "$lib" | grep -q 'SONAME.*\[libarago.so.1\]' || wrong "the name of the library is not libarago.so.1"

	say "the header is C99 and C++11"
	echo '#include <arago.h>' >"$work/empty.c"
	gcc -std=c99 -Wall -Wextra -pedantic -Werror -I"$work/lib" -fsyntax-only "$work/empty.c"
	g++ -x c++ -std=c++11 -Wall -Wextra -pedantic -Werror -I"$work/lib" -fsyntax-only "$work/empty.c"

	for test in numbers misuse threads fork system signals; do compile $test "$work/lib"; done
	gcc -g -Wall -Wextra -Werror -o "$work/late" libarago/test/late.c -ldl
	for test in numbers misuse threads fork; do
		say "$test"
		"$work/$test"
	done
	say "late"
	"$work/late" "$lib"
	say "signals"
	"$work/signals" "$lib" "$system"
	say "system"
	SOURCE_DATE_EPOCH=0 "$work/system" "$system" "$work/library.fits"
	program
	cmp "$work/library.fits" "$work/program.fits" || wrong "the library's FITS file is not the program's"
}

stage_valgrind() {
	# Go tells valgrind about its own memory in a build with this tag; what is left is reads of whole
	# vectors at the end of strings. Where a value came from is not followed through Go's stacks.
	say "valgrind"
	sh scripts/lib.sh "$work/valgrind" valgrind
	for test in numbers misuse threads fork system beyond; do compile $test "$work/valgrind"; done
	gcc -g -Wall -Wextra -Werror -o "$work/late" libarago/test/late.c -ldl
	memcheck() {
		GODEBUG=asyncpreemptoff=1 valgrind -q --trace-children=yes --error-exitcode=9 --leak-check=no --undef-value-errors=no --num-callers=8 \
			--suppressions=libarago/test/valgrind.supp "$@"
	}
	for test in numbers misuse; do memcheck "$work/$test" few || wrong "$test is not clean under valgrind"; done
	memcheck "$work/threads" few || wrong "threads is not clean under valgrind"
	# Children, those of posix_spawn and of vfork among them, are watched as well.
	memcheck "$work/fork" few || wrong "fork is not clean under valgrind"
	memcheck "$work/late" "$work/valgrind/libarago.so.1" || wrong "late is not clean under valgrind"
	cat >"$work/small.toml" <<-TOML
		[system]
		diameter = 1.0
		npix = 32
		[source]
		wavelengths = [1e-6, 1.1e-6]
		[[plane]]
		kind = "pupil"
		elements = [ { type = "circular_aperture", radius = 0.5 } ]
		[[plane]]
		kind = "detector"
		pixelscale = 0.1
		fov_pixels = 8
		oversample = 2
	TOML
	memcheck "$work/system" "$work/small.toml" "$work/small.fits" || wrong "system is not clean under valgrind"
	# signals is left out: it writes to address 0 to see the host's handler called, and leaves that by siglongjmp.
	# Both are errors to valgrind, as they should be.
	# It sees what it is for: a library that was told of more memory than there is.
	if memcheck "$work/beyond" >"$work/beyond.txt" 2>&1; then wrong "valgrind does not see a write beyond an array"; fi
	grep -q 'Invalid write' "$work/beyond.txt" || { cat "$work/beyond.txt"; wrong "valgrind does not see a write beyond an array"; }
}

stage_install() {
	program
	say "installed, by pkg-config"
	sh scripts/lib-install.sh "$work/prefix" "$work/lib"
	say "installed again, from a folder with a space in its name, beside the library that processes have mapped"
	before=$(ls -i "$work/prefix/lib/libarago.so.1")
	ln -s "$PWD" "$work/a folder"
	sh "$work/a folder/scripts/lib.sh" "$work/a library"
	sh scripts/lib-install.sh "$work/prefix" "$work/a library"
	[ "$before" != "$(ls -i "$work/prefix/lib/libarago.so.1")" ] || wrong "lib-install.sh writes into a library that may be in use"
	export PKG_CONFIG_PATH="$work/prefix/lib/pkgconfig"
	# shellcheck disable=SC2046 # flags are words
	gcc -Wall -Wextra -Werror -o "$work/psf" examples/c/psf.c $(pkg-config --cflags --libs arago)
	SOURCE_DATE_EPOCH=0 LD_LIBRARY_PATH="$work/prefix/lib" "$work/psf" "$system" "$work/example.fits" 2>/dev/null
	cmp "$work/example.fits" "$work/program.fits"
	say "the archive, by pkg-config --static"
	rm "$work/prefix/lib/libarago.so" "$work/prefix/lib/libarago.so.1"
	# shellcheck disable=SC2046
	gcc -o "$work/static" examples/c/psf.c $(pkg-config --static --cflags --libs arago)
	SOURCE_DATE_EPOCH=0 "$work/static" "$system" "$work/example.fits" 2>/dev/null
	cmp "$work/example.fits" "$work/program.fits"
}

stage_tags() {
	for tags in openblas mkl blis atlas netlib fftw openblas,fftw; do
		say "tags $tags"
		sh scripts/lib.sh "$work/native" "$tags"
		compile smoke "$work/native"
		for name in $(echo "$tags" | tr , ' '); do
			case $name in
			fftw) choice=fft=fftw,dot=gonum ;;
			*) choice=dot=$name,fft=gonum ;;
			esac
			status=0
			LD_LIBRARY_PATH="${LD_LIBRARY_PATH:+$LD_LIBRARY_PATH:}$MKLROOT/lib" "$work/smoke" "$choice" || status=$?
			case $status in
			0) ;;
			77) say "$name is not on this machine; its smoke test is left out" ;;
			*) wrong "$name: the smoke test fails" ;;
			esac
		done
	done
}

for stage in $stages; do "stage_$stage"; done
say "done: $stages"
