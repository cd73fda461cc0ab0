import { entryWords, missing, runStep, type StepContext } from '../step.ts';
import { mirroredLists } from './mirrors.ts';

/** The RUN instruction that installs Debian packages. */
export function aptStep(entries: readonly string[], { netrc, settings }: StepContext): string {
  const { mirrors } = settings.apt;
  const auth = netrc === null ? '' : ` -o Dir::Etc::netrc=${netrc}`;
  const lists =
    mirrors.length === 0
      ? ''
      : ' -o Dir::Etc::sourcelist="$lists/sources.list" -o Dir::Etc::sourceparts="$lists/sources.list.d"';
  return runStep([
    `command -v apt-get >/dev/null 2>&1 || ${missing('apt-get')}`,
    'export DEBIAN_FRONTEND=noninteractive',
    ...(mirrors.length === 0 ? [] : mirroredLists(mirrors)),
    `apt-get${auth}${lists} update --quiet`,
    `apt-get${auth}${lists} install --yes --quiet --no-install-recommends --${entryWords(entries)}`,
    'apt-get clean',
    `rm -rf /var/lib/apt/lists/*${mirrors.length === 0 ? '' : ' "$lists"'}`,
  ]);
}
