import type { Config } from '../config/schema.ts';
import type { Base, EffectiveSpec, NameValue } from '../imagespec/effective.ts';
import { uniqueSorted } from '../imagespec/inputHash.ts';
import { mirroredLists } from '../packages/apt/mirrors.ts';
import { shellWord } from '../packages/shellWord.ts';
import { pinDockerfile } from './own.ts';
import { paths, platformArguments } from './platform.ts';

/** Marker that a step prints when the base lacks the package manager; the failure table looks for it. */
export const managerMissingMarker = 'imagespec: this image has no';

/**
 * The Dockerfile of an EffectiveSpec: the same input gives the same bytes. One RUN per package manager, from the
 * most stable layer to the least; nothing that a user writes can start another instruction or shell word.
 */
export function render(spec: EffectiveSpec, bases: readonly Base[]): string {
  const declared = platformArguments(spec.platformSettings).map(({ name }) => `ARG ${name}`);
  switch (spec.source.is) {
    case 'dockerfile':
      return pinDockerfile(spec.source.text, spec.args, bases, declared);
    case 'packages': {
      const { apt, conda, condaChannels, pip, pipIndexes, credentialsSecret, env } = spec.source;
      const netrc = credentialsSecret === null ? null : paths.netrc;
      const base = bases[0];
      if (base === undefined) {
        throw new Error('render asked for before the base was resolved');
      }
      const steps = [
        ...step(apt, (words) => aptStep(words, netrc, spec.platformSettings.apt.mirrors)),
        ...step(conda, (words) => condaStep(words, condaChannels, netrc)),
        ...step(pip, (words) => pipStep(words, pipIndexes, netrc)),
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

/** One package to a line, as the builder reads no line of more than 65,535 bytes. */
function step(packages: readonly string[], write: (words: string) => string): readonly string[] {
  return packages.length === 0
    ? []
    : [
        write(
          uniqueSorted(packages)
            .map((name) => ` \\\n       ${shellWord(name)}`)
            .join(''),
        ),
      ];
}

function need(program: string, otherwise: string): string {
  return `command -v ${program} >/dev/null 2>&1 || { echo '${managerMissingMarker} ${otherwise}' >&2; exit 127; }`;
}

function aptStep(words: string, netrc: string | null, mirrors: Config['apt']['mirrors']): string {
  const auth = netrc === null ? '' : ` -o Dir::Etc::netrc=${netrc}`;
  const lists =
    mirrors.length === 0
      ? ''
      : ' -o Dir::Etc::sourcelist="$lists/sources.list" -o Dir::Etc::sourceparts="$lists/sources.list.d"';
  return [
    `RUN ${need('apt-get', 'apt-get')}`,
    'export DEBIAN_FRONTEND=noninteractive',
    ...(mirrors.length === 0 ? [] : mirroredLists(mirrors)),
    `apt-get${auth}${lists} update --quiet`,
    `apt-get${auth}${lists} install --yes --quiet --no-install-recommends --${words}`,
    'apt-get clean',
    `rm -rf /var/lib/apt/lists/*${mirrors.length === 0 ? '' : ' "$lists"'}`,
  ].join(' \\\n  && ');
}

/**
 * After an install as root, group-writable files stay so: new ones get the group bits of their folder, which is
 * what docker-stacks' fix-permissions does, so that a notebook user may still upgrade a package.
 */
const keepShared =
  'if [ -g "$prefix" ] || [ "$(stat -c %a "$prefix" | tail -c 3 | head -c 1)" -ge 7 ]; then find "$prefix" ! -type l ! -perm -g=rw -exec chmod g+rwX {} + ; find "$prefix" ! -group "$(stat -c %g "$prefix")" -exec chgrp -h "$(stat -c %g "$prefix")" {} + ; fi';

function condaStep(words: string, channels: readonly string[], netrc: string | null): string {
  // The channels of a spec stand alone: what else the base is configured with has no say.
  const options = [
    ...channels.map((channel) => `--channel ${shellWord(channel)}`),
    ...(channels.length > 0 ? ['--override-channels'] : []),
  ].join(' ');
  return [
    `RUN conda="$(command -v mamba || command -v conda || true)"`,
    `{ [ -n "$conda" ] || { echo '${managerMissingMarker} conda' >&2; exit 127; }; }`,
    `prefix="\${CONDA_DIR:-\${CONDA_PREFIX:-$(dirname "$(dirname "$(readlink -f "$conda")")")}}"`,
    `${withNetrc(netrc)}"$conda" install --yes --quiet ${options === '' ? '' : `${options} `}--${words}`,
    '"$conda" clean --all --force-pkgs-dirs --yes',
    keepShared,
  ].join(' \\\n  && ');
}

/**
 * What lies in a user site or in a pip configuration of the base must not count as installed, or send packages there: a
 * volume on the home hides it.
 */
function pipStep(words: string, indexes: readonly string[], netrc: string | null): string {
  const options = indexes
    .map((url, place) => `${place === 0 ? '--index-url' : '--extra-index-url'} ${shellWord(url)} `)
    .join('');
  return [
    'RUN python="$(command -v python3 || command -v python || true)"',
    `{ [ -n "$python" ] && "$python" -m pip --version >/dev/null 2>&1 || { echo '${managerMissingMarker} pip' >&2; exit 127; }; }`,
    'prefix="$("$python" -c \'import sys; print(sys.prefix)\')"',
    `${withNetrc(netrc)}PYTHONNOUSERSITE=1 PIP_USER=0 "$python" -m pip install --no-cache-dir --no-input --root-user-action=ignore ${options}--${words}`,
    keepShared,
  ].join(' \\\n  && ');
}

/** For one command only: pip, conda and what else reads HTTP through requests or curl take the file that NETRC names. */
function withNetrc(netrc: string | null): string {
  return netrc === null ? '' : `NETRC=${netrc} `;
}

function envLine({ name, value }: NameValue): string {
  return `ENV ${name}=${envValue(value)}`;
}

/** An `ENV` value in double quotes that Docker's own word rules read as exactly this text. */
function envValue(text: string): string {
  return `"${text.replaceAll(/[\\"$]/g, String.raw`\$&`)}"`;
}
