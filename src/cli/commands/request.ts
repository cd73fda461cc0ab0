import { randomBytes } from 'node:crypto';
import { conditionOf } from '../../api/conditions.ts';
import { annotations, group, plural, version } from '../../api/names.ts';
import { toRfc3339 } from '../../api/time.ts';
import { patchAnnotations } from '../../kubernetes/client/mergePatch.ts';
import { systemClock } from '../../kubernetes/clock.ts';
import { type ExitCode, exitCodes } from '../exitCodes.ts';
import { type CommandIo, unreadable } from '../io.ts';
import { promiseOf } from '../live/answerRequest.ts';
import { type Cluster, type ClusterOptions, sentence, withImageSpec } from '../live/cluster.ts';
import { lookOnce } from '../live/follow.ts';
import { projectImageSpec, type SeenImageSpec } from '../live/projections.ts';
import { displayFor } from '../live/status/show.ts';
import type { Request } from '../live/status/standing.ts';
import { watchStatus } from '../live/status/watchStatus.ts';

export interface RequestOptions extends ClusterOptions {
  /** Follow to the end. */
  readonly wait?: true;
}

const manager = 'kubectl-imagespec';

/**
 * `kubectl imagespec rebuild`, `retry`, `launch` and `cancel`: request an action by an annotation; each new value is one request.
 * A request without effect is refused with exit code `findings`.
 */
export function ask(request: Request, name: string, options: RequestOptions, io: CommandIo): Promise<ExitCode> {
  return withImageSpec(name, options, io, async (cluster, imageSpec) => {
    const view = await lookOnce(cluster, imageSpec, (message) => io.err(`${message}\n`));
    const promise = promiseOf(view, request);
    if (!promise.ok) {
      io.err(`${promise.failure}\n`);
      return exitCodes.findings;
    }
    const { uid, namespace } = imageSpec;
    const value = `${toRfc3339(systemClock.now())}-${randomBytes(4).toString('hex')}`;
    const answer = await patchAnnotations(
      cluster.connection,
      { group, version, plural, namespace, name },
      { uid, annotations: { [annotations[request]]: value }, fieldManager: manager },
    );
    if (answer.is !== 'ok') {
      return unreadable(io, sentence(cluster, answer, { verb: 'change', what: `ImageSpec "${name}"` }));
    }
    io.out(`${promise.value}\n`);
    if (options.wait !== true) {
      io.out(`kubectl imagespec status ${name} -n ${namespace} --watch shows its progress\n`);
      return exitCodes.ok;
    }
    const end = await watchStatus(cluster, projectImageSpec(answer.value), displayFor('text', io), io, request);
    if (end === undefined) {
      return unreadable(io, `ImageSpec "${name}" was deleted`);
    }
    const isAsAsked =
      request === 'launch'
        ? await isCompatible(cluster, imageSpec, io)
        : request === 'cancel'
          ? end.reason === 'Cancelled'
          : end.is === 'ready';
    return isAsAsked ? exitCodes.ok : exitCodes.findings;
  });
}

/** Whether JupyterHub can launch the image, by the verdict that the status has now. */
async function isCompatible(cluster: Cluster, imageSpec: SeenImageSpec, io: CommandIo): Promise<boolean> {
  const { status } = (await lookOnce(cluster, imageSpec, (message) => io.err(`${message}\n`))).imageSpec;
  return conditionOf(status, 'JupyterHubCompatible')?.status === 'True';
}
