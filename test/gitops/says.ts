import { annotations } from '../../src/api/names.ts';
import { promiseOf } from '../../src/cli/live/answerRequest.ts';
import type { Request } from '../../src/cli/live/status/standing.ts';
import { type Meaning, readyMessageOf, readyReasonOf, type State } from './states.ts';

/** What each tool says of an ImageSpec, by what it should make of it. */
export const says = {
  done: { argo: 'Healthy', kstatus: 'Current', ready: 'met' },
  underWay: { argo: 'Progressing', kstatus: 'InProgress', ready: 'waits' },
  over: { argo: 'Degraded', kstatus: 'Failed', ready: 'waits' },
  // kstatus has no word for a pause, and Ready is Unknown.
  suspended: { argo: 'Suspended', kstatus: 'InProgress', ready: 'waits' },
} as const satisfies Readonly<Record<Meaning, object>>;

/** Health as Argo CD shows it. */
export interface Health {
  readonly status: string;
  readonly message: string;
}

/** The health that Argo CD should show. */
export function healthOf({ meaning, status, generation }: State): Health {
  if (status === null || status.observedGeneration !== generation) {
    return { status: says.underWay.argo, message: 'The operator has not seen this version yet' };
  }
  return { status: says[meaning].argo, message: `${readyReasonOf(status)}: ${readyMessageOf(status)}` };
}

/** An action of Argo CD's menu. */
export interface Action {
  readonly name: string;
  readonly disabled: boolean;
  readonly iconClass: string;
}

/** The actions that are requests to the operator, with their icons. */
const requestIcons = {
  rebuild: 'fa fa-fw fa-hammer',
  retry: 'fa fa-fw fa-redo',
  launch: 'fa fa-fw fa-rocket',
  cancel: 'fa fa-fw fa-ban',
} as const satisfies Readonly<Record<Request, string>>;

/** Annotations of an ImageSpec whose requests the operator has not handled. */
export const openRequest: Readonly<Record<string, string>> = { [annotations.retry]: 'argocd-1' };

/** The actions that Argo CD should offer: those requests that the command line accepts as well. */
export function actionsOf(state: State, asked: Readonly<Record<string, string>> = {}): readonly Action[] {
  const isSuspended = state.spec.suspend === true;
  const isKnown = state.status !== null && state.status.observedGeneration === state.generation;
  const view = {
    imageSpec: {
      namespace: 'vision',
      name: state.name,
      uid: 'uid-1',
      generation: state.generation,
      resourceVersion: '1',
      deleting: false,
      labels: {},
      annotations: asked,
      spec: state.spec,
      status: state.status ?? { observedGeneration: -1 },
    },
    jobs: [],
    pods: [],
  };
  const isAccepted = (request: Request) => isKnown && Object.keys(asked).length === 0 && promiseOf(view, request).ok;
  return [
    ...requests.map((name) => ({ name, disabled: !isAccepted(name), iconClass: requestIcons[name] })),
    { name: 'suspend', disabled: isSuspended, iconClass: 'fa fa-fw fa-pause-circle' },
    { name: 'resume', disabled: !isSuspended, iconClass: 'fa fa-fw fa-play-circle' },
  ];
}

/** The requests of which there is an action. */
export const requests: readonly Request[] = ['rebuild', 'retry', 'launch', 'cancel'];
