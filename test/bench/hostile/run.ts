/**
 * `npm run bench:hostile`: what more than 200 hostile ImageSpecs of one namespace cost another namespace. Starts a cluster
 * of its own and measures in the quiet. Then it applies the hostile ones, writes them again and again, and measures all the
 * while.
 *
 * `--minutes N`: length of the attack, 30 by default. The quiet before it takes a sixth of that. From 30 minutes on, the figures go
 * into test/records/hostile.json, of which `npm run generate` makes the table in docs/hostile.md.
 * `--ground api-server`: an API server without nodes instead of a real node; needs no root.
 */
import { availableParallelism, loadavg, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { say, stage } from '../../../tools/cluster/progress.ts';
import { typed } from '../../support/apiserver/typed.ts';
import { openApiServerGround } from './apiServerGround.ts';
import { attackers, type Created, createHostile, editHostile } from './attack.ts';
import type { Ground } from './ground.ts';
import { followJobs } from './jobNews.ts';
import { openNodeGround } from './nodeGround.ts';
import {
  type HostileRecord,
  recordedMinutes,
  spreadOf,
  writeCommitted,
  writeCurrent,
  writeOperatorLog,
} from './record.ts';
import { jobTimes, messageOf, readyTimes, victims, wholeBuild } from './victims.ts';
import { watchHealth } from './watchHealth.ts';

const grounds = { node: openNodeGround, 'api-server': openApiServerGround } as const;
const quietShare = 1 / 6;
const keepEveryMs = 30_000;
const keptProblems = 20;

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '30' }, ground: { type: 'string', default: 'node' } },
});
const minutes = z.coerce.number().positive('--minutes must be a number above 0').parse(values.minutes);
const chosen = z.enum(['node', 'api-server'], '--ground must be node or api-server').parse(values.ground);
const openGround = grounds[chosen];

const problems: string[] = [];
const times: Record<'job' | 'ready', Record<'quiet' | 'underAttack', number[]>> = {
  job: { quiet: [], underAttack: [] },
  ready: { quiet: [], underAttack: [] },
};
const worst = { quiet: unseen(), underAttack: unseen() };
let kinds: Created = [];
const edits = { made: 0, refused: 0 };

const ground = await openGround();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void ground.stop().finally(() => process.exit(1)));
}
try {
  await measure(ground);
} catch (error) {
  complain(`the bench ended early: ${messageOf(error)}`);
  process.exitCode = 1;
} finally {
  const record = recordOf(ground);
  say(`figures: ${await writeCurrent(record)}`);
  const log = await ground.operatorLog().catch((error: unknown) => `no log: ${messageOf(error)}\n`);
  say(`the operator's log: ${await writeOperatorLog(log)}`);
  if (process.exitCode !== 1 && minutes >= recordedMinutes) {
    say(`record: ${await writeCommitted(record)}; run npm run generate and commit both`);
  }
  process.stdout.write(`${JSON.stringify(record, null, 2)}\n`);
  await ground.stop();
  // Of a phase that failed, the other parts would go on until its end.
  process.exit();
}

async function measure(on: Ground): Promise<void> {
  for (const name of [attackers, victims]) {
    await typed(on.admin).core.createNamespace({ body: { metadata: { name } } });
  }
  const news = followJobs(on.admin.config, victims);
  const keeping = setInterval(() => void writeCurrent(recordOf(on)).catch(() => undefined), keepEveryMs);
  try {
    if (on.runsPods) await stage('a first build', () => wholeBuild(on, 'first', complain));
    await phase('quiet', minutes * quietShare, () => Promise.resolve());
    kinds = await stage('the hostile ImageSpecs are created', () => createHostile(on, complain));
    await phase('underAttack', minutes, (end) => editHostile(on, end, edits, complain));
  } finally {
    clearInterval(keeping);
    await news.stop();
  }

  async function phase(name: 'quiet' | 'underAttack', length: number, meanwhile: (end: number) => Promise<void>) {
    const end = Date.now() + length * 60_000;
    await stage(`${name === 'quiet' ? 'the quiet' : 'the attack'}, ${length.toFixed(1)} min`, async (report) => {
      worst[name] = watchHealth(on, end, complain);
      const showing = setInterval(() => {
        const { count, p99 } = spreadOf(times.job[name]);
        const { mebibytes, eventLoopSeconds, restarts } = worst[name];
        report(
          `${count} Jobs, p99 ${p99} s, ${mebibytes} MiB, event loop ${eventLoopSeconds} s, ${restarts} restarts, ${problems.length} problems`,
        );
      }, 1_000);
      try {
        await Promise.all([
          jobTimes(on, news, `${name.toLowerCase()}-job`, end, times.job[name], complain),
          on.runsPods ? readyTimes(on, `${name.toLowerCase()}-build`, end, times.ready[name], complain) : undefined,
          meanwhile(end),
          worst[name].done,
        ]);
      } finally {
        clearInterval(showing);
      }
    });
  }
}

function unseen(): ReturnType<typeof watchHealth> {
  return { mebibytes: 0, eventLoopSeconds: 0, restarts: 0, unanswered: 0, done: Promise.resolve() };
}

function complain(problem: string): void {
  if (problems.length < keptProblems) {
    problems.push(problem);
    say(`  ! ${problem}`);
  }
}

function recordOf({ is, runsPods, memoryLimit, evil, slow }: Ground): HostileRecord {
  const { quiet, underAttack } = worst;
  return {
    measured: new Date().toISOString(),
    ground: is,
    machine: `${availableParallelism()} processors, ${Math.round(totalmem() / 2 ** 30)} GiB`,
    load: loadavg().map((load) => Math.round(load * 10) / 10),
    minutes,
    kinds: [...kinds],
    edits,
    applyToJob: { quiet: spreadOf(times.job.quiet), underAttack: spreadOf(times.job.underAttack) },
    applyToReady: runsPods
      ? { quiet: spreadOf(times.ready.quiet), underAttack: spreadOf(times.ready.underAttack) }
      : null,
    operator: {
      restarts: underAttack.restarts,
      memory: { quiet: quiet.mebibytes, underAttack: underAttack.mebibytes, limit: memoryLimit },
      eventLoopDelay: { quiet: quiet.eventLoopSeconds, underAttack: underAttack.eventLoopSeconds },
      unanswered: quiet.unanswered + underAttack.unanswered,
    },
    requestsToTheirRegistries: { answering: evil.requests(), silent: slow.requests() },
    problems,
  };
}
