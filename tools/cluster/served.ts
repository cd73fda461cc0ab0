import { eventually } from '../eventually.ts';
import { run } from './artifacts/run.ts';

/**
 * Waits until a type of a CRD is served. `kubectl wait --for=condition=Established` fails before the API server has
 * written conditions into the CRD, and shows nothing about kubectl's own lookups.
 *
 * @param kubectl path of the kubectl of the cluster
 * @throws Error with kubectl's last message when it is not served within a minute
 */
export async function untilServed(kubectl: string, type = 'imagespecs.imagespec.dev'): Promise<void> {
  await eventually(`${type} are served`, 60, () => run(kubectl, ['get', type, '--all-namespaces']));
}
