import { isDeepStrictEqual } from 'node:util';
import type { V1Job } from '@kubernetes/client-node';
import type { ImageSpecStatus } from '../api/imagespec.generated.ts';
import type { Instant } from '../api/time.ts';
import { buildJob } from '../build/job.ts';
import { hasEnded, type ObjectRef } from '../build/run.ts';
import type { Config } from '../config/schema.ts';
import { render } from '../dockerfile/render.ts';
import { assess } from './assess.ts';
import type { Observation, Self } from './observation.ts';
import type { Question } from './question.ts';
import type { Situation } from './situation.ts';
import { statusOf } from './status.ts';

/** One idempotent write. Each is safe to repeat: fixed name, UID precondition, or content address. */
export type Effect =
  | {
      readonly do: 'writeStatus';
      readonly self: Self;
      readonly before: ImageSpecStatus;
      readonly status: ImageSpecStatus;
    }
  | { readonly do: 'createJob'; readonly self: Self; readonly job: V1Job }
  | {
      readonly do: 'putTag';
      readonly tag: string;
      readonly digest: string;
      readonly secret: string | null;
      readonly mode: 'neverOverwrite' | 'move';
    }
  | { readonly do: 'deleteJob'; readonly target: ObjectRef };

/** The one next step. After `ask` and `act` the pass starts again. */
export type Decision =
  | {
      readonly next: 'ask';
      readonly questions: readonly [Question, ...Question[]];
      /** Written when the answers take long, so that a person sees what is waited for. */
      readonly meanwhile: Effect | null;
    }
  | { readonly next: 'act'; readonly effect: Effect }
  | { readonly next: 'rest'; readonly until: Instant | null };

/** Everything that follows from an Observation. */
export interface Pass {
  readonly situation: Situation;
  readonly decision: Decision;
}

/** A successful Job is kept for an hour, for `kubectl logs`. */
const keepSuccessful = 3_600_000;

/** Names the situation and the one next step. Pure. */
export function decide(seen: Observation, config: Config): Pass {
  const situation = assess(seen);
  return { situation, decision: decisionFor(seen, situation, config) };
}

function decisionFor(seen: Observation, at: Situation, config: Config): Decision {
  const wanted = statusOf(seen, at);
  const write: Effect | null = isDeepStrictEqual(plain(wanted), plain(seen.status))
    ? null
    : { do: 'writeStatus', self: seen.self, before: seen.status, status: wanted };
  switch (at.is) {
    case 'superseded':
      return { next: 'act', effect: { do: 'deleteJob', target: at.run.job } };
    case 'asking':
      return { next: 'ask', questions: at.questions, meanwhile: write };
    case 'due':
      return { next: 'act', effect: createJob(seen, at, config) };
    case 'tagging':
      return {
        next: 'act',
        effect: { do: 'putTag', tag: at.tag, digest: at.digest, secret: at.goal.spec.pushSecret, mode: at.mode },
      };
    case 'waiting':
    case 'building':
      return write === null ? { next: 'rest', until: at.until } : { next: 'act', effect: write };
    case 'queued':
    case 'suspended':
      return write === null ? { next: 'rest', until: null } : { next: 'act', effect: write };
    case 'stalled':
    case 'done':
      return write === null ? afterwards(seen, at) : { next: 'act', effect: write };
  }
}

/** The result is recorded: what may go now? Of finished Jobs only the newest stays, a successful one for an hour. */
function afterwards(seen: Observation, at: Extract<Situation, { is: 'stalled' | 'done' }>): Decision {
  const newest = at.build?.job?.uid;
  const old = seen.builds.find((run) => !run.deleting && run.job.uid !== newest);
  if (old !== undefined) {
    return { next: 'act', effect: { do: 'deleteJob', target: old.job } };
  }
  const current = seen.builds.find((run) => !run.deleting && run.job.uid === newest);
  if (current !== undefined && !hasEnded(current)) {
    return { next: 'act', effect: { do: 'deleteJob', target: current.job } };
  }
  if (at.is === 'stalled' || current === undefined) {
    return { next: 'rest', until: at.is === 'stalled' ? at.until : null };
  }
  const until = (at.build.completionTime ?? seen.now) + keepSuccessful;
  return seen.now >= until
    ? { next: 'act', effect: { do: 'deleteJob', target: current.job } }
    : { next: 'rest', until };
}

function createJob(seen: Observation, { goal, build }: Extract<Situation, { is: 'due' }>, config: Config): Effect {
  const { self } = seen;
  return {
    do: 'createJob',
    self,
    job: buildJob({
      owner: { namespace: self.namespace, name: self.name, uid: self.uid },
      identity: build.identity,
      spec: goal.spec,
      bases: goal.bases,
      finalBase: goal.finalBase,
      dockerfile: render(goal.spec, goal.bases, config),
      config,
    }),
  };
}

/** As JSON has it: an absent and an undefined field are the same. */
function plain(status: ImageSpecStatus): unknown {
  return JSON.parse(JSON.stringify(status));
}
