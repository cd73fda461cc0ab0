import { buildOf } from './builds/build.ts';
import { cleaningOf } from './cleaning.ts';
import { type Knowledge, knowledgeOf } from './model/knowledge.ts';
import type { Observation } from './model/observation.ts';
import { type OpenRequests, openRequests } from './model/requests.ts';
import { imagesOf, type Situation } from './model/situation.ts';
import type { Contents, Standing } from './model/standing.ts';
import { type Attempts, attemptsOf } from './proofs/attempts.ts';
import { type Judge, judgeOf } from './proofs/checked.ts';
import { contentsOf } from './proofs/contents.ts';
import { watchOf } from './watch.ts';

/** Draws every conclusion about an ImageSpec once. Read the functions from top to bottom. */
export function assess(seen: Observation): Standing {
  const means = meansOf(seen);
  return standingOf(seen, means, buildOf(seen, means.known, means.requests, means.judge));
}

/** The first conclusions, which all others use. */
export interface Means {
  readonly known: Knowledge;
  readonly requests: OpenRequests;
  readonly attempts: Attempts;
  readonly judge: Judge;
}

/** Draws the first conclusions. */
export function meansOf(seen: Observation): Means {
  const known = knowledgeOf(seen);
  const requests = openRequests(seen);
  const attempts = attemptsOf(seen, known);
  return { known, requests, attempts, judge: judgeOf(seen, attempts, requests) };
}

/**
 * The launch of an image whose tags are still to be put: neither needs the other. Commands of `spec.verify` come before a
 * launch, because an image that fails them is not served.
 */
function launchAhead({ status }: Observation, judge: Judge, build: Situation): Standing['ahead'] {
  const isTagged = build.is === 'tagging' || (build.is === 'asking' && build.reason === 'Building');
  const image = isTagged ? (build.build?.image ?? null) : null;
  if (!isTagged || image === null || image === status.image || build.goal?.spec.verify.length !== 0) {
    return null;
  }
  const launch = judge(image)?.launch;
  return launch?.is === 'open' && launch.step.next === 'create' ? launch.step : null;
}

/** Everything that follows from the state of the build. */
export function standingOf(seen: Observation, means: Means, build: Situation): Standing {
  const { known, requests, attempts, judge } = means;
  const serving = seen.status.image ?? null;
  const images = imagesOf(build, serving);
  const fresh = images.fresh === null ? null : judge(images.fresh);
  const served = images.served === null ? null : judge(images.served);
  const contents: Contents = build.is === 'done' ? contentsOf(seen, known, attempts, build) : { is: 'none' };
  return {
    seen,
    known,
    build,
    requests,
    fresh,
    served,
    contents,
    ahead: launchAhead(seen, judge, build),
    checks:
      build.is === 'verifying'
        ? []
        : [
            ...(served?.launch.is === 'open' && served.image === serving ? [served.launch.step] : []),
            ...(contents.is === 'check' ? [contents.step] : []),
          ],
    watch: watchOf(seen, known, build),
    cleaning: cleaningOf(seen, known, build, served, contents),
  };
}
