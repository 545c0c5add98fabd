#!/usr/bin/env bash
# Builds FerretDB v1 (MongoDB's protocol on SQLite) for the tests, which start it: where Debian has no mongod, it is the server
# to be had by package registries alone. `go install …@version` asks the module proxy for a list of versions, which not every
# proxy gives; the module of one version is enough. Takes Go and about two minutes; does nothing where it was done before.
# Argument: the directory that gets the program; .cache/ferretdb unless told, where the tests look.
set -euo pipefail
cd "$(dirname "$0")/.."
version=v1.24.2
target=${1:-.cache/ferretdb}

if [[ -x $target/ferretdb ]] && "$target/ferretdb" --version | grep -q "$version"; then
  echo "FerretDB $version is in $target"
  exit 0
fi

work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
(
  cd "$work"
  go mod init scratch >/dev/null 2>&1
  go mod download -json "github.com/FerretDB/FerretDB@$version" >module.json
)
# The sources in the module cache are read-only, and the version is a file that its own build writes.
cp -r "$(node -p 'JSON.parse(fs.readFileSync(process.argv[1])).Dir' "$work/module.json")" "$work/source"
chmod -R u+w "$work/source"
echo "$version" >"$work/source/build/version/version.txt"
mkdir -p "$target"
target=$(cd "$target" && pwd)
(cd "$work/source" && go build -o "$target/ferretdb" ./cmd/ferretdb)
"$target/ferretdb" --version
