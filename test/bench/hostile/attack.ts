import { setTimeout as sleep } from 'node:timers/promises';
import { ApiException, PatchStrategy, setHeaderOptions } from '@kubernetes/client-node';
import type { ImageSpecSpec } from '../../../src/api/imagespec.generated.ts';
import { typed } from '../../support/apiserver/typed.ts';
import type { Ground } from './ground.ts';
import { hostileKinds, type Targets } from './kinds.ts';
import type { HostileRecord } from './record.ts';
import { type Complain, messageOf } from './victims.ts';

/** The namespace of the hostile ImageSpecs. */
export const attackers = 'attackers';

const type = { group: 'imagespec.dev', version: 'v1alpha1', plural: 'imagespecs', namespace: attackers } as const;

const perKind = 12;
/** One ImageSpec of each kind is written again this often. */
const editEveryMs = 5_000;
/** Fewer than the builds and launches that the operator allows a namespace: some Jobs get no Pod. */
const quotaPods = '6';

/** Whether the API server took a write. */
type Written = 'accepted' | 'refused' | 'failed';

/** The kinds as they were created. */
export type Created = HostileRecord['kinds'];

/** Creates every hostile ImageSpec, in a namespace whose quota has fewer Pods than they need. */
export async function createHostile(ground: Ground, complain: Complain): Promise<Created> {
  const { admin } = ground;
  const targets = targetsOf(ground);
  await typed(admin).core.createNamespacedResourceQuota({
    namespace: attackers,
    body: { metadata: { name: 'few-pods' }, spec: { hard: { pods: quotaPods } } },
  });
  const created: Created[number][] = [];
  for (const { id, does, spec } of hostileKinds) {
    const count = { accepted: 0, refused: 0, failed: 0 };
    for (let index = 0; index < perKind; index++) {
      const body = {
        apiVersion: 'imagespec.dev/v1alpha1',
        kind: 'ImageSpec',
        metadata: { name: `${id}-${index}`, namespace: attackers },
        spec: spec(index, targets),
      };
      count[
        await written(() => typed(admin).customObjects.createNamespacedCustomObject({ ...type, body }), complain)
      ] += 1;
    }
    created.push({ id, does, created: count.accepted, refused: count.refused });
  }
  return created;
}

/** Writes one ImageSpec of each kind again every five seconds until `end` (ms since epoch), and counts into `edits`. */
export async function editHostile(
  ground: Ground,
  end: number,
  edits: HostileRecord['edits'],
  complain: Complain,
): Promise<void> {
  for (let round = 0; Date.now() < end; round++) {
    const from = Date.now();
    for (const { id, spec } of hostileKinds) {
      const outcome = await edit(ground, `${id}-${round % perKind}`, round, spec, complain);
      if (outcome !== 'failed') edits.made += 1;
      if (outcome === 'refused') edits.refused += 1;
    }
    await sleep(Math.max(0, Math.min(from + editEveryMs, end) - Date.now()));
  }
}

function targetsOf({ evil, slow, base }: Ground): Targets {
  return { evil: evil.host, slow: slow.host, base, count: perKind };
}

function edit(
  ground: Ground,
  name: string,
  round: number,
  spec: (index: number, targets: Targets) => ImageSpecSpec,
  complain: Complain,
): Promise<Written> {
  // The text ends inside a character at the bound of the status field that repeats it.
  const annotations = { 'imagespec.dev/retry': `${round}`.padEnd(1_023, 'x').concat('\u{1F600}') };
  const body = { metadata: { annotations }, spec: spec(round + perKind, targetsOf(ground)) };
  const header = setHeaderOptions('Content-Type', PatchStrategy.MergePatch);
  return written(
    () => typed(ground.admin).customObjects.patchNamespacedCustomObject({ ...type, name, body }, header),
    complain,
  );
}

async function written(write: () => Promise<unknown>, complain: Complain): Promise<Written> {
  try {
    await write();
    return 'accepted';
  } catch (error) {
    // 422 and 400: not valid. 404: its creation was refused.
    if (error instanceof ApiException && [400, 404, 422].includes(error.code)) return 'refused';
    complain(`a hostile write: ${messageOf(error)}`);
    return 'failed';
  }
}
