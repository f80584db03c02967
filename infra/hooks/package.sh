#!/bin/sh
# The package of both apps in .local/package: the code and its libraries, for Linux x64 and Python 3.13 wherever this runs.
set -eu
cd "$(dirname "$0")/../.."

package=.local/package
rm -rf "$package"
mkdir -p "$package"
cp -R function_app.py host.json requirements.txt shared "$package"
find "$package" -name __pycache__ -type d -prune -exec rm -rf {} +

"${PYTHON:-python3}" -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps \
    --platform manylinux_2_28_x86_64 --platform manylinux2014_x86_64 --implementation cp --python-version 3.13 \
    --only-binary=:all: --target "$package/.python_packages/lib/site-packages" --requirement requirements.txt

echo "Package: $(du -sh "$package" | cut -f1) in $package"
