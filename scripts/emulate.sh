#!/bin/sh
# Runs the tests of the kernels, and of what is built on them, on processors that
# this machine is not, by qemu-user: amd64 without AVX, without AVX2, without FMA,
# and with all of them; arm64; and others, which have the twins alone. Natively,
# with each set of kernels that this processor has. Every run says which kernels
# must be selected there, and a test of package kernel fails if others were.
set -eu
export CGO_ENABLED=0
here=$(pwd)
folder=$here/build/emulate
rm -rf "$folder"
mkdir -p "$folder/runs"
trap 'rm -rf "$folder"' EXIT

for arch in x86_64 aarch64 s390x riscv64; do
	command -v qemu-$arch >/dev/null || {
		echo "emulate: qemu-$arch is not on this machine; Debian has it in the package qemu-user" >&2
		exit 1
	}
done

# Package peak times loops and compares nothing.
kernels=$(go list ./internal/kernel/... | grep -v /peak)
users=$(go list ./internal/product/... ./internal/fft/... ./backend/gonum)

# build NAME FLAGS… writes the test programs of all packages to a folder.
build() {
	name=$1
	shift
	mkdir "$folder/$name"
	go test -c -o "$folder/$name/" "$@" $kernels $users >"$folder/log" 2>&1 || {
		cat "$folder/log" >&2
		exit 1
	}
}

# run TITLE SET PROGRAMS PACKAGES FLAGS [EMULATOR…] notes down a run of the test
# programs of packages: TITLE for people, SET the kernels that must be selected.
runs=100
run() {
	title=$1 set=$2 programs=$3 packages=$4 flags=$5
	shift 5
	for package in $packages; do
		program=$folder/$programs/${package##*/}.test
		[ -x "$program" ] || continue # it has no tests
		runs=$((runs + 1))
		cat >"$folder/runs/$runs" <<-END
			echo "$title, $set: ${package#*/}"
			cd $here/${package#*/}
			ARAGO_REQUIRE_KERNELS=$set exec $* $program -test.timeout 20m $flags
		END
	done
}

for arch in amd64 386 arm64 s390x riscv64; do
	GOARCH=$arch build $arch
done
build purego -tags purego
GOAMD64=v3 build v3 # the compiler fuses multiplications and additions in the twins

# Where everything takes thirty times as long, tests keep to little: of the back
# ends' suite small shapes are left, and what no processor changes is left out.
large='Concurrent|Reproducible|DotShapesOfOptics|Outer$|FFT2AlongOneAxis|FFT2SmallSizes|FFT2LargeSizes|FFT2Properties'
same='EveryRecipeMakes|LargeTransformsAreLinear|TheSameBitsForAnyNumber|ALargeLeftMatrix'
quick="'-test.skip=/complex/($large)|$same'"
again="-test.short $quick" # where other processors have shown these kernels in full
dispatch="'-test.run=Set|Selected|Processors'"

# The long ones come first.
run 'arm64, Cortex-A57' neon arm64 "$kernels $users" "$quick" qemu-aarch64 -cpu cortex-a57
# qemu 7.2 reads the whole vector of a VMASKMOV; natively the guards are closed.
run 'amd64, Haswell' avx2 amd64 "$kernels $users" "$again" env ARAGO_READABLE_GUARDS=1 qemu-x86_64 -cpu Haswell
twins="$kernels $(go list ./backend/gonum)"
run 's390x' pure s390x "$twins" "$quick" qemu-s390x -cpu max
run 'riscv64' pure riscv64 "$twins" "$quick" qemu-riscv64
run 'arm64, all that is emulated' neon arm64 "$kernels" "$again" qemu-aarch64 -cpu max
run 'amd64, Nehalem' pure amd64 "$kernels" "$quick" qemu-x86_64 -cpu Nehalem
for processor in SandyBridge Haswell,-avx2 Haswell,-fma; do
	run "amd64, $processor" pure amd64 "$(go list ./internal/kernel)" "$dispatch" qemu-x86_64 -cpu "$processor"
done
run 'tag purego' pure purego "$kernels $users" ''

# Natively. What the processor has is asked of the system, not of the kernels.
native=$(go env GOHOSTARCH)
has() {
	for flag; do
		grep -qw "$flag" /proc/cpuinfo || return 1
	done
}
sets=pure fused=no
case $native in
amd64)
	# qemu-i386 breaks Go's threads; most systems run 32-bit programs themselves.
	if "$folder/386/kernel.test" -test.list . >/dev/null 2>&1; then
		run '386' pure 386 "$kernels $users" "$quick"
	else
		echo 'emulate: this system runs no 32-bit programs: those for 386 are not tested here'
	fi
	if has avx2 fma; then sets="$sets avx2"; fi
	if has avx2 fma bmi1 bmi2 abm movbe f16c; then fused=yes; fi
	if has avx2 fma avx512f avx512dq avx512bw avx512vl; then
		sets="$sets avx512"
	else
		echo 'emulate: this processor has no AVX-512 and qemu emulates none: those kernels are not tested here'
	fi
	;;
arm64) sets="$sets neon" ;;
esac
for set in $sets; do
	run native "$set" "$native" "$kernels $users" '' env "ARAGO_KERNELS=$set"
done
run 'native, by itself' "${sets##* }" "$native" "$kernels" ''
[ "$fused" = no ] || run 'native, GOAMD64=v3' "${sets##* }" v3 "$kernels" ''

# A run that passes is a line, one that fails tells all.
failed=$folder/failed
for run in "$folder"/runs/*; do echo "$run"; done | FAILED=$failed xargs -P "$(getconf _NPROCESSORS_ONLN)" -n 1 sh -c '
	if sh "$0" >"$0.out" 2>&1; then
		head -n 1 "$0.out"
	else
		cat "$0.out"
		echo "emulate: FAILED: $(head -n 1 "$0.out")"
		: >"$FAILED"
	fi
'
[ ! -e "$failed" ]
