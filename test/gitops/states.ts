import { failureOf } from '../../src/api/failure.ts';
import type { ImageSpecSpec, ImageSpecStatus } from '../../src/api/imagespec.generated.ts';
import { group, kind, version } from '../../src/api/names.ts';
import {
  type DoneReason,
  isReadyReason,
  type ProgressReason,
  type ReadyReason,
  readyReasons,
  type StalledReason,
} from '../../src/api/reasons/reasons.ts';
import { causeOf, firstRecord } from '../../src/lifecycle/model/record.ts';
import type { Reported, Situation } from '../../src/lifecycle/model/situation.ts';
import {
  base,
  digest,
  fixedTag,
  hash,
  image,
  movingTag,
  observation,
  questions,
  spec,
} from '../support/observations.ts';
import { statusIn } from '../support/passes.ts';
import { noon } from '../support/pods.ts';

/** What a tool should make of an ImageSpec: its image is good, is on its way, needs a person, or is held back. */
export type Meaning = (typeof readyReasons)[ReadyReason]['group'];

/** An ImageSpec in one state, with the status that the operator writes in it. */
export interface State {
  /** Name of the object. */
  readonly name: string;
  /** What the state is, for people. */
  readonly what: string;
  readonly meaning: Meaning;
  /** null: the operator has not written one. */
  readonly status: ImageSpecStatus | null;
  /** Fields of the spec beside the base and the packages. */
  readonly spec: ImageSpecSpec;
  /** Generation of the object; the status is that of generation 1. */
  readonly generation: number;
}

const goal = { spec, bases: [base], finalBase: base, available: null, inputHash: hash };
const seen = observation({});
const begun = { ...firstRecord(seen, goal, causeOf(seen, goal)), queuedTime: noon - 90_000 };
const build = { ...begun, job: { name: 'imagespec-0d6bd1e3f5a94c2b8e71', uid: 'job-1' }, startTime: noon - 80_000 };
const built = { ...build, completionTime: noon - 1000 };
const good = { image, digest, sizeBytes: 1_493_172_224, reason: 'BuildSucceeded' } as const;
const refused = {
  is: 'refused',
  tag: movingTag,
  message: 'the registry refuses to move the tag latest: it is immutable',
  until: noon,
} as const;

const isDone = (reason: ReadyReason): reason is DoneReason => readyReasons[reason].group === 'done';
const isUnderWay = (reason: ReadyReason): reason is ProgressReason => readyReasons[reason].group === 'underWay';
const isOver = (reason: ReadyReason): reason is StalledReason => readyReasons[reason].group === 'over';

/** A situation in which the operator reports this reason. */
function situationOf(reason: ReadyReason): Situation {
  if (isDone(reason)) {
    const moving = { is: 'tagged', tag: movingTag } as const;
    return { is: 'done', goal, build: built, good: { ...good, reason }, tags: [fixedTag], moving };
  }
  if (isUnderWay(reason)) {
    return {
      is: 'waiting',
      goal,
      reason,
      message: readyReasons[reason].advice,
      failure: null,
      build: null,
      until: noon,
    };
  }
  if (isOver(reason)) {
    // Ready says RetriesExhausted, the failure keeps the cause.
    const failure = failureOf(reason === 'RetriesExhausted' ? 'NodeLost' : reason, readyReasons[reason].advice);
    return { is: 'stalled', goal, failure, build: built, until: null };
  }
  return { is: 'suspended', goal };
}

/** Each situation of the state machine that the status shows; a new one is missing here until it stands here. */
const situations: Readonly<Record<Reported['is'], Situation>> = {
  asking: {
    is: 'asking',
    asked: 'first',
    goal: null,
    reason: 'ResolvingBase',
    message: `looking up ${base.image}`,
    build: null,
    questions: [questions.base],
  },
  waiting: situationOf('WaitingForSecret'),
  queued: { is: 'queued', goal, build: begun },
  due: { is: 'due', goal, build: begun },
  building: { is: 'building', goal, build, until: null },
  verifying: {
    is: 'verifying',
    goal,
    build: { ...built, image },
    message: 'verifying the image',
    step: { next: 'wait', until: null },
  },
  tagging: { is: 'tagging', goal, build: { ...built, image }, tag: movingTag, digest, mode: 'move' },
  done: situationOf('BuildSucceeded'),
  stalled: situationOf('PackageNotFound'),
  cancelled: { is: 'cancelled', goal, build: built },
  suspended: situationOf('Suspended'),
};

/** Every reason of Ready. */
export const reasons: readonly ReadyReason[] = Object.keys(readyReasons).filter(isReadyReason);

/** The name of the object that has a reason. */
export function nameOf(reason: ReadyReason): string {
  return reason.replaceAll(/([a-z])([A-Z])/g, '$1-$2').toLowerCase();
}

/** One ImageSpec for each reason of Ready. */
const reasonStates: readonly State[] = reasons.map((reason) => ({
  name: nameOf(reason),
  what: `Ready's reason is ${reason}`,
  meaning: readyReasons[reason].group,
  status: statusIn(seen, situationOf(reason)),
  spec: reason === 'Suspended' ? { suspend: true } : {},
  generation: 1,
}));

/** One ImageSpec for each situation of the state machine. */
const situationStates: readonly State[] = Object.values(situations).map((at) => {
  const status = statusIn(seen, at);
  return {
    name: `at-${at.is}`,
    what: `the state machine is at "${at.is}"`,
    meaning: readyReasons[readyReasonOf(status)].group,
    status,
    spec: at.is === 'suspended' ? { suspend: true } : {},
    generation: 1,
  };
});

/** What is good, unseen or edited beside that. */
const otherStates: readonly State[] = [
  {
    name: 'tag-refused',
    what: 'the image is good, the registry does not let the moving tag move',
    meaning: 'done',
    status: statusIn(seen, { is: 'done', goal, build: built, good, tags: [fixedTag], moving: refused }),
    spec: {},
    generation: 1,
  },
  {
    name: 'output-conflict',
    what: 'the image is good, an older ImageSpec has its moving tag',
    meaning: 'done',
    status: statusIn(
      { ...seen, outputHolder: { is: 'other', output: movingTag, name: 'older' } },
      { is: 'done', goal, build: built, good, tags: [fixedTag], moving: { is: 'conflict', tag: movingTag } },
    ),
    spec: {},
    generation: 1,
  },
  {
    name: 'suspended-with-image',
    what: 'suspended, and nothing is left to build',
    meaning: 'done',
    status: statusIn(seen, situationOf('BuildSucceeded')),
    spec: { suspend: true },
    generation: 1,
  },
  {
    name: 'launched',
    what: 'the image is good, and JupyterHub can launch it',
    meaning: 'done',
    status: withVerdict(statusIn(seen, situationOf('BuildSucceeded'))),
    spec: {},
    generation: 1,
  },
  {
    name: 'not-for-a-hub',
    what: 'the image is good, and is not launched: policy Skip',
    meaning: 'done',
    status: withVerdict(statusIn(seen, situationOf('BuildSucceeded'))),
    spec: { jupyterHub: { policy: 'Skip' } },
    generation: 1,
  },
  { name: 'unseen', what: 'the operator has not seen it', meaning: 'underWay', status: null, spec: {}, generation: 1 },
  {
    name: 'edited',
    what: 'the operator has not seen the edit of a good one',
    meaning: 'underWay',
    status: statusIn(seen, situationOf('BuildSucceeded')),
    spec: { displayName: 'another' },
    generation: 2,
  },
  {
    name: 'edited-after-failure',
    what: 'the operator has not seen the edit of a failed one',
    meaning: 'underWay',
    status: statusIn(seen, situationOf('PackageNotFound')),
    spec: { displayName: 'another' },
    generation: 2,
  },
];

/** The status after a launch that went well. */
function withVerdict(status: ImageSpecStatus): ImageSpecStatus {
  const conditions = status.conditions?.map((condition) =>
    condition.type === 'JupyterHubCompatible'
      ? Object.assign({}, condition, {
          status: 'True',
          reason: 'LaunchVerified',
          message: 'JupyterHub 5.3.0 launched it',
        })
      : condition,
  );
  return conditions === undefined ? status : { ...status, conditions };
}

/** All of them; each has a name of its own. */
export const states: readonly State[] = [...reasonStates, ...situationStates, ...otherStates];

/** @throws Error when there is none of that name */
export function stateNamed(name: string): State {
  const found = states.find((state) => state.name === name);
  if (found === undefined) {
    throw new Error(`test/gitops/states.ts has no state ${name}`);
  }
  return found;
}

/** The object without what the API server adds. */
export function objectOf({ name, spec: own }: Pick<State, 'name' | 'spec'>): object {
  return {
    apiVersion: `${group}/${version}`,
    kind,
    metadata: { name },
    spec: { baseImage: base.image, packages: { pip: ['astropy'] }, ...own },
  };
}

/** Ready's reason in a status. */
export function readyReasonOf(status: ImageSpecStatus): ReadyReason {
  const reason = status.conditions?.find(({ type }) => type === 'Ready')?.reason ?? '';
  if (!isReadyReason(reason)) {
    throw new Error(`no reason of Ready: ${reason}`);
  }
  return reason;
}

/** Ready's message in a status. */
export function readyMessageOf(status: ImageSpecStatus): string {
  return status.conditions?.find(({ type }) => type === 'Ready')?.message ?? '';
}
