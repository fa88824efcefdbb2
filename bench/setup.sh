#!/bin/sh
# Makes .venv with the Python libraries that the comparison adds rows for.
# PYTHON names the interpreter, 3.11 or newer.
set -eu
cd "$(dirname "$0")"
"${PYTHON:-python3}" -m venv .venv
.venv/bin/pip install --quiet --only-binary :all: -r requirements.txt
