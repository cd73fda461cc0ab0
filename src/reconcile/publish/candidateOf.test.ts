import { describe, expect, it } from 'vitest';
import type { ImageSpecStatus } from '../../api/imagespec.generated.ts';
import { projectImageSpec } from '../watched/projections.ts';
import { candidateOf } from './candidateOf.ts';

const older = 'registry.example.com/astro@sha256:0';
const newer = 'registry.example.com/astro@sha256:1';

function seen(spec: object, status: object) {
  return projectImageSpec({
    metadata: {
      namespace: 'vision',
      name: 'astro',
      uid: 'u',
      generation: 1,
      resourceVersion: '1',
      creationTimestamp: '2026-11-24T12:00:00Z',
      labels: { team: 'vision' },
    },
    spec: { baseImage: 'jupyter/minimal-notebook', ...spec },
    status: { observedGeneration: 1, ...status },
  });
}

/** A status by Ready and the verdict, each as `STATUS Reason`. */
function statusOf(ready: string, verdict: string, more: Partial<ImageSpecStatus>): object {
  const condition = (type: string, text: string) => {
    const [status = '', reason = ''] = text.split(' ');
    return { type, status, reason, message: '' };
  };
  return { conditions: [condition('Ready', ready), condition('JupyterHubCompatible', verdict)], ...more };
}

function proven(compatibleImage: string | undefined, probedImage: string): Partial<ImageSpecStatus> {
  return {
    jupyterHub: {
      probedImage,
      observedTime: '2026-11-24T12:00:00Z',
      settingsHash: 'x',
      ...(compatibleImage === undefined ? {} : { compatibleImage }),
    },
  };
}

const both = { image: newer, ...proven(newer, newer) };

describe('candidateOf', () => {
  it.each([
    ['proven', statusOf('True BuildSucceeded', 'True LaunchVerified', both), newer, 'compatible'],
    ['proven, versions differ', statusOf('True ImageReused', 'True MajorVersionSkew', both), newer, 'compatible'],
    ['a new build runs', statusOf('Unknown Building', 'True LaunchVerified', both), newer, 'building'],
    ['a new build failed', statusOf('False PackageNotFound', 'True LaunchVerified', both), newer, 'failed'],
    [
      'a worse image under Report',
      statusOf('True BuildSucceeded', 'False SingleuserMissing', { image: newer, ...proven(older, newer) }),
      older,
      'incompatible',
    ],
    [
      'a worse image under Require',
      statusOf('False JupyterHubIncompatible', 'False SingleuserMissing', { image: older, ...proven(older, newer) }),
      older,
      'incompatible',
    ],
    [
      'a new image waits for its verdict',
      statusOf('True BuildSucceeded', 'Unknown ProbePending', { image: newer, ...proven(older, older) }),
      older,
      'building',
    ],
    [
      'incompatible after an upgrade of the Hub',
      statusOf('True BuildSucceeded', 'False VersionIncompatible', both),
      null,
      'incompatible',
    ],
    [
      'never launched',
      statusOf('True BuildSucceeded', 'Unknown ProbeDisabled', { image: newer }),
      null,
      'incompatible',
    ],
    [
      'launched for a Hub of unknown version',
      statusOf('True BuildSucceeded', 'Unknown HubVersionUnknown', { image: newer, ...proven(undefined, newer) }),
      null,
      'incompatible',
    ],
    [
      'before the first launch',
      statusOf('True BuildSucceeded', 'Unknown ProbePending', { image: newer }),
      null,
      'building',
    ],
    ['before the first pass', {}, null, 'building'],
    ['the first build failed', statusOf('False RunFailed', 'Unknown BuildNotComplete', {}), null, 'failed'],
  ])('%s', (_, status, image, state) => {
    expect(candidateOf(seen({}, status))).toMatchObject({ image, state, labels: { team: 'vision' } });
  });

  it('shows the fields of the spec, also of an invalid one', () => {
    const spec = { displayName: 'Astronomy', jupyterHub: { profiles: ['undefined-profile'] } };
    expect(candidateOf(seen(spec, statusOf('False PolicyViolation', 'True LaunchVerified', both)))).toMatchObject({
      displayName: 'Astronomy',
      description: '',
      machines: ['undefined-profile'],
      image: newer,
    });
    expect(candidateOf(seen({}, {}))).toMatchObject({ displayName: 'astro' });
  });

  it('leaves out an ImageSpec that is not for a Hub, or is being deleted', () => {
    expect(candidateOf(seen({ jupyterHub: { policy: 'Skip' } }, {}))).toBeNull();
    expect(candidateOf({ ...seen({}, {}), deleting: true })).toBeNull();
  });
});
