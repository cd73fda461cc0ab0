import { describe, expect, it } from 'vitest';
import {
  answer,
  base,
  digest,
  failedBase,
  hash,
  observation,
  pushedPod,
  resolved,
  run,
  spec,
} from '../../test/support/observations.ts';
import { noon } from '../../test/support/pods.ts';
import { built, evicted, failed, failedPod, summary } from '../../test/support/rows.ts';
import { failureOf } from '../api/failure.ts';
import type { Observation } from './model/observation.ts';

describe('decide', () => {
  it.each<[string, Observation, { situation: string; ready: string; next: string }]>([
    ['unseen', observation({}), { situation: 'asking', ready: 'Unknown ResolvingBase', next: 'ask' }],
    [
      'invalid',
      observation({ plan: { ok: false, failure: failureOf('InvalidSpec', 'spec.packages.pip[0]: no') } }),
      { situation: 'stalled', ready: 'False InvalidSpec', next: 'writeStatus' },
    ],
    [
      'invalid while an older build runs',
      observation({ plan: { ok: false, failure: failureOf('InvalidSpec', 'no') }, builds: [run({})] }),
      { situation: 'superseded', ready: ' ', next: 'deleteJob' },
    ],
    [
      'base not found',
      observation({ answers: failedBase({ is: 'failed', failure: failureOf('BaseImageNotFound', 'x: not found') }) }),
      { situation: 'stalled', ready: 'False BaseImageNotFound', next: 'writeStatus' },
    ],
    [
      'base that no build can use',
      observation({ answers: failedBase({ is: 'failed', failure: failureOf('BaseImageUnsupported', 'x: its USER') }) }),
      { situation: 'stalled', ready: 'False BaseImageUnsupported', next: 'writeStatus' },
    ],
    [
      'recorded base with an invalid USER, as an older operator wrote it',
      observation({
        status: { ...resolved, base: { ...base, user: '0\nRUN x', resolvedTime: '2026-11-24T11:00:00Z' } },
        answers: failedBase({ is: 'failed', failure: failureOf('BaseImageUnsupported', 'x: its USER') }),
      }),
      { situation: 'stalled', ready: 'False BaseImageUnsupported', next: 'writeStatus' },
    ],
    [
      'Secret missing',
      observation({ answers: failedBase({ is: 'secretMissing', secret: 'pull', key: '.dockerconfigjson' }) }),
      { situation: 'waiting', ready: 'Unknown WaitingForSecret', next: 'writeStatus' },
    ],
    [
      'registry down',
      observation({ answers: failedBase({ is: 'failed', failure: failureOf('RegistryUnavailable', 'no answer') }) }),
      { situation: 'waiting', ready: 'Unknown Retrying', next: 'writeStatus' },
    ],
    [
      'base known',
      observation({ answers: answer({ base }) }),
      { situation: 'asking', ready: 'Unknown Pending', next: 'ask' },
    ],
    [
      'may push',
      observation({ answers: answer({ base, access: true, secrets: 's' }) }),
      { situation: 'due', ready: 'Unknown Pending', next: 'createJob' },
    ],
    [
      'may push, but other builds have all slots',
      observation({ answers: answer({ base, access: true, secrets: 's' }), buildTurn: 'wait' }),
      { situation: 'queued', ready: 'Unknown Queued', next: 'writeStatus' },
    ],
    [
      'suspended',
      observation({
        status: resolved,
        plan: {
          ok: true,
          value: {
            spec: { ...spec, suspend: true },
            images: [base.image],
            filesOnly: [],
            finalImage: base.image,
            upstream: null,
          },
        },
      }),
      { situation: 'suspended', ready: 'Unknown Suspended', next: 'writeStatus' },
    ],
    [
      'running',
      observation({ status: resolved, builds: [run({})] }),
      { situation: 'building', ready: 'Unknown Building', next: 'writeStatus' },
    ],
    [
      'running for an older spec',
      observation({ status: resolved, builds: [run({}, { inputHash: 'a'.repeat(64) })] }),
      { situation: 'superseded', ready: ' ', next: 'deleteJob' },
    ],
    [
      'pushed',
      observation({ status: resolved, builds: [run(pushedPod)] }),
      { situation: 'asking', ready: 'Unknown Building', next: 'ask' },
    ],
    [
      'confirmed',
      observation({
        status: resolved,
        builds: [run(pushedPod)],
        answers: answer({ confirm: { digest, sizeBytes: 7, inputHash: hash, input: '' }, fixed: null }),
      }),
      { situation: 'tagging', ready: 'Unknown Building', next: 'putTag' },
    ],
    ['tagged', built, { situation: 'done', ready: 'True BuildSucceeded', next: 'writeStatus' }],
    [
      'pushed, and the registry does not show the image yet',
      observation({ status: resolved, builds: [run(pushedPod)], answers: answer({ confirm: null }) }),
      { situation: 'waiting', ready: 'Unknown Retrying', next: 'writeStatus' },
    ],
    [
      'pushed, and the registry has another image under the tag',
      observation({
        status: resolved,
        builds: [run(pushedPod)],
        answers: answer({ confirm: { digest: `sha256:${'e'.repeat(64)}`, sizeBytes: 7, inputHash: hash, input: '' } }),
      }),
      { situation: 'stalled', ready: 'False DigestMismatch', next: 'writeStatus' },
    ],
    [
      'the immutable tag names another image, as after a deleted ImageSpec was created again',
      observation({
        status: resolved,
        builds: [run(pushedPod)],
        answers: answer({
          confirm: { digest, sizeBytes: 7, inputHash: hash, input: '' },
          fixed: `sha256:${'e'.repeat(64)}`,
          own: null,
        }),
      }),
      { situation: 'tagging', ready: 'Unknown Building', next: 'putTag' },
    ],
    [
      "the immutable tag and this image's own tag name other images",
      observation({
        status: resolved,
        builds: [run(pushedPod)],
        answers: answer({
          confirm: { digest, sizeBytes: 7, inputHash: hash, input: '' },
          fixed: `sha256:${'e'.repeat(64)}`,
          own: `sha256:${'f'.repeat(64)}`,
        }),
      }),
      { situation: 'stalled', ready: 'False DigestMismatch', next: 'writeStatus' },
    ],
    [
      'failed',
      observation({ status: resolved, builds: [run(failedPod)] }),
      { situation: 'asking', ready: 'Unknown Building', next: 'ask' },
    ],
    ['failed, log read', failed, { situation: 'stalled', ready: 'False PackageNotFound', next: 'writeStatus' }],
    ['evicted', evicted, { situation: 'waiting', ready: 'Unknown Retrying', next: 'writeStatus' }],
    [
      'timed out',
      observation({ status: resolved, builds: [run({ phase: 'Failed', reason: 'DeadlineExceeded', endedAt: noon })] }),
      { situation: 'stalled', ready: 'False BuildTimeout', next: 'writeStatus' },
    ],
    [
      'never scheduled',
      observation({
        now: noon + 600_000,
        status: resolved,
        builds: [run({ phase: 'Pending', unschedulable: '0/1 nodes' })],
      }),
      { situation: 'stalled', ready: 'False BuildTimeout', next: 'writeStatus' },
    ],
    [
      'out of memory',
      observation({
        status: resolved,
        builds: [
          run({
            phase: 'Failed',
            endedAt: noon,
            containers: {
              build: { is: 'terminated', exitCode: 137, reason: 'OOMKilled', message: '', startedAt: null },
            },
          }),
        ],
      }),
      { situation: 'stalled', ready: 'False OutOfMemory', next: 'writeStatus' },
    ],
  ])('%s', (_, seen, expected) => {
    const { situation, ready, next } = summary(seen);
    expect({ situation, ready, next }).toEqual(expected);
  });
});
