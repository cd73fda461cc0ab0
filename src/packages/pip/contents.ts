import { condaRecords } from '../conda/contents.ts';
import { normalisedPipName, type PipPackage } from '../contents/contents.ts';
import { firstOf, type Line, linesOf, sections } from '../contents/lines.ts';
import type { InstalledList } from '../manager.ts';

/** Lists the distributions of each folder of Python packages. Reads "environments", which the conda functions fill. */
const functions = `
sites=''
site() {
  folder "$1" "$sites" || return
  sites=$sites:$folder
  printf 'site\\t%s\\t%s\\n' "$folder" "$2"
  for info in "$folder"/*.dist-info "$folder"/*.egg-info; do
    # What an uninstall has left behind starts with "~"; pip passes over it too.
    case \${info##*/} in '~'*) continue ;; esac
    described "$info/METADATA" || described "$info/PKG-INFO" || described "$info" || continue
    installer=''
    [ -f "$info/INSTALLER" ] && [ -r "$info/INSTALLER" ] && IFS= read -r installer <"$info/INSTALLER"
    printf 'pip\\t%s\\t%s\\t%s\\n' "$name" "$version" "$installer"
  done
}

list_python() {
  # The interpreter on the PATH lists its own folders; the usual folders lead to the other interpreters.
  interpreter=$(command -v python3 || command -v python)
  if [ -n "$interpreter" ]; then
    IFS='
'
    set -f
    set -- $("$interpreter" -c 'import sys
for path in sys.path[1:]: print(path)')
    set +f
    unset IFS
    for path; do
      site "$path" main
    done
  fi
  IFS=:
  set -f
  set -- $environments
  set +f
  unset IFS
  for root in "$VIRTUAL_ENV" "$@" /usr/local /usr /venv /opt/* /srv/*; do
    for path in "$root"/lib/python*/site-packages "$root"/lib/python*/dist-packages "$root"/lib64/python*/site-packages; do
      site "$path"
    done
  done
}
`;

/** How an image lists its Python packages. */
export const pipContents: InstalledList<PipPackage> = {
  functions,
  call: 'list_python',
  read: pipOf,
  distinct: (packages) => firstOf(packages, normalisedPipName),
  keyOf: normalisedPipName,
};

/** Distributions that conda has installed are its packages already, mostly under the same name. */
function pipOf(lines: readonly Line[]): readonly PipPackage[] {
  const conda = condaRecords(lines);
  const prefixes = new Set(conda.map(({ prefix }) => prefix));
  const records = new Set(
    conda.map(({ prefix, name, version }) => `${prefix}\t${normalisedPipName(name)}\t${version}`),
  );
  return sections(lines, 'site').flatMap(({ head, below }) => {
    const [folder = '', main] = head.fields;
    const prefix = folder.replace(/\/lib(64)?\/python[^/]*(\/.*)?$/, '');
    return linesOf(below, 'pip')
      .filter(
        ([name = '', version = '', installer = '']) =>
          !(installer === 'conda' && prefixes.has(prefix)) &&
          !records.has(`${prefix}\t${normalisedPipName(name)}\t${version}`),
      )
      .map(([name = '', version = '']) => ({ name, version, environment: main === 'main' ? '' : prefix }));
  });
}
