/** A process that starts a light cluster, says where it is, and then only waits: for the test that kills it. */
import process from 'node:process';
import { setInterval } from 'node:timers';
import { startLight } from './start.ts';

const cluster = await startLight('orphan');
process.send?.(cluster.folder);
setInterval(() => undefined, 60_000);
