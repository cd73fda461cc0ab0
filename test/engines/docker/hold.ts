/** A process that starts registries on an engine of its own, says where, and then only waits: for tests that kill it. */
import process from 'node:process';
import { setInterval } from 'node:timers';
import { ownEngine } from './engine.ts';
import { dockerRegistries } from './registries.ts';

await dockerRegistries(await ownEngine());
process.send?.({ socket: process.env['DOCKER_HOST'], address: process.env['TESTCONTAINERS_HOST_OVERRIDE'] });
setInterval(() => undefined, 60_000);
