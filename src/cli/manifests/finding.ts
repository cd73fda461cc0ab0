/** One fault of a file, at its place. */
export interface Finding {
  /** The path as given; `-` for standard input. */
  readonly file: string;
  /** From 1; 0 when the place is unknown. */
  readonly line: number;
  readonly column: number;
  /** Field, such as `spec.packages.pip[0]`; '' for the file itself. */
  readonly path: string;
  /** The fault and its correction. */
  readonly message: string;
}

/** `FILE:LINE:COLUMN: FIELD: MESSAGE`, the format of compilers, so that editors and CI find the place. */
export function formatFinding({ file, line, column, path, message }: Finding): string {
  const place = line === 0 ? file : `${file}:${line}:${column}`;
  return `${place}: ${path === '' ? '' : `${path}: `}${message}`;
}
