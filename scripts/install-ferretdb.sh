#!/usr/bin/env bash
# Builds FerretDB v1 (MongoDB's protocol on SQLite), which the tests start. Debian has no mongod, and FerretDB is available from
# package registries alone. `go install …@version` requests a list of versions from the module proxy, which not every proxy
# supports, so this downloads the module of one version. Needs Go and takes about two minutes; does nothing if already built.
# Argument: the directory for the program. Default: .cache/ferretdb, where the tests look for it.
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
# The sources in the module cache are read-only, and FerretDB's own build writes the version file.
cp -r "$(node -p 'JSON.parse(fs.readFileSync(process.argv[1])).Dir' "$work/module.json")" "$work/source"
chmod -R u+w "$work/source"
echo "$version" >"$work/source/build/version/version.txt"
mkdir -p "$target"
target=$(cd "$target" && pwd)
(cd "$work/source" && go build -o "$target/ferretdb" ./cmd/ferretdb)
"$target/ferretdb" --version
