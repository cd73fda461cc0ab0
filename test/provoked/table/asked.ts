import { expect } from 'vitest';
import { annotations } from '../../../src/api/names.ts';
import { kubernetesBinaries } from '../../../tools/cluster/artifacts/binaries.ts';
import { run } from '../../../tools/cluster/artifacts/run.ts';
import { eventually } from '../../../tools/eventually.ts';
import { shell } from '../../node/images.ts';
import type { Case } from '../cases.ts';
import { gated, gateReached, type Place } from '../place.ts';

const first = { dockerfile: `FROM ${shell}\nENV WHICH=first\n` };
const second = { dockerfile: `FROM ${shell}\nENV WHICH=second\n` };
const broken = { dockerfile: `FROM ${shell}\nRUN exit 3\n` };

async function builtAs(place: Place, spec: Parameters<Place['apply']>[0]): Promise<void> {
  await place.shown({ reason: 'BuildSucceeded' }, await place.apply(spec));
}

async function deleteIt(place: Place, cascade: 'foreground' | 'background'): Promise<number> {
  await place.apply({ dockerfile: gated() });
  await place.logged(gateReached);
  const at = Date.now();
  await place.kubectl(['delete', 'imagespec', '--all', `--cascade=${cascade}`, '--wait=false']);
  return at;
}

/** Requests of a user. */
export const askedCases: readonly Case[] = [
  {
    id: 'edited-while-building',
    provoked: 'the spec is edited while the build runs: the old Job goes, the new one builds',
    shows: [{ reason: 'BuildSucceeded' }],
    jobs: 2,
    provoke: async (place) => {
      await place.apply({ dockerfile: gated() });
      await place.logged(gateReached);
      return place.apply(second);
    },
    afterwards: async (place, { journal }) => {
      const left = await place.kubectl(['get', 'jobs', '-o', 'name']);
      expect(left.trim().split('\n')).toEqual([`job.batch/${journal.jobs(place.namespace)[1]?.metadata?.name}`]);
    },
  },
  {
    id: 'edited-after-failure',
    provoked: 'the spec is corrected after a failure',
    shows: [{ reason: 'BuildSucceeded' }],
    also: [{ reason: 'RunFailed' }],
    jobs: 2,
    provoke: async (place) => {
      await place.shown({ reason: 'RunFailed' }, await place.apply(broken));
      return place.apply(second);
    },
  },
  {
    id: 'cancelled',
    provoked: 'the annotation imagespec.dev/cancel is set while the build runs',
    shows: [{ reason: 'Cancelled' }],
    jobs: 1,
    provoke: async (place) => {
      await place.apply({ dockerfile: gated() });
      await place.logged(gateReached);
      return place.annotate(annotations.cancel, 'now');
    },
    afterwards: async (place) => {
      await eventually('no Pod is left', 60, async () => {
        const running = ['get', 'pods', '--field-selector=status.phase!=Failed,status.phase!=Succeeded', '-o', 'name'];
        return (await place.kubectl(running)) === '' ? true : undefined;
      });
    },
  },
  {
    id: 'retry',
    provoked: 'the annotation imagespec.dev/retry is set after a cancelled build',
    shows: [{ reason: 'BuildSucceeded' }],
    also: [{ reason: 'Cancelled' }],
    jobs: 2,
    provoke: async (place) => {
      await place.apply({ dockerfile: gated() });
      await place.logged(gateReached);
      await place.shown({ reason: 'Cancelled' }, await place.annotate(annotations.cancel, 'now'));
      const at = await place.annotate(annotations.retry, 'once');
      await place.open(await place.logged(gateReached, 1));
      return at;
    },
  },
  {
    id: 'rebuild',
    provoked: 'the annotation imagespec.dev/rebuild is set on a good image',
    shows: [{ reason: 'Building' }, { reason: 'BuildSucceeded' }],
    also: [{ reason: 'BuildSucceeded' }],
    jobs: 2,
    provoke: async (place) => {
      await builtAs(place, first);
      return place.annotate(annotations.rebuild, 'once');
    },
    afterwards: async (_place, _stage, states) => {
      const status = states.at(-1)?.object.status;
      expect(status?.build?.reasons).toEqual(['RebuildRequested']);
      expect(status?.tags?.[0]).toMatch(/:[0-9a-f]{16}-r[0-9a-f]{8}$/);
    },
  },
  {
    id: 'suspended',
    provoked: 'spec.suspend is taken back before anything was built',
    shows: [{ reason: 'BuildSucceeded' }],
    also: [{ reason: 'Suspended' }],
    jobs: 1,
    provoke: async (place, { journal }) => {
      await place.shown({ reason: 'Suspended' }, await place.apply({ ...first, suspend: true }));
      expect(journal.jobs(place.namespace)).toEqual([]);
      return place.apply({ ...first, suspend: false });
    },
  },
  {
    id: 'reverted',
    provoked: 'the spec goes back to an earlier one, as a Git revert does',
    shows: [{ reason: 'ImageReused' }],
    also: [{ reason: 'BuildSucceeded' }],
    jobs: 2,
    provoke: async (place) => {
      await builtAs(place, first);
      await builtAs(place, second);
      return place.apply(first);
    },
    afterwards: async (_place, _stage, states) => {
      const images = [...new Set(states.flatMap(({ object }) => object.status?.image ?? []))];
      expect(images).toHaveLength(2);
      expect(states.at(-1)?.object.status?.image).toBe(images[0]);
    },
  },
  {
    id: 'verification',
    provoked: 'a command of spec.verify fails in the new image; the last good one stays',
    shows: [{ reason: 'VerificationFailed', failure: 'VerificationFailed' }],
    also: [{ reason: 'BuildSucceeded' }],
    jobs: 2,
    provoke: async (place) => {
      await builtAs(place, first);
      const check = { name: 'which', command: ['sh', '-c', '[ "$WHICH" = first ]'], timeoutSeconds: 30 };
      return place.apply({ ...second, verify: [check] });
    },
    afterwards: async (_place, _stage, states) => {
      const status = states.at(-1)?.object.status;
      expect(status?.failure?.message).toContain('which');
      const good = states.find(({ object }) => object.status?.image !== undefined)?.object.status?.image ?? '';
      expect(status?.image).toBe(good);
      const { crane } = await kubernetesBinaries();
      const [repository = '', digest] = good.split('@');
      expect((await run(crane, ['digest', '--insecure', `${repository}:latest`])).trim()).toBe(digest);
    },
  },
  {
    id: 'deleted-foreground',
    provoked: 'the ImageSpec is deleted in the foreground while the build runs',
    shows: 'nothingLeft',
    jobs: 1,
    provoke: (place) => deleteIt(place, 'foreground'),
  },
  {
    id: 'deleted-background',
    provoked: 'the ImageSpec is deleted in the background while the build runs',
    shows: 'nothingLeft',
    jobs: 1,
    provoke: (place) => deleteIt(place, 'background'),
  },
];
