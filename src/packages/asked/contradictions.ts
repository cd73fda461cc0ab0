import { quoted } from '../entries/quote.ts';
import { managerList } from '../managers.ts';
import type { ManagerName, PackageFields } from '../names.ts';
import type { Asked, AskedVersions } from './asked.ts';
import { both, isEmpty } from './interval.ts';

/** What is wrong with an entry, or remarkable about it. */
export interface EntryFinding {
  /** `spec.packages.pip[0]` */
  readonly place: string;
  readonly message: string;
}

interface Placed extends Asked {
  readonly place: string;
  readonly entry: string;
}

function placedOf(manager: ManagerName, fields: PackageFields): readonly Placed[] {
  const { asked } = managerList.find(({ name }) => name === manager) ?? { asked: undefined };
  return fields[manager].flatMap((entry, index) =>
    asked === undefined ? [] : [{ ...asked(entry), entry, place: `spec.packages.${manager}[${index}]` }],
  );
}

/** Entries of one list that no version satisfies together: no solver and no index is needed to know that the build fails. */
export function contradictions(fields: PackageFields): readonly EntryFinding[] {
  return managerList.flatMap(({ name }) =>
    [...Map.groupBy(placedOf(name, fields), (asked) => JSON.stringify([asked.name, asked.condition])).values()].flatMap(
      (group) => group.flatMap((asked, index) => contradiction(asked, group.slice(0, index)) ?? []),
    ),
  );
}

function contradiction(asked: Placed, before: readonly Placed[]): EntryFinding | null {
  if (asked.versions.is === 'range' && isEmpty(asked.versions.interval)) {
    return { place: asked.place, message: `${quoted(asked.entry)} lets no version through; correct its bounds` };
  }
  const other = before.find(({ versions }) => areApart(versions, asked.versions));
  return other === undefined
    ? null
    : {
        place: asked.place,
        message: `${quoted(asked.entry)} contradicts ${quoted(other.entry)} (${other.place}): no version satisfies both; keep one`,
      };
}

function areApart(a: AskedVersions, b: AskedVersions): boolean {
  if (a.is === 'range' && b.is === 'range') {
    return !isEmpty(a.interval) && !isEmpty(b.interval) && isEmpty(both(a.interval, b.interval));
  }
  return a.is === 'exactly' && b.is === 'exactly' && a.text !== b.text;
}

/** Distributions of pip whose conda package has another name. */
const condaNames: Readonly<Record<string, string>> = {
  torch: 'pytorch',
  'opencv-python': 'opencv',
  'opencv-python-headless': 'opencv',
  tables: 'pytables',
  graphviz: 'python-graphviz',
  msgpack: 'msgpack-python',
};

/** Packages that conda and pip both install: pip takes conda's away, and conda does not know. */
export function installedTwice(fields: PackageFields): readonly EntryFinding[] {
  const byConda = new Map(placedOf('conda', fields).map((asked) => [asked.name, asked]));
  return placedOf('pip', fields).flatMap(({ name, entry, place }) => {
    const other = byConda.get(name) ?? byConda.get(condaNames[name] ?? '');
    return other === undefined
      ? []
      : [
          {
            place,
            message: `${quoted(entry)}: packages.conda installs it too (${quoted(other.entry)}, ${other.place}), and pip may replace that one; keep it in one list`,
          },
        ];
  });
}
