/** The package managers, in the order in which they run: from the most stable layer to the least. */
export const packageManagers = ['apt', 'conda', 'pip'] as const;

/** A package manager. */
export type PackageManager = (typeof packageManagers)[number];

/**
 * What an entry may consist of, by manager. Anchored and linear. A leading dash would be an option and is
 * refused by the first character; white space only where the grammar knows it.
 * Sources: Debian policy 5.6.1 and apt-get(8); conda's MatchSpec; PEP 508.
 */
const entryForms: Readonly<Record<PackageManager, { readonly form: RegExp; readonly example: string }>> = {
  apt: {
    form: /^[a-z0-9][a-z0-9+.-]{0,127}(:[a-z0-9-]{1,32})?([=/][A-Za-z0-9][A-Za-z0-9.+~:*-]{0,127})?$/,
    example: 'g++ or vim=2:8.2*',
  },
  conda: {
    form: /^([A-Za-z0-9][A-Za-z0-9_./-]{0,127}::)?[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}( ?(=|==|>=|<=|>|<|!=|~=)[A-Za-z0-9_.*+!,|<>=~-]{1,128}){0,2}$/,
    example: 'conda-forge::fitsio or numpy>=1,<3',
  },
  pip: {
    form: /^[A-Za-z0-9]([A-Za-z0-9._-]{0,126}[A-Za-z0-9])?(\[[A-Za-z0-9._, -]{0,256}\])?( ?(==|===|>=|<=|>|<|!=|~=) ?[A-Za-z0-9.*+!_-]{1,64}(, ?(==|>=|<=|>|<|!=|~=) ?[A-Za-z0-9.*+!_-]{1,64}){0,15})?$/,
    example: 'astropy>=6,<8 or photutils[all]',
  },
};

/**
 * The fault of a package entry as a sentence, or undefined for a good one. The entry is quoted as JSON, so that
 * what cannot be seen is seen.
 */
export function packageFault(manager: PackageManager, entry: string): string | undefined {
  const { form, example } = entryForms[manager];
  if (form.test(entry)) {
    return undefined;
  }
  const shown = JSON.stringify(entry.length > 80 ? `${entry.slice(0, 80)}…` : entry);
  return entry.startsWith('-')
    ? `${shown} is an option; only packages are allowed here, such as ${example}`
    : `${shown} is not a package requirement that ${manager} reads; write one such as ${example}`;
}
