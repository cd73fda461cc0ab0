import { stageFault } from '../../dockerfile/own/singleStage.ts';
import type { Base, BaseObstacle, EffectiveSpec } from '../../imagespec/effective.ts';
import { parseReference } from '../../oci/reference.ts';
import { packageSteps } from '../../packages/fields.ts';
import { placesOf } from '../reach.ts';

/** How the base gets under a build. */
export type BaseWay = 'Mounted' | 'Unpacked' | 'Composed';

/** What the decision depends on. */
export interface WayInput {
  readonly spec: EffectiveSpec;
  readonly finalBase: Base | null;
  /** Why nodes could not pull from the registry of this base; null: nothing says so. */
  readonly pullTrouble: string | null;
}

/** The decision and its reason, as a clause about the base. */
export type DecidedWay =
  | { readonly is: 'decided'; readonly way: BaseWay; readonly row: string; readonly why: string }
  /** The base's registry must describe it first. */
  | { readonly is: 'baseUnknown' };

/** Input of a row: the base is there and described. */
interface Described {
  readonly spec: EffectiveSpec;
  readonly base: Base;
  readonly obstacle: BaseObstacle;
  readonly pullTrouble: string | null;
}

/** One reason for a way. */
export interface WayRow {
  readonly id: string;
  readonly way: BaseWay;
  /** The case, for docs. */
  readonly what: string;
  /** The reason for this case as a clause; undefined where the row does not apply. */
  readonly why: (at: Described) => string | undefined;
}

const when = (condition: boolean, why: string): string | undefined => (condition ? why : undefined);

/** Rows that need no description of the base. */
export const firstRows: readonly (Omit<WayRow, 'why'> & { readonly why: (at: WayInput) => string | undefined })[] = [
  {
    id: 'asked',
    way: 'Unpacked',
    what: '`build.base` is `Unpacked`',
    why: ({ spec }) =>
      when(
        spec.platformSettings.build.base === 'Unpacked',
        "the base is unpacked: build.base in the operator's configuration",
      ),
  },
  {
    id: 'direct',
    way: 'Unpacked',
    what: '`build.pushMode` is `Direct`',
    why: ({ spec }) =>
      when(
        spec.pushMode === 'Direct',
        'the base is unpacked: with build.pushMode Direct the builder pushes whole images',
      ),
  },
  {
    id: 'scratch',
    way: 'Unpacked',
    what: 'the last stage starts from `scratch`',
    why: ({ finalBase }) => when(finalBase === null, 'there is no base to unpack'),
  },
];

/** Rows about a base that its registry has described, in order; the first that applies decides. */
export const nextRows: readonly WayRow[] = [
  {
    id: 'plain-http',
    way: 'Unpacked',
    what: 'one of the registries of base and output uses plain HTTP, and the other does not',
    why: ({ spec, base }) =>
      when(
        isPlain(placesOf(base, spec.platformSettings)[0] ?? base.image, spec) !== isPlain(spec.repository, spec),
        'the base is unpacked: the registry of the base or that of the output uses plain HTTP, and the other does not',
      ),
  },
  {
    id: 'triggers',
    way: 'Unpacked',
    what: 'the base has ONBUILD instructions',
    why: ({ obstacle }) => when(obstacle === 'Triggers', 'the base is unpacked: it has ONBUILD instructions'),
  },
  {
    id: 'nothing-installed',
    way: 'Composed',
    what: 'the spec installs nothing',
    why: ({ spec: { source, platformSettings } }) =>
      when(
        source.is === 'packages' && packageSteps(source, { netrc: null, settings: platformSettings }).length === 0,
        'only the configuration of the base changes, as nothing is installed',
      ),
  },
  {
    id: 'dockerfile',
    way: 'Unpacked',
    what: 'a Dockerfile with several stages, COPY, ADD, VOLUME, or a label with a variable',
    why: ({ spec: { source } }) => {
      const fault = source.is === 'dockerfile' ? stageFault(source.text) : undefined;
      return fault === undefined ? undefined : `the base is unpacked: ${fault}`;
    },
  },
  {
    id: 'volumes',
    way: 'Unpacked',
    what: 'the base declares volumes',
    why: ({ obstacle }) =>
      when(obstacle === 'Volumes', 'the base is unpacked: it declares volumes, whose files would be lost'),
  },
  {
    id: 'variables',
    way: 'Unpacked',
    what: 'the base sets variables that would steer the builder',
    why: ({ obstacle }) =>
      when(obstacle === 'Variables', 'the base is unpacked: it sets variables that would steer the builder'),
  },
  {
    id: 'not-pullable',
    way: 'Unpacked',
    what: '`build.base` is `Auto`, and a node could not pull from the registry of the base in the last hour',
    why: ({ spec, pullTrouble }) =>
      spec.platformSettings.build.base !== 'Auto' || pullTrouble === null
        ? undefined
        : `the base is unpacked, because nodes cannot pull it: ${pullTrouble}`,
  },
  {
    id: 'mounted',
    way: 'Mounted',
    what: 'everything else',
    why: () => 'the build runs on the base as the node pulled it',
  },
];

/**
 * How the base gets under a build, and why. The image is the same in each way; it never depends on the way which packages are
 * installed.
 */
export function wayOf(input: WayInput): DecidedWay {
  for (const { id, way, why } of firstRows) {
    const reason = why(input);
    if (reason !== undefined) {
      return { is: 'decided', way, row: id, why: reason };
    }
  }
  const { spec, finalBase, pullTrouble } = input;
  if (finalBase?.obstacle === undefined) {
    return { is: 'baseUnknown' };
  }
  for (const { id, way, why } of nextRows) {
    const reason = why({ spec, base: finalBase, obstacle: finalBase.obstacle, pullTrouble });
    if (reason !== undefined) {
      return { is: 'decided', way, row: id, why: reason };
    }
  }
  throw new Error('the last row applies to every build');
}

/** Whether the operator's configuration names the registry of this image as one with plain HTTP. */
function isPlain(image: string, { platformSettings }: EffectiveSpec): boolean {
  const reference = parseReference(image);
  return reference.ok && platformSettings.registries.insecure.includes(reference.value.registry);
}
