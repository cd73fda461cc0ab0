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
  # What `npm ci` would refuse: a lock file that is not of this package.json.
  node -e '
    const [own, lock] = [require("./package.json"), require("./package-lock.json").packages[""]];
    const text = (list) => JSON.stringify(Object.entries(list ?? {}).sort());
    if (["dependencies", "devDependencies"].some((kind) => text(own[kind]) !== text(lock[kind]))) {
      console.error("package-lock.json is not of this package.json: run npm install, and commit both.");
      process.exit(1);
    }'
  # Not `npm ci`: it insists on lock entries for the optional packages of every platform, and a registry that mirrors only
  # some platforms gives npm no way to write them.
  npm install --no-save --no-audit --no-fund --loglevel=error >&2
  # No install script of a dependency runs (.npmrc), but for the one that brings Node.js.
  npm rebuild node --ignore-scripts=false --loglevel=error >&2
  printf '%s' "$wanted" > "$stamp"
  echo "✓ npm install" >&2
fi
if [ ! -x node_modules/.bin/node ] || ! node_modules/.bin/node --version >/dev/null 2>&1; then
  echo "The npm package \"node\" did not install its program: run \`npm rebuild node --ignore-scripts=false\` and look at what it prints." >&2
  rm -f "$stamp"
  exit 1
fi
