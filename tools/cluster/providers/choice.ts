/** The environment variable that overrides the automatic choice. */
export const clusterVariable = 'IMAGESPEC_CLUSTER';

/** Which provider a cluster comes from. */
export type Choice =
  | { readonly provider: 'existing'; readonly context: string }
  | { readonly provider: 'k3s' }
  | { readonly provider: 'local' }
  | { readonly provider: 'light' };

/** Whether something is available, and if not, why. */
export type Possible = { readonly is: 'possible' } | { readonly is: 'impossible'; readonly because: string };

/**
 * Chooses the provider: what the variable says, else k3s where a Docker engine and its image are there, else the local
 * node. An existing cluster is never chosen by itself.
 *
 * @param setting value of `IMAGESPEC_CLUSTER`; empty counts as absent.
 * @param k3s asks whether k3s can run here; not called when the variable decides.
 * @returns the choice with its reason in words.
 * @throws when the variable holds something else.
 */
export async function chooseProvider(
  setting: string | undefined,
  k3s: () => Promise<Possible>,
): Promise<{ readonly choice: Choice; readonly because: string }> {
  if (setting !== undefined && setting !== '') {
    return { choice: parseChoice(setting), because: `${clusterVariable}=${setting}` };
  }
  const possible = await k3s();
  switch (possible.is) {
    case 'possible':
      return { choice: { provider: 'k3s' }, because: 'a Docker engine answers and has the image' };
    case 'impossible':
      return { choice: { provider: 'local' }, because: `no k3s: ${possible.because}` };
  }
}

function parseChoice(setting: string): Choice {
  const context = /^existing:(.+)$/.exec(setting)?.[1];
  if (context !== undefined) return { provider: 'existing', context };
  if (setting === 'k3s' || setting === 'local' || setting === 'light') return { provider: setting };
  throw new Error(
    `${clusterVariable}="${setting}" names no cluster: use existing:CONTEXT (of your kubeconfig), k3s, local or light`,
  );
}
