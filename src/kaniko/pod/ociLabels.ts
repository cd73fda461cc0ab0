import { labels } from '../../api/names.ts';
import { buildInput, formatInput } from '../../imagespec/changes.ts';
import type { JobInput } from '../containers.ts';

/** Labels of a built image, by name. */
export function ociLabels({
  owner,
  identity,
  spec,
  bases,
  finalBase,
}: JobInput): readonly (readonly [string, string])[] {
  const input = formatInput(buildInput(spec, bases));
  return [
    ...(finalBase === null
      ? []
      : ([
          ['org.opencontainers.image.base.name', finalBase.image],
          ['org.opencontainers.image.base.digest', finalBase.digest],
        ] as const)),
    [labels.inputHash, identity.inputHash],
    ...(input === undefined ? [] : ([[labels.input, input]] as const)),
    ['imagespec.dev/origin', `${owner.namespace}/${owner.name}`],
  ];
}
