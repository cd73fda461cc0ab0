import type { V1Pod } from '@kubernetes/client-node';
import { annotations } from '../../../src/api/names.ts';
import { parseProbeIdentity } from '../../../src/jupyterhub/launch/probePod.ts';
import { parseVerifyIdentity } from '../../../src/jupyterhub/verifyPod.ts';
import type { ContainerState } from '../../../src/kaniko/run.ts';
import type { CheckRun } from '../../../src/lifecycle/model/checkPod.ts';
import { podState } from '../pods.ts';
import { endedCheck, leaving, pick } from './ends.ts';
import type { Check, CheckEnd } from './story.ts';

interface ModelPod {
  readonly run: CheckRun;
  readonly end: CheckEnd;
  /** What is to become of it has: where the container beside the server ends first, the Pod itself goes on. */
  readonly isOver: boolean;
}

const checkMs = 2000;

/** The Pods of the model that prove images. */
export class CheckPods {
  readonly #ends: readonly Check[];
  readonly #nodeAheadMs: number;
  #pods: readonly ModelPod[] = [];
  #created = 0;

  constructor(ends: readonly Check[], nodeAheadMs: number) {
    this.#ends = ends;
    this.#nodeAheadMs = nodeAheadMs;
  }

  get runs(): readonly CheckRun[] {
    return this.#pods.map(({ run }) => run);
  }

  create(pod: V1Pod, now: number): void {
    const annotation = pod.metadata?.annotations?.[annotations.run] ?? '';
    const identity = parseProbeIdentity(annotation) ?? parseVerifyIdentity(annotation);
    const name = pod.metadata?.name ?? '';
    if (identity === undefined || this.runs.some(({ pod: { ref } }) => ref.name === name)) {
      throw new Error(`Pod ${name} is created twice, or says nothing of itself`);
    }
    this.#created += 1;
    const containers: Record<string, ContainerState> = {};
    for (const { name: container } of [...(pod.spec?.initContainers ?? []), ...(pod.spec?.containers ?? [])]) {
      containers[container] = { is: 'running', startedAt: now + this.#nodeAheadMs };
    }
    const ref = { namespace: 'vision', name, uid: `check-${this.#created}` };
    const run: CheckRun = { identity, pod: podState({ ref, createdAt: now, containers }) };
    const end = endOf(pick(this.#ends, this.#created), pod);
    this.#pods = [...this.#pods, { run, end, isOver: false }];
  }

  delete(uid: string, now: number): void {
    this.#pods = this.#pods.map((pod) =>
      pod.run.pod.ref.uid === uid ? over(pod, { ...pod.run, pod: leaving(pod.run.pod, now, this.#nodeAheadMs) }) : pod,
    );
  }

  /** When something becomes of each Pod by itself. */
  changes(): readonly number[] {
    return this.#pods.flatMap(({ run: { pod }, isOver }) => pod.deletedAt ?? (isOver ? [] : pod.createdAt + checkMs));
  }

  advance(now: number): void {
    this.#pods = this.#pods
      .filter(({ run: { pod } }) => pod.deletedAt === null || now < pod.deletedAt)
      .map((pod) =>
        !pod.isOver && now >= pod.run.pod.createdAt + checkMs
          ? over(pod, endedCheck(pod.run, pod.end, now + this.#nodeAheadMs))
          : pod,
      );
  }
}

function over({ end }: ModelPod, run: CheckRun): ModelPod {
  return { run, end, isOver: true };
}

function endOf(check: Check, { spec }: V1Pod): CheckEnd {
  if (check !== 'takesTheFirstPort') {
    return check;
  }
  return spec?.containers.some(({ args }) => args?.includes('28081')) === true ? 'portTaken' : 'passed';
}
