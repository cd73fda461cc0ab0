import { plainPartsOf } from '../conda/grammar.ts';
import { quoted } from '../entries/quote.ts';
import type { PackageFields } from '../names.ts';
import type { EntryFinding } from './contradictions.ts';

/** Conda packages that no channel has for Linux, by the system of which they are a part. */
const foreign: readonly (readonly [string, RegExp])[] = [
  ['macOS', /^(?:appnope|python\.app|libcxxabi|pyobjc-.*|.*_osx-(?:64|arm64))$/],
  [
    'Windows',
    /^(?:vc|vc14_runtime|vs20\d\d_(?:runtime|win-64)|ucrt|wincertstore|win_inet_pton|win_unicode_console|pywin32|pywin32-ctypes|pywinpty|winpty|menuinst|console_shortcut|icc_rt|msys2-.*|m2w64-.*)$/,
  ],
];

/** The first conda package of another system: its file was exported there, with builds of that system too. */
export function foreignFindings({ conda }: Pick<PackageFields, 'conda'>): readonly EntryFinding[] {
  for (const [index, entry] of conda.entries()) {
    const { name } = plainPartsOf(entry);
    const system = foreign.find(([, names]) => names.test(name.toLowerCase()))?.[0];
    if (system !== undefined) {
      return [
        {
          place: `spec.packages.conda[${index}]`,
          message: `${quoted(entry)} is for ${system} only, so this list is an export from there, and its builds do not fit Linux; export it with "conda env export --from-history", or name only what you asked for`,
        },
      ];
    }
  }
  return [];
}
