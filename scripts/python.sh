#!/bin/sh
# Builds libarago and the wheel of the Python package into build/python, and tests the wheel in environments of its own: with POPPY 1.1.2 on
# Python 3.11, and with the newest POPPY on a newer Python where there is one. POPPY's own tests are run too.
# PYTHON and NEWER_PYTHON name the interpreters; PYTHON_TESTS=quick leaves POPPY's tests out.
set -eu
cd "$(dirname "$0")/.."
build=$PWD/build/python
mkdir -p "$build"
rm -rf "$build/wheels"

sh scripts/lib.sh "$build/lib"
export ARAGO_LIBRARY="$build/lib/libarago.so.1"

# usable PYTHON: it is there, it runs, and it makes environments.
usable() {
	"$1" -c 'import venv, ensurepip' 2>/dev/null
}

# environment PYTHON NAME: makes it, or keeps it if it was made of the same packages.
environment() {
	if ! cmp -s python/requirements-test.txt "$build/$2/made-of"; then
		rm -rf "$build/$2"
		"$1" -m venv "$build/$2"
		"$build/$2/bin/pip" install --quiet --prefer-binary --requirement python/requirements-test.txt
		cp python/requirements-test.txt "$build/$2/made-of"
	fi
	if [ ! -d "$build/wheels" ]; then
		"$build/$2/bin/pip" wheel --quiet --no-deps --wheel-dir "$build/wheels" ./python
	fi
	"$build/$2/bin/pip" install --quiet --no-deps --force-reinstall "$build"/wheels/arago-*.whl
}

# The wheel's own library is tested, not that of build/.
tests() {
	echo "== $("$build/$1/bin/python" --version), $("$build/$1/bin/pip" freeze | grep -E '^(poppy|numpy)==' | paste -sd ' ')"
	env -u ARAGO_LIBRARY MPLBACKEND=Agg "$build/$1/bin/python" -m pytest -q -p no:cacheprovider --durations 5 python/tests
	[ "${PYTHON_TESTS:-all}" = quick ] || env -u ARAGO_LIBRARY "$build/$1/bin/python" python/tests/poppy_suite.py
}

python=${PYTHON:-python3.11}
environment "$python" oldest
tests oldest

newer=${NEWER_PYTHON:-}
installed=$(ls -d "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.1[2-9].*/bin/python 2>/dev/null | sort -rV)
for candidate in $newer python3.14 python3.13 $installed python3.12; do
	if usable "$candidate"; then
		newer=$candidate
		break
	fi
done
if [ -z "$newer" ]; then
	echo "not tested on a newer Python: there is no python3.12, 3.13 or 3.14 here that can make an environment (NEWER_PYTHON names one)"
	exit 0
fi
environment "$newer" newer
bin=$build/newer/bin
(cd python && "$bin/ruff" check --no-cache . ../examples/notebook.py && "$bin/ruff" format --no-cache --check . && "$bin/mypy" --cache-dir "$build/mypy")
tests newer
