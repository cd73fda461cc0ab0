import { failureOf } from '../../api/failure.ts';
import { isWritable } from '../../dockerfile/baseSupport.ts';
import { argumentsOn } from '../../dockerfile/own/stageArguments.ts';
import type { Plan } from '../../dockerfile/plan.ts';
import type { Base, EffectiveSpec } from '../../imagespec/effective.ts';
import { extendedNames, knowsValues } from '../../imagespec/env/extension.ts';
import { pullSecretsFor } from '../../imagespec/pullSecrets.ts';
import { formatRepository, parseReference } from '../../oci/reference.ts';
import type { Knowledge } from '../model/knowledge.ts';
import { type Context, missing, type Unknown } from '../model/needs.ts';
import type { Seen } from '../model/observation.ts';
import type { Question } from '../model/question.ts';

/** Every base by digest, and the newer digest of the final base if no build uses it yet. */
export interface FoundBases {
  readonly is: 'found';
  readonly bases: readonly Base[];
  readonly finalBase: Base | null;
  readonly available: string | null;
}

/** The part of an Observation that the bases depend on. */
type BasesSeen = Seen<'now' | 'self' | 'status' | 'builds' | 'upstream' | 'baseUpdatesFrom'>;

type BaseQuestion = Extract<Question, { readonly ask: 'base' }>;

type BaseFact = { readonly is: 'known'; readonly value: Base } | Unknown;

const questions = new WeakMap<Plan, Map<string, BaseQuestion>>();

/** The question about one base image. Each pass asks it; to read the references of a plan takes longer than the rest of a pass. */
export function baseQuestion(plan: Plan, image: string): BaseQuestion {
  const known = questions.get(plan) ?? new Map<string, BaseQuestion>();
  questions.set(plan, known);
  const question = known.get(image) ?? questionAbout(plan, image);
  if (plan.images.includes(image)) {
    known.set(image, question);
  }
  return question;
}

/** The same for a base that is in no plan, such as one by its digest. */
export function questionAbout({ spec, filesOnly }: Pick<Plan, 'spec' | 'filesOnly'>, image: string): BaseQuestion {
  const variables = extendedNames(spec);
  return {
    ask: 'base',
    image,
    use: filesOnly.includes(image) ? 'files' : 'stage',
    secrets: pullSecretsFor(spec, [image]),
    platform: spec.platform,
    everySeconds: spec.baseUpdate.intervalSeconds,
    ...(variables.length === 0 ? {} : { variables }),
  };
}

/**
 * Every base by digest: from the status while `baseUpdate` allows it, else from the registry.
 * @param take `newest`: a rebuild was requested, so the digests in the status do not count
 */
export function findBases(
  seen: BasesSeen,
  known: Knowledge,
  plan: Plan,
  take: 'kept' | 'newest',
): FoundBases | Unknown {
  if (plan.upstream !== null) {
    return upstreamBase(seen, known, plan, plan.upstream, take);
  }
  const facts = plan.images.map((image) => {
    const kept = take === 'newest' ? undefined : keptBase(seen, image);
    const question = baseQuestion(plan, image);
    if (kept === undefined) {
      return known.needs(question, lookedUp(plan.images.join(', ')));
    }
    const whole = withValues(known, plan, kept);
    if (whole.is !== 'known') {
      return whole;
    }
    const newest = known.lastReply(question);
    const moved = newest?.is === 'known' && newest.value.digest !== kept.digest ? newest.value : undefined;
    // What the registry said of this very image still holds.
    const obstacle = newest?.is === 'known' && moved === undefined ? newest.value.obstacle : undefined;
    const value = obstacle === undefined ? whole.value : { ...whole.value, obstacle };
    return { is: 'known', value: moved !== undefined && isFollowed(seen, plan) ? moved : value, moved } as const;
  });
  const open = missing(facts);
  if (open !== undefined) {
    return open;
  }
  const bases = facts.flatMap((fact) => (fact.is === 'known' ? [fact.value] : []));
  const finalBase = bases.find(({ image }) => image === plan.finalImage) ?? null;
  const final = facts[plan.images.findIndex((image) => image === plan.finalImage)];
  const moved = final?.is === 'known' && 'moved' in final ? final.moved : undefined;
  const available = moved === undefined || moved.digest === finalBase?.digest ? null : moved.digest;
  return { is: 'found', bases, finalBase, available };
}

/**
 * A base that was kept, with its values of the variables that the spec extends. A spec that has begun to extend one asks the
 * registry for the same image, by its digest.
 */
function withValues(known: Knowledge, plan: Plan, kept: Base): BaseFact {
  if (knowsValues(kept, extendedNames(plan.spec))) {
    return { is: 'known', value: kept };
  }
  const image = pinnedReference(kept.image, kept.digest);
  const found = known.needs(baseQuestion(plan, image), lookedUp(image));
  return found.is === 'known' ? { is: 'known', value: { ...found.value, image: kept.image } } : found;
}

/** Questions about build arguments that a base may shadow: asked before a build only, of the bases as they are pinned. */
export function argumentQuestions(spec: EffectiveSpec, bases: readonly Base[]): readonly BaseQuestion[] {
  return bases.flatMap(({ image, digest }) => {
    const given = argumentsOn(image, spec.source, spec.args);
    return given.length === 0
      ? []
      : [
          {
            ask: 'base',
            image: pinnedReference(image, digest),
            use: 'stage',
            secrets: pullSecretsFor(spec, [image]),
            platform: spec.platform,
            everySeconds: spec.baseUpdate.intervalSeconds,
            arguments: given,
          } as const,
        ];
  });
}

function pinnedReference(image: string, digest: string): string {
  const reference = parseReference(image);
  return `${reference.ok ? formatRepository(reference.value) : image}@${digest}`;
}

function lookedUp(images: string): Context {
  return { goal: null, build: null, reason: 'ResolvingBase', message: `the operator is looking up ${images}` };
}

/** Whether the operator watches for a moved base. */
export function isWatched({ baseUpdate, suspend }: EffectiveSpec): boolean {
  return baseUpdate.policy !== 'Ignore' && !suspend;
}

/** Whether a moved base starts a build now. */
function isFollowed(seen: Seen<'now' | 'baseUpdatesFrom'>, { spec }: Plan): boolean {
  return isWatched(spec) && spec.baseUpdate.policy === 'Rebuild' && seen.now >= seen.baseUpdatesFrom;
}

/** The base from a Job that the status does not show yet, else from the status. */
function keptBase({ status, builds }: Seen<'status' | 'builds'>, image: string): Base | undefined {
  const recorded = status.build?.number ?? 0;
  for (const { identity, deleting } of builds) {
    const base =
      identity.number > recorded && !deleting
        ? identity.bases.find((found) => found.image === image && isWritable(found))
        : undefined;
    if (base !== undefined) {
      return base;
    }
  }
  const kept = status.bases?.find((base) => base.image === image);
  if (kept === undefined) {
    return undefined;
  }
  const user = status.base?.image === image ? status.base.user : '';
  const env = status.base?.image === image ? status.base.env : undefined;
  const base = { image, digest: kept.digest, user, ...(env === undefined ? {} : { env }) };
  return isWritable(base) ? base : undefined;
}

/** The image of another ImageSpec as base. The status keeps it under the name of its repository. */
function upstreamBase(
  seen: BasesSeen,
  known: Knowledge,
  plan: Plan,
  name: string,
  take: 'kept' | 'newest',
): FoundBases | Unknown {
  const { upstream } = seen;
  switch (upstream.is) {
    case 'none':
      throw new Error('the plan builds on an ImageSpec and the observation has none');
    case 'cycle': {
      const message = `spec.baseImageSpecRef: ${upstream.chain.join(' → ')} leads back to this ImageSpec; name another base`;
      return { is: 'stalled', goal: null, failure: failureOf('InvalidSpec', message), build: null, until: null };
    }
    case 'absent': {
      // The status does not name the ImageSpec of its base. While the spec is unchanged, it must be this one.
      const kept = seen.status.observedGeneration === seen.self.generation ? upstreamKept(seen) : undefined;
      return kept !== undefined && take === 'kept'
        ? upstreamFound(withValues(known, plan, kept), null)
        : {
            is: 'waiting',
            goal: null,
            reason: 'WaitingForBase',
            message: upstream.message,
            failure: null,
            build: null,
            until: null,
          };
    }
    case 'ready': {
      const kept = upstreamKept(seen, upstream.repository);
      const isStaying =
        kept !== undefined && take === 'kept' && (kept.digest === upstream.digest || !isFollowed(seen, plan));
      if (isStaying) {
        const available = kept.digest === upstream.digest ? null : upstream.digest;
        return upstreamFound(withValues(known, plan, kept), available);
      }
      const image = `${upstream.repository}@${upstream.digest}`;
      const found = known.needs(baseQuestion(plan, image), lookedUp(`${image}, the image of ImageSpec "${name}"`));
      if (found.is !== 'known') {
        return found;
      }
      const base = { ...found.value, image: upstream.repository };
      return { is: 'found', bases: [base], finalBase: base, available: null };
    }
  }
}

function upstreamFound(fact: BaseFact, available: string | null): FoundBases | Unknown {
  return fact.is === 'known' ? { is: 'found', bases: [fact.value], finalBase: fact.value, available } : fact;
}

/** The base that an earlier pass took from the other ImageSpec. */
function upstreamKept(seen: Seen<'status' | 'builds'>, repository = seen.status.base?.image): Base | undefined {
  return repository === undefined ? undefined : keptBase(seen, repository);
}
