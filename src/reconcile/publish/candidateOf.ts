import { conditionOf } from '../../api/conditions.ts';
import type { ImageSpecStatus } from '../../api/imagespec.generated.ts';
import { displayOf, offerOf } from '../../imagespec/resolveSpec.ts';
import type { Candidate } from '../../jupyterhub/candidate.ts';
import type { SeenImageSpec } from '../watched/projections.ts';

/** The part of an ImageSpec that the lists use; null if it is not for a Hub, or is being deleted. */
export function candidateOf({ self, createdAt, labels, deleting, spec, status }: SeenImageSpec): Candidate | null {
  const { policy, profiles } = offerOf(spec);
  if (deleting || policy === 'Skip') {
    return null;
  }
  const { namespace, name } = self;
  const display = displayOf({ name, spec });
  const image = servedImage(status);
  return {
    namespace,
    name,
    createdAt,
    labels,
    displayName: display.name,
    description: display.description,
    machines: profiles,
    image,
    state: stateOf(status, image),
  };
}

/** The last image with a good verdict, unless a later verdict is bad, as after an upgrade of the Hub. */
function servedImage({ conditions, jupyterHub }: ImageSpecStatus): string | null {
  const image = jupyterHub?.compatibleImage ?? null;
  const disproved =
    conditionOf({ conditions }, 'JupyterHubCompatible')?.status === 'False' && jupyterHub?.probedImage === image;
  return disproved ? null : image;
}

function stateOf(status: ImageSpecStatus, image: string | null): Candidate['state'] {
  const ready = conditionOf(status, 'Ready');
  const verdict = conditionOf(status, 'JupyterHubCompatible');
  if (ready === undefined || ready.status === 'Unknown') {
    return 'building';
  }
  if (ready.status === 'False') {
    return ready.reason === 'JupyterHubIncompatible' ? 'incompatible' : 'failed';
  }
  if (image !== null && image === status.image) {
    return 'compatible';
  }
  // Without a launch, or without the Hub's version, no verdict will come.
  const isOver =
    verdict?.status === 'False' || verdict?.reason === 'ProbeDisabled' || verdict?.reason === 'HubVersionUnknown';
  return isOver ? 'incompatible' : 'building';
}
