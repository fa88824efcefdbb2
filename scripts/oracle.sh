#!/bin/sh
# Computes the golden files of POPPY anew, in a virtual environment of its own,
# and compares them with those that are committed.
set -eu
python=${PYTHON:-python3.11}
environment=build/poppy
if [ ! -x $environment/bin/python ]; then
	"$python" -m venv $environment
	$environment/bin/pip install --quiet --requirement testdata/poppy/requirements.txt
fi
$environment/bin/python testdata/poppy/generate.py --check existing
$environment/bin/python testdata/poppy/arrays.py --check existing
