import type { V1ConfigMap } from '@kubernetes/client-node';
import { z } from 'zod';
import { manager } from '../../api/names.ts';
import { contentsConfigMap, contentsConfigMapName } from '../../jupyterhub/contents/configMap.ts';
import { maximumLogBytes, parseContents } from '../../jupyterhub/contents/log.ts';
import { formatContents } from '../../jupyterhub/contents/text.ts';
import { contentsContainer } from '../../jupyterhub/verifyPod.ts';
import { answerOf } from '../../kubernetes/client/answer.ts';
import type { Connection } from '../../kubernetes/client/connection.ts';
import { pathOf } from '../../kubernetes/client/paths.ts';
import type { Effect } from '../../lifecycle/model/effect.ts';
import type { Outcome } from '../../lifecycle/model/failedEffect.ts';
import { type Contents, noLists } from '../../packages/contents/contents.ts';
import { readPodLog } from '../answers/podLog.ts';
import { outcomeOf } from './outcome.ts';

const existingSchema = z.object({
  metadata: z.object({
    resourceVersion: z.string(),
    ownerReferences: z.array(z.object({ uid: z.string() })).default([]),
  }),
  data: z.record(z.string(), z.string()).nullish(),
});

/** Contents of an image without a shell, or of one that cannot start. */
const nothing: Contents = { ...noLists, omitted: 0 };

/** Puts the packages of one build into the ImageSpec's ConfigMap. A repetition changes nothing. */
export async function writeContents(
  connection: Connection,
  { self, pod, about, keep }: Extract<Effect, { do: 'writeContents' }>,
): Promise<Outcome> {
  const log = await readPodLog(connection, pod, contentsContainer, { limitBytes: maximumLogBytes });
  if (log.is === 'unavailable') {
    return { is: 'unavailable', reason: null, message: log.message };
  }
  const parsed = parseContents(log.is === 'ok' ? log.value : '');
  const text = formatContents({ ...about, contents: parsed.ok ? parsed.value : nothing });
  const { namespace } = self;
  const name = contentsConfigMapName(self.name);
  const maps = { api: '/api/v1', plural: 'configmaps', namespace } as const;
  const there = await answerOf(() => connection.getJson(pathOf(maps, name), {}));
  if (there.is !== 'ok' && there.is !== 'notFound') {
    return outcomeOf(there);
  }
  const existing = there.is === 'ok' ? existingSchema.parse(there.value) : null;
  if (existing !== null && !existing.metadata.ownerReferences.some(({ uid }) => uid === self.uid)) {
    return {
      is: 'refused',
      reason: null,
      message: `ConfigMap "${name}" does not belong to this ImageSpec; delete or rename it`,
    };
  }
  const body = contentsConfigMap({ owner: self, existing: existing?.data ?? {}, number: about.number, keep, text });
  if (existing === null) {
    return outcomeOf(
      await answerOf(() =>
        connection.send({ method: 'POST', path: pathOf(maps), query: { fieldManager: manager }, body }),
      ),
    );
  }
  const { resourceVersion } = existing.metadata;
  const replaced: V1ConfigMap = Object.assign(body, {
    metadata: Object.assign(body.metadata ?? {}, { resourceVersion }),
  });
  return outcomeOf(
    await answerOf(() =>
      connection.send({ method: 'PUT', path: pathOf(maps, name), query: { fieldManager: manager }, body: replaced }),
    ),
  );
}
