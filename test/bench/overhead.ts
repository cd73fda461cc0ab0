import { mkdir, writeFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import type { LocalCluster } from '../../tools/cluster/cluster.ts';
import { installOperator } from '../../tools/cluster/install.ts';
import { stage } from '../../tools/cluster/progress.ts';
import { startLocal, uniqueName } from '../../tools/cluster/start.ts';
import { putPython, putShell, python, shell } from '../node/images.ts';
import { type Journal, openJournal } from '../provoked/journal.ts';
import { imageSpecName } from '../provoked/place.ts';
import { countByWhat, requestsOf } from './audit.ts';
import { type Build, handMade, openBench, rest, timedBuild, timedEdit } from './builds.ts';
import { quantile } from './figures.ts';
import { otherHub, verdictCosts } from './verdict.ts';

const verdicts = 5;
const kaniko = 'ghcr.io/osscontainertools/kaniko:v1.28.3';
const operator = 'system:serviceaccount:imagespec-operator-system:imagespec-operator';
const results = join(import.meta.dirname, '..', 'records');

/** Options of `npm run bench -- overhead` as the command line gives them. */
export const overheadOptions = z.strictObject({ builds: z.coerce.number().int().min(1).max(1000) });

/**
 * Measures what the operator adds to a hand-made Kaniko Job, and what the layer cache saves. It counts the requests to the
 * API server, and times a verdict about JupyterHub.
 */
export async function overhead({ builds }: z.output<typeof overheadOptions>): Promise<void> {
  const cluster = await startLocal(uniqueName('bench'), 'process');
  try {
    const { host } = cluster.registries.plain;
    await installOperator(cluster, (configuration) => ({
      ...configuration,
      cache: { repositoryTemplate: `${host}/cache/{namespace}` },
    }));
    await putShell(host);
    await putPython(host);
    const journal = openJournal(cluster.kubeconfig);
    const measured = {
      measured: new Date().toISOString(),
      load: loadavg().map((load) => Math.round(load * 10) / 10),
      builds,
      overhead: await stage(`${builds} builds, and as many by hand`, () => byHandToo(cluster, journal, builds)),
      cache: await stage('the layer cache', () => cache(cluster, journal)),
      verdict: await stage(`${verdicts} verdicts`, () => verdict(cluster, journal)),
    };
    journal.stop();
    await mkdir(results, { recursive: true });
    await writeFile(join(results, 'bench.json'), `${JSON.stringify(measured, null, 2)}\n`);
    process.stdout.write(`${JSON.stringify(measured, null, 2)}\n`);
  } finally {
    await cluster.stop();
  }
}

/** Builds that differ, one after the other, each beside one by hand; then what the operator asked for them. */
async function byHandToo(cluster: LocalCluster, journal: Journal, builds: number) {
  const { folder, registries } = cluster;
  const place = await openBench(cluster, journal, 'bench-overhead');
  const byHand = await openBench(cluster, journal, 'bench-by-hand');
  const { host } = registries.plain;
  const registryFlags = [`--registry-map=index.docker.io=${host}`, `--insecure-registry=${host}`];
  const done: Build[] = [];
  const hand: number[] = [];
  // The first one pulls the builder's image.
  for (let index = 0; index <= builds; index++) {
    const dockerfile = `FROM ${shell}\nENV BUILD=${index}\nRUN true\n`;
    const build = await timedBuild(journal, place, { dockerfile });
    await rest();
    const destination = `${host}/by-hand/image:${index}`;
    const job = await handMade(journal, byHand, kaniko, {
      name: `by-hand-${index}`,
      dockerfile,
      destination,
      registryFlags,
    });
    await rest();
    if (index > 0) {
      done.push(build);
      hand.push(job);
    }
  }
  const all = (await requestsOf(folder)).filter(({ user }) => user === operator);
  const perBuild = done.map(({ from, to }) =>
    countByWhat(all.filter(({ at, what }) => at >= from && at <= to && !/leases|watch/.test(what))),
  );
  return {
    applyToJob: spread(done.map(({ applyToJob }) => applyToJob)),
    podEndToStatus: spread(done.map(({ podEndToStatus }) => podEndToStatus)),
    total: spread(done.map(({ total }) => total)),
    byHandTotal: spread(hand),
    requests: meanOf(perBuild),
  };
}

/** Cold, the last list edited, only env edited, nothing of the image edited. */
async function cache(cluster: LocalCluster, journal: Journal) {
  const place = await openBench(cluster, journal, 'bench-cache');
  const base = {
    baseImage: python,
    packages: { apt: ['tree'], pip: ['toolz'] },
    env: [{ name: 'A', value: '1' }],
  };
  const edited = { ...base, packages: { ...base.packages, pip: ['toolz', 'six'] } };
  const env = { ...edited, env: [{ name: 'A', value: '2' }] };
  const steps = [
    { what: 'cold: apt and pip packages on a base of 220 MB', spec: base },
    { what: 'packages.pip, the last list, edited', spec: edited },
    { what: 'only env edited', spec: env },
  ];
  const rows: { what: string; seconds: number; layers: string }[] = [];
  for (const { what, spec } of steps) {
    const build = await timedBuild(journal, place, spec);
    const lists = Object.keys(spec.packages).length;
    rows.push({ what, seconds: build.total, layers: `${await reused(place.kubectl)} of ${lists} re-used` });
    await rest();
  }
  const jobs = journal.jobs(place.namespace).length;
  const seconds = await timedEdit(journal, place, { ...env, displayName: 'Another name' });
  const built = journal.jobs(place.namespace).length - jobs;
  return [...rows, { what: 'only displayName edited', seconds, layers: built === 0 ? 'nothing is built' : 'BUILT' }];
}

/** From push to verdict, of images whose base the node has. */
async function verdict(cluster: LocalCluster, journal: Journal) {
  const place = await openBench(cluster, journal, 'bench-verdict');
  const costs = await verdictCosts(journal, place, verdicts);
  return {
    images: verdicts,
    otherHub: await otherHub(journal, place, verdicts),
    pushToVerdict: spread(costs.map(({ pushToVerdict }) => pushToVerdict)),
    launch: spread(costs.map(({ launch }) => launch)),
    mebibytes: spread(costs.map(({ mebibytes }) => mebibytes)),
    processorSeconds: spread(costs.map(({ processorSeconds }) => processorSeconds)),
  };
}

/** How many RUN steps of the newest build came out of the cache, by Kaniko's own log. */
async function reused(kubectl: (args: readonly string[]) => Promise<string>): Promise<number> {
  const name = await kubectl(['get', 'imagespec', imageSpecName, '-o', 'jsonpath={.status.build.jobName}']);
  const log = await kubectl(['logs', `job/${name}`, '-c', 'build']);
  return log.match(/Using caching version of cmd: RUN/g)?.length ?? 0;
}

function spread(values: readonly number[]) {
  return { p50: quantile(values, 0.5), p95: quantile(values, 0.95), most: quantile(values, 1) };
}

/** Requests per build, to a tenth. */
function meanOf(counts: readonly Readonly<Record<string, number>>[]): Readonly<Record<string, number>> {
  const whats = [...new Set(counts.flatMap((count) => Object.keys(count)))].toSorted();
  const mean = (what: string) =>
    Math.round((counts.reduce((sum, count) => sum + (count[what] ?? 0), 0) / counts.length) * 10) / 10;
  return Object.fromEntries(whats.map((what) => [what, mean(what)]));
}
