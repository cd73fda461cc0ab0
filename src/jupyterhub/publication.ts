import { type PublishedReason, publishedReasons } from '../api/reasons/verdictReasons.ts';
import type { Candidate } from './candidate.ts';

/** State of an ImageSpec in one list that selects it. */
export type Standing =
  /** This image is in it: the API server confirmed the write. */
  | { readonly is: 'offered'; readonly list: string; readonly image: string }
  | { readonly is: 'leftOut'; readonly list: string; readonly entries: number }
  /** The ImageSpec has no image to offer. */
  | { readonly is: 'without'; readonly list: string }
  /** The list cannot be written until an administrator acts. */
  | { readonly is: 'broken'; readonly list: string; readonly problem: string }
  /** The desired list is not written yet. */
  | { readonly is: 'pending'; readonly list: string };

/** Content of condition `Published`. */
export interface Publication {
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: PublishedReason;
  readonly message: string;
}

/**
 * Condition `Published` of an ImageSpec; null while unknown, so that the condition stays.
 *
 * @param standings one for each list that selects it, a list by `namespace/configmap`; the best one counts, and the
 * message names all
 */
export function publicationOf(candidate: Candidate, standings: readonly Standing[]): Publication | null {
  if (standings.length === 0) {
    return publication(
      'NotSelected',
      `no list selects this ImageSpec: in the platform's settings (jupyterHub.publish), no list has its namespace ${candidate.namespace} and its labels; ask the administrator`,
    );
  }
  const offered = standings.filter((standing) => standing.is === 'offered' && standing.image === candidate.image);
  if (offered.length > 0) {
    return candidate.state === 'compatible'
      ? publication('Published', `in ${listsOf(offered)}`)
      : publication(
          'PreviousImageServed',
          `in ${listsOf(offered)}: still the previous image, ${candidate.image ?? ''}, because this one ${laterStates[candidate.state]}`,
        );
  }
  for (const standing of standings) {
    switch (standing.is) {
      case 'broken':
        return publication(
          'BuildNotComplete',
          `${standing.list} cannot be written: ${standing.problem}; ask the administrator`,
        );
      case 'leftOut':
        return publication(
          'ListFull',
          `${standing.list} is full with ${standing.entries} images; ask the administrator for another list`,
        );
      case 'offered':
      case 'pending':
        return null;
      case 'without':
        if (candidate.image !== null) {
          return null;
        }
    }
  }
  return withoutImage(candidate, listsOf(standings));
}

const laterStates = {
  building: 'is not ready',
  failed: 'could not be built',
  incompatible: 'is not proven to work (see condition JupyterHubCompatible)',
} as const;

function withoutImage({ state }: Candidate, lists: string): Publication {
  switch (state) {
    case 'incompatible':
      return publication(
        'NotCompatible',
        `not selectable in ${lists}: condition JupyterHubCompatible shows what is missing`,
      );
    case 'failed':
      return publication(
        'BuildNotComplete',
        `not selectable in ${lists}: the build failed, and there is no previous image; see condition Ready`,
      );
    case 'building':
    case 'compatible':
      return publication('BuildNotComplete', `not selectable in ${lists}: JupyterHub has launched no image yet`);
  }
}

function publication(reason: PublishedReason, message: string): Publication {
  return { status: publishedReasons[reason].status, reason, message };
}

function listsOf(standings: readonly Standing[]): string {
  return standings.map(({ list }) => list).join(', ');
}
