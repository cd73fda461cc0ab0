/** A word that a POSIX shell reads as exactly this text. */
export function shellWord(text: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** An `ENV` value in double quotes that Docker's own word rules read as exactly this text. */
export function envValue(text: string): string {
  return `"${text.replaceAll(/[\\"$]/g, String.raw`\$&`)}"`;
}
