import { z } from 'zod';
import { packageFault } from '../../packages/entries/packageFault.ts';
import { managerNames } from '../../packages/managers.ts';
import { specSchema } from './schema.generated.ts';
import { type StructureFault, structureFaults } from './structure.ts';

const fields = z.record(z.string(), z.unknown());
const baseFields = ['baseImage', 'baseImageSpecRef', 'dockerfile'];

/**
 * A spec without the fields that have faults, for the checks that need a sound one: so all faults come together. Nothing where
 * too little remains, or the fault is between fields.
 */
export function soundPart(spec: unknown, faults: readonly StructureFault[]): readonly unknown[] {
  const given = fields.safeParse(spec);
  const packages = fields.safeParse(given.data?.['packages']);
  const paths = faults.filter(({ path }) => path[0] === 'spec').map(({ path }) => path.slice(1));
  if (!given.success || paths.some((path) => path.length === 0)) {
    return [];
  }
  const faulty = new Set(paths.filter((path) => path[0] !== 'packages' || path.length === 1).map(([field]) => field));
  const lists = new Set(paths.filter((path) => path[0] === 'packages').map((path) => path[1]));
  const kept = Object.fromEntries(
    Object.entries(given.data).flatMap(([name, value]) =>
      faulty.has(name) ? [] : [[name, name === 'packages' && packages.success ? without(packages.data, lists) : value]],
    ),
  );
  const isWhole = baseFields.some((name) => name in kept) && structureFaults(specSchema, kept).length === 0;
  return isWhole ? [kept] : [];
}

function without(table: Readonly<Record<string, unknown>>, names: ReadonlySet<unknown>): object {
  return Object.fromEntries(Object.entries(table).filter(([name]) => !names.has(name)));
}

/** Faults of the sound entries in lists of packages of which another entry has the wrong kind. */
export function entryFaults(spec: unknown, faults: readonly StructureFault[]): readonly string[] {
  const packages = fields.safeParse(fields.safeParse(spec).data?.['packages']).data ?? {};
  const wrong = new Set(faults.map(({ path }) => JSON.stringify(path)));
  return managerNames.flatMap((manager) => {
    const list = z.array(z.unknown()).safeParse(packages[manager]).data ?? [];
    const hasFault = faults.some(({ path }) => path[1] === 'packages' && path[2] === manager);
    return hasFault
      ? list.flatMap((entry, index) => {
          const isSound = typeof entry === 'string' && !wrong.has(JSON.stringify(['spec', 'packages', manager, index]));
          const fault = isSound ? packageFault(manager, entry) : undefined;
          return fault === undefined ? [] : [`spec.packages.${manager}[${index}]: ${fault}`];
        })
      : [];
  });
}
