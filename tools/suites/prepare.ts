import {
  actionlintBinary,
  apiServerBinary,
  argoLuaBinary,
  crdCostBinary,
  crdTool,
  dockerfileBinary,
  gitopsBinary,
  helmBinary,
  keyringBinary,
  kstatusBinary,
  networkPoliciesBinary,
  otherVersions,
  yamlBinary,
} from '../cluster/artifacts/binaries.ts';
import { dockerTools, prometheusPrograms } from '../cluster/artifacts/debian.ts';
import { registrySeed } from '../cluster/artifacts/images.ts';
import { chromium, jupyterHub } from '../cluster/artifacts/jupyterhub.ts';
import type { Need } from './suites.ts';

/** How each need is met: nothing happens where it is in the cache. */
const makers: Readonly<Record<Need, () => Promise<unknown>>> = {
  node: registrySeed,
  hub: () => jupyterHub('5.5.4'),
  olderHub: () => jupyterHub('4.1.6'),
  browser: chromium,
  otherApiServers: async () => {
    for (const version of otherVersions) {
      await apiServerBinary(version);
    }
  },
  crdTools: async () => {
    await crdTool('kubectl-validate');
    await crdCostBinary();
  },
  keyring: keyringBinary,
  dockerfileParser: dockerfileBinary,
  yamlReader: yamlBinary,
  helm: helmBinary,
  actionlint: actionlintBinary,
  kstatus: kstatusBinary,
  argoLua: argoLuaBinary,
  gitopsEngine: gitopsBinary,
  prometheus: prometheusPrograms,
  networkPolicies: networkPoliciesBinary,
  dockerTools,
};

/** Makes what the suites need and the cache lacks, in sight and outside of any test's time limit. */
export async function prepare(needs: ReadonlySet<Need>): Promise<void> {
  for (const need of needs) {
    await makers[need]();
  }
}
