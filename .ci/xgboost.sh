#!/usr/bin/env bash
# Puts the two XGBoosts that test/xgboost asks where it looks for them: Debian's 1.7.4 for the system's Python, and
# PyPI's 3.2.0 in a virtual environment in the cache folder. Does nothing where both are there.
set -euo pipefail
cache="${XDG_CACHE_HOME:-$HOME/.cache}/foresail-ci"
venv="$cache/xgboost-3.2.0"
has() { "$1" -c "import xgboost, sys; sys.exit(xgboost.__version__ != '$2')" 2>/dev/null; }

if ! has /usr/bin/python3 1.7.4; then
  root=()
  [ "$(id -u)" = 0 ] || root=(sudo)
  "${root[@]}" apt-get update -q
  "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends python3-xgboost python3-venv
fi
if ! has "$venv/bin/python" 3.2.0; then
  mkdir -p "$cache"
  rm -rf "$venv"
  python3 -m venv "$venv"
  "$venv/bin/pip" install --no-input --quiet xgboost-cpu==3.2.0
fi
has /usr/bin/python3 1.7.4
has "$venv/bin/python" 3.2.0
