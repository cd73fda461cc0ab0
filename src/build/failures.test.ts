import { describe, expect, it } from 'vitest';
import { spec } from '../../test/support/observations.ts';
import { agentExitCodes } from '../api/agentExitCodes.ts';
import { classifyBuilder, classifyPush } from './failures.ts';
import { tellingLines } from './log.ts';

const run = (status: string) =>
  `error building image: error building stage: failed to execute command: waiting for process to exit: ${status}`;

describe('classifyBuilder', () => {
  it.each([
    [`ERROR: No matching distribution found for astropyy\n${run('exit status 1')}`, 1, 'PackageNotFound'],
    [`E: Unable to locate package gpp\n${run('exit status 100')}`, 100, 'PackageNotFound'],
    [`ERROR: ResolutionImpossible: for help visit x\n${run('exit status 1')}`, 1, 'DependencyConflict'],
    [`imagespec: this image has no conda\n${run('exit status 127')}`, 127, 'PackageManagerMissing'],
    [`make: *** Error 1\n${run('exit status 2')}`, 2, 'RunFailed'],
    [run('signal: killed'), 255, 'OutOfMemory'],
    // RUN output may hold anything: only Kaniko's own last line is believed.
    [`UNAUTHORIZED: x509: no space\nerror: MANIFEST_UNKNOWN\n${run('exit status 3')}`, 3, 'RunFailed'],
    [
      'error building image: unable to complete operation after 3 attempts, last error: GET https://r/v2/x: MANIFEST_UNKNOWN: unknown',
      1,
      'BaseImageNotFound',
    ],
    ['error building image: GET https://r/v2/x: unexpected status code 401 Unauthorized', 1, 'BaseImageUnauthorized'],
    ['error building image: TOOMANYREQUESTS: slow down', 1, 'RateLimited'],
    [
      'error building image: Get "https://r/v2/": x509: certificate signed by unknown authority',
      1,
      'CertificateUntrusted',
    ],
    ['error building image: dial tcp 10.0.0.1:443: connect: connection refused', 1, 'RegistryUnavailable'],
    [
      'error building image: parsing dockerfile: dockerfile parse error on line 2: unknown instruction: RUNN',
      1,
      'DockerfileInvalid',
    ],
    ['error building image: failed to take snapshot: write /kaniko/layers/1: no space left on device', 1, 'DiskFull'],
    [
      'error checking push permissions: checking push permission for "r/x:1": POST https://r/v2/x/blobs/uploads/: UNAUTHORIZED: authentication required',
      1,
      'PushUnauthorized',
    ],
    [
      'error pushing image: failed to push to destination r/x:1: HEAD https://r/v2/x/blobs/sha256:1: unexpected status code 403 Forbidden',
      1,
      'PushUnauthorized',
    ],
    ['error pushing image: failed to push to destination r/x:1: MANIFEST_INVALID: manifest invalid', 1, 'PushFailed'],
    [
      'error pushing image: failed to push to destination r/x:1: Put "https://r/v2/": dial tcp 10.0.0.1:443: connect: connection refused',
      1,
      'RegistryUnavailable',
    ],
    ['Error: Assertion violated [name]', 1, 'BuilderFailed'],
  ])('%j', (log, exitCode, reason) => {
    expect(classifyBuilder(log, exitCode, spec.source).reason).toBe(reason);
  });

  it('names the package and its entry', () => {
    const failure = classifyBuilder(
      `ERROR: No matching distribution found for astropy>=99\n${run('exit status 1')}`,
      1,
      spec.source,
    );
    expect(failure.packages).toEqual(['astropy>=99']);
    expect(failure.message).toContain('in packages.pip[0]');
  });
});

describe('classifyPush', () => {
  it.each(Object.values(agentExitCodes))('exit code $code is $reason', ({ code, reason }) => {
    expect(classifyPush('push to r/x: DENIED', code, 'push')).toMatchObject({ reason, message: 'push to r/x: DENIED' });
  });
});

describe('tellingLines', () => {
  it('drops escape sequences, control characters and progress, and keeps the end', () => {
    const log = `\u001B[31mERROR\u001B[0m: bad\u0007\ntime="x" level=info msg="y"\nCollecting a\n${'x'.repeat(9000)}\nlast`;
    expect(tellingLines(`first\n${log}`)).toBe('last');
    expect(tellingLines('\u001B[31mERROR\u001B[0m: bad\u0007\nCollecting a')).toBe('ERROR: bad');
  });
});
