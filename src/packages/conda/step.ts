import { shellWord } from '../shellWord.ts';
import { entryWords, keepShared, missing, runStep, type StepContext, withNetrc } from '../step.ts';

/** The RUN instruction that installs conda packages, by mamba where the base has it. */
export function condaStep(entries: readonly string[], channels: readonly string[], { netrc }: StepContext): string {
  // The channels of a spec stand alone: those that the base is configured with have no say.
  const options = [
    ...channels.map((channel) => `--channel ${shellWord(channel)}`),
    ...(channels.length > 0 ? ['--override-channels'] : []),
  ].join(' ');
  return runStep([
    `conda="$(command -v mamba || command -v conda || true)"`,
    `{ [ -n "$conda" ] || ${missing('conda')}; }`,
    `prefix="\${CONDA_DIR:-\${CONDA_PREFIX:-$(dirname "$(dirname "$(readlink -f "$conda")")")}}"`,
    `${withNetrc(netrc)}"$conda" install --yes --quiet ${options === '' ? '' : `${options} `}--${entryWords(entries)}`,
    '"$conda" clean --all --force-pkgs-dirs --yes',
    keepShared,
  ]);
}
