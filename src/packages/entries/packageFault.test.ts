import { assert, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  acceptedChannels,
  acceptedPackages,
  refusedChannels,
  refusedPackages,
} from '../../../test/support/inputs/packages.ts';
import { managerNames } from '../managers.ts';
import { channelFault, packageFault } from './packageFault.ts';

describe('packageFault', () => {
  it.each(acceptedPackages)('%s takes %j', (manager, entry) => {
    expect(packageFault(manager, entry)).toBeUndefined();
  });

  it.each(refusedPackages)('%s refuses %j: %s', (manager, entry, words) => {
    expect(packageFault(manager, entry)).toContain(words);
  });

  it.each(refusedPackages.filter(([, entry]) => !/secret|git@/.test(entry) && entry.length < 80))(
    '%s quotes %j',
    (manager, entry) => {
      const shown = JSON.stringify(entry).replaceAll(/[\u200B\u2028]/g, (hidden) =>
        hidden === '\u200B' ? 'U+200B' : 'U+2028',
      );
      expect(packageFault(manager, entry)).toContain(shown);
    },
  );

  it('repeats no credential', () => {
    for (const [manager, entry] of refusedPackages) {
      expect(packageFault(manager, entry)).not.toContain('secret');
    }
  });

  it.each(managerNames)(
    '%s takes nothing that a shell or Dockerfile reads as more than a word, but for quoted markers',
    (manager) => {
      assert(
        property(string({ unit: 'binary', maxLength: 40 }), (text) => {
          const isWord = /^[ -~]+$/.test(text) && !/^[-\s]|[`$\\]/.test(text);
          expect(isWord || packageFault(manager, text) !== undefined).toBe(true);
        }),
        { numRuns: 2000 },
      );
    },
  );

  it.each([
    'a'.repeat(10_000),
    `a${'.'.repeat(10_000)}`,
    `a=${'=<'.repeat(5_000)}`,
    `a>=1${',>=1'.repeat(2_500)}`,
    `a${'[a'.repeat(5_000)}`,
    `a; ${'('.repeat(9_990)}`,
    `a @ https://${'a@'.repeat(5_000)}`,
    `a==${'1.'.repeat(5_000)}x`,
  ])('reads at most 1024 characters of garbage: %#', (garbage) => {
    for (const manager of managerNames) {
      expect(packageFault(manager, garbage)).toContain('longer than 1024');
      // Within the bound the grammars themselves answer; what takes quadratic time or more would hang here.
      expect(() => packageFault(manager, garbage.slice(0, 1024))).not.toThrow();
    }
  });
});

describe('channelFault', () => {
  it.each(acceptedChannels)('takes %j', (entry) => {
    expect(channelFault(entry)).toBeUndefined();
  });

  it.each(refusedChannels)('refuses %j: %s', (entry, words) => {
    expect(channelFault(entry)).toContain(words);
    expect(channelFault(entry)).not.toContain('secret');
  });
});
