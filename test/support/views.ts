import type { Condition, ImageSpecSpec, ImageSpecStatus } from '../../src/api/imagespec.generated.ts';
import type { SeenContainer, SeenJob, SeenPod } from '../../src/cli/live/projections.ts';
import type { View } from '../../src/cli/live/status/standing.ts';
import { parseIdentity } from '../../src/kaniko/identity.ts';

/** Views of an ImageSpec `vision/astro` for tests of the command line. Its moments are seconds of one minute. */
const hash = 'a'.repeat(64);
export const image = `r.example/vision/astro@sha256:${'b'.repeat(64)}`;

export function at(second: number): string {
  return `2026-11-25T20:00:${String(second).padStart(2, '0')}Z`;
}

export function instant(second: number): number {
  return Date.parse(at(second));
}

/** The differences of a view. */
export interface Differences {
  readonly spec?: ImageSpecSpec;
  readonly status?: Partial<ImageSpecStatus>;
  readonly generation?: number;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly jobs?: readonly SeenJob[];
  readonly pods?: readonly SeenPod[];
}

/** @param conditions each as `Type=Status:Reason`, perhaps with ` message` */
export function view(conditions: readonly string[], given: Differences = {}): View {
  return {
    imageSpec: {
      namespace: 'vision',
      name: 'astro',
      uid: 'u',
      generation: given.generation ?? 1,
      resourceVersion: '1',
      deleting: false,
      labels: {},
      annotations: given.annotations ?? {},
      spec: given.spec ?? { baseImage: 'a' },
      status: { observedGeneration: 1, conditions: conditions.map(condition), ...given.status },
    },
    jobs: given.jobs ?? [job(1, 1)],
    pods: given.pods ?? [],
  };
}

function condition(text: string): Condition {
  const [, type = '', status = '', reason = '', message = ''] = /^(\w+)=(\w+):(\w+)(?: (.*))?$/s.exec(text) ?? [];
  return {
    type,
    status: status === 'True' || status === 'False' ? status : 'Unknown',
    reason,
    message,
    observedGeneration: 1,
    lastTransitionTime: at(0),
  };
}

/** The Job of a build, with UID `job-<number>-<attempt>`. */
export function job(number: number, attempt: number): SeenJob {
  const identity = parseIdentity(
    JSON.stringify({ number, attempt, inputHash: hash, repository: 'r', pushMode: 'Isolated', settings: hash }),
  );
  if (identity === undefined) {
    throw new Error('this is no identity any more');
  }
  return { name: `imagespec-${number}-${attempt}`, uid: `job-${number}-${attempt}`, identity };
}

/** Begun a second after it was queued. */
export const build = { number: 1, attempt: 1, inputHash: hash, reasons: ['SpecChanged'] } as const;
export const started = { ...build, queuedTime: at(1), startTime: at(3) };

export function waiting(name: string): SeenContainer {
  return { name, state: { is: 'waiting', reason: '', message: '' } };
}

export function running(name: string, from: number): SeenContainer {
  return { name, state: { is: 'running', startedAt: instant(from) } };
}

export function ended(name: string, from: number, to: number, exitCode = 0): SeenContainer {
  return { name, state: { is: 'terminated', startedAt: instant(from), finishedAt: instant(to), exitCode } };
}

/** A Pod of the first build, or of no Job. */
export function pod(
  role: string,
  phase: SeenPod['phase'],
  containers: readonly SeenContainer[],
  more: Partial<SeenPod> = {},
): SeenPod {
  return {
    name: `${role}-pod`,
    uid: role,
    role,
    job: role === 'build' ? 'job-1-1' : null,
    createdAt: instant(4),
    deleting: false,
    phase,
    unschedulable: '',
    dockerfile: '',
    containers,
    ...more,
  };
}
