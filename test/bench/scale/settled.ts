import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { countByWhat } from '../audit.ts';
import { quantile, rounded } from '../figures.ts';
import { inParallel, ownedIn } from './api.ts';
import type { Contender } from './contender.ts';
import type { Measured } from './measured.ts';
import type { Settled } from './record.ts';
import { nameOf, type Scene } from './scene.ts';
import { requestsSince, startIdle, until, untilMade, untilQuiet } from './watching.ts';

const writers = 8;
const requestsMade = 10;
/** Numbers of resources that are created while the program is down. */
const waiting = { clean: 900_000, killed: 900_001 };
const isRead = /^(get|list|watch) /;

/** What so many resources at rest cost. How soon the program acts after a start, and on one request. */
export async function settledFigures(
  scene: Scene,
  contender: Contender,
  resources: number,
  restSeconds: number,
): Promise<Settled> {
  await contender.prepareSettled(resources);
  const first = await startIdle(scene, contender);
  await inParallel(resources, writers, (number) => contender.create(number));
  await untilQuiet(scene, contender, 5);
  await contender.settle(resources);
  await untilQuiet(scene, contender, 5);
  await inParallel(resources, writers, async (number) => {
    if (!(await contender.isDone(number))) throw new Error(`${nameOf(number)} of ${contender.name} is not at rest`);
  });
  const [restFrom, before] = [Date.now(), await first.usage()];
  await sleep(restSeconds * 1000);
  const atRest = await requestsSince(scene, contender, restFrom);
  const { resident, cpuSeconds } = await first.usage();
  const requests = await oneByOne(scene, contender);
  const { running: second, seconds: clean } = await restarted(scene, contender, first, 'SIGTERM', waiting.clean);
  const lease = await leaseSeconds(scene, contender);
  const { running: third, seconds: killed } = await restarted(scene, contender, second, 'SIGKILL', waiting.killed);
  await third.end('SIGTERM');
  return {
    resources,
    memory: Math.round(resident),
    atRest: {
      seconds: restSeconds,
      cpuSeconds: rounded(cpuSeconds - before.cpuSeconds),
      requests: atRest.length,
      writes: atRest.filter(({ what }) => !isRead.test(what)).length,
      byWhat: countByWhat(atRest),
    },
    restart: { clean, killed, leaseSeconds: lease },
    requestToObject: spread(requests.map(({ toObject }) => toObject)),
    endToStatus: spread(requests.map(({ toStatus }) => toStatus)),
  };
}

/** One request after the other on an idle program: to its object, and from the end of that to the status. */
async function oneByOne(scene: Scene, contender: Contender) {
  const requests: { toObject: number; toStatus: number }[] = [];
  for (let round = 0; round < requestsMade; round++) {
    const from = Date.now();
    const number = await contender.request(round);
    const [made] = await untilMade(scene, contender, from, 1);
    if (made === undefined) throw new Error('no object is made');
    await untilQuiet(scene, contender, 1);
    const ended = await contender.endWell(number, await objectOf(scene, contender, number));
    await until(`${nameOf(number)} shows the end`, async () => ((await contender.isDone(number)) ? true : undefined));
    const reports = await requestsSince(scene, contender, ended);
    const report = reports.findLast(({ what, name }) => what === contender.reports && name === nameOf(number));
    if (report === undefined) throw new Error(`no ${contender.reports} after the end of ${nameOf(number)}`);
    requests.push({
      toObject: rounded((made.answeredAt - from) / 1000),
      toStatus: rounded((report.answeredAt - ended) / 1000),
    });
    await untilQuiet(scene, contender, 1);
  }
  return requests;
}

/** Ends the program, creates a resource meanwhile, and starts the program again. */
async function restarted(
  scene: Scene,
  contender: Contender,
  before: Measured,
  signal: 'SIGTERM' | 'SIGKILL',
  number: number,
): Promise<{ readonly running: Measured; readonly seconds: number }> {
  await before.end(signal);
  await contender.create(number);
  const running = await contender.start();
  const [made] = await untilMade(scene, contender, running.startedAt, 1);
  if (made === undefined) throw new Error('no object is made');
  // The first action was for the waiting resource.
  await objectOf(scene, contender, number);
  await untilQuiet(scene, contender, 5);
  return { running, seconds: rounded((made.answeredAt - running.startedAt) / 1000) };
}

/** The execution object of a resource. */
async function objectOf({ api }: Scene, { collection }: Contender, number: number): Promise<string> {
  const object = (await ownedIn(api, collection)).findLast(({ owner }) => owner === nameOf(number));
  if (object === undefined) throw new Error(`${nameOf(number)} has no execution object`);
  return object.name;
}

const leases = z.object({ items: z.array(z.object({ spec: z.object({ leaseDurationSeconds: z.number() }) })) });

/** How long the program's Lease holds after its last renewal. */
async function leaseSeconds({ api }: Scene, { user }: Contender): Promise<number> {
  const [, , namespace = ''] = user.split(':');
  const path = `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases`;
  const { items } = leases.parse(await api.send({ method: 'GET', path }));
  const [only] = items;
  if (only === undefined || items.length > 1) throw new Error(`${items.length} Leases in ${namespace}`);
  return only.spec.leaseDurationSeconds;
}

function spread(values: readonly number[]) {
  return { count: values.length, p50: quantile(values, 0.5), most: quantile(values, 1) };
}
