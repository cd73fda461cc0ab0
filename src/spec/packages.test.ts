import { describe, expect, it } from 'vitest';
import { type PackageManager, packageFault } from './packages.ts';

describe('packageFault', () => {
  it.each<[PackageManager, string]>([
    ['apt', 'g++'],
    ['apt', 'libstdc++6'],
    ['apt', 'vim=2:8.2*'],
    ['apt', 'libc6:arm64'],
    ['conda', 'numpy'],
    ['conda', 'pytorch::pytorch=2.5.*'],
    ['conda', 'numpy>=1,<3'],
    ['pip', 'astropy'],
    ['pip', 'astropy>=6,<8'],
    ['pip', 'pandas[excel]'],
    ['pip', 'torch==2.5.1+cu124'],
  ])('takes %s %s', (manager, entry) => {
    expect(packageFault(manager, entry)).toBeUndefined();
  });

  it.each<[PackageManager, string]>([
    ['pip', '--index-url=https://evil.example'],
    ['pip', '-r requirements.txt'],
    ['pip', 'astropy\nRUN id'],
    ['pip', 'astropy; curl x'],
    ['pip', 'ａstropy'],
    ['apt', '-y'],
    ['apt', 'vim; id'],
    ['apt', 'vim $(id)'],
    ['conda', '-c pytorch'],
    ['conda', 'numpy`id`'],
    ['pip', ''],
  ])('refuses %s %j and quotes it', (manager, entry) => {
    expect(packageFault(manager, entry)).toContain(JSON.stringify(entry));
  });

  it('is linear on garbage', () => {
    expect(packageFault('pip', `a${'.'.repeat(10_000)}`)).toBeDefined();
    expect(packageFault('conda', `a=${'=<'.repeat(5_000)}`)).toBeDefined();
  });
});
