import type { ImageSpecSpec } from '../../api/imagespec.generated.ts';
import type { Config } from '../../config/schema.ts';
import { condaChannelsOf } from '../../packages/conda/grammar.ts';
import { isDirectReference } from '../../packages/pip/grammar.ts';
import { useOneOf } from './words.ts';

/** An entry of `packages.pipIndexes` that is a URL, where the policy allows the names of the configuration only. */
export function pipIndexFault({ packages }: ImageSpecSpec, { policy, pipIndexes }: Config): string | undefined {
  const index = (packages?.pipIndexes ?? []).findIndex((entry) => entry.includes('://'));
  return index === -1 || policy.pipIndexUrls === 'Allowed'
    ? undefined
    : `spec.packages.pipIndexes[${index}]: policy.pipIndexUrls does not allow URLs; ${useOneOf(pipIndexes.map(({ name }) => name))}`;
}

/** What to write in place of an address. */
export const directReferenceAdvice =
  'policy.pipIndexUrls does not allow a URL; write the name and version of the package, and its index in packages.pipIndexes';

/** An entry of `packages.pip` that is fetched from its own address, which is an index of one package. */
export function pipUrlFault({ packages }: ImageSpecSpec, { policy }: Config): string | undefined {
  const index = policy.pipIndexUrls === 'Allowed' ? -1 : (packages?.pip ?? []).findIndex(isDirectReference);
  return index === -1 ? undefined : `spec.packages.pip[${index}]: ${directReferenceAdvice}`;
}

/** A channel that the policy does not allow, in its list or in an entry. */
export function condaChannelFault({ packages }: ImageSpecSpec, { policy }: Config): string | undefined {
  const allowed = policy.condaChannels;
  if (allowed.length === 0) {
    return undefined;
  }
  const asked = [
    ...(packages?.condaChannels ?? []).map((channel, index) => ({ place: `condaChannels[${index}]`, channel })),
    ...(packages?.conda ?? []).flatMap((entry, index) =>
      condaChannelsOf(entry).map((channel) => ({ place: `conda[${index}]`, channel })),
    ),
  ];
  const wrong = asked.find(({ channel }) => !allowed.includes(channel));
  return wrong === undefined
    ? undefined
    : `spec.packages.${wrong.place}: policy.condaChannels does not allow "${wrong.channel}"; ${useOneOf(allowed)}`;
}
