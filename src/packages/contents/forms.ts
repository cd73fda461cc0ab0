/**
 * Forms of the fields, for all managers: ASCII without blanks. A line of text then contains exactly its fields, and no
 * control sequence of a terminal. The lists come out of an untrusted image.
 */
const forms = {
  /** With `:ARCHITECTURE` at the end for a foreign package of Debian. */
  name: /^[A-Za-z0-9_][A-Za-z0-9_.+-]{0,127}(?::[a-z0-9-]{1,31})?$/,
  version: /^[A-Za-z0-9][A-Za-z0-9.+~:!_^-]{0,127}$/,
  build: /^[A-Za-z0-9_.+]{1,128}$/,
  channel: /^[!-,.-~][!-~]{0,255}$/,
  environment: /^\/[!-~]{0,255}$/,
} as const;

/** Whether a text can be that field of a package. */
export function isField(field: keyof typeof forms, text: string): boolean {
  return forms[field].test(text);
}
