#!/bin/sh
# Installs, on Debian or Ubuntu, the libraries of the native back ends and what
# their tests need. MKL comes from PyPI, into build/mkl: Debian has none that is
# free. Needs root for apt-get.
set -eu
packages='gcc
	libopenblas0-pthread libopenblas0-serial libopenblas0-openmp libopenblas64-0-pthread
	libblis4-openmp libatlas3-base libblas3 libomp5-14
	libfftw3-double3 libfftw3-single3 libfftw3-dev'
missing=
for package in $packages; do
	dpkg-query --show --showformat='${Status}\n' "$package" 2>/dev/null | grep -q '^install ok installed$' || missing="$missing $package"
done
if [ -n "$missing" ]; then
	apt-get update -qq
	# shellcheck disable=SC2086 # one word per package
	DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing
fi
if [ ! -d build/mkl/lib ] || ! ls build/mkl/lib/libmkl_rt.so.* >/dev/null 2>&1; then
	"${PYTHON:-python3}" -m venv build/mkl
	build/mkl/bin/pip install --quiet --disable-pip-version-check mkl==2026.2.0
fi
