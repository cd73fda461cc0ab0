import type { Packages } from '../api/imagespec.generated.ts';

/** A field of `spec.packages` that belongs to one manager: its list of packages, or what steers it. */
export type Field = Exclude<keyof Packages, 'credentialsSecret'>;

/** The fields that steer a manager. Their names begin with the manager's. */
type Setting = 'condaChannels' | 'pipIndexes' | 'cranSnapshot';

/** A package manager, by the name of its list in `spec.packages`. The CRD decides which there are. */
export type ManagerName = Exclude<Field, Setting>;

/** The fields of one manager. */
export type FieldOf<Name extends ManagerName> = Extract<Field, Name | `${Name}${Capitalize<string>}`>;

/** The fields of all managers, none absent: an empty list, or null for a value that is not set. */
export type PackageFields = {
  readonly [F in Field]: Required<Packages>[F] extends readonly string[] ? readonly string[] : string | null;
};

/** A record of all managers, in the order in which they run: from the most stable layer to the least. */
export function byManager<T>(of: (name: ManagerName) => T): Readonly<Record<ManagerName, T>> {
  return { apt: of('apt'), conda: of('conda'), pip: of('pip'), cran: of('cran') };
}
