import { type HubReason, hubReasons } from '../api/reasons/verdictReasons.ts';
import type { HubSettings } from '../imagespec/effective.ts';
import { compareVersions, releaseOf } from './version.ts';

/** The results of launching an image that serves; stored in `status.jupyterHub`. */
export interface ProbeFacts {
  /** From the header X-JupyterHub-Version. */
  readonly singleuserVersion: string;
  /** Version of jupyter_server or notebook; null when the server does not report it. */
  readonly serverVersion: string | null;
  /** From the start of the container beside the server to the first response. */
  readonly launchMilliseconds: number;
}

/** Condition `JupyterHubCompatible`. */
export interface Verdict {
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: HubReason;
  readonly message: string;
}

/** A verdict with its reason's status. */
function verdict(reason: HubReason, message: string): Verdict {
  return { status: hubReasons[reason].status, reason, message };
}

/**
 * The verdict on an image that serves, from a comparison of versions. A change of the Hub's version repeats it without
 * a launch.
 */
export function verdictOf(
  facts: ProbeFacts,
  { hubVersion, uid, source }: Pick<HubSettings, 'hubVersion' | 'uid' | 'source'>,
): Verdict {
  const server = `jupyterhub-singleuser ${facts.singleuserVersion}`;
  const seconds = (facts.launchMilliseconds / 1000).toFixed(1);
  const answered = `${server} responded in ${seconds} s as uid ${uid}`;
  if (hubVersion === null || releaseOf(hubVersion) === undefined) {
    return verdict(
      'HubVersionUnknown',
      `${answered}; the Hub's version is unknown: set spec.jupyterHub.hubVersion, or ask the administrator to set jupyterHub.hubVersion`,
    );
  }
  const install = toInstall(requirementFor(hubVersion), { source });
  switch (compareVersions(hubVersion, facts.singleuserVersion)) {
    case 'same':
      return verdict('LaunchVerified', `${answered}; the Hub is ${hubVersion}`);
    case 'minorSkew':
      return verdict('MinorVersionSkew', `${answered}; the Hub is ${hubVersion} and will log a warning: ${install}`);
    case 'majorSkew':
      return verdict('MajorVersionSkew', `${answered}; the Hub is ${hubVersion}, of another major version: ${install}`);
    case 'olderApi':
      return verdict(
        'MajorVersionSkew',
        `${answered}; the Hub is ${hubVersion} and still serves a server before 2.0, at an address that it calls deprecated: ${install}`,
      );
    case 'incompatible':
      return verdict(
        'VersionIncompatible',
        `${server} and a Hub ${hubVersion} are separated by a breaking release of JupyterHub (0.8 or 2.0): ${install}`,
      );
    case 'unreadable':
      return verdict(
        'VersionIncompatible',
        `the server reports version ${server}, which the Hub ${hubVersion} cannot parse: ${install}`,
      );
  }
}

/**
 * Adapts the verdict on an image that does not serve to another Hub version. Whether it serves does not depend on the
 * Hub, but the advice what to install does.
 *
 * @param before the Hub's version in the old verdict; null: unknown
 */
export function sayToHub(
  said: Verdict,
  before: string | null,
  { hubVersion }: Pick<HubSettings, 'hubVersion'>,
): Verdict {
  const [old, wanted] = [requirementFor(before), requirementFor(hubVersion)];
  return old === wanted ? said : { ...said, message: said.message.replaceAll(old, wanted) };
}

/** The advice to install packages, which fits the form of the spec. */
export function toInstall(packages: string, { source }: Pick<HubSettings, 'source'>): string {
  switch (source) {
    case 'packages':
      return `add ${packages} to packages.pip`;
    case 'dockerfile':
      return `install ${packages} by pip in a RUN line of the Dockerfile`;
  }
}

/**
 * The pip requirement with which the image fits the Hub: the Hub compares major versions from 5 on, and minor ones
 * before.
 */
export function requirementFor(hubVersion: string | null): string {
  const release = hubVersion === null ? undefined : releaseOf(hubVersion);
  if (hubVersion === null || release === undefined) {
    return '"jupyterhub"';
  }
  // pip installs a pre-release only when its full version is requested.
  if (/[a-z]/i.test(hubVersion)) {
    return `"jupyterhub==${hubVersion}"`;
  }
  const [major, minor] = release;
  return major >= 5 ? `"jupyterhub==${major}.*"` : `"jupyterhub==${major}.${minor}.*"`;
}
