import type { z } from 'zod';
import type { Packages } from '../api/imagespec.generated.ts';
import type { Config } from '../config/schema.ts';
import type { Asked } from './asked/asked.ts';
import type { Contents, InstalledBy, Package } from './contents/contents.ts';
import type { Line } from './contents/lines.ts';
import type { Grammar } from './entries/entryFault.ts';
import type { ManagerFailures } from './failures.ts';
import type { FieldInput } from './fieldInput.ts';
import type { FieldOf, ManagerName, PackageFields } from './names.ts';
import type { Pin } from './pin.ts';
import type { PrimehubReader } from './primehub.ts';
import type { SourceVariables } from './sourceVariables.ts';
import type { StepContext, StepSettings } from './step.ts';

/** How the packages of an image are listed, and the list is read. */
export interface InstalledList<P extends Package> {
  /** Functions of a POSIX shell that print lines `KIND TAB FIELD TAB …`; `jupyterhub/contents/script.ts` has what they share. */
  readonly functions: string;
  /** The call of the one that lists. */
  readonly call: string;
  /** The packages in these lines. The image may be hostile: the caller passes over what cannot be a package. */
  readonly read: (lines: readonly Line[]) => readonly P[];
  /** The list without what stands in it twice. */
  readonly distinct: (packages: readonly P[]) => readonly P[];
  /** The name under which the manager compares packages. */
  readonly keyOf: (name: string) => string;
}

/** The fields of a spec as a manager reads them, and the faults, each with its place. */
export interface ReadFields<Name extends ManagerName> {
  readonly fields: Pick<PackageFields, FieldOf<Name>>;
  readonly faults: readonly string[];
}

/** All that is known of a package manager. docs/adding-a-package-manager.md explains each part. */
export interface PackageManager<Name extends ManagerName> {
  readonly name: Name;
  /** What an entry of its list may be. */
  readonly grammar: Grammar;
  /** What an entry that the grammar takes asks for, to compare it with others. */
  readonly asked: (entry: string) => Asked;
  /** Reads its fields of a spec, with the platform's settings. */
  readonly read: (packages: Packages, config: Config) => ReadFields<Name>;
  /** What each of its fields adds to the input hash and to the list of changes. */
  readonly input: (fields: PackageFields) => Readonly<Record<FieldOf<Name>, FieldInput>>;
  /** The form of its fields in the label of an image. */
  readonly label: Readonly<Record<FieldOf<Name>, z.ZodType>>;
  /** Its RUN instruction; null where the spec asks for no package of it. */
  readonly step: (fields: PackageFields, context: StepContext) => string | null;
  /** Build arguments that the platform's settings set for every Dockerfile, users' own among them. */
  readonly buildArguments: (settings: StepSettings) => readonly { readonly name: string; readonly value: string }[];
  /** Variables of a build that decide where its packages come from. */
  readonly sourceVariables: SourceVariables;
  readonly failures: ManagerFailures;
  /** Reads its list in a recipe of PrimeHub; null where PrimeHub has no such list. */
  readonly primehub: PrimehubReader | null;
  readonly contents: InstalledList<InstalledBy[Name]>;
  /** An entry as one that asks for exactly what is installed. */
  readonly pin: (entry: string, contents: Contents) => Pin;
}
