import type { ImageSpecSpec } from '../../src/api/imagespec.generated.ts';
import type { HubReason } from '../../src/api/reasons/verdictReasons.ts';

/** An image for which the operator's verdict is held against what a real JupyterHub does with it. */
export interface AgreementCase {
  /** Name of its ImageSpec. */
  readonly name: string;
  /** The image, in words. */
  readonly what: string;
  readonly made: Made;
  /** Whether a user of the Hub gets a page of their server, and no other user does. */
  readonly works: 'yes' | 'no';
  /** The operator's verdict for a Hub 5.5.4. */
  readonly verdict: HubReason;
  /** Why the two differ, where they do. */
  readonly differs?: string;
}

/** How the test requests an image. */
export type Made =
  | { readonly by: 'spec'; readonly spec: ImageSpecSpec }
  /** Instructions after a FROM. They run nothing, so that building many of them takes seconds. */
  | { readonly by: 'instructions'; readonly from: 'base' | 'workshop'; readonly instructions: readonly string[] };

/** The base of all of them. */
export const base = 'jupyter/minimal-notebook';

/** Instructions on the base. */
export function onBase(...instructions: readonly string[]): Made {
  return { by: 'instructions', from: 'base', instructions };
}

/** Instructions on the image of `workshop.ts`. */
export function onWorkshop(...instructions: readonly string[]): Made {
  return { by: 'instructions', from: 'workshop', instructions };
}

/** The ImageSpec of a case. @param workshopImage reference of the image that `workshop.ts` describes */
export function specOf({ made }: AgreementCase, workshopImage: string): ImageSpecSpec {
  switch (made.by) {
    case 'spec':
      return made.spec;
    case 'instructions':
      return {
        dockerfile: [`FROM ${made.from === 'base' ? base : workshopImage}`, ...made.instructions, ''].join('\n'),
      };
  }
}

/** An entrypoint in exec form that is a shell script; the Hub's command is its `"$@"`. */
export function entrypoint(script: string): string {
  return `ENTRYPOINT ${JSON.stringify(['sh', '-ec', script, 'sh'])}`;
}
