import { containers } from '../../../kaniko/containers.ts';
import type { SeenContainer, SeenPod } from '../projections.ts';
import type { Instruction } from './instructions.ts';
import { type BuilderProgress, notBegun } from './kanikoLog.ts';

/** What only the builder's log shows. */
export interface BuilderView {
  readonly instructions: readonly Instruction[];
  readonly progress: BuilderProgress;
}

/** The view before anything is read. */
export const noBuilder: BuilderView = { instructions: [], progress: notBegun };

/** What the build container does now, in words; '' without one. */
export function buildDetail(
  pod: SeenPod | undefined,
  container: SeenContainer | undefined,
  { instructions, progress }: BuilderView,
): string {
  if (pod === undefined || container === undefined) {
    return '';
  }
  const { state } = container;
  switch (state.is) {
    case 'waiting': {
      const waiting = pod.containers.find(
        ({ state: other }) => other.is === 'waiting' && /^(Err|.*BackOff|Invalid|Create)/.test(other.reason),
      );
      if (waiting?.state.is === 'waiting') {
        return `${waiting.name}: ${waiting.state.reason}: ${waiting.state.message}`;
      }
      if (hasProgram(pod)) {
        return 'the node is pulling the base image';
      }
      return pod.unschedulable === '' ? 'the Pod is starting' : `no node takes the Pod: ${pod.unschedulable}`;
    }
    case 'running':
      return activityText(instructions, progress);
    case 'terminated': {
      const cached = progress.steps.filter((step) => step.cached).length;
      const steps = instructions.length === 1 ? '1 step' : `${instructions.length} steps`;
      return `${steps}${cached === 0 ? '' : `, ${cached} from the layer cache`}`;
    }
  }
}

/** Whether the builder's program waits for its container, whose image is the base. */
function hasProgram({ containers: all }: SeenPod): boolean {
  return all.some(({ name, state }) => name === containers.builder && state.is === 'terminated');
}

/** The builder's current activity, in words. */
export function activityText(instructions: readonly Instruction[], progress: BuilderProgress): string {
  const { activity, steps } = progress;
  const current = steps.at(-1);
  const step =
    current === undefined
      ? ''
      : `step ${current.index + 1} of ${instructions.length}: ${instructions[current.index]?.title ?? ''}`;
  switch (activity.is) {
    case 'starting':
      return 'the builder is starting';
    case 'fetchingBase':
      return `fetching ${activity.image}`;
    case 'lookingForLayers':
      return 'looking for layers in the cache';
    case 'unpackingBase':
      return 'unpacking the base image';
    case 'preparing':
      return `${step} (first snapshot of the file system)`;
    case 'running':
      return current?.cached === true ? `${step} (from the layer cache)` : step;
    case 'snapshot':
      return current?.endedAt === null ? `${step} (looking for changes)` : 'looking for changes';
    case 'finishing':
      return 'writing the image';
    case 'pushing':
      return `pushing to ${activity.destination}`;
  }
}
