import { z } from 'zod';
import { imageSpecObject } from '../../api/imageSpecObject.ts';
import type { ImageSpec, ImageSpecStatus } from '../../api/imagespec.generated.ts';
import { annotations, labels } from '../../api/names.ts';
import { type ContainerStateObject, ownedMetadata, podStatusObject, unschedulable } from '../../api/ownedObject.ts';
import type { Instant } from '../../api/time.ts';
import { type BuildIdentity, parseIdentity } from '../../kaniko/identity.ts';
import type { PodState } from '../../kaniko/run.ts';

/** An ImageSpec as commands see it. The API server validated spec and status against the schema of the types. */
export interface SeenImageSpec {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly generation: number;
  readonly resourceVersion: string;
  readonly deleting: boolean;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly spec: ImageSpec['spec'];
  readonly status: ImageSpecStatus;
}

/** A build Job of an ImageSpec. */
export interface SeenJob {
  readonly name: string;
  readonly uid: string;
  readonly identity: BuildIdentity;
}

/** How a container of a Pod stands. */
export type SeenContainerState =
  | { readonly is: 'waiting'; readonly reason: string; readonly message: string }
  | { readonly is: 'running'; readonly startedAt: Instant | null }
  | {
      readonly is: 'terminated';
      readonly startedAt: Instant | null;
      readonly finishedAt: Instant | null;
      readonly exitCode: number;
    };

/** A container of a Pod. */
export interface SeenContainer {
  readonly name: string;
  readonly state: SeenContainerState;
}

/** A Pod of an ImageSpec. */
export interface SeenPod {
  readonly name: string;
  readonly uid: string;
  /** Its role label: build, probe or verify. */
  readonly role: string;
  /** UID of its Job; null for a Pod without a Job. */
  readonly job: string | null;
  readonly createdAt: Instant;
  readonly deleting: boolean;
  readonly phase: PodState['phase'];
  /** The scheduler's message while no node takes it; '' otherwise. */
  readonly unschedulable: string;
  /** The Dockerfile that it builds; '' where it builds none. */
  readonly dockerfile: string;
  /** In start order: init containers first. */
  readonly containers: readonly SeenContainer[];
}

/**
 * The fields of an ImageSpec that commands read.
 *
 * @throws ZodError for anything else; the API server never sends that
 */
export function projectImageSpec(object: unknown): SeenImageSpec {
  const { metadata, spec, status } = imageSpecObject.parse(object);
  const { namespace, name, uid, generation, resourceVersion } = metadata;
  const deleting = metadata.deletionTimestamp !== undefined;
  return {
    namespace,
    name,
    uid,
    generation,
    resourceVersion,
    deleting,
    labels: metadata.labels,
    annotations: metadata.annotations,
    spec,
    status,
  };
}

/** The fields of a Job that commands read; undefined for a Job that is no build of this operator. */
export function projectJob(object: unknown): SeenJob | undefined {
  const { metadata } = z.object({ metadata: ownedMetadata }).parse(object);
  const identity = parseIdentity(metadata.annotations[annotations.build] ?? '');
  return identity === undefined ? undefined : { name: metadata.name, uid: metadata.uid, identity };
}

const podSchema = z.object({
  metadata: ownedMetadata,
  spec: z.object({
    initContainers: z.array(z.object({ name: z.string() })).default([]),
    containers: z.array(z.object({ name: z.string() })),
  }),
  status: podStatusObject,
});

/** The fields of a Pod that commands read. */
export function projectPod(object: unknown): SeenPod {
  const { metadata, spec, status } = podSchema.parse(object);
  const states = new Map(
    [...status.initContainerStatuses, ...status.containerStatuses].map(({ name, state }) => [name, stateOf(state)]),
  );
  return {
    name: metadata.name,
    uid: metadata.uid,
    role: metadata.labels[labels.role] ?? '',
    job: metadata.ownerReferences.find(({ kind, controller }) => controller === true && kind === 'Job')?.uid ?? null,
    createdAt: metadata.creationTimestamp,
    deleting: metadata.deletionTimestamp !== undefined,
    phase: status.phase,
    unschedulable: unschedulable(status),
    dockerfile: metadata.annotations[annotations.dockerfile] ?? '',
    containers: [...spec.initContainers, ...spec.containers].map(({ name }) => ({
      name,
      state: states.get(name) ?? { is: 'waiting', reason: '', message: '' },
    })),
  };
}

function stateOf({ running, terminated, waiting }: ContainerStateObject): SeenContainerState {
  if (terminated !== undefined) {
    return {
      is: 'terminated',
      startedAt: terminated.startedAt ?? null,
      finishedAt: terminated.finishedAt ?? null,
      exitCode: terminated.exitCode,
    };
  }
  return running === undefined
    ? { is: 'waiting', reason: waiting?.reason ?? '', message: waiting?.message ?? '' }
    : { is: 'running', startedAt: running.startedAt ?? null };
}
