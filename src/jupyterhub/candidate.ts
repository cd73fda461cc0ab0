import type { Instant } from '../api/time.ts';

/** The part of an ImageSpec that the Hub's list needs. */
export interface Candidate {
  readonly namespace: string;
  readonly name: string;
  /** Creation of the ImageSpec. The oldest come first, so that a new one displaces none. */
  readonly createdAt: Instant;
  readonly labels: Readonly<Record<string, string>>;
  /** The user's text, not escaped. */
  readonly displayName: string;
  /** The user's text, not escaped. */
  readonly description: string;
  /** Machine profiles by name; the list offers those that the configuration has. */
  readonly machines: readonly string[];
  /** The image that users get: by digest, the last one that JupyterHub can launch. null: there is none. */
  readonly image: string | null;
  /** State of the newest spec. If there is an image, it shows whether the image is of this spec. */
  readonly state: 'compatible' | 'building' | 'failed' | 'incompatible';
}
