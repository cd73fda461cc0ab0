import { valid } from '@renovatebot/pep440';

/**
 * How a Hub and a jupyterhub-singleuser match.
 *
 * - same: the same version as far as the Hub checks
 * - minorSkew: same major version; a Hub older than 5 logs a warning about the minor one
 * - majorSkew: the Hub logs a warning, but no breakage is known
 * - olderApi: the server is older than 2.0 and the Hub is not; the Hub answers it at an address that it calls deprecated
 * - incompatible: a breaking release lies between them, so that no user can log in
 * - unreadable: one of them is not a version
 */
export type Skew = 'same' | 'minorSkew' | 'majorSkew' | 'olderApi' | 'incompatible' | 'unreadable';

/** Servers are OAuth clients of the Hub since this release; before, no server reported its version. */
const oauth: Release = [0, 8];

/**
 * Servers look up users at `/user` since this release, with scopes that an older Hub does not know. Hubs up to 6.0.0b1
 * still answer older servers at `/authorizations/token` (jupyterhub/apihandlers/auth.py).
 */
const scopes: Release = [2, 0];

/**
 * From this release on the Hub compares only major versions (jupyterhub/_version.py, commit b0517a96); before, major
 * and minor.
 */
const majorOnly: Release = [5, 0];

type Release = readonly [major: number, minor: number];

/** Compares like JupyterHub's `_check_version`, and by known breakage. Pre-releases count as their release. */
export function compareVersions(hub: string, singleuser: string): Skew {
  const [ofHub, ofServer] = [releaseOf(hub), releaseOf(singleuser)];
  if (ofHub === undefined || ofServer === undefined) {
    return 'unreadable';
  }
  if (isBefore(ofHub, oauth) || isBefore(ofServer, oauth)) {
    return 'incompatible';
  }
  if (isBefore(ofHub, scopes) !== isBefore(ofServer, scopes)) {
    return isBefore(ofServer, scopes) ? 'olderApi' : 'incompatible';
  }
  if (ofHub[0] !== ofServer[0]) {
    return 'majorSkew';
  }
  return ofHub[1] !== ofServer[1] && isBefore(ofHub, majorOnly) ? 'minorSkew' : 'same';
}

/** Major and minor version of a PEP 440 version, with 0 for an absent part; undefined for anything else. */
export function releaseOf(version: string): Release | undefined {
  const [, major, minor = '0'] = /^v?(?:\d+!)?(\d+)(?:\.(\d+))?/i.exec(version) ?? [];
  return major === undefined || version.length > longestVersion || valid(version) === null
    ? undefined
    : [Number(major), Number(minor)];
}

/** No version is as long; the CRD holds 64 characters of one. */
const longestVersion = 64;

function isBefore([major, minor]: Release, [otherMajor, otherMinor]: Release): boolean {
  return major < otherMajor || (major === otherMajor && minor < otherMinor);
}
