import process from 'node:process';
import { describe, expect, it } from 'vitest';
import { debianTools } from '../../tools/cluster/artifacts/debian.ts';
import { run } from '../../tools/cluster/artifacts/run.ts';
import { forwardDroppedBy, type Nft } from '../../tools/cluster/local/nftables.ts';

/** nft in a network namespace that lives as long as one command: the machine's own rules stay out of it. */
async function nftAfter(rules: string): Promise<Nft> {
  const { env } = await debianTools();
  return (args) =>
    run('unshare', ['--net', 'sh', '-c', 'nft -f - && exec nft "$@"', 'nft', ...args], { env, input: `${rules}\n` });
}

describe.skipIf(process.getuid?.() !== 0)('a firewall that drops what is passed on', () => {
  it.each([
    {
      rules: 'table ip filter { chain FORWARD { type filter hook forward priority 0; policy drop; }; }',
      found: 'ip filter FORWARD',
    },
    {
      rules: 'table inet firewall { chain forward { type filter hook forward priority 10; policy drop; }; }',
      found: 'inet firewall forward',
    },
    { rules: 'table ip filter { chain INPUT { type filter hook input priority 0; policy drop; }; }', found: undefined },
    { rules: 'table ip filter { chain FORWARD { type filter hook forward priority 0; }; }', found: undefined },
    {
      rules: 'table ip6 filter { chain FORWARD { type filter hook forward priority 0; policy drop; }; }',
      found: undefined,
    },
    { rules: '', found: undefined },
  ])('is $found in "$rules"', async ({ rules, found }) => {
    expect(await forwardDroppedBy(await nftAfter(rules))).toBe(found);
  });
});
