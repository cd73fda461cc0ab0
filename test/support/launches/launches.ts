import type { Launch } from '../../../src/jupyterhub/launch/probeOutcome.ts';
import type { ContainerState, PodState } from '../../../src/kaniko/run.ts';
import { spec } from '../observations.ts';
import { ended, noon, podState } from '../pods.ts';

/** Settings of the launches in tests. */
export const hub = { ...spec.hub, hubVersion: '5.3.0' };
/** States of a container. */
export const running: ContainerState = { is: 'running', startedAt: noon };
export const waiting = (reason: string, message = ''): ContainerState => ({ is: 'waiting', reason, message });
const good = {
  v: 1,
  ready: true,
  status: 200,
  singleuser: '5.2.1',
  server: '2.20.0',
  ms: 904,
  page: 200,
  hubCalls: ['version', 'user'],
};
const bad = { v: 1, ready: false, why: 'silent', status: null, ms: 120_000, hubCalls: [] };
/** The stand-in of the Hub has found a good server, or none. */
export const answer = (changes: object) => ended(0, JSON.stringify({ ...good, ...changes }));
export const noAnswer = (changes: object = {}) => ended(0, JSON.stringify({ ...bad, ...changes }));

/** A Pod with a server and the stand-in of the Hub beside it. */
export function launch(
  server: ContainerState,
  agent: ContainerState,
  pod: Partial<PodState> = {},
  log: string | null = '',
): Launch {
  return {
    hub,
    pullSecrets: ['registry'],
    log,
    pod: podState({ containers: { server, hub: agent }, ...pod }),
  };
}
