#!/usr/bin/env bash
# Make .venv with pip in it, also where Debian's python3-venv is not installed.
set -euo pipefail

python=${1:?usage: tools/venv.sh PYTHON}
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    echo "Odzew needs Python 3.11 or newer; $python is $("$python" --version 2>&1)." >&2
    exit 1
}
[ -x .venv/bin/python ] && .venv/bin/python -m pip --version > /dev/null 2>&1 && exit 0

echo "Making .venv"
if "$python" -c 'import ensurepip' 2> /dev/null; then
    exec "$python" -m venv .venv
fi
"$python" -m pip --version > /dev/null 2>&1 || "$(dirname "$0")/apt.sh" setup
"$python" -m venv --without-pip .venv
"$python" -m pip --python .venv/bin/python install --quiet --require-hashes -r tools/requirements-build.txt
