#!/bin/sh
# Builds FFTW with kernels for AVX2 and AVX-512 into .fftw, in about ten minutes
# of one core: distributions stop at AVX, and the comparison with the targets wants
# the best there is. The argument is the source as a tar file; without one, that
# of Debian is taken.
set -eu
cd "$(dirname "$0")"
prefix="$PWD/.fftw"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if [ $# -gt 0 ]; then
	cp "$1" "$work/fftw.orig.tar.gz"
else
	# Debian's machines mostly have no deb-src entries: these are used here only.
	source=src.sources
	for file in /etc/apt/sources.list.d/*.sources; do
		[ -e "$file" ] || continue
		sed 's/^Types:.*/Types: deb-src/' "$file"
		echo
	done >"$work/$source"
	if ! [ -s "$work/$source" ]; then
		source=src.list
		sed 's/^deb /deb-src /' /etc/apt/sources.list >"$work/$source"
	fi
	mkdir "$work/lists"
	apt() {
		apt-get -qq -o Dir::Etc::sourcelist="$work/$source" -o Dir::Etc::sourceparts=/nonexistent \
			-o Dir::State::lists="$work/lists" -o APT::Sandbox::User=root "$@"
	}
	apt update
	(cd "$work" && apt source --download-only fftw3)
fi
mkdir "$work/source"
tar -xf "$work"/*.orig.tar.* -C "$work/source" --strip-components 1
for flag in --disable-single --enable-single; do
	mkdir "$work/build"
	(
		cd "$work/build"
		../source/configure --quiet --prefix="$prefix" --disable-fortran --disable-doc --disable-static --enable-shared \
			--enable-threads --with-combined-threads --enable-sse2 --enable-avx --enable-avx2 --enable-avx512 "$flag"
		make -s -j "$(nproc)"
		make -s install
	) >"$work/log" 2>&1 || {
		tail -20 "$work/log"
		exit 1
	}
	rm -rf "$work/build"
done
# FFTW asks these functions whether it may use AVX-512. Loaded before it, this
# library answers for them: so the half of the comparison without AVX-512 is run.
printf 'int fftw_have_simd_avx512(void) { return 0; }\nint fftwf_have_simd_avx512(void) { return 0; }\n' |
	"${CC:-cc}" -shared -fPIC -x c - -o "$prefix/lib/without-avx512.so"
