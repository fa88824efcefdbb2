#!/bin/sh
# Installs the C library: sh scripts/lib-install.sh PREFIX [FOLDER], from the FOLDER that scripts/lib.sh
# has filled (build/lib). DESTDIR is put in front of what is written, as packagers expect.
set -eu
prefix=$1 from=${2-build/lib}
to="${DESTDIR-}$prefix"
mkdir -p "$to/lib/pkgconfig" "$to/include"

# put FILE FOLDER: copies it. A process that has mapped the file that was there keeps that one:
# writing into it would end the process.
put() {
	cp "$1" "$2/.$(basename "$1").new"
	mv -f "$2/.$(basename "$1").new" "$2/$(basename "$1")"
}

put "$from/libarago.a" "$to/lib"
for shared in "$from"/libarago.so.1 "$from"/libarago.1.dylib; do
	if [ -e "$shared" ]; then
		put "$shared" "$to/lib"
		case $shared in
		*.so.1) ln -sf libarago.so.1 "$to/lib/libarago.so" ;;
		*) ln -sf libarago.1.dylib "$to/lib/libarago.dylib" ;;
		esac
	fi
done
put "$from/arago.h" "$to/include"
sh "$(dirname "$0")/lib-pc.sh" "$prefix" "$prefix/lib" "$prefix/include" >"$to/lib/pkgconfig/arago.pc"
