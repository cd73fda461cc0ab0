import { parseArgs } from 'node:util';
import { describe, expect, it } from 'vitest';
import { optionsOf } from './options.ts';

const asked = (...argv: readonly string[]) => optionsOf(argv, parseArgs);

describe('npm run release', () => {
  it('publishes unless an option says less', () => {
    expect(asked()).toMatchObject({ mode: 'publish', standIns: 'refused', tls: 'with TLS', place: {} });
    expect(asked('--dry-run')).toMatchObject({ mode: 'dry run', standIns: 'allowed' });
    expect(asked('--try', '--registry', 'r:5000', '--insecure')).toMatchObject({
      mode: 'try',
      tls: 'without TLS',
      place: { registry: 'r:5000' },
    });
    expect(asked('--prepare', '1.2.3')).toEqual({ is: 'prepare', version: '1.2.3' });
    expect(asked('--help')).toEqual({ is: 'help' });
  });

  it('makes the command line for some platforms, or none', () => {
    expect(asked('--targets', 'linux-x64,win-x64')).toMatchObject({ targets: ['linux-x64', 'win-x64'] });
    expect(asked('--targets', 'none')).toMatchObject({ targets: [] });
    expect(() => asked('--targets', 'plan9')).toThrow('"plan9" is no platform; write some of linux-x64');
  });

  it.each([
    [['--try'], '--try needs --registry'],
    [['--try', '--dry-run', '--registry', 'r'], 'not both'],
    [['--publish'], 'Unknown option'],
  ])('refuses %j', (argv, message) => {
    expect(() => asked(...argv)).toThrow(message);
  });
});
