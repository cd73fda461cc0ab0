import type { Finding } from '../manifests/finding.ts';

/** What `validate` found. */
export interface Report {
  /** What keeps an ImageSpec from being built. */
  readonly findings: readonly Finding[];
  /** What is allowed and probably a mistake. */
  readonly warnings: readonly Finding[];
  readonly valid: readonly { readonly file: string; readonly namespace: string; readonly name: string }[];
  /** Number of documents that are no ImageSpec. */
  readonly others: number;
}

/** What goes to standard output and to standard error. */
export interface Written {
  readonly out: string;
  readonly err: string;
}

/** A form of the report, for a person or a program. */
export type Writer = (report: Report) => Written;

/** Findings with their level, faults first. */
export function leveled({
  findings,
  warnings,
}: Report): readonly { readonly level: 'error' | 'warning'; readonly finding: Finding }[] {
  return [
    ...findings.map((finding) => ({ level: 'error', finding }) as const),
    ...warnings.map((finding) => ({ level: 'warning', finding }) as const),
  ];
}
