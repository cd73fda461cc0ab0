#!/bin/sh
# Makes node_modules what package-lock.json says, on any machine with Node.js and npm: the npm package `node` among
# them brings the Node.js that everything else runs on. Quick when nothing has changed.
set -eu
cd "$(dirname "$0")/.."

if [ "$(uname -s)" != Linux ]; then
  echo "This needs Linux: the local cluster is built from Linux namespaces. Elsewhere, use a Linux virtual machine." >&2
  exit 1
fi
if ! command -v npm >/dev/null 2>&1; then
  echo "npm is missing: install Node.js 20 or newer with npm." >&2
  exit 1
fi

stamp=node_modules/.package-lock.sha256
wanted=$(sha256sum package.json package-lock.json | sha256sum | cut -d' ' -f1)
if [ ! -f "$stamp" ] || [ "$(cat "$stamp")" != "$wanted" ]; then
  echo "▸ npm install (dependencies, at the versions of package-lock.json) …" >&2
  # Not `npm ci`: it insists on lock entries for the optional packages of every platform, and a registry that mirrors only
  # some platforms gives npm no way to write them.
  npm install --no-save --no-audit --no-fund --loglevel=error >&2
  printf '%s' "$wanted" > "$stamp"
  echo "✓ npm install" >&2
fi
if [ ! -x node_modules/.bin/node ] || ! node_modules/.bin/node --version >/dev/null 2>&1; then
  echo "The npm package \"node\" did not install its program: allow its install script (npm approve-scripts node), then run this again." >&2
  rm -f "$stamp"
  exit 1
fi
