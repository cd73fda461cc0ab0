import type { Package } from '../contents/contents.ts';
import { type Line, linesOf, unique } from '../contents/lines.ts';
import type { InstalledList } from '../manager.ts';

/** Lists the packages of dpkg, with architecture and status. */
const functions = `
list_debian() {
  if has dpkg-query; then
    has dpkg && printf 'architecture\\t%s\\n' "$(dpkg --print-architecture)"
    dpkg-query -W -f 'apt\\t\${Package}\\t\${Version}\\t\${Architecture}\\t\${Status}\\n'
  elif has awk; then
    # Images without dpkg itself; those of distroless have a file for each package, and no status in it.
    for file in /var/lib/dpkg/status /var/lib/dpkg/status.d/*; do
      [ -f "$file" ] && awk '
        function show() { if (name != "") printf "apt\\t%s\\t%s\\t%s\\t%s\\n", name, version, architecture, status }
        /^Package: / { show(); name = $2; version = ""; architecture = ""; status = "install ok installed" }
        /^Version: / { version = $2 }
        /^Architecture: / { architecture = $2 }
        /^Status: / { status = $2 " " $3 " " $4 }
        END { show() }' "$file"
    done
  fi
}
`;

/** How an image lists its Debian packages. */
export const aptContents: InstalledList<Package> = {
  functions,
  call: 'list_debian',
  read: aptOf,
  distinct: unique,
  keyOf: (name) => name,
};

/** Removed packages whose configuration is still there are listed too: they are passed over. */
function aptOf(lines: readonly Line[]): readonly Package[] {
  const native = linesOf(lines, 'architecture')[0]?.[0];
  return linesOf(lines, 'apt')
    .filter(([, , , status = '']) => status.endsWith(' installed'))
    .map(([name = '', version = '', architecture = '']) => {
      const isNative = native === undefined || architecture === native || architecture === 'all';
      return { name: isNative ? name : `${name}:${architecture}`, version };
    });
}
