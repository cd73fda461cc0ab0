import { z } from 'zod';
import type { Failure } from '../../api/failure.ts';
import { imageSpecObject } from '../../api/imageSpecObject.ts';
import type { ImageSpec, ImageSpecStatus } from '../../api/imagespec.generated.ts';
import { annotations, group, kind, labels } from '../../api/names.ts';
import { type ContainerStateObject, ownedMetadata, podStatusObject, unschedulable } from '../../api/ownedObject.ts';
import { type Instant, parseRfc3339 } from '../../api/time.ts';
import { tooLongFor, withoutTexts } from '../../imagespec/size.ts';
import { parseProbeIdentity } from '../../jupyterhub/launch/probePod.ts';
import { parseVerifyIdentity } from '../../jupyterhub/verifyPod.ts';
import { type BuildIdentity, keptRequest, parseIdentity } from '../../kaniko/identity.ts';
import { type ContainerState, isOver, type ObjectRef, type PodState } from '../../kaniko/run.ts';
import type { CheckIdentity } from '../../lifecycle/model/checkPod.ts';
import type { Requests, Self } from '../../lifecycle/model/observation.ts';

/** Projection of an ImageSpec. */
export interface SeenImageSpec {
  readonly self: Self;
  readonly createdAt: Instant;
  readonly labels: Readonly<Record<string, string>>;
  readonly deleting: boolean;
  /** The spec; without its long texts if it is too large (`tooLong`). */
  readonly spec: ImageSpec['spec'];
  /** The fault of a spec that is too large to keep; null: the spec is whole. */
  readonly tooLong: Failure | null;
  readonly status: ImageSpecStatus;
  readonly requests: Requests;
}

/** Projection of a Job of the operator. */
export interface SeenJob {
  readonly ref: ObjectRef;
  readonly owner: string;
  readonly identity: BuildIdentity;
  readonly createdAt: Instant;
  readonly deleting: boolean;
  readonly ended: boolean;
}

/** Projection of a Pod of the operator. */
export type SeenPod =
  | {
      readonly is: 'build';
      /** UID of the Job that controls it. */
      readonly job: string;
      /** UID of the ImageSpec from the label. Any user can write it, so it may start a pass and proves nothing. */
      readonly owner: string;
      readonly pod: PodState;
    }
  | {
      readonly is: 'check';
      /** UID of the ImageSpec that controls it. */
      readonly owner: string;
      readonly identity: CheckIdentity;
      readonly pod: PodState;
    };

export function projectImageSpec(object: unknown): SeenImageSpec {
  const { metadata: meta, spec, status } = imageSpecObject.parse(object);
  const { namespace, name, uid, generation, resourceVersion } = meta;
  const tooLong = tooLongFor(spec);
  return {
    self: { namespace, name, uid, generation, resourceVersion },
    createdAt: meta.creationTimestamp,
    labels: keptLabels(meta.labels),
    deleting: meta.deletionTimestamp !== undefined,
    spec: tooLong === null ? spec : withoutTexts(spec),
    tooLong,
    status,
    requests: {
      rebuild: requestIn(meta.annotations[annotations.rebuild]),
      retry: requestIn(meta.annotations[annotations.retry]),
      launch: requestIn(meta.annotations[annotations.launch]),
      cancel: requestIn(meta.annotations[annotations.cancel]),
    },
  };
}

/** Longest labels of an ImageSpec in all, in UTF-16 units. An object may have as many as the API server stores, 1.5 MB. */
export const longestLabels = 16_384;

/** The labels, by which destinations select; none of an ImageSpec that has more than any selector needs. */
function keptLabels(labels: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const length = Object.entries(labels).reduce((sum, [key, value]) => sum + key.length + value.length, 0);
  return length <= longestLabels ? labels : {};
}

/** The part of a request that the status keeps: an annotation may have 256 KiB, and memory keeps one per ImageSpec. */
function requestIn(annotation: string | undefined): string | null {
  return annotation === undefined ? null : keptRequest(annotation);
}

const jobSchema = z.object({
  metadata: ownedMetadata,
  status: z
    .object({ conditions: z.array(z.object({ type: z.string(), status: z.string() })).default([]) })
    .default({ conditions: [] }),
});

/** undefined unless an ImageSpec controls the Job and the operator wrote its annotation. */
export function projectJob(object: unknown): SeenJob | undefined {
  const { metadata: meta, status } = jobSchema.parse(object);
  const owner = meta.ownerReferences.find(
    (reference) =>
      reference.controller === true && reference.kind === kind && reference.apiVersion.startsWith(`${group}/`),
  );
  const identity = parseIdentity(meta.annotations[annotations.build] ?? '');
  if (owner === undefined || identity === undefined) {
    return undefined;
  }
  return {
    ref: { namespace: meta.namespace, name: meta.name, uid: meta.uid },
    owner: owner.uid,
    identity,
    createdAt: meta.creationTimestamp,
    deleting: meta.deletionTimestamp !== undefined,
    ended: status.conditions.some(
      ({ type, status: value }) => (type === 'Complete' || type === 'Failed') && value === 'True',
    ),
  };
}

const podSchema = z.object({
  metadata: ownedMetadata,
  spec: z.object({ nodeName: z.string().default('') }).prefault({}),
  status: podStatusObject,
});

/** undefined unless a Job controls the Pod, or an ImageSpec controls it and the operator wrote its annotation. */
export function projectPod(object: unknown): SeenPod | undefined {
  const read = podSchema.parse(object);
  const controller = read.metadata.ownerReferences.find((reference) => reference.controller === true);
  if (controller?.kind === 'Job') {
    return { is: 'build', job: controller.uid, owner: read.metadata.labels[labels.uid] ?? '', pod: podState(read) };
  }
  if (controller?.kind !== kind || !controller.apiVersion.startsWith(`${group}/`)) {
    return undefined;
  }
  const annotation = read.metadata.annotations[annotations.run] ?? '';
  const identity = parseProbeIdentity(annotation) ?? parseVerifyIdentity(annotation);
  return identity === undefined ? undefined : { is: 'check', owner: controller.uid, identity, pod: podState(read) };
}

function podState({ metadata: meta, spec, status }: z.output<typeof podSchema>): PodState {
  const all = [...status.initContainerStatuses, ...status.containerStatuses];
  const finished = all.flatMap(({ state }) => (state.terminated?.finishedAt ? [state.terminated.finishedAt] : []));
  const disrupted = status.conditions.find(
    ({ type, status: value }) => type === 'DisruptionTarget' && value === 'True',
  );
  return {
    ref: { namespace: meta.namespace, name: meta.name, uid: meta.uid },
    createdAt: meta.creationTimestamp,
    deletedAt: meta.deletionTimestamp === undefined ? null : (parseRfc3339(meta.deletionTimestamp) ?? null),
    nodeName: spec.nodeName,
    phase: status.phase,
    reason: status.reason,
    message: status.message,
    disruption: disrupted?.reason ?? '',
    unschedulable: unschedulable(status),
    containers: Object.fromEntries(all.map(({ name, state }) => [name, stateOf(state)])),
    endedAt: isOver(status) && finished.length > 0 ? Math.max(...finished) : null,
  };
}

function stateOf({ running, terminated, waiting }: ContainerStateObject): ContainerState {
  if (terminated !== undefined) {
    const { exitCode, reason, message, startedAt } = terminated;
    return { is: 'terminated', exitCode, reason, message, startedAt: startedAt ?? null };
  }
  return running === undefined
    ? { is: 'waiting', reason: waiting?.reason ?? '', message: waiting?.message ?? '' }
    : { is: 'running', startedAt: running.startedAt ?? 0 };
}
