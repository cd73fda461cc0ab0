import { describe, expect, it } from 'vitest';
import { compareVersions } from './version.ts';

describe('compareVersions', () => {
  it.each([
    // Hub versions of zero-to-jupyterhub, with a server of the same version.
    ['1.4.1', '1.4.1', 'same'],
    ['1.5.0', '1.5.0', 'same'],
    ['3.0.0', '3.0.0', 'same'],
    ['4.0.2', '4.0.2', 'same'],
    ['4.1.6', '4.1.6', 'same'],
    ['5.2.1', '5.2.1', 'same'],
    ['5.5.0', '5.5.0', 'same'],
    // A patch release never matters.
    ['4.1.6', '4.1.0', 'same'],
    ['2.3.1', '2.3.0', 'same'],
    // From 5 on, a minor one does not matter either.
    ['5.5.0', '5.0.0', 'same'],
    ['5.0.0', '5.5.4', 'same'],
    ['5.0.0b1', '5.3.0', 'same'],
    ['6.0.0b1', '6.1.0', 'same'],
    ['6.0.0.dev', '6.0.0b1', 'same'],
    // Before, the Hub warns about a minor release.
    ['0.8.1', '0.9.6', 'minorSkew'],
    ['1.0.0', '1.5.1', 'minorSkew'],
    ['2.0.0', '2.3.1', 'minorSkew'],
    ['3.0.0', '3.1.1', 'minorSkew'],
    ['4.0.2', '4.1.6', 'minorSkew'],
    ['4.1.6', '4.0.2', 'minorSkew'],
    ['4.1.0.dev', '4.0.2', 'minorSkew'],
    // The Hub warns about another major version, in both directions.
    ['4.1.6', '5.2.1', 'majorSkew'],
    ['5.2.1', '4.1.6', 'majorSkew'],
    ['5.5.0', '3.1.1', 'majorSkew'],
    ['5.5.0', '2.3.1', 'majorSkew'],
    ['2.0.0', '5.5.0', 'majorSkew'],
    ['5.5.0', '6.0.0b1', 'majorSkew'],
    ['6.0.0b1', '5.5.0', 'majorSkew'],
    ['1.0.0', '0.9.6', 'majorSkew'],
    ['0.8.0', '1.5.1', 'majorSkew'],
    // 2.0 changed how a server looks up users; Hubs still answer the older way.
    ['6.0.0b1', '1.5.1', 'olderApi'],
    ['5.5.0', '1.5.1', 'olderApi'],
    ['2.0.0', '1.5.1', 'olderApi'],
    ['3.0.0', '0.9.6', 'olderApi'],
    ['1.5.0', '2.0.0', 'incompatible'],
    ['1.5.0', '2.0.0b1', 'incompatible'],
    // 0.8 made the server an OAuth client.
    ['0.8.0', '0.7.2', 'incompatible'],
    ['0.7.2', '0.8.0', 'incompatible'],
    ['0.7.2', '0.7.2', 'incompatible'],
    ['5.5.0', '0.7.2', 'incompatible'],
    // Forms that users and builds write.
    ['5', '5.3.0', 'same'],
    ['v5.3.0', '5.3.0+local.1', 'same'],
    ['5.3.0', '5.4.0.dev0+gabcdef1', 'same'],
    ['4.1.0rc1', '4.1.6', 'same'],
    ['5.0.0', '', 'unreadable'],
    ['', '5.0.0', 'unreadable'],
    ['latest', '5.0.0', 'unreadable'],
    ['5.0.0', 'unknown', 'unreadable'],
    ['5.0.0', '5.x', 'unreadable'],
    ['5.0.0', '5.0.0; rm -rf /', 'unreadable'],
    [`5.${'9'.repeat(10_000)}`, '5.0.0', 'unreadable'],
  ] as const)('Hub %s, server %s: %s', (hub, singleuser, skew) => {
    expect(compareVersions(hub, singleuser)).toBe(skew);
  });
});
