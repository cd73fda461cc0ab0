import type { HubSettings } from '../../imagespec/effective.ts';
import type { EndedServer } from './endedServer.ts';
import { type LaunchFailure, lastLine, rows } from './failureRows.ts';

/** Signs in a log that jupyterhub-singleuser started. */
const singleuserSpeaks = /JupyterHubSingleUser|SingleUser\w*App|site-packages\/jupyterhub\//;

/** Why the server of a launch ended before it was proven. */
export function classifyEnd(server: EndedServer, hub: HubSettings): LaunchFailure {
  for (const { match, reason, entrypoint, message, fault } of rows) {
    const what = match(server, hub);
    if (what !== null) {
      return { reason, message: message(what, hub, server), entrypoint, fault: fault?.(what, hub, server) ?? null };
    }
  }
  const end = `ended with exit code ${server.exitCode}`;
  const last = lastLine(server);
  return reachedSingleuser(server.log)
    ? { reason: 'LaunchFailed', message: `the server ${end}: ${last}`, entrypoint: 'cleared', fault: null }
    : {
        reason: 'LaunchFailed',
        message: `the image ${end} and never ran ${hub.args[0] ?? ''}: ${last}`,
        entrypoint: 'suspect',
        // With exit code 0 the entrypoint did its work, and left the command out.
        fault: server.exitCode === 0 ? null : `${end} before it ran the command of the Hub: ${last}`,
      };
}

/** Whether the log shows that the Hub's command ran. */
export function reachedSingleuser(log: string): boolean {
  return singleuserSpeaks.test(log);
}
