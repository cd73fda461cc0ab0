import { join } from 'node:path';
import { networkPoliciesBinary } from '../../tools/cluster/artifacts/binaries.ts';
import { debianTools } from '../../tools/cluster/artifacts/debian.ts';
import { run } from '../../tools/cluster/artifacts/run.ts';

/** A connection that a place tries to open. */
export interface Target {
  readonly protocol: 'TCP' | 'UDP';
  readonly address: string;
  readonly port: number;
}

/** What `machine.ts` makes and tries. */
export interface Plan {
  /** Path of the program in tools/cluster/go/networkpolicies. */
  readonly controller: string;
  /** Addresses of each network namespace. Each listens on `ports`, and on port 53 of UDP. */
  readonly places: Readonly<Record<string, readonly string[]>>;
  readonly ports: readonly number[];
  /** Kubernetes objects: NetworkPolicies, Namespaces, Pods with the addresses of their places. */
  readonly objects: readonly object[];
  /** By place. */
  readonly attempts: Readonly<Record<string, readonly Target[]>>;
}

/** By place and target (`TCP ADDRESS PORT`): `open`, `closed`, or an error of the system. */
export type Answers = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** What each attempt saw on a network without policies, and on the same one with them. */
export interface Outcome {
  readonly before: Answers;
  readonly after: Answers;
}

/** Tries the plan on a machine of its own: own network, processes and mounts. Needs root. */
export async function tryOut(plan: Omit<Plan, 'controller'>): Promise<Outcome> {
  const { env } = await debianTools();
  const input = JSON.stringify({ ...plan, controller: await networkPoliciesBinary() });
  const machine = [process.execPath, join(import.meta.dirname, 'machine.ts')];
  const own = ['--net', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc'];
  return JSON.parse(await run('unshare', [...own, ...machine], { env, input }));
}
