import type { Config } from '../config/schema.ts';
import type { Json } from '../imagespec/canonicalJson.ts';
import { filled } from '../imagespec/policy/patterns.ts';
import type { Candidate } from './candidate.ts';
import { hubText } from './hubText.ts';
import { slugOf } from './slug.ts';

/** A ConfigMap that one Hub reads. */
export type Destination = Config['jupyterHub']['publish'][number];
/** A machine that users can choose together with an image. */
export type MachineProfile = Config['jupyterHub']['profiles'][number];

/** Keys of the ConfigMap; the snippet in deploy/jupyterhub reads them. */
const profilesKey = 'profile_list.json';
const unavailableKey = 'unavailable.json';

/** Desired content of a ConfigMap, and the result for each selected ImageSpec. */
export interface ProfileList {
  readonly data: Readonly<Record<string, string>>;
  /** The image of each selectable ImageSpec, by `namespace/name`. */
  readonly offered: ReadonlyMap<string, string>;
  /** ImageSpecs with an image that did not fit. */
  readonly leftOut: ReadonlySet<string>;
  /** Number of entries shown without being selectable. */
  readonly unavailable: number;
  /** Size of `data` in bytes. */
  readonly bytes: number;
}

/**
 * Bytes of `data`. Kubernetes accepts 1,048,576 for all values of a ConfigMap (core/validation, MaxSecretSize); the
 * rest is for additions by others.
 */
const largestData = 1_000_000;

/** Whether a destination selects this ImageSpec. */
export function isSelected(destination: Destination, { namespace, labels }: Candidate): boolean {
  return (
    (destination.namespaces.length === 0 || destination.namespaces.includes(namespace)) &&
    Object.entries(destination.selector).every(([key, value]) => labels[key] === value)
  );
}

/**
 * The list of one destination. The same input in any order gives the same bytes. Namespaces take turns for the space, so that
 * none fills the list for the others; the oldest of each stay. Unselectable entries follow the selectable ones.
 */
export function profileList(
  destination: Destination,
  machines: readonly MachineProfile[],
  candidates: readonly Candidate[],
): ProfileList {
  const selected = inTurns(candidates.filter((candidate) => isSelected(destination, candidate)).toSorted(byAge));
  const room = new Room(emptySize);
  const profiles: Entry[] = [];
  const unavailable: Entry[] = [];
  const offered = new Map<string, string>();
  const leftOut = new Set<string>();
  for (const candidate of selected) {
    const { image, namespace, name } = candidate;
    if (image === null) {
      continue;
    }
    const text = JSON.stringify(profileOf(destination, machines, candidate, image));
    if (room.takes(text)) {
      profiles.push({ candidate, text });
      offered.set(`${namespace}/${name}`, image);
    } else {
      leftOut.add(`${namespace}/${name}`);
    }
  }
  for (const candidate of selected) {
    if (candidate.image === null && candidate.state !== 'compatible') {
      const text = JSON.stringify(unavailableOf(destination, candidate, candidate.state));
      if (room.takes(text)) {
        unavailable.push({ candidate, text });
      }
    }
  }
  return {
    data: { [profilesKey]: listText(profiles), [unavailableKey]: listText(unavailable) },
    offered,
    leftOut,
    unavailable: unavailable.length,
    bytes: room.used,
  };
}

interface Entry {
  readonly candidate: Candidate;
  readonly text: string;
}

/** One entry a line, so that diffs of two versions are readable. */
function listText(entries: readonly Entry[]): string {
  const lines = entries.toSorted(byDisplayName).map(({ text }) => text);
  return `[${lines.map((line) => `\n${line}`).join(',')}\n]\n`;
}

const emptySize = 2 * listText([]).length;

class Room {
  #used: number;

  constructor(used: number) {
    this.#used = used;
  }

  /** Takes the entry in when it fits. */
  takes(text: string): boolean {
    const size = Buffer.byteLength(text, 'utf8') + ',\n'.length;
    if (this.#used + size > largestData) {
      return false;
    }
    this.#used += size;
    return true;
  }

  get used(): number {
    return this.#used;
  }
}

function described(destination: Destination, candidate: Candidate): Readonly<Record<string, Json>> {
  const { namespace, name } = candidate;
  // Two may have the same display name; the ImageSpec's name distinguishes them.
  const origin = `${namespace}/${name}`;
  const description = hubText(candidate.description);
  return {
    slug: slugOf(namespace, name),
    display_name: hubText(candidate.displayName) || name,
    description: description === '' ? origin : `${description} (${origin})`,
    groups: destination.groups.map((group) => filled(group, candidate)),
  };
}

function profileOf(
  destination: Destination,
  machines: readonly MachineProfile[],
  candidate: Candidate,
  image: string,
): Json {
  const choices = machines.filter(({ name }) => candidate.machines.includes(name));
  return {
    ...described(destination, candidate),
    kubespawner_override: {
      image,
      ...(destination.pullSecret === null ? {} : { image_pull_secrets: [{ name: destination.pullSecret }] }),
    },
    ...(choices.length === 0
      ? {}
      : {
          profile_options: {
            machine: {
              display_name: 'Machine',
              choices: Object.fromEntries(choices.map((machine, index) => [machine.name, choiceOf(machine, index)])),
            },
          },
        }),
  };
}

/** The first is the default, which KubeSpawner would also choose; older versions mark none. */
function choiceOf({ displayName, description, kubespawnerOverride }: MachineProfile, index: number): Json {
  const name = hubText(displayName);
  return {
    display_name: description === '' ? name : `${name}: ${hubText(description)}`,
    kubespawner_override: kubespawnerOverride,
    ...(index === 0 ? { default: true } : {}),
  };
}

function unavailableOf(destination: Destination, candidate: Candidate, state: Candidate['state']): Json {
  return { ...described(destination, candidate), name: `${candidate.namespace}/${candidate.name}`, state };
}

/** The first of each namespace, then the second of each, and so on. */
function inTurns(oldestFirst: readonly Candidate[]): readonly Candidate[] {
  const seen = new Map<string, number>();
  const ranked = oldestFirst.map((candidate) => {
    const rank = seen.get(candidate.namespace) ?? 0;
    seen.set(candidate.namespace, rank + 1);
    return { candidate, rank };
  });
  return ranked.toSorted((a, b) => a.rank - b.rank).map(({ candidate }) => candidate);
}

function byAge(a: Candidate, b: Candidate): number {
  return a.createdAt - b.createdAt || byName(a, b);
}

function byName(a: Candidate, b: Candidate): number {
  return compare(a.namespace, b.namespace) || compare(a.name, b.name);
}

/** By display name, ignoring case; then by the unique name. */
function byDisplayName({ candidate: a }: Entry, { candidate: b }: Entry): number {
  return compare(a.displayName.toLowerCase(), b.displayName.toLowerCase()) || byName(a, b);
}

/** By code units: a locale sorts differently on another machine. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
