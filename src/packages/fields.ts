import type { z } from 'zod';
import type { Packages } from '../api/imagespec.generated.ts';
import type { Config } from '../config/schema.ts';
import type { FieldInput } from './fieldInput.ts';
import { managerList, managers } from './managers.ts';
import type { Field, PackageFields } from './names.ts';
import type { StepContext } from './step.ts';

/** What all managers read of a spec, and the faults, each with its place. */
export function readPackages(
  packages: Packages,
  config: Config,
): { readonly fields: PackageFields; readonly faults: readonly string[] } {
  const apt = managers.apt.read(packages);
  const conda = managers.conda.read(packages);
  const pip = managers.pip.read(packages, config);
  const cran = managers.cran.read(packages, config);
  return {
    fields: { ...apt.fields, ...conda.fields, ...pip.fields, ...cran.fields },
    faults: [apt, conda, pip, cran].flatMap(({ faults }) => faults),
  };
}

/** The input of all managers' fields, by field, in the order of the managers. */
export function inputsOf(fields: PackageFields): readonly (readonly [field: string, input: FieldInput])[] {
  return managerList.flatMap((manager) => Object.entries<FieldInput>(manager.input(fields)));
}

/** The fields as they are hashed and kept in labels: lists without order are sorted, empty ones absent. */
export function identityOf(fields: PackageFields): Readonly<Record<string, readonly string[] | string>> {
  return Object.fromEntries(
    inputsOf(fields).flatMap(([field, input]) => {
      const value = input.is === 'value' ? (input.value ?? '') : input.entries;
      return value.length === 0 ? [] : [[field, value]];
    }),
  );
}

/** The form of the fields in the label of an image. */
export const labelShape = {
  ...managers.apt.label,
  ...managers.conda.label,
  ...managers.pip.label,
  ...managers.cran.label,
} as const satisfies Readonly<Record<Field, z.ZodType>>;

/** The RUN instructions that install what the fields ask for, from the most stable layer to the least. */
export function packageSteps(fields: PackageFields, context: StepContext): readonly string[] {
  return managerList.flatMap((manager) => manager.step(fields, context) ?? []);
}
