import { z } from 'zod';
import { failed, ok, type Result } from '../../api/result.ts';
import { contentsConfigMapName, contentsKey } from '../../jupyterhub/contents/configMap.ts';
import { parseContentsText } from '../../jupyterhub/contents/text.ts';
import { answerOf } from '../../kubernetes/client/answer.ts';
import type { BuildContents } from '../../packages/contents/contents.ts';
import { type Cluster, sentence } from './cluster.ts';
import type { SeenImageSpec } from './projections.ts';

/** The package lists of an ImageSpec's builds, as the operator recorded them. */
export interface ContentsLists {
  readonly configMapName: string;
  readonly data: Readonly<Record<string, string>>;
}

const configMapSchema = z.object({ data: z.record(z.string(), z.string()).default({}) });

/** Reads the ConfigMap with the package lists of all kept builds. The failure is a sentence that says what to do. */
export async function readContents(
  cluster: Cluster,
  { name, status }: SeenImageSpec,
): Promise<Result<ContentsLists, string>> {
  const configMapName = status.contents?.configMapName ?? contentsConfigMapName(name);
  const path = `/api/v1/namespaces/${encodeURIComponent(cluster.namespace)}/configmaps/${encodeURIComponent(configMapName)}`;
  const answer = await answerOf(() => cluster.connection.getJson(path, {}));
  switch (answer.is) {
    case 'ok':
      return ok({ configMapName, data: configMapSchema.parse(answer.value).data });
    case 'notFound':
      return failed(
        `ImageSpec "${name}" has no package list yet (ConfigMap "${configMapName}"); the operator lists the packages of an image that was built and starts`,
      );
    case 'alreadyExists':
    case 'conflict':
    case 'refused':
    case 'unavailable':
      return failed(sentence(cluster, answer, { verb: 'read', what: `ConfigMap "${configMapName}"` }));
  }
}

/** The packages of one build. */
export function contentsOfBuild({ configMapName, data }: ContentsLists, number: number): Result<BuildContents, string> {
  const text = data[contentsKey(number)];
  if (text === undefined) {
    const there = Object.keys(data)
      .flatMap((key) => /^build-(\d+)\.txt$/.exec(key)?.[1] ?? [])
      .toSorted((a, b) => Number(a) - Number(b));
    return failed(
      `ConfigMap "${configMapName}" has no package list of build ${number}; it has ${there.length === 0 ? 'none at all' : `those of builds ${there.join(', ')}`}`,
    );
  }
  const read = parseContentsText(text);
  return read.ok
    ? read
    : failed(
        `ConfigMap "${configMapName}", key "${contentsKey(number)}": ${read.failure}; something other than the operator changed it`,
      );
}

/** The packages of the image with this digest. */
export function contentsOfDigest(lists: ContentsLists, digest: string): Result<BuildContents, string> {
  for (const text of Object.values(lists.data)) {
    const read = parseContentsText(text);
    if (read.ok && read.value.image.endsWith(`@${digest}`)) {
      return read;
    }
  }
  return failed(
    `ConfigMap "${lists.configMapName}" has no package list of ${digest}; wait until the operator writes it`,
  );
}
