import { z } from 'zod';
import { failed, ok, type Result } from '../../api/result.ts';
import { contentsConfigMapName, contentsKey } from '../../jupyterhub/contents/configMap.ts';
import { parseContentsText } from '../../jupyterhub/contents/text.ts';
import { answerOf } from '../../kubernetes/answer.ts';
import type { BuildContents } from '../../packages/contents/contents.ts';
import { type Cluster, sentence } from '../cluster.ts';
import type { SeenImageSpec } from './projections.ts';

/** The packages of an ImageSpec's builds, as the operator has written them down. */
export interface ContentsLists {
  readonly configMapName: string;
  readonly data: Readonly<Record<string, string>>;
}

const configMapSchema = z.object({ data: z.record(z.string(), z.string()).default({}) });

/** Reads the ConfigMap with the packages of all builds that are kept. The failure is a sentence that says what to do. */
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
        `there is no list of packages of ImageSpec "${name}" yet (ConfigMap "${configMapName}"); the operator makes it of an image that was built and can be started`,
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
      `there is no list of packages of build ${number} in ConfigMap "${configMapName}"; there ${there.length === 0 ? 'is none at all' : `are those of builds ${there.join(', ')}`}`,
    );
  }
  const read = parseContentsText(text);
  return read.ok
    ? read
    : failed(
        `ConfigMap "${configMapName}", key "${contentsKey(number)}": ${read.failure}; somebody else has changed it`,
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
    `ConfigMap "${lists.configMapName}" has no list of packages of ${digest}; wait for the operator to make it`,
  );
}
