/** One thing that is wrong with a file, at its place. */
export interface Finding {
  /** As it was given; `-` for standard input. */
  readonly file: string;
  /** From 1; 0 when the place is not known. */
  readonly line: number;
  readonly column: number;
  /** Field, such as `spec.packages.pip[0]`; '' for the file itself. */
  readonly path: string;
  /** What is wrong and what to write. */
  readonly message: string;
}

/** `FILE:LINE:COLUMN: FIELD: MESSAGE`, as compilers print it, so that editors and CI find the place. */
export function formatFinding({ file, line, column, path, message }: Finding): string {
  const place = line === 0 ? file : `${file}:${line}:${column}`;
  return `${place}: ${path === '' ? '' : `${path}: `}${message}`;
}
