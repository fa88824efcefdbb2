#!/bin/sh
# Builds the C library: sh scripts/lib.sh FOLDER [TAGS]. FOLDER gets libarago.so.1 (with
# libarago.so, a link to it), libarago.a, arago.h and arago.pc for being used where they are.
# TAGS are the build tags of the back ends, with commas: "openblas,fftw"; none is pure Go.
# On macOS the shared library is libarago.1.dylib. It needs Go and a C compiler, and neither
# make nor git.
set -eu
folder=$1 tags=${2-}
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export CGO_ENABLED=1
system=$(go env GOOS)
case $system in
linux) shared=libarago.so.1 link=libarago.so flags="-Wl,-soname,$shared \"-Wl,--version-script=$PWD/libarago/arago.map\" -Wl,--no-undefined" ;;
darwin)
	shared=libarago.1.dylib link=libarago.dylib
	sed -n 's/^[[:space:]]*\(arago_.*\);$/_\1/p' libarago/arago.map >"$work/exported"
	flags="-Wl,-install_name,@rpath/$shared \"-Wl,-exported_symbols_list,$work/exported\""
	;;
*) echo "lib: libarago is built on Linux and macOS, not on $system" >&2; exit 1 ;;
esac
build() {
	go build -trimpath -tags "$tags" "$@" ./libarago
}
build -buildmode=c-shared -ldflags "-w -extldflags '$flags'" -o "$work/$shared"
build -buildmode=c-archive -o "$work/libarago.a"
mv "$work/$shared" "$work/libarago.a" "$folder/"
ln -sf "$shared" "$folder/$link"
cp libarago/arago.h "$folder/"
sh scripts/lib-pc.sh "$folder" "$folder" "$folder" >"$folder/arago.pc"
