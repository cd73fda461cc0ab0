import { isVersion } from '../packages/pip/pep440.ts';

/**
 * How a Hub and a jupyterhub-singleuser go together.
 *
 * - same: as far as the Hub cares, the same version
 * - minorSkew: same major version, and a Hub older than 5 logs a warning about the minor one
 * - majorSkew: the Hub logs a warning, and no breakage is known
 * - incompatible: one side is on the other side of a release that broke things, so that no user gets in
 * - unreadable: one of them is no version
 */
export type Skew = 'same' | 'minorSkew' | 'majorSkew' | 'incompatible' | 'unreadable';

/**
 * The releases that broke things, by JupyterHub's own word "the only two known cases"
 * (docs/source/howto/log-messages.md): what came after 0.7, and 2.0. Before the first, no server said its version.
 */
const breakingReleases: readonly Release[] = [
  [0, 8],
  [2, 0],
];

/** From here on the Hub compares major versions only (jupyterhub/_version.py, commit b0517a96); before, major and minor. */
const majorOnly: Release = [5, 0];

type Release = readonly [major: number, minor: number];

/** Compares as `_check_version` of JupyterHub does, and by what is known to break. Pre-releases count as their release. */
export function compareVersions(hub: string, singleuser: string): Skew {
  const [ofHub, ofServer] = [releaseOf(hub), releaseOf(singleuser)];
  if (ofHub === undefined || ofServer === undefined) {
    return 'unreadable';
  }
  const [first = ofHub] = breakingReleases;
  const apart = breakingReleases.some((breaking) => isBefore(ofHub, breaking) !== isBefore(ofServer, breaking));
  if (apart || isBefore(ofHub, first)) {
    return 'incompatible';
  }
  if (ofHub[0] !== ofServer[0]) {
    return 'majorSkew';
  }
  return ofHub[1] !== ofServer[1] && isBefore(ofHub, majorOnly) ? 'minorSkew' : 'same';
}

/** Major and minor version of a PEP 440 version, where what is left out is 0; undefined for anything else. */
export function releaseOf(version: string): Release | undefined {
  const [, major, minor = '0'] = /^v?(?:\d+!)?(\d+)(?:\.(\d+))?/i.exec(version) ?? [];
  return major === undefined || !isVersion(version) ? undefined : [Number(major), Number(minor)];
}

function isBefore([major, minor]: Release, [otherMajor, otherMinor]: Release): boolean {
  return major < otherMajor || (major === otherMajor && minor < otherMinor);
}
