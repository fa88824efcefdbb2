#!/bin/sh
# Builds the accelerate back end for both kinds of Mac where there is no Mac:
# with the cross compiler of the Python package ziglang, against our own
# declarations and lists of symbols in backend/accelerate/sdk. What is built
# cannot be run here; that it is for macOS and linked to Accelerate is checked.
#
#	sh scripts/cross-darwin.sh             the back end's tests and the program
#	sh scripts/cross-darwin.sh ./cmd/...   the back end's tests and these packages
#
# PYTHON names the Python to use (python3); ZIG a zig that is there already.
set -eu
cd "$(dirname "$0")/.."
[ $# -gt 0 ] || set -- ./cmd/arago
root=$(pwd)
out=$root/build/darwin
rm -rf "$out"
mkdir -p "$out"

if [ -z "${ZIG:-}" ]; then
	ziglang=$root/build/zig
	if [ ! -x "$ziglang/bin/python" ]; then
		"${PYTHON:-python3}" -m venv "$ziglang"
	fi
	"$ziglang/bin/python" -c 'import ziglang' 2>/dev/null ||
		"$ziglang/bin/python" -m pip install --quiet --disable-pip-version-check ziglang==0.17.1
	ZIG="$ziglang/bin/python -m ziglang"
fi

sdk=$root/backend/accelerate/sdk
# macOS 12 is the oldest system of Go 1.26; on systems before 13.3 the program
# starts and says that this back end is not for them.
for arch in arm64 amd64; do
	case $arch in
	arm64) target=aarch64-macos.12.0 ;;
	amd64) target=x86_64-macos.12.0 ;;
	esac
	# One word for cgo, with the target in its name, by which go tells builds
	# apart. When go asks with -### which compiler it is, zig leaves an empty
	# object file in the current folder: that one should not be ours.
	cc=$out/cc-$target
	cat >"$cc" <<-END
		#!/bin/sh
		case " \$* " in *" -### "*) cd "$out" ;; esac
		exec $ZIG cc -target $target "\$@"
	END
	chmod +x "$cc"
	export GOOS=darwin GOARCH="$arch" CGO_ENABLED=1 CC="$cc"
	export CGO_CFLAGS="-O2 -I$sdk/include" CGO_LDFLAGS="-F$sdk/Frameworks -L$sdk/lib"
	mkdir -p "$out/$arch"
	go vet -tags accelerate ./backend/accelerate
	# Without -s and -w the linker would call Apple's dsymutil and strip.
	go test -c -tags accelerate -ldflags '-s -w' -o "$out/$arch/accelerate.test" ./backend/accelerate
	go build -tags accelerate -ldflags '-s -w' -o "$out/$arch/" "$@"
done

unset GOOS GOARCH CGO_ENABLED CC CGO_CFLAGS CGO_LDFLAGS
go run backend/accelerate/sdk/linked.go "$out"/arm64/* "$out"/amd64/*
