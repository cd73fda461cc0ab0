import type { Instant } from '../api/time.ts';

/** An ImageSpec, as far as the Hub's list is about it. */
export interface Candidate {
  readonly namespace: string;
  readonly name: string;
  /** Of the ImageSpec. Who came first is in the list first, so that a newcomer pushes nobody out. */
  readonly createdAt: Instant;
  readonly labels: Readonly<Record<string, string>>;
  /** As the user wrote it: not escaped. */
  readonly displayName: string;
  /** As the user wrote it: not escaped. */
  readonly description: string;
  /** Machine profiles by name; those that the configuration has are offered. */
  readonly machines: readonly string[];
  /** What users get: the last image, by digest, that JupyterHub can launch. null: there is none. */
  readonly image: string | null;
  /** Where the newest state of the spec stands. With an image it says whether that is of this state. */
  readonly state: 'compatible' | 'building' | 'failed' | 'incompatible';
}
