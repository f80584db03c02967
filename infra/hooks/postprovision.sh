#!/bin/sh
# After azd has made everything: the Exact client and the keys, which no template and no azd file may hold.
set -eu
cd "$(dirname "$0")/../.."

later() {
    echo "$1 One command is left, to be run where it can reach the vault:"
    echo "    qics setup"
    echo "with the settings that 'azd env get-values' prints (docs/deployment.md, After the first deployment)."
    exit 0
}

[ -t 0 ] || later "Nobody is here to be asked for the Exact client."
[ -x .venv/bin/python ] || later "The operators' command line is not installed here (make install)."
.venv/bin/python -m qics setup || later "The vault could not be reached or not be written to from here."
