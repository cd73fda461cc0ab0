/**
 * A process that starts a cluster, says its name, and then only waits: for the tests that kill it.
 * usage: hold.ts light|local NAME process|detached (a light cluster's NAME is a label, and it never is detached)
 */
import process from 'node:process';
import { setInterval } from 'node:timers';
import { startLight, startLocal } from '../../tools/cluster/start.ts';

const [provider, label = 'held', lifetime] = process.argv.slice(2);
const cluster =
  provider === 'local'
    ? await startLocal(label, lifetime === 'detached' ? lifetime : 'process')
    : await startLight(label);
process.send?.(cluster.name);
setInterval(() => undefined, 60_000);
