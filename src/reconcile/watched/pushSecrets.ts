import { type Failure, failureOf } from '../../api/failure.ts';
import { failed, type Result } from '../../api/result.ts';
import { foreignPushSecretFault } from '../../imagespec/policy/secrets.ts';
import type { SeenImageSpec } from './projections.ts';

type ByIndex = (value: string) => readonly SeenImageSpec[];

/** Index values under which the cache finds the ImageSpecs that pull and push with a Secret; no name has this form. */
export function secretIndexes({ self: { namespace }, spec: { pullSecret, output } }: SeenImageSpec): readonly string[] {
  return [
    ...(pullSecret === undefined ? [] : [pullIndex(namespace, pullSecret)]),
    ...(output?.pushSecret === undefined ? [] : [pushIndex(namespace, output.pushSecret)]),
  ];
}

function pullIndex(namespace: string, secret: string): string {
  return `pull Secret ${namespace}/${secret}`;
}

function pushIndex(namespace: string, secret: string): string {
  return `push Secret ${namespace}/${secret}`;
}

/**
 * The plan, or why there is none: steps of a build could read the Secret with which another ImageSpec of the namespace
 * pushes. The plan itself knows about the ImageSpec's own Secrets.
 */
export function withoutPushSecret<Plan>(
  { self, spec: { pullSecret } }: SeenImageSpec,
  plan: Result<Plan, Failure>,
  byIndex: ByIndex,
): Result<Plan, Failure> {
  if (!plan.ok || pullSecret === undefined) {
    return plan;
  }
  let first: string | null = null;
  for (const other of byIndex(pushIndex(self.namespace, pullSecret))) {
    // Always the same one of several, so that the message stays.
    if (other.self.uid !== self.uid && (first === null || other.self.name < first)) {
      first = other.self.name;
    }
  }
  return first === null ? plan : failed(failureOf('PolicyViolation', foreignPushSecretFault(pullSecret, first)));
}

/** The ImageSpecs that pull with a Secret with which an ImageSpec pushes since this change, or no longer. */
export function concernedByPushSecret(
  before: SeenImageSpec | undefined,
  after: SeenImageSpec | undefined,
  byIndex: ByIndex,
): readonly SeenImageSpec[] {
  const [old, now] = [before, after].map((seen) => seen?.spec.output?.pushSecret);
  const namespace = (after ?? before)?.self.namespace ?? '';
  return old === now
    ? []
    : [old, now].flatMap((secret) => (secret === undefined ? [] : byIndex(pullIndex(namespace, secret))));
}
