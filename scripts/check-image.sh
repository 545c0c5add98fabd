#!/usr/bin/env bash
# Tests the container files with a real engine: builds the Dockerfile with buildah, runs the image with podman and runc the way the
# pods of deploy/ do, and starts compose.yaml on podman's socket. Uses no registry: the base image named in the Dockerfile is built
# here, under that name, from Debian's packages and npm's package of Node. Needs root and the packages below, and keeps all its state
# in a temporary directory.
# Exit codes: 0 all checks passed; 1 one failed; 77 this machine cannot run containers (the reason is printed); nothing was checked.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly packages='aardvark-dns awscli buildah catatonit curl docker-compose iptables mmdebstrap netavark podman runc'
readonly image=docker.io/library/rolecall # Where compose, which treats podman like Docker, looks for `rolecall`.

not_here() {
  printf '\n!!! THE IMAGE WAS NEITHER BUILT NOR RUN: %s\n' "$1" >&2
  exit 77
}
fail() {
  printf 'image check: %s\n' "$1" >&2
  exit 1
}

[[ $(id -u) == 0 ]] || not_here 'containers need root here'
# shellcheck disable=SC2086
dpkg-query --show $packages >/dev/null || not_here "apt-get install --no-install-recommends $packages"
unshare --mount true || not_here 'root lacks CAP_SYS_ADMIN, so nothing can be mounted'

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export CONTAINERS_STORAGE_CONF=$work/storage.conf CONTAINERS_CONF=$work/containers.conf
export DOCKER_HOST=unix://$work/podman.sock COMPOSE_PROJECT_NAME=rolecall-check
PORT=$(node -e 'const server = require("node:net").createServer().listen(0, () => { console.log(server.address().port); server.close(); })')
export PORT
service=

# Without systemd, podman prints a warning for each container with a health check. It can be ignored.
podman() {
  command podman "$@" 2> >(grep --invert-match 'systemd connection' >&2)
}

clean_up() {
  {
    if [[ -n $service ]]; then docker-compose down --volumes; fi
    podman rm --all --force --volumes --time 0
    buildah rm --all
    if [[ -n $service ]]; then kill "$service"; fi
    wait
    umount "$work/graph/overlay"
  } >/dev/null 2>&1 || true
  rm -rf "$work"
}

# Overlay file systems cannot be stacked on overlay, such as the root of a container.
driver=overlay
mkdir "$work"/{lower,upper,scratch,merged}
unshare --mount mount -t overlay overlay -o "lowerdir=$work/lower,upperdir=$work/upper,workdir=$work/scratch" "$work/merged" || driver=vfs
cat >"$work/storage.conf" <<END
[storage]
driver = "$driver"
graphroot = "$work/graph"
runroot = "$work/run"
END
# Limits below this machine's usual ones, because raising them takes a capability that a sandbox may lack.
cat >"$work/containers.conf" <<END
[containers]
default_ulimits = ["nofile=4096:4096", "nproc=4096:4096"]
init_path = "/usr/bin/catatonit"
[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
tmp_dir = "$work/libpod"
runtime = "runc"
[network]
network_backend = "netavark"
network_config_dir = "$work/networks"
END

trap clean_up EXIT # Only once both files exist: without them it would remove all containers on this machine.

# Like Docker's official image of that name: minimal Debian, Node and npm in /usr/local, the user `node`, a transparent entry point.
make_base_image() {
  local name=$1 major root npm sources
  major=$(sed 's/^node:\([0-9]*\)-slim$/\1/' <<<"$name")
  [[ $major =~ ^[0-9]+$ ]] || fail "the base image is not node:VERSION-slim but $name"
  root=$work/base
  npm install --prefix "$work/node" --ignore-scripts --no-save --no-progress --loglevel=error \
    "node-linux-$(node -p process.arch)@$major" npm@11 &
  npm=$!
  sources=$(grep --files-with-matches --no-messages --extended-regexp '^(deb|URIs)' /etc/apt/sources.list /etc/apt/sources.list.d/debian.sources || true)
  [[ -n $sources ]] || fail 'neither /etc/apt/sources.list nor /etc/apt/sources.list.d/debian.sources has a source'
  # shellcheck disable=SC2086
  mmdebstrap --quiet --variant=minbase --include=libstdc++6 --aptopt='Acquire::Retries "3"' --dpkgopt=force-unsafe-io \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
    "$(. /etc/os-release && echo "$VERSION_CODENAME")" "$root" $sources
  wait "$npm"
  install "$work"/node/node_modules/node-linux-*/bin/node "$root/usr/local/bin/node"
  mkdir "$root/usr/local/lib/node_modules"
  cp --recursive "$work/node/node_modules/npm" "$root/usr/local/lib/node_modules/npm"
  ln --symbolic ../lib/node_modules/npm/bin/npm-cli.js "$root/usr/local/bin/npm"
  printf '#!/bin/sh\nexec "$@"\n' >"$root/usr/local/bin/docker-entrypoint.sh"
  chmod +x "$root/usr/local/bin/docker-entrypoint.sh"
  chroot "$root" groupadd --gid 1000 node
  chroot "$root" useradd --uid 1000 --gid node --shell /bin/bash --create-home node
  tar --create --directory "$root" --exclude='./dev/*' . |
    podman import --quiet --change 'ENTRYPOINT ["docker-entrypoint.sh"]' --change 'CMD ["node"]' \
      --change 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' - "docker.io/library/$name"
  rm -rf "$root" "$work/node"
}

# Passes this machine's npm registry and its trusted certificate authorities to npm in the build.
write_npmrc() {
  npm config get registry 2>/dev/null | sed 's/^/registry=/' >"$work/npmrc"
  node -e '
    const [file] = process.argv.slice(1);
    const pems = file.includes("/") ? require("node:fs").readFileSync(file, "utf8").match(/-----BEGIN [^]*?-----END [A-Z ]+-----/g) ?? [] : [];
    for (const pem of pems) console.log(`ca[]=${JSON.stringify(pem)}`);
  ' "$(npm config get cafile 2>/dev/null)" >>"$work/npmrc"
}

eventually() {
  local try
  for try in {1..40}; do
    if "$@" >/dev/null 2>&1; then return 0; fi
    sleep 0.5
  done
  "$@"
}

# stops CONTAINER: checks that SIGTERM stops it within five seconds with exit code 0. A container killed after that has 137.
stops() {
  podman stop --time 5 "$1" >/dev/null
  local code
  code=$(podman inspect --format '{{.State.ExitCode}}' "$1")
  [[ $code == 0 ]] || fail "SIGTERM ended the server with exit code $code"
}

look_into_image() {
  podman run --rm --network none --entrypoint sh "$image" -euc '
    test "$(id -un)" = node
    test -z "$(find /app ! -readable)"
    test -z "$(find /app -name "*.ts" -o -name .npmrc -o -name typescript)"
    test ! -e /usr/local/etc/npmrc
    ! touch /app/file 2>/dev/null
    du -sh /app/node_modules /app/dist
  ' || fail 'the image does not contain what it should'
  podman image inspect --format 'the whole image: {{.Size}} bytes; of the user {{.User}}' "$image"
}

# As in deploy/kubernetes: no volume, no writable file system, no capabilities, both stores remote (and here unreachable), no init.
run_as_pod() {
  podman run --detach --name pod --network none --user 1000:1000 --read-only --read-only-tmpfs=false --image-volume ignore \
    --cap-drop ALL --security-opt no-new-privileges --env ROLECALL_MONGODB_URI=mongodb://127.0.0.1:9/rolecall \
    --env ROLECALL_REDIS_URL=redis://127.0.0.1:9 --env ROLECALL_KEY_ENCRYPTION_KEY="$(head -c 32 /dev/urandom | base64)" "$image"
  eventually podman healthcheck run pod || fail "not healthy as a pod: $(podman logs pod 2>&1)"
  stops pod
}

caller_identity() {
  aws sts get-caller-identity --endpoint-url "$AWS_ENDPOINT_URL" --output text
}

run_by_compose() {
  local container exports
  command podman system service --time 0 "$DOCKER_HOST" 2>"$work/service.log" &
  service=$!
  eventually test -S "$work/podman.sock"
  docker-compose up --detach --no-build
  container=$(docker-compose ps --quiet rolecall)
  eventually podman healthcheck run "$container" || fail "not healthy under compose: $(podman logs "$container" 2>&1)"
  eventually curl --silent --fail "http://127.0.0.1:$PORT/readyz" || fail 'the published port does not answer'
  exports=$(podman logs "$container" 2>&1 | grep '^export AWS_') || fail 'the first start printed no credentials'
  eval "$exports"
  caller_identity
  stops "$container"
  docker-compose start
  eventually caller_identity || fail 'the second start on the same volume does not know the credentials of the first'
  [[ $(podman logs "$container" 2>&1 | grep -c '^export AWS_ACCESS_KEY_ID=') == 1 ]] || fail 'the second start printed credentials'
  stops "$container"
}

base=$(sed -n 's/^ARG NODE_IMAGE=//p' Dockerfile)
[[ $(sed -n 's/^FROM \([^ ]*\).*/\1/p' Dockerfile | sort --unique) == '${NODE_IMAGE}' ]] || fail 'a stage is not based on NODE_IMAGE'
make_base_image "$base"
podman run --rm "$base" node --version || not_here 'podman and runc cannot run a container on this machine (their error is above)'
write_npmrc
# Docker's format, because OCI's has no health check.
buildah build --isolation chroot --network host --pull-never --format docker --secret "id=npmrc,src=$work/npmrc" --tag "$image" .
look_into_image
run_as_pod
run_by_compose
echo 'the image builds, runs as a pod and under compose, stops within five seconds, and starts again on its volume'
