import { type HubReason, hubReasons } from '../api/verdictReasons.ts';
import type { HubSettings } from '../imagespec/effective.ts';
import { compareVersions, releaseOf } from './version.ts';

/** What a launch told about an image that serves; kept in `status.jupyterHub`. */
export interface ProbeFacts {
  /** From the header X-JupyterHub-Version. */
  readonly singleuserVersion: string;
  /** Of jupyter_server or notebook; null when the server does not say. */
  readonly serverVersion: string | null;
  /** From the start of the container beside the server to the first answer. */
  readonly launchMilliseconds: number;
}

/** Condition `JupyterHubCompatible`. */
export interface Verdict {
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: HubReason;
  readonly message: string;
}

/** A verdict with the status that its reason has. */
function verdict(reason: HubReason, message: string): Verdict {
  return { status: hubReasons[reason].status, reason, message };
}

/** What an image that serves is worth to this Hub: a comparison of versions, repeated without a launch when the Hub's changes. */
export function verdictOf(facts: ProbeFacts, { hubVersion, uid }: Pick<HubSettings, 'hubVersion' | 'uid'>): Verdict {
  const server = `jupyterhub-singleuser ${facts.singleuserVersion}`;
  const seconds = (facts.launchMilliseconds / 1000).toFixed(1);
  const answered = `${server} answered in ${seconds} s as uid ${uid}`;
  if (hubVersion === null || releaseOf(hubVersion) === undefined) {
    return verdict(
      'HubVersionUnknown',
      `${answered}; the Hub's version is not known: set spec.jupyterHub.hubVersion, or have the administrator set jupyterHub.hubVersion`,
    );
  }
  const install = `add ${requirementFor(hubVersion)} to packages.pip`;
  switch (compareVersions(hubVersion, facts.singleuserVersion)) {
    case 'same':
      return verdict('LaunchVerified', `${answered}; the Hub is ${hubVersion}`);
    case 'minorSkew':
      return verdict('MinorVersionSkew', `${answered}; the Hub is ${hubVersion} and will log a warning: ${install}`);
    case 'majorSkew':
      return verdict('MajorVersionSkew', `${answered}; the Hub is ${hubVersion}, of another major version: ${install}`);
    case 'incompatible':
      return verdict(
        'VersionIncompatible',
        `${server} and a Hub ${hubVersion} are on two sides of a release (0.8, 2.0) across which JupyterHub knows servers to break: ${install}`,
      );
    case 'unreadable':
      return verdict(
        'VersionIncompatible',
        `the server calls itself ${server}, which the Hub ${hubVersion} cannot read as a version: ${install}`,
      );
  }
}

/**
 * What was said of an image that does not serve, said to another Hub: that it does not serve does not depend on the Hub,
 * what to install does.
 * @param before version of the Hub to which it was said; null: it was not known
 */
export function sayToHub(
  said: Verdict,
  before: string | null,
  { hubVersion }: Pick<HubSettings, 'hubVersion'>,
): Verdict {
  const [old, wanted] = [requirementFor(before), requirementFor(hubVersion)];
  return old === wanted ? said : { ...said, message: said.message.replaceAll(old, wanted) };
}

/** What to ask pip for, so that the image goes with the Hub: the Hub compares major versions from 5 on, and minor ones before. */
export function requirementFor(hubVersion: string | null): string {
  const release = hubVersion === null ? undefined : releaseOf(hubVersion);
  if (hubVersion === null || release === undefined) {
    return '"jupyterhub"';
  }
  // pip takes a pre-release only where it is named in full.
  if (/[a-z]/i.test(hubVersion)) {
    return `"jupyterhub==${hubVersion}"`;
  }
  const [major, minor] = release;
  return major >= 5 ? `"jupyterhub==${major}.*"` : `"jupyterhub==${major}.${minor}.*"`;
}
