import type { Command } from 'commander';
import { durationOf } from './live/duration.ts';

/** Adds kubectl's flags of a connection, which every command that connects to a cluster takes. */
export function withConnectionFlags(command: Command): Command {
  return command
    .option('--kubeconfig <file>', 'path; default: KUBECONFIG, then ~/.kube/config, then the Pod that this runs in')
    .option('--context <name>', 'context of the kubeconfig; default: the current one')
    .option('--cluster <name>', "cluster of the kubeconfig, in place of the context's")
    .option('--user <name>', "user of the kubeconfig, in place of the context's")
    .option('-s, --server <url>', 'address of the API server')
    .option('--token <token>', 'bearer token, in place of the credentials of the user')
    .option('--as <user>', 'user to impersonate')
    .option('--request-timeout <duration>', 'patience with each request, such as 30s; 0: a day', durationOf);
}

/** The flags of a command about one namespace. */
export function withClusterFlags(command: Command): Command {
  return withConnectionFlags(command.option('-n, --namespace <name>', "namespace; default: the context's"));
}

/** The flags of a command about one namespace or all. */
export function withScopeFlags(command: Command): Command {
  return withClusterFlags(command.option('-A, --all-namespaces', 'all namespaces'));
}
