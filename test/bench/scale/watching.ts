import { setTimeout as sleep } from 'node:timers/promises';
import { countByWhat, type Request } from '../audit.ts';
import { quantile, rounded } from '../figures.ts';
import type { Contender } from './contender.ts';
import type { Measured } from './measured.ts';
import type { Latencies, Requests } from './record.ts';
import type { Scene } from './scene.ts';

/** A limit, no expectation. */
const patienceMs = 900_000;
const lookMs = 100;

/** The requests of a program since a time. Left out: its watches, its Lease, lookups of what the server offers. */
export async function requestsSince(scene: Scene, { user }: Contender, since: number): Promise<readonly Request[]> {
  const all = await scene.audit.read();
  return all.filter(
    (request) =>
      request.user === user && request.at >= since && !/^watch |leases$|selfsubject|no resource$/.test(request.what),
  );
}

/** Waits until `look` gives something. */
export async function until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error(`${what}: not within ${patienceMs / 1000} s`);
    await sleep(lookMs);
  }
}

/** Waits until the program has asked nothing but for Events for some seconds. */
export async function untilQuiet(scene: Scene, contender: Contender, seconds: number): Promise<void> {
  const from = Date.now();
  await until(`${contender.name} is quiet`, async () => {
    // Events are written and read at leisure: of Jobs without a Pod the operator looks for the refusal again and again.
    const work = (await requestsSince(scene, contender, from)).filter(({ what }) => !what.endsWith(' events'));
    const last = work.at(-1)?.answeredAt ?? from;
    return Date.now() - last >= seconds * 1000 ? true : undefined;
  });
}

/** Waits until the program has made so many execution objects since a time, and gives the requests that made them. */
export function untilMade(
  scene: Scene,
  contender: Contender,
  since: number,
  count: number,
): Promise<readonly Request[]> {
  return until(`${count} execution objects of ${contender.name}`, async () => {
    const requests = await requestsSince(scene, contender, since);
    const made = requests.filter(({ what, code }) => what === contender.makes && code === 201);
    return made.length >= count ? made : undefined;
  });
}

/** Starts a program, and waits until it leads and has read what there is. */
export async function startIdle(scene: Scene, contender: Contender): Promise<Measured> {
  const running = await contender.start();
  await until(`${contender.name} leads`, async () => {
    const all = await scene.audit.read();
    const leads = all.some(
      ({ user, what, code, at }) =>
        user === contender.user && at >= running.startedAt && /^(create|update|patch) leases$/.test(what) && code < 300,
    );
    // A program that has ended by itself says so here.
    await running.usage();
    return leads ? true : undefined;
  });
  await untilQuiet(scene, contender, 5);
  return running;
}

/** Requests as the tables show them. */
export function summed(requests: readonly Request[]): Requests {
  const isSecretRead = ({ what }: Request) => what === 'get secrets';
  const isEvent = ({ what }: Request) => what.endsWith(' events');
  return {
    straight: countByWhat(requests.filter((request) => !isSecretRead(request) && !isEvent(request))),
    secretReads: requests.filter(isSecretRead).length,
    events: requests.filter(isEvent).length,
  };
}

/** Latencies in seconds, of the moments (ms since epoch) at which each resource was sent and its object was there. */
export function latenciesOf(times: readonly { readonly sent: number; readonly made: number }[]): Latencies {
  const each = times.map(({ sent, made }) => (made - sent) / 1000);
  const first = times.reduce((earliest, { sent }) => Math.min(earliest, sent), Number.POSITIVE_INFINITY);
  const last = times.reduce((latest, { made }) => Math.max(latest, made), 0);
  return {
    p50: rounded(quantile(each, 0.5)),
    p99: rounded(quantile(each, 0.99)),
    last: rounded((last - first) / 1000),
  };
}
