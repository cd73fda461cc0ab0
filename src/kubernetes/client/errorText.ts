/**
 * One line about an error for logs and messages: without stack and cause. It drops the text that a YAML parser quotes from a
 * kubeconfig, which may be a token.
 */
export function errorText(error: unknown): string {
  if (!(error instanceof Error)) {
    return 'unknown error';
  }
  return error.name === 'YAMLException' ? 'it is not valid YAML' : (error.message.split('\n')[0] ?? error.name);
}
