#!/usr/bin/env bash
# Builds kubeplane once into the cache folder foresail-e2e and prints its path; the key is everything that shapes the binary.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
version=v1.34.4 minor=34 flags=component-base/version
key=$(cat "$here"/go.mod "$here"/go.sum "$here"/main.go "${BASH_SOURCE[0]}" <(go version) | sha256sum | cut -c1-16)
out=${XDG_CACHE_HOME:-$HOME/.cache}/foresail-e2e/kubeplane-$key/kubeplane
if [ ! -x "$out" ]; then
  mkdir -p "$(dirname "$out")"
  P=k8s.io/$flags
  (cd "$here" && CGO_ENABLED=0 GOFLAGS="-buildvcs=false -mod=readonly" go build -trimpath \
    -ldflags "-s -w -X $P.gitVersion=$version -X $P.gitMajor=1 -X $P.gitMinor=$minor -X $P.gitTreeState=clean" -o "$out.part" . >&2)
  mv "$out.part" "$out"
fi
echo "$out"
