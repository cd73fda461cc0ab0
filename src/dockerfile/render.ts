import type { Base, EffectiveSpec, NameValue } from '../spec/effective.ts';
import { uniqueSorted } from '../spec/inputHash.ts';
import { pinDockerfile } from './own.ts';
import { envValue, shellWord } from './shell.ts';

/** Marker that a step prints when the base lacks the package manager; the failure table looks for it. */
export const managerMissingMarker = 'imagespec: this image has no';

/** Build arguments under which a RUN step finds the platform's certificate bundle. None stays in the image. */
export const trustArguments = [
  'SSL_CERT_FILE',
  'PIP_CERT',
  'REQUESTS_CA_BUNDLE',
  'CURL_CA_BUNDLE',
  'GIT_SSL_CAINFO',
  'NODE_EXTRA_CA_CERTS',
  'CONDA_SSL_VERIFY',
] as const;

/** Build argument that names an apt configuration file, for the bundle again. */
export const aptConfigArgument = 'APT_CONFIG';

/** What the platform adds to a rendering; none of it is part of the identity. */
export interface RenderSettings {
  /** Whether a certificate bundle is mounted for the RUN steps. */
  readonly trust: 'public' | 'bundle';
}

/**
 * The Dockerfile of an EffectiveSpec: the same input gives the same bytes. One RUN per package manager, from the
 * most stable layer to the least; nothing that a user writes can start another instruction or shell word.
 */
export function render(spec: EffectiveSpec, bases: readonly Base[], settings: RenderSettings): string {
  const names = settings.trust === 'bundle' ? [...trustArguments, aptConfigArgument] : [];
  const declared = names.map((name) => `ARG ${name}`);
  switch (spec.source.is) {
    case 'dockerfile':
      return pinDockerfile(spec.source.text, bases, declared);
    case 'packages': {
      const { apt, conda, condaChannels, pip, env } = spec.source;
      const base = bases[0];
      if (base === undefined) {
        throw new Error('render asked for before the base was resolved');
      }
      const steps = [
        ...step(apt, aptStep),
        ...step(conda, (words) => condaStep(words, condaChannels)),
        ...step(pip, pipStep),
      ];
      const lines = [
        `FROM ${pinned(base)}`,
        ...declared,
        ...spec.args.map(({ name }) => `ARG ${name}`),
        ...(steps.length > 0 ? ['USER root', ...steps] : []),
        ...(steps.length > 0 && !isRoot(base.user) ? [`USER ${base.user}`] : []),
        ...env.map(envLine),
      ];
      return `${lines.join('\n')}\n`;
    }
  }
}

/** The base by digest; the tag stays for the reader (Docker reads `name:tag@digest`). */
function pinned(base: Base): string {
  const name = base.image.replace(/@sha256:[0-9a-f]{64}$/, '');
  return `${name}@${base.digest}`;
}

function isRoot(user: string): boolean {
  return user === '' || user === 'root' || user === '0';
}

function step(packages: readonly string[], write: (words: string) => string): readonly string[] {
  return packages.length === 0 ? [] : [write(uniqueSorted(packages).map(shellWord).join(' '))];
}

function need(program: string, otherwise: string): string {
  return `command -v ${program} >/dev/null 2>&1 || { echo '${managerMissingMarker} ${otherwise}' >&2; exit 127; }`;
}

function aptStep(words: string): string {
  return [
    `RUN ${need('apt-get', 'apt-get')}`,
    'export DEBIAN_FRONTEND=noninteractive',
    'apt-get update --quiet',
    `apt-get install --yes --quiet --no-install-recommends -- ${words}`,
    'apt-get clean',
    'rm -rf /var/lib/apt/lists/*',
  ].join(' && ');
}

/**
 * After an install as root, group-writable files stay so: new ones get the group bits of their folder, which is
 * what docker-stacks' fix-permissions does, so that a notebook user may still upgrade a package.
 */
const keepShared =
  'if [ -g "$prefix" ] || [ "$(stat -c %a "$prefix" | tail -c 3 | head -c 1)" -ge 7 ]; then find "$prefix" ! -type l ! -perm -g=rw -exec chmod g+rwX {} + ; find "$prefix" ! -group "$(stat -c %g "$prefix")" -exec chgrp -h "$(stat -c %g "$prefix")" {} + ; fi';

function condaStep(words: string, channels: readonly string[]): string {
  const options = channels.map((channel) => `--channel ${shellWord(channel)}`).join(' ');
  return [
    `RUN conda="$(command -v mamba || command -v conda || true)"`,
    `{ [ -n "$conda" ] || { echo '${managerMissingMarker} conda' >&2; exit 127; }; }`,
    `prefix="\${CONDA_DIR:-\${CONDA_PREFIX:-$(dirname "$(dirname "$(readlink -f "$conda")")")}}"`,
    `"$conda" install --yes --quiet ${options === '' ? '' : `${options} `}-- ${words}`,
    '"$conda" clean --all --force-pkgs-dirs --yes',
    keepShared,
  ].join(' && ');
}

function pipStep(words: string): string {
  return [
    'RUN python="$(command -v python3 || command -v python || true)"',
    `{ [ -n "$python" ] && "$python" -m pip --version >/dev/null 2>&1 || { echo '${managerMissingMarker} pip' >&2; exit 127; }; }`,
    'prefix="$("$python" -c \'import sys; print(sys.prefix)\')"',
    `"$python" -m pip install --no-cache-dir --no-input --root-user-action=ignore -- ${words}`,
    keepShared,
  ].join(' && ');
}

function envLine({ name, value }: NameValue): string {
  return `ENV ${name}=${envValue(value)}`;
}
