import { shellWord } from '../shellWord.ts';
import { entryWords, keepShared, missing, runStep, type StepContext, withNetrc } from '../step.ts';

/**
 * The RUN instruction that installs Python packages. A user site or a pip configuration of the base must not count as
 * installed, or send packages there: a volume on the home hides it.
 */
export function pipStep(entries: readonly string[], indexes: readonly string[], { netrc }: StepContext): string {
  const options = indexes
    .map((url, place) => `${place === 0 ? '--index-url' : '--extra-index-url'} ${shellWord(url)} `)
    .join('');
  return runStep([
    'python="$(command -v python3 || command -v python || true)"',
    `{ [ -n "$python" ] && "$python" -m pip --version >/dev/null 2>&1 || ${missing('pip')}; }`,
    'prefix="$("$python" -c \'import sys; print(sys.prefix)\')"',
    `${withNetrc(netrc)}PYTHONNOUSERSITE=1 PIP_USER=0 "$python" -m pip install --no-cache-dir --no-input --root-user-action=ignore ${options}--${entryWords(entries)}`,
    keepShared,
  ]);
}
