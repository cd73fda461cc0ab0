import { labels, manager } from '../../api/names.ts';
import { type Answer, answerOf } from '../../kubernetes/client/answer.ts';
import type { Connection } from '../../kubernetes/client/connection.ts';
import { pathOf } from '../../kubernetes/client/paths.ts';
import type { ListEffect } from './decide.ts';

/** Applies an effect to a list; no other function writes lists. Returns the present ConfigMap. */
export function actOnList({ send }: Pick<Connection, 'send'>, effect: ListEffect): Promise<Answer<unknown>> {
  const { namespace, name } = effect.list;
  const maps = { api: '/api/v1', plural: 'configmaps', namespace } as const;
  const query = { fieldManager: manager };
  switch (effect.do) {
    case 'createList':
      return answerOf(() =>
        send({
          method: 'POST',
          path: pathOf(maps),
          query,
          body: { metadata: { name, labels: { [labels.managedBy]: manager } }, data: effect.data },
        }),
      );
    case 'patchList':
      // A merge patch keeps foreign labels and annotations; the version makes the patch fail on any other object.
      return answerOf(() =>
        send({
          method: 'PATCH',
          path: pathOf(maps, name),
          query,
          body: {
            metadata: effect.version,
            data: effect.data,
            ...(Object.keys(effect.binaryData).length === 0 ? {} : { binaryData: effect.binaryData }),
          },
        }),
      );
  }
}
