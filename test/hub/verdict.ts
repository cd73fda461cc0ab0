import { eventually } from '../../tools/eventually.ts';
import type { Scene } from '../node/scene.ts';

/** The operator's verdict on an image. */
export interface Said {
  readonly reason: string;
  readonly message: string;
  /** When the image was launched for it. */
  readonly launched: string | undefined;
}

/** A limit, no expectation. */
const verdictSeconds = 600;

/** Waits until the operator has judged the ImageSpec, for a Hub of this version. */
export function verdictOf(scene: Scene, name: string, hubVersion: string): Promise<Said> {
  return eventually(`${name} is judged for a Hub ${hubVersion}`, verdictSeconds, async () => {
    const status = await scene.statusOf(name);
    const condition = status?.conditions?.find(({ type }) => type === 'JupyterHubCompatible');
    // An image that did not start has no version to compare with the Hub's.
    const comparedWith = status?.jupyterHub?.hubVersion ?? hubVersion;
    if (condition === undefined || condition.status === 'Unknown' || comparedWith !== hubVersion) {
      return undefined;
    }
    const { reason, message } = condition;
    const launched = status?.jupyterHub?.observedTime;
    return { reason, message, launched };
  });
}
