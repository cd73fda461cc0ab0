import { PatchStrategy, setHeaderOptions } from '@kubernetes/client-node';
import { labels, manager } from '../../api/names.ts';
import { type Answer, answerOf } from '../../kubernetes/client/answer.ts';
import type { Connection } from '../../kubernetes/client/connection.ts';
import type { ListEffect } from './decide.ts';

/** Applies an effect to a list; no other function writes lists. Returns the present ConfigMap. */
export function actOnList(core: Connection['core'], effect: ListEffect): Promise<Answer<unknown>> {
  const { namespace, name } = effect.list;
  switch (effect.do) {
    case 'createList':
      return answerOf<unknown>(() =>
        core.createNamespacedConfigMap({
          namespace,
          body: { metadata: { name, labels: { [labels.managedBy]: manager } }, data: effect.data },
          fieldManager: manager,
        }),
      );
    case 'patchList':
      // A merge patch keeps foreign labels and annotations; the version makes the patch fail on any other object.
      return answerOf<unknown>(() =>
        core.patchNamespacedConfigMap(
          {
            namespace,
            name,
            body: {
              metadata: effect.version,
              data: effect.data,
              ...(Object.keys(effect.binaryData).length === 0 ? {} : { binaryData: effect.binaryData }),
            },
            fieldManager: manager,
          },
          setHeaderOptions('Content-Type', PatchStrategy.MergePatch),
        ),
      );
  }
}
