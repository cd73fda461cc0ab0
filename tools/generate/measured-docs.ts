import { z } from 'zod';
import type { HostileRecord } from '../../test/bench/hostile/record.ts';
import type { SuiteRecord } from '../suites/record.ts';
import { code, table } from './markdown.ts';

const shown = z.object({ reason: z.string(), failure: z.string().nullable(), seconds: z.number() });
const row = z.object({ id: z.string(), provoked: z.string(), shows: z.array(shown), jobs: z.number() });
const played = z.object({ question: z.string(), measured: z.string(), load: z.number(), rows: z.array(row) });

const spread = z.object({ p50: z.number(), p95: z.number(), most: z.number() });
const bench = z.object({
  measured: z.string(),
  load: z.array(z.number()),
  builds: z.number(),
  overhead: z.object({
    applyToJob: spread,
    podEndToStatus: spread,
    total: spread,
    byHandTotal: spread,
    requests: z.record(z.string(), z.number()),
  }),
  cache: z.array(z.object({ what: z.string(), seconds: z.number(), layers: z.string() })),
  verdict: z.object({
    images: z.number(),
    otherHub: z.number(),
    pushToVerdict: spread,
    launch: spread,
    mebibytes: spread,
    processorSeconds: spread,
  }),
});

/**
 * docs/lifecycle.md with what the last recorded runs measured: the provoked cases by the suite `lifecycle`, the overhead by
 * `npm run bench -- overhead`. Where nothing is recorded, what the page says stays.
 *
 * @throws when the page has no place for a table, or a record does not hold what its table needs
 */
export function withMeasured(page: string, lifecycle: SuiteRecord | undefined, benched: unknown): string {
  const questions = Object.values(lifecycle?.figures ?? {}).map((figures) => played.parse(figures));
  const provoked = questions.map(provokedTable).join('\n');
  const text = questions.length === 0 ? page : replaced(page, 'provoked', provoked);
  return benched === undefined ? text : replaced(text, 'overhead', overheadTables(bench.parse(benched)));
}

function provokedTable({ question, measured, load, rows }: z.infer<typeof played>): string {
  const cells = rows.map(({ provoked, shows, jobs }) => [
    provoked,
    shows.map(({ reason }) => (reason === 'nothing left' ? reason : code(reason))).join(' → '),
    [...new Set(shows.flatMap(({ failure }) => (failure === null ? [] : [code(failure)])))].join(', '),
    String(jobs),
    shows.map(({ seconds }) => `${seconds} s`).join(' → '),
  ]);
  return `### ${capital(question)}

Measured ${measured.slice(0, 16).replace('T', ' ')} UTC, load ${load}.

${table(['what was done', 'Ready says', 'failure.reason', 'Jobs', 'after'], cells)}`;
}

function overheadTables({ measured, load, builds, overhead, cache, verdict }: z.infer<typeof bench>): string {
  const seconds = (name: string, { p50, p95, most }: z.infer<typeof spread>) => [
    name,
    ...[p50, p95, most].map((value) => `${value.toFixed(2)} s`),
  ];
  const mebibytes = [verdict.mebibytes.p50, verdict.mebibytes.p95, verdict.mebibytes.most];
  return `Measured ${measured.slice(0, 16).replace('T', ' ')} UTC over ${builds} builds, load ${load.join(', ')}.

${table(
  ['', 'p50', 'p95', 'most'],
  [
    seconds('`kubectl apply` to created Job', overhead.applyToJob),
    seconds("Pod's end to final status", overhead.podEndToStatus),
    seconds('`kubectl apply` to Ready', overhead.total),
    seconds("the same input as a hand-made Kaniko Job: `kubectl apply` to the Pod's end", overhead.byHandTotal),
  ],
)}
${table(
  ["the operator's requests to the API server, from apply to Ready", 'per build'],
  Object.entries(overhead.requests).map(([what, count]) => [code(what), String(count)]),
)}
${table(
  ['with the layer cache', 'apply to Ready', 'RUN layers'],
  cache.map(({ what, seconds, layers }) => [what, `${seconds.toFixed(1)} s`, layers]),
)}
${table(
  [`verdict about JupyterHub, ${verdict.images} images on a base that the node has`, 'p50', 'p95', 'most'],
  [
    seconds('push to verdict', verdict.pushToVerdict),
    seconds('of which the server takes to answer', verdict.launch),
    ["the server's memory, without page cache", ...mebibytes.map((value) => `${value.toFixed(0)} MiB`)],
    seconds("the server's processor time", verdict.processorSeconds),
  ],
)}
When only the Hub's version changes, the verdict for the other Hub is there ${verdict.otherHub.toFixed(2)} s after \`kubectl apply\`, and nothing is
launched.
`;
}

/**
 * docs/hostile.md with what `npm run bench:hostile` measured last; unchanged where nothing is recorded.
 *
 * @throws when the page has no place for the tables
 */
export function withHostile(page: string, record: HostileRecord | undefined): string {
  return record === undefined ? page : replaced(page, 'hostile', hostileTables(record));
}

function hostileTables({ measured, machine, load, ground, minutes, ...figures }: HostileRecord): string {
  const { kinds, edits, applyToJob, applyToReady, operator, requestsToTheirRegistries, problems } = figures;
  const seconds = (value: number) => `${value.toFixed(2)} s`;
  const mebibytes = (value: number) => `${value} MiB`;
  const created = kinds.reduce((sum, kind) => sum + kind.created, 0);
  const spreads = (what: string, { quiet, underAttack }: HostileRecord['applyToJob']) => [
    [`${what}: p50`, seconds(quiet.p50), seconds(underAttack.p50)],
    [`${what}: p99`, seconds(quiet.p99), seconds(underAttack.p99)],
    [`${what}: most`, seconds(quiet.most), seconds(underAttack.most)],
    [`${what}: count`, String(quiet.count), String(underAttack.count)],
  ];
  const { memory, eventLoopDelay, restarts, unanswered } = operator;
  return `Measured ${measured.slice(0, 16).replace('T', ' ')} UTC on ${ground}, ${machine}, load ${load.join(', ')}: ${created} hostile ImageSpecs for ${minutes}
minutes, written again ${edits.made} times.

${table(
  ['', 'quiet', 'under attack'],
  [
    ...spreads('`kubectl apply` to Job', applyToJob),
    ...(applyToReady === null ? [] : spreads('`kubectl apply` to Ready, with a command of `verify`', applyToReady)),
    [`memory of the operator, of ${memory.limit} MiB`, mebibytes(memory.quiet), mebibytes(memory.underAttack)],
    ['largest delay of its event loop', seconds(eventLoopDelay.quiet), seconds(eventLoopDelay.underAttack)],
    ['restarts', '0', String(restarts)],
    ['samples that the operator did not answer', '', String(unanswered)],
    ['requests to the hostile registry that answers', '', String(requestsToTheirRegistries.answering)],
    ['requests to the one that does not', '', String(requestsToTheirRegistries.silent)],
    ['problems of the measurement', '', String(problems.length)],
  ],
)}
${table(
  ['what the hostile ImageSpecs do', 'created', 'refused by the API server'],
  kinds.map((kind) => [kind.does, String(kind.created), String(kind.refused)]),
)}`;
}

function capital(words: string): string {
  return `${words.slice(0, 1).toUpperCase()}${words.slice(1)}`;
}

/** The page with other content between the two marks of this name. */
export function replaced(page: string, name: string, content: string): string {
  const [begin, end] = [`<!-- measured: ${name} -->`, `<!-- end: ${name} -->`];
  const [before, rest] = page.split(begin);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined) {
    throw new Error(`the page has no place between ${begin} and ${end}`);
  }
  return `${before}${begin}\n\n${content}\n${end}${after}`;
}
