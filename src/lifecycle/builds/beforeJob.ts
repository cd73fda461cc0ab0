import { failureOf } from '../../api/failure.ts';
import type { ImageSpecStatus } from '../../api/imagespec.generated.ts';
import { buildInput, changesBetween, parseInput } from '../../imagespec/changes.ts';
import type { EffectiveSpec } from '../../imagespec/effective.ts';
import { immutableTag } from '../../imagespec/inputHash.ts';
import { buildSecrets } from '../../kaniko/buildSecrets.ts';
import { packageCredentials } from '../../kaniko/containers.ts';
import { jobName } from '../../kaniko/identity.ts';
import { type Refusal, refusalOf } from '../../kaniko/refusals.ts';
import { argumentQuestions } from '../bases/bases.ts';
import type { Knowledge } from '../model/knowledge.ts';
import { type Context, missing } from '../model/needs.ts';
import type { Seen } from '../model/observation.ts';
import type { Asking, BuildRecord, Goal, Pushed, Situation } from '../model/situation.ts';
import { baseWay, type PullsSeen } from './baseWay.ts';

/** A build is required: checks what must hold before the operator creates its Job. */
export function beforeBuild(
  seen: PullsSeen & Seen<'self' | 'status' | 'buildTurn'>,
  known: Knowledge,
  goal: Goal,
  build: BuildRecord,
): Situation | Pushed {
  const context: Context = {
    goal,
    build: null,
    reason: 'Pending',
    message: 'the access to the output repository is being tested',
  };
  // A rebuild must not reuse the present image.
  if (build.identity.rebuild === null) {
    const there = reusable(seen, known, goal, build, context);
    if (there !== undefined) {
      return there;
    }
  }
  return beforeJob(seen, known, goal, build, context);
}

/** An image in the registry for exactly this input, which no other namespace can have put there. */
function reusable(
  { now, status }: Seen<'now' | 'status'>,
  known: Knowledge,
  goal: Goal,
  build: BuildRecord,
  context: Context,
): Situation | Pushed | undefined {
  for (const reference of knownImages(status, goal)) {
    const there = known.needs(imageQuestion(goal.spec, reference), context);
    if (there.is !== 'known') {
      return there;
    }
    // A tag has 64 bits of the hash, for which whoever writes both specs finds another input.
    if (there.value !== null && there.value.inputHash === goal.inputHash) {
      const { digest, sizeBytes } = there.value;
      const image = `${goal.spec.repository}@${digest}`;
      const identity = { ...build.identity, base: null, baseReason: '' };
      const reused = { ...build, identity, job: null, image, startTime: now, completionTime: now };
      return { is: 'pushed', goal, build: reused, good: { image, digest, sizeBytes, reason: 'ImageReused' } };
    }
  }
  return undefined;
}

/** Images from the history, and from the immutable tag where the policy keeps other namespaces out. */
function knownImages({ history }: ImageSpecStatus, goal: Goal): readonly string[] {
  const { repository, repositoryBound } = goal.spec;
  const earlier = (history ?? []).find(
    (entry) => entry.inputHash === goal.inputHash && entry.image?.startsWith(`${repository}@`),
  );
  return [
    ...(earlier?.image === undefined ? [] : [earlier.image]),
    ...(repositoryBound === 'ToNamespace' ? [`${repository}:${immutableTag(goal.inputHash, null)}`] : []),
  ];
}

function imageQuestion({ pushSecret, platform }: EffectiveSpec, reference: string) {
  return { ask: 'image', reference, secret: pushSecret, platform } as const;
}

function beforeJob(
  seen: PullsSeen & Seen<'self' | 'status' | 'buildTurn'>,
  known: Knowledge,
  goal: Goal,
  build: BuildRecord,
  context: Context,
): Situation {
  const { self, status, buildTurn } = seen;
  const { spec } = goal;
  const credentials = packageCredentials(spec);
  const used = buildSecrets(goal);
  const netrc = credentials === null ? [] : [known.needs({ ask: 'netrc', secret: credentials }, context)];
  const secrets = used.length === 0 ? null : known.needs({ ask: 'secrets', secrets: used }, context);
  const access = known.needs({ ask: 'pushAccess', repository: spec.repository, secret: spec.pushSecret }, context);
  const bases = argumentQuestions(spec, goal.bases).map((question) => known.needs(question, context));
  const before = previousInput(status.image, known, goal, build, context);
  const way = baseWay(seen, known, goal, context);
  const open = missing([...netrc, access, ...bases, ...(secrets === null ? [] : [secrets]), way, before]);
  if (open !== undefined) {
    return open;
  }
  const versions = secrets?.is === 'known' ? secrets.value : '';
  const changes = before.is === 'known' ? before.changes : [];
  const complete: BuildRecord = {
    ...build,
    identity: {
      ...build.identity,
      secrets: versions,
      base: way.is === 'known' ? way.base : null,
      baseReason: way.is === 'known' ? way.baseReason : '',
      bases: goal.bases.map(({ image, digest, user, env }) => ({
        image,
        digest,
        user,
        ...(env === undefined ? {} : { env: [...env] }),
      })),
      changes: build.identity.changes.length > 0 ? build.identity.changes : [...changes],
    },
  };
  return (
    refused(known, self.uid, goal, complete) ?? {
      is: buildTurn === 'mayStart' ? 'due' : 'queued',
      goal,
      build: complete,
    }
  );
}

/** The input of the last good image, for the list of changes; none if unknown, because a build must not wait for it. */
function previousInput(
  image: string | undefined,
  known: Knowledge,
  goal: Goal,
  { identity }: BuildRecord,
  context: Context,
): { readonly is: 'known'; readonly changes: readonly string[] } | Asking {
  const isAnother = identity.reasons.includes('SpecChanged') || identity.reasons.includes('BaseChanged');
  if (image === undefined || !isAnother) {
    return { is: 'known', changes: [] };
  }
  const question = imageQuestion(goal.spec, image);
  const found = known.reply(question);
  if (found === undefined) {
    const { goal: _, ...rest } = context;
    return { is: 'asking', goal, ...rest, questions: [question], asked: 'first' };
  }
  const before = parseInput(found.reply.is === 'known' ? (found.reply.value?.input ?? '') : '');
  return {
    is: 'known',
    changes: before === undefined ? [] : changesBetween(before, buildInput(goal.spec, goal.bases)),
  };
}

/** The situation after a recent failure to create the Job. */
function refused(known: Knowledge, uid: string, goal: Goal, build: BuildRecord): Situation | undefined {
  const held = known.heldBack('createJob', jobName(uid, build.identity));
  if (held === null) {
    return undefined;
  }
  const { until } = held;
  const refusal: Refusal =
    held.is === 'refused'
      ? refusalOf(held.message)
      : { is: 'passing', message: `the Job of the build cannot be created: ${held.message}; the operator tries again` };
  const { is, message } = refusal;
  return is === 'refused'
    ? { is: 'stalled', goal, failure: failureOf('BuildPodRefused', message), build: null, until }
    : {
        is: 'waiting',
        goal,
        reason: is === 'quota' ? 'QuotaExceeded' : 'Pending',
        message: is === 'quota' ? `${message}; the build starts by itself once there is room` : message,
        failure: null,
        build: null,
        until,
      };
}
