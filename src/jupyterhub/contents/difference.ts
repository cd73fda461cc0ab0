import {
  type CondaPackage,
  type Contents,
  type ListName,
  listNames,
  normalisedPipName,
  type Package,
} from '../../packages/contents/contents.ts';

/** A package that is there once only, or in two versions. */
export interface PackageDifference {
  readonly manager: ListName;
  readonly name: string;
  /** Folder of the environment that it is in; '' for the main one. */
  readonly environment: string;
  /** Version; for conda with build and channel. Null when it was not there. */
  readonly before: string | null;
  readonly after: string | null;
}

/** The differences between two builds, in the order of managers, environments and names. */
export function differences(before: Contents, after: Contents): readonly PackageDifference[] {
  return listNames.flatMap((manager) => {
    const keyOf = manager === 'pip' ? normalisedPipName : (name: string) => name;
    const [old, fresh] = [versions(before[manager], keyOf), versions(after[manager], keyOf)];
    return [...new Set([...old.keys(), ...fresh.keys()])].toSorted().flatMap((key) => {
      const [was, is] = [old.get(key), fresh.get(key)];
      const [environment = '', plain = ''] = key.split('\t');
      return was?.text === is?.text
        ? []
        : [
            {
              manager,
              name: is?.name ?? was?.name ?? plain,
              environment,
              before: was?.text ?? null,
              after: is?.text ?? null,
            },
          ];
    });
  });
}

interface Versions {
  readonly name: string;
  readonly text: string;
}

/** By environment and name. A system may hold a package in several versions, such as kernels. */
function versions(
  packages: readonly (Package & Partial<CondaPackage>)[],
  keyOf: (name: string) => string,
): ReadonlyMap<string, Versions> {
  const found = new Map<string, Versions>();
  for (const { name, version, build, channel, environment = '' } of packages) {
    const key = `${environment}\t${keyOf(name)}`;
    const text = [version, build, channel].filter((part) => part !== undefined && part !== null).join(' ');
    const before = found.get(key);
    found.set(key, { name, text: before === undefined ? text : `${before.text}, ${text}` });
  }
  return found;
}
