/** Debian policy 5.6.1: two characters or more, lower case. apt removes a package whose entry ends with `-`, also behind a version. */
const name = /^[a-z0-9][a-z0-9+.-]{0,126}[a-z0-9+.]$/;
const architecture = /^[a-z0-9][a-z0-9-]{0,31}$/;
/** Debian policy 5.6.12, with the `*` that apt-get(8) reads as any text. */
const version = /^(\d{1,10}:)?[A-Za-z0-9*][A-Za-z0-9.+~*:-]{0,255}$/;
/** A suite, codename or version of a release, as in apt-get(8). */
const release = /^[A-Za-z0-9][A-Za-z0-9.+~:-]{0,127}$/;

/**
 * The fault of an entry that apt is to install: `NAME[:ARCHITECTURE][=VERSION|/RELEASE]` (apt-get(8)).
 * @returns the end of a sentence that starts with the entry, or undefined
 */
export function aptFault(entry: string): string | undefined {
  const [, packageName = '', arch, separator, rest = ''] = /^([^:=/]*)(?::([^=/]*))?(?:([=/])(.*))?$/.exec(entry) ?? [];
  if (entry.endsWith('-')) {
    return 'ends with "-", which makes apt remove a package; remove the "-"';
  }
  if (packageName.endsWith('^')) {
    return 'is a task of tasksel; write the packages themselves';
  }
  if (/[A-Z]/.test(packageName)) {
    return `is not a Debian package: names are lower case, such as "${packageName.toLowerCase()}"`;
  }
  if (!name.test(packageName)) {
    return 'is not a Debian package; write one such as g++ or vim=2:8.2*';
  }
  if (arch !== undefined && !architecture.test(arch)) {
    return 'has no architecture after the colon; write one such as libc6:arm64';
  }
  if (separator === '=' && !version.test(rest)) {
    return `asks for no version of Debian; write one such as ${packageName}=2:8.2* (one "=")`;
  }
  if (separator === '/' && !release.test(rest)) {
    return `names no release after the slash; write one such as ${packageName}/bookworm-backports`;
  }
  return undefined;
}
