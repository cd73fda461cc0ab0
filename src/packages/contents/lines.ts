/** A line of the list that `contentsCommand` prints: its kind, and its fields. */
export interface Line {
  readonly is: string;
  readonly fields: readonly string[];
}

/** The fields of all lines of one kind. */
export function linesOf(lines: readonly Line[], is: string): readonly (readonly string[])[] {
  return lines.filter((line) => line.is === is).map(({ fields }) => fields);
}

/** The lines that follow each line `is`, up to the next such line. */
export function sections(
  lines: readonly Line[],
  is: string,
): readonly { readonly head: Line; readonly below: readonly Line[] }[] {
  const starts = lines.flatMap((line, index) => (line.is === is ? [{ head: line, index }] : []));
  return starts.map(({ head, index }, place) => ({ head, below: lines.slice(index + 1, starts[place + 1]?.index) }));
}

/** Equal packages once. */
export function unique<T extends object>(packages: readonly T[]): readonly T[] {
  return [...new Map(packages.map((entry) => [JSON.stringify(entry), entry])).values()];
}

/** Of two of one name the interpreter finds the one in the folder that comes first. */
export function firstOf<T extends { readonly name: string; readonly environment?: string }>(
  packages: readonly T[],
  keyOf: (name: string) => string,
): readonly T[] {
  const key = ({ name, environment = '' }: T) => `${environment}\t${keyOf(name)}`;
  return [...new Map(packages.toReversed().map((entry) => [key(entry), entry])).values()];
}
