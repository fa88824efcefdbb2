#!/bin/sh
# Makes .venv-optics with the optics packages that "planner" compares with.
# PYTHON names the interpreter, 3.11 or newer. prysm is published as source only.
set -eu
cd "$(dirname "$0")"
"${PYTHON:-python3}" -m venv .venv-optics
.venv-optics/bin/pip install --quiet --prefer-binary -r requirements-optics.txt
