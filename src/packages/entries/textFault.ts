import { codePoint } from './quote.ts';

/** The bound of the CRD; the grammars below read at most this much. */
const maximumLength = 1024;

const emptyPattern = /^\s*$/;
const controlPattern = /[\u0000-\u001F\u007F]/;
const foreignPattern = /[^\u0020-\u007E]/u;

/**
 * The fault of a text that no manager's grammar accepts. This check runs before the grammar, because its message is clearer.
 * @returns the fault as the end of a sentence that starts with the entry, or undefined
 */
export function textFault(entry: string): string | undefined {
  if (emptyPattern.test(entry)) {
    return 'is empty; remove it';
  }
  if (entry.length > maximumLength) {
    return `is longer than ${maximumLength} characters; write one package per entry`;
  }
  const control = controlPattern.exec(entry)?.[0];
  if (control !== undefined) {
    return `holds a control character (${codePoint(control)}); write one package per entry, on one line`;
  }
  const foreign = foreignPattern.exec(entry)?.[0];
  if (foreign !== undefined) {
    const shown = /[\p{L}\p{N}\p{P}\p{S}]/u.test(foreign) ? `"${foreign}" (${codePoint(foreign)})` : codePoint(foreign);
    return `holds ${shown}, which only looks like part of a package; write ASCII characters`;
  }
  if (entry.trim() !== entry) {
    return 'starts or ends with white space; remove it';
  }
  if (entry.startsWith('-')) {
    return optionFault(entry);
  }
  if (entry.startsWith('#')) {
    return 'is a comment; remove it, or make it a comment of the YAML';
  }
  return undefined;
}

const optionFields: readonly (readonly [RegExp, string])[] = [
  [/^(-i|--index-url|--extra-index-url)\b/, 'packages.pipIndexes'],
  [/^(-c|--channel)\b/, 'packages.condaChannels'],
  [/^--build-arg\b/, 'build.args'],
];

function optionFault(entry: string): string {
  const field = optionFields.find(([option]) => option.test(entry))?.[1];
  return field === undefined
    ? 'is an option; only packages are allowed here'
    : `is an option; only packages are allowed here: what it sets belongs into ${field}`;
}
