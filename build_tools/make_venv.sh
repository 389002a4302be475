#!/bin/sh
# Makes the virtual environment named by $1 with the first Python that is new enough, and names what is missing.
set -eu
folder=$1
without_venv=

for python in "${PYTHON:-}" python3 python3.14 python3.13 python3.12 python3.11; do
    [ -n "$python" ] || continue
    command -v "$python" >/dev/null 2>&1 || continue
    "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue
    version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    if ! "$python" -c 'import venv, ensurepip' 2>/dev/null; then
        without_venv=${without_venv:-$version}
        continue
    fi
    echo "Making a virtual environment in $folder with Python $version"
    exec "$python" -m venv "$folder"
done

if [ -n "$without_venv" ]; then
    echo "Python $without_venv is here, but its venv module is not. Install it with:" >&2
    echo "    sudo apt install python$without_venv-venv" >&2
    exit 1
fi
echo "Banyan needs Python 3.11 or later, and none is here. On Debian and Ubuntu install it with:" >&2
echo "    sudo apt install python3 python3-venv" >&2
echo "If that gives an older one, name another: make run PYTHON=/path/to/python3.12" >&2
exit 1
