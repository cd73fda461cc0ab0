import { describe, expect, it } from 'vitest';
import { chooseProvider, type Possible } from './choice.ts';

const possible: Possible = { is: 'possible' };
const impossible: Possible = { is: 'impossible', because: 'no Docker engine answers' };

describe('the choice of a provider', () => {
  it.each([
    { setting: undefined, k3s: possible, choice: { provider: 'k3s' } },
    { setting: undefined, k3s: impossible, choice: { provider: 'local' } },
    { setting: '', k3s: impossible, choice: { provider: 'local' } },
    { setting: 'local', k3s: possible, choice: { provider: 'local' } },
    { setting: 'light', k3s: possible, choice: { provider: 'light' } },
    { setting: 'k3s', k3s: impossible, choice: { provider: 'k3s' } },
    { setting: 'existing:kind-dev', k3s: possible, choice: { provider: 'existing', context: 'kind-dev' } },
    {
      setting: 'existing:arn:aws:eks:eu-west-1:1:cluster/a',
      k3s: possible,
      choice: { provider: 'existing', context: 'arn:aws:eks:eu-west-1:1:cluster/a' },
    },
  ])('is $choice.provider for IMAGESPEC_CLUSTER=$setting where k3s is $k3s.is', async ({ setting, k3s, choice }) => {
    expect((await chooseProvider(setting, async () => k3s)).choice).toEqual(choice);
  });

  it('reports why it is not k3s', async () => {
    expect((await chooseProvider(undefined, async () => impossible)).because).toContain('no Docker engine answers');
  });

  it.each(['existing', 'existing:', 'docker'])(
    'refuses IMAGESPEC_CLUSTER=%s and says what can be written',
    async (setting) => {
      await expect(chooseProvider(setting, async () => possible)).rejects.toThrow(
        /existing:CONTEXT.*k3s, local or light/,
      );
    },
  );
});
