/**
 * The process that owns one cluster. It starts the components, watches them, and takes everything down on SIGTERM or
 * when a component ends. A cluster of lifetime `process` also ends with the process that started it: the channel
 * between the two then closes, even after a crash.
 */
import process from 'node:process';
import type { Host } from '../host.ts';
import { runLocal } from '../local/local.ts';
import { runLight } from '../providers/light.ts';
import { type Description, ownIdentity, removeFolder, writeRecord } from '../state.ts';
import { type Component, componentError, startComponent } from './component.ts';
import { type Order, order, type Report } from './supervisor-messages.ts';

type Undo = () => Promise<void>;

/** Reports to the starting process, which may be gone already. */
async function send(report: Report): Promise<void> {
  if (!process.connected) return;
  await new Promise<void>((resolve) => process.send?.(report, () => resolve()));
}

async function run(given: Order, host: Host): Promise<Description> {
  switch (given.provider) {
    case 'light':
      return runLight(given.folder, given.kubernetes, given.controlPlane, host);
    case 'k3s': {
      // testcontainers takes long to load, and only this provider needs it.
      const { runK3s } = await import('../providers/k3s.ts');
      return runK3s(given.folder, host);
    }
    case 'local':
      return runLocal(given.folder, given.nodeName, given, host);
  }
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

async function supervise(given: Order): Promise<void> {
  const supervisor = ownIdentity();
  const { provider } = given;
  const undo: Undo[] = [];
  let over = false;

  /** Undoes everything, also what comes after a step that fails; gives what could not be undone. */
  async function takeDown(): Promise<readonly string[]> {
    const problems: string[] = [];
    for (const step of undo.splice(0).toReversed()) {
      await step().catch((error: unknown) => problems.push(`Taking it down: ${messageOf(error)}`));
    }
    return problems;
  }

  async function stop(): Promise<void> {
    if (over) return;
    over = true;
    const notUndone = await takeDown();
    if (notUndone.length > 0) await giveUp(notUndone, notUndone);
    await removeFolder(given.folder);
    process.exit(0);
  }

  async function fail(cause: unknown): Promise<void> {
    if (over) return;
    over = true;
    const notUndone = await takeDown();
    await giveUp([messageOf(cause), ...notUndone], notUndone);
  }

  async function giveUp(problems: readonly string[], notUndone: readonly string[]): Promise<never> {
    const message = problems.join('\n');
    await writeRecord(given.folder, { is: 'failed', provider, supervisor, message, notUndone });
    await send({ is: 'failed', message });
    process.exit(1);
  }

  /** A component never ends by itself in a healthy cluster. */
  async function watch(component: Component): Promise<void> {
    const how = await component.ended;
    if (!over) await fail(await componentError(component, how));
  }

  const host: Host = {
    supervisor,
    undo: (step) => undo.push(step),
    report: (line) => send({ is: 'progress', line }),
    async launch(spec) {
      if (over) throw new Error('the cluster is being taken down');
      await send({ is: 'progress', line: `starting ${spec.name}` });
      const component = await startComponent(given.folder, spec);
      void watch(component);
      return component;
    },
  };

  process.on('SIGTERM', () => void stop());
  // A bug here must not leave anything behind.
  process.on('uncaughtException', (error) => void fail(error));
  // Ctrl-C reaches the whole group of a terminal; the starting process decides what it means.
  process.on('SIGINT', () => undefined);
  if (given.lifetime === 'process') process.on('disconnect', () => void stop());

  await writeRecord(given.folder, { is: 'starting', provider, supervisor });
  try {
    const cluster = await run(given, host);
    await writeRecord(given.folder, { is: 'ready', provider, supervisor, cluster });
    await send({ is: 'ready' });
  } catch (error) {
    await fail(error);
  }
}

process.once('message', (message) => void supervise(order.parse(message)));
