import { condaRecords } from '../conda/contents.ts';
import type { Package } from '../contents/contents.ts';
import { firstOf, type Line, linesOf } from '../contents/lines.ts';
import type { InstalledList } from '../manager.ts';

/** Lists the packages of each library of R. Reads "environments", which the conda functions fill. */
const functions = `
libraries=''
library() {
  folder "$1" "$libraries" || return
  libraries=$libraries:$folder
  printf 'library\\t%s\\n' "$folder"
  for file in "$folder"/*/DESCRIPTION; do
    described "$file" && printf 'r\\t%s\\t%s\\n' "$name" "$version"
  done
}

list_r() {
  IFS=:
  set -f
  set -- $R_LIBS $R_LIBS_SITE
  set +f
  for path in "$@" "$R_HOME/library"; do
    library "$path"
  done
  for root in /usr/local/lib/R /usr/lib/R /usr/lib64/R; do
    library "$root/site-library"
    library "$root/library"
  done
  for root in $environments; do
    library "$root/lib/R/library"
  done
  unset IFS
}
`;

/** How an image lists its packages of R. */
export const cranContents: InstalledList<Package> = {
  functions,
  call: 'list_r',
  read: rOf,
  distinct: (packages) => firstOf(packages, (name) => name),
  keyOf: (name) => name,
};

/** conda calls a package of R `r-` and its name in lower case, and writes "_" for the "-" of a version. */
function rOf(lines: readonly Line[]): readonly Package[] {
  const records = new Set(condaRecords(lines).map(({ name, version }) => `${name}\t${version}`));
  return linesOf(lines, 'r')
    .map(([name = '', version = '']) => ({ name, version }))
    .filter(({ name, version }) => !records.has(`r-${name.toLowerCase()}\t${version.replaceAll('-', '_')}`));
}
