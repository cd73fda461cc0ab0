import { describe, expect, it } from 'vitest';
import { requirementFor, verdictOf } from './verdict.ts';

const facts = { singleuserVersion: '5.2.1', serverVersion: '2.20.0', launchMilliseconds: 904 };

describe('verdictOf', () => {
  it.each([
    ['5.3.0', '5.2.1', 'True', 'LaunchVerified', 'responded in 0.9 s as uid 1000; the Hub is 5.3.0'],
    ['4.1.6', '4.0.2', 'True', 'MinorVersionSkew', 'add "jupyterhub==4.1.*" to packages.pip'],
    ['5.3.0', '4.1.6', 'True', 'MajorVersionSkew', 'add "jupyterhub==5.*" to packages.pip'],
    ['5.3.0', '1.5.1', 'True', 'MajorVersionSkew', 'still serves a server before 2.0'],
    ['1.5.0', '5.2.1', 'False', 'VersionIncompatible', 'add "jupyterhub==1.5.*" to packages.pip'],
    // JupyterHub cannot parse such a version either, and fails the spawn.
    ['5.3.0', 'nightly', 'False', 'VersionIncompatible', 'nightly'],
    [null, '5.2.1', 'Unknown', 'HubVersionUnknown', 'set spec.jupyterHub.hubVersion'],
    ['', '5.2.1', 'Unknown', 'HubVersionUnknown', 'set spec.jupyterHub.hubVersion'],
  ] as const)('Hub %s, server %s: %s %s', (hubVersion, singleuserVersion, status, reason, words) => {
    const verdict = verdictOf({ ...facts, singleuserVersion }, { hubVersion, uid: 1000, source: 'packages' });
    expect(verdict).toMatchObject({ status, reason });
    expect(verdict.message).toContain(words);
    expect(verdict.message).toContain(singleuserVersion);
  });

  it('has advice that fits a Dockerfile', () => {
    const { message } = verdictOf(facts, { hubVersion: '4.1.6', uid: 1000, source: 'dockerfile' });
    expect(message).toContain('install "jupyterhub==4.1.*" by pip in a RUN line of the Dockerfile');
    expect(message).not.toContain('packages.pip');
  });
});

describe('requirementFor', () => {
  it.each([
    ['5.3.0', '"jupyterhub==5.*"'],
    ['6.0.0b1', '"jupyterhub==6.0.0b1"'],
    ['4.1.6', '"jupyterhub==4.1.*"'],
    ['1.5', '"jupyterhub==1.5.*"'],
    [null, '"jupyterhub"'],
  ])('Hub %s: %s', (hubVersion, requirement) => {
    expect(requirementFor(hubVersion)).toBe(requirement);
  });
});
