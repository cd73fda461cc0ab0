import type { ManagerName } from '../names.ts';
import { isField } from './forms.ts';

/** A package with the version that is installed. */
export interface Package {
  /** Of a Debian package of another architecture than the system's, it ends with `:ARCHITECTURE`. */
  readonly name: string;
  readonly version: string;
}

/** A package of a conda environment. */
export interface CondaPackage extends Package {
  readonly build: string;
  /** A name such as `conda-forge`, or a URL without what may be a credential; null when the image does not say. */
  readonly channel: string | null;
  /** Folder of the environment; '' is the one that conda installs into when no other is named. */
  readonly environment: string;
}

/** A Python distribution, its name as its author writes it, that no conda record accounts for. */
export interface PipPackage extends Package {
  /** Folder of the environment; '' is that of the interpreter on the PATH. */
  readonly environment: string;
}

/** What an image lists of each manager's packages. */
export interface InstalledBy {
  readonly apt: Package;
  readonly conda: CondaPackage;
  readonly pip: PipPackage;
  readonly cran: Package;
}

/** The name of a manager's list in the text of a build: R's packages are there from wherever they come. */
type ListOf<Name extends ManagerName> = Name extends 'cran' ? 'r' : Name;

/** Lists of systems whose packages no list of a spec installs. */
type OtherList = 'apk' | 'rpm';

/** The packages in an image by list, each sorted by environment and name. */
export type PackageLists = { readonly [Name in ManagerName as ListOf<Name>]: readonly InstalledBy[Name][] } & {
  readonly [Name in OtherList]: readonly Package[];
};

/** The name of a list. */
export type ListName = keyof PackageLists;

/** A record of all lists, in the order in which they are written. */
export function byList<T>(of: (list: ListName) => T): Readonly<Record<ListName, T>> {
  return { apt: of('apt'), apk: of('apk'), rpm: of('rpm'), conda: of('conda'), pip: of('pip'), r: of('r') };
}

/** The names of the lists, in that order. */
export const listNames: readonly ListName[] = Object.values(byList((list) => list));

/** No package at all. */
export const noLists: PackageLists = byList(() => []);

/** The packages in an image. */
export type Contents = PackageLists & {
  /** Packages that are left out: their names are none that a package can have, or there was no more room. */
  readonly omitted: number;
};

/** One build's packages, and what they were built from. */
export interface BuildContents {
  /** Number of the build, as in status.history. */
  readonly number: number;
  /** `repository@sha256:…`. */
  readonly image: string;
  /** The images of the FROM instructions as the user wrote them, with the digests that they had at that time. */
  readonly bases: readonly { readonly image: string; readonly digest: string }[];
  readonly contents: Contents;
}

/** Whether every field of a package can be one. */
export function hasFormOfPackage(entry: Package & Partial<CondaPackage>): boolean {
  const { name, version, build, channel, environment } = entry;
  return (
    isField('name', name) &&
    isField('version', version) &&
    (build === undefined || isField('build', build)) &&
    (channel === undefined || channel === null || isField('channel', channel)) &&
    (environment === undefined || environment === '' || isField('environment', environment))
  );
}

/** The name under which pip and PyPI compare distributions (PEP 503). */
export function normalisedPipName(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.]+/g, '-');
}

/** Compares by environment and name, in the order of the code units. The same packages then give the same text. */
export function inOrder<T extends Package & { readonly environment?: string }>(packages: readonly T[]): readonly T[] {
  return packages.toSorted(
    (a, b) =>
      compare(a.environment ?? '', b.environment ?? '') || compare(a.name, b.name) || compare(a.version, b.version),
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
