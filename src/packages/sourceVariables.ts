/**
 * Variables with which a build argument would decide where packages come from. Names are compared without case, as pip and
 * conda themselves lower what stands behind their prefix.
 */
export interface SourceVariables {
  readonly names: readonly string[];
  /** Beginnings of names; all such names count but the `harmless` ones. */
  readonly prefixes: readonly string[];
  readonly suffixes: readonly string[];
  readonly harmless: readonly string[];
}

/** Whether the name is one of these variables. */
export function isAmong({ names, prefixes, suffixes, harmless }: SourceVariables, name: string): boolean {
  const upper = name.toUpperCase();
  return (
    names.includes(upper) ||
    suffixes.some((suffix) => upper.endsWith(suffix)) ||
    (prefixes.some((prefix) => upper.startsWith(prefix)) && !harmless.includes(upper))
  );
}
