import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { run } from './cluster/artifacts/run.ts';
import type { LocalCluster } from './cluster/cluster.ts';
import { installOperator } from './cluster/install.ts';
import { elapsed, say, stage } from './cluster/progress.ts';
import { clusterVariable } from './cluster/providers/choice.ts';
import { openCluster, startLocal } from './cluster/start.ts';
import { attach, takeDown } from './cluster/supervision/supervised.ts';
import { samplesFolder, shownSamples } from './samples.ts';

/**
 * `npm run quickstart`: a cluster, the operator in it, and both samples of README.md built to a digest. What is up is used
 * again.
 * `npm run quickstart -- --down` takes it down.
 */
const clusterName = 'quickstart';
const buildSeconds = 900;
const verdictSeconds = 300;

/** Said before anything starts, since the first run takes long. */
const needs = `This starts a Kubernetes node on this machine and installs the operator in it.
It needs root, Go 1.26 or newer, and the usual package sources (docs/local-cluster.md).
The first run compiles Kubernetes: about a quarter of an hour on two cores. Later ones take minutes.
`;

const { values } = parseArgs({ options: { down: { type: 'boolean', default: false } } });
try {
  await (values.down ? down() : up());
} catch (error) {
  say(`✗ ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}

async function down(): Promise<void> {
  await stage('taking the quick start down', () => takeDown(clusterName));
}

async function up(): Promise<void> {
  const started = performance.now();
  refuseWithoutRoot();
  say(needs);
  const cluster = await running();
  await installOperator(cluster);
  const kubectl = (...argv: readonly string[]) => run(cluster.kubectl, argv);
  const manifests = shownSamples.flatMap((file) => ['-f', join(samplesFolder, file)]);
  const applied = (await kubectl('apply', '-o', 'name', ...manifests)).trim().split('\n');
  await stage('both samples, built to a digest', () =>
    kubectl('wait', '--for=condition=Ready', ...applied, `--timeout=${buildSeconds}s`),
  );
  await stage('the images launched as JupyterHub would', () =>
    kubectl('wait', '--for=condition=JupyterHubCompatible', ...applied, `--timeout=${verdictSeconds}s`),
  );
  const table = await kubectl('get', 'imagespecs');
  const texts = shownSamples.map((file) => readFileSync(join(samplesFolder, file), 'utf8').trimEnd());
  say(`
Ready after ${elapsed(performance.now() - started)}. Images that are stand-ins here: ${standIns(cluster)}.

These were applied, from deploy/samples/:

${texts.join('\n---\n')}

Try your own:      ${cluster.kubectl} apply -f imagespec.yaml
Look:              ${cluster.kubectl} get imagespecs
Any other client:  export KUBECONFIG=${cluster.kubeconfig}
Take it down:      npm run quickstart -- --down

$ kubectl get imagespecs`);
  process.stdout.write(table);
}

/** The local node, unless IMAGESPEC_CLUSTER says otherwise. */
async function running(): Promise<LocalCluster> {
  const cluster =
    (process.env[clusterVariable] ?? '') === '' && (await attach(clusterName)) === undefined
      ? await startLocal(clusterName, 'detached')
      : await openCluster(clusterName, 'detached');
  if (cluster.provider !== 'local') {
    throw new Error(
      `the quick start builds the operator's image on the local node, and ${clusterVariable} asks for ${cluster.provider}; ` +
        'for a cluster of your own see "Install it" in README.md',
    );
  }
  return cluster;
}

function refuseWithoutRoot(): void {
  if (process.getuid?.() !== 0) {
    throw new Error(
      'The local cluster needs root, for namespaces and a container runtime: run this as root (sudo npm run quickstart).',
    );
  }
}

function standIns({ images }: LocalCluster): string {
  const names = images.filter(({ standsFor }) => standsFor === 'stand-in').map(({ name }) => name);
  return names.length === 0 ? 'none' : names.join(', ');
}
