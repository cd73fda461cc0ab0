const name = /^[A-Za-z][A-Za-z0-9.]{0,126}[A-Za-z0-9]$/;
/** Two numbers or more, with "." or "-" between them. */
const version = /^\d{1,10}(?:[.-]\d{1,10}){1,15}$/;
const example = 'write one such as dplyr or dplyr@1.1.4';

/** Packages that come with R and that no repository has. */
const ofR = new Set([
  'base',
  'compiler',
  'datasets',
  'graphics',
  'grDevices',
  'grid',
  'methods',
  'parallel',
  'splines',
  'stats',
  'stats4',
  'tcltk',
  'tools',
  'utils',
]);

/** Whether a package comes with R itself. */
export function isPartOfR(packageName: string): boolean {
  return ofR.has(packageName);
}

/**
 * The fault of an entry that R is to install from CRAN: `NAME` or `NAME@VERSION` (Writing R Extensions, "The DESCRIPTION
 * file").
 * @param entry ASCII of bounded length
 * @returns the end of a sentence that starts with the entry, or undefined
 */
export function cranFault(entry: string): string | undefined {
  const { name: packageName, version: asked } = cranPartsOf(entry);
  if (/[/:]/.test(entry)) {
    return `is not on CRAN; ${example}, and install from elsewhere in a Dockerfile`;
  }
  if (/[<>=~!,\s]/.test(entry)) {
    return `compares versions, and CRAN offers only the newest; ${example}`;
  }
  if (!name.test(packageName)) {
    return `is not a package of R; ${example}`;
  }
  if (isPartOfR(packageName)) {
    return 'is part of R itself; remove it';
  }
  return asked === null || version.test(asked)
    ? undefined
    : `asks for "${asked}", which is no version of R; ${example}`;
}

/** Name and version of an entry; the version is null where it asks for the newest. */
export function cranPartsOf(entry: string): { readonly name: string; readonly version: string | null } {
  const at = entry.indexOf('@');
  return at === -1 ? { name: entry, version: null } : { name: entry.slice(0, at), version: entry.slice(at + 1) };
}
