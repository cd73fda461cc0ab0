import type { CondaPackage } from '../contents/contents.ts';
import { type Line, linesOf, sections, unique } from '../contents/lines.ts';
import type { InstalledList } from '../manager.ts';
import { condaChannel } from './channelUrl.ts';

/** Lists the records of each conda environment, the main one first. Leaves their folders in "environments". */
const functions = `
environments=''
conda_environment() {
  folder "$1" "$environments" || return
  [ -d "$folder/conda-meta" ] || return
  environments=$environments:$folder
  printf 'conda-environment\\t%s\\n' "$folder"
  set --
  for file in "$folder"/conda-meta/*.json; do
    [ -f "$file" ] || continue
    name=\${file##*/}
    case $name in *[![:graph:]]*) continue ;; esac
    printf 'conda\\t%s\\n' "\${name%.json}"
    set -- "$@" "$file"
  done
  [ $# -gt 0 ] && grep -H -o -m 1 '"channel": *"[^"]*"' "$@" | while IFS= read -r line; do
    printf 'channel\\t%s\\n' "\${line#"$folder"/conda-meta/}"
  done
}

# The environment of a program: the folder above the one that it, or what it links to, is in.
prefix_of() {
  file=$(command -v "$1") || return
  has readlink && file=$(readlink -f "$file")
  printf '%s\\n' "\${file%/*}/.."
}

list_conda() {
  # The first is the one that an install goes to.
  conda_environment "$CONDA_PREFIX"
  conda_environment "$(prefix_of mamba)"
  conda_environment "$(prefix_of conda)"
  for root in "$CONDA_DIR" "$MAMBA_ROOT_PREFIX" /opt/conda /srv/conda "$(prefix_of python3)"; do
    [ -n "$root" ] || continue
    conda_environment "$root"
    for environment in "$root"/envs/*; do
      conda_environment "$environment"
    done
  done
}
`;

/** How an image lists its conda packages. */
export const condaContents: InstalledList<CondaPackage> = {
  functions,
  call: 'list_conda',
  read: (lines) => condaRecords(lines).map(({ prefix: _prefix, ...entry }) => entry),
  distinct: unique,
  keyOf: (name) => name,
};

/** A record of conda, with the folder of its environment, which is there for the main one too. */
export type CondaRecord = CondaPackage & { readonly prefix: string };

/** All records of conda. A record is called NAME-VERSION-BUILD, and neither version nor build has a "-". */
export function condaRecords(lines: readonly Line[]): readonly CondaRecord[] {
  return sections(lines, 'conda-environment').flatMap(({ head, below }, index) => {
    const prefix = head.fields[0] ?? '';
    const channels = new Map(
      linesOf(below, 'channel').map(([line = '']) => {
        const [, record = '', url = ''] = /^(.+)\.json:"channel": *"([^"]*)"$/.exec(line) ?? [];
        return [record, url];
      }),
    );
    return linesOf(below, 'conda').map(([record = '']) => {
      const [, name = '', version = '', build = ''] = /^(.+)-([^-]+)-([^-]+)$/.exec(record) ?? [];
      const channel = condaChannel(channels.get(record) ?? '');
      return { name, version, build, channel, environment: index === 0 ? '' : prefix, prefix };
    });
  });
}
