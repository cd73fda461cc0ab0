import {
  apiServerBinary,
  crdCostBinary,
  crdTool,
  helmBinary,
  keyringBinary,
  kstatusBinary,
  otherVersions,
} from '../cluster/artifacts/binaries.ts';
import { dockerTools } from '../cluster/artifacts/debian.ts';
import { registrySeed } from '../cluster/artifacts/images.ts';
import { hubVersions, jupyterHub } from '../cluster/artifacts/jupyterhub.ts';

// Run before the tests, so that what takes minutes is made once and in sight, not inside of some test's time limit.
await registrySeed();
await dockerTools();
for (const version of otherVersions) {
  await apiServerBinary(version);
}
await crdTool('kubectl-validate');
await crdCostBinary();
await keyringBinary();
await helmBinary();
await kstatusBinary();
for (const version of hubVersions) {
  await jupyterHub(version);
}
