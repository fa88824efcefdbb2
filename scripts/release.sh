#!/bin/sh
# Builds all binaries into dist/, with checksums: pure Go ones for every system,
# and native ones for this machine with each set of tags that links here.
set -eu
rm -rf dist
mkdir dist
version=$(go run ./cmd/arago version | sed -n '1s/^arago *//p' | cut -d' ' -f1)

# build NAME TAGS: one binary. The environment says for which system.
build() {
	go build -trimpath -ldflags '-s -w' -tags "$2" -o "dist/arago-$version-$1" ./cmd/arago
	echo "dist/arago-$version-$1"
}

for system in linux darwin windows; do
	suffix=
	[ $system = windows ] && suffix=.exe
	for level in v1 v3 v4; do
		name=$system-amd64
		[ $level = v1 ] || name=$name$level
		CGO_ENABLED=0 GOOS=$system GOARCH=amd64 GOAMD64=$level build "$name$suffix" ''
	done
	CGO_ENABLED=0 GOOS=$system GOARCH=arm64 build "$system-arm64$suffix" ''
done

if [ "$(go env GOOS)" = linux ] && command -v "${CC:-gcc}" >/dev/null; then
	for tags in ${TAGS:-openblas fftw openblas,fftw mkl blis atlas netlib}; do
		name=linux-$(go env GOARCH)-$(echo "$tags" | tr , -)
		if ! CGO_ENABLED=1 build "$name" "$tags" 2>dist/failed; then
			echo "not built, since it does not link here: -tags $tags ($(tail -n 1 dist/failed))"
		fi
		rm -f dist/failed
	done
fi

(cd dist && sha256sum arago-* >SHA256SUMS)
echo dist/SHA256SUMS
