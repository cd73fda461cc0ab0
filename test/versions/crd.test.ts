import { join } from 'node:path';
import { afterAll, beforeAll, describe } from 'vitest';
import { connect } from '../../src/kubernetes/client/connection.ts';
import { otherVersions } from '../../tools/cluster/artifacts/binaries.ts';
import { untilServed } from '../../tools/cluster/served.ts';
import { startLightVersion } from '../../tools/cluster/start.ts';
import { crdTests } from '../integration/crd/tests.ts';
import { kubectlOf, succeed } from '../integration/kubectl.ts';
import type { Place } from '../integration/place.ts';

/** The oldest and the newest Kubernetes that is supported; the clusters' own is in test/integration/crd/crd.test.ts. */
describe.each(otherVersions)('the CRD on the API server of Kubernetes %s', (version) => {
  let place: Place;

  beforeAll(async () => {
    const cluster = await startLightVersion(`crd-${version.replace('.', '-')}`, version);
    const kubectl = kubectlOf(cluster.kubectl);
    await succeed(kubectl(['create', '-f', join(import.meta.dirname, '..', '..', 'crds')]));
    await untilServed(cluster.kubectl);
    const admin = connect({ is: 'kubeconfig', path: cluster.kubeconfig }, { userAgent: 'test' });
    place = { cluster, kubectl, namespace: 'default', admin };
  });

  afterAll(async () => {
    await place.admin.close();
    await place.cluster.stop();
  });

  crdTests(version, () => place);
});
