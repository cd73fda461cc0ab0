import { type PublishedReason, publishedReasons } from '../api/verdictReasons.ts';
import type { Candidate } from './candidate.ts';

/** How one list stands to one ImageSpec that it selects. */
export type Standing =
  /** This image is in it: it was written and the API server said so. */
  | { readonly is: 'offered'; readonly list: string; readonly image: string }
  | { readonly is: 'leftOut'; readonly list: string; readonly entries: number }
  /** There is no image to offer. */
  | { readonly is: 'without'; readonly list: string }
  /** The list cannot be written, for a reason that a person must see to. */
  | { readonly is: 'broken'; readonly list: string; readonly problem: string }
  /** The list has not been written yet as it is wanted. */
  | { readonly is: 'pending'; readonly list: string };

/** What condition `Published` says. */
export interface Publication {
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: PublishedReason;
  readonly message: string;
}

/**
 * What condition `Published` says of an ImageSpec; null while that is not known, so that the condition stays as it is.
 * @param standings one for each list that selects it, a list by `namespace/configmap`; of several the best counts, and
 * all are named
 */
export function publicationOf(candidate: Candidate, standings: readonly Standing[]): Publication | null {
  if (standings.length === 0) {
    return publication(
      'NotSelected',
      `no list takes this ImageSpec: by the platform's settings (jupyterHub.publish) neither its namespace ${candidate.namespace} nor its labels are for one; ask the administrator`,
    );
  }
  const offered = standings.filter((standing) => standing.is === 'offered' && standing.image === candidate.image);
  if (offered.length > 0) {
    return candidate.state === 'compatible'
      ? publication('Published', `in ${listsOf(offered)}`)
      : publication(
          'PreviousImageServed',
          `in ${listsOf(offered)}: still the image before this one, ${candidate.image ?? ''}, as this one ${laterStates[candidate.state]}`,
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
  incompatible: 'is not known to work (see condition JupyterHubCompatible)',
} as const;

function withoutImage({ state }: Candidate, lists: string): Publication {
  switch (state) {
    case 'incompatible':
      return publication(
        'NotCompatible',
        `not selectable in ${lists}: see condition JupyterHubCompatible for what is missing`,
      );
    case 'failed':
      return publication(
        'BuildNotComplete',
        `not selectable in ${lists}: the build failed, and there is no image from before; see condition Ready`,
      );
    case 'building':
    case 'compatible':
      return publication(
        'BuildNotComplete',
        `not selectable in ${lists}: there is no image yet that JupyterHub is known to launch`,
      );
  }
}

function publication(reason: PublishedReason, message: string): Publication {
  return { status: publishedReasons[reason].status, reason, message };
}

function listsOf(standings: readonly Standing[]): string {
  return standings.map(({ list }) => list).join(', ');
}
