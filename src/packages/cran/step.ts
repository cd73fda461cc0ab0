import type { Config } from '../../config/schema.ts';
import { shellWord } from '../shellWord.ts';
import { entryWords, keepShared, missing, runStep, type StepContext, withNetrc } from '../step.ts';
import { installScript } from './installScript.ts';

/** The variable in which the script reads the address of the repository. */
export const mirrorVariable = 'CRAN_MIRROR';

/** The name that a mirror has for the newest packages where it takes a date. */
const newest = 'latest';

/**
 * The RUN instruction that installs packages of R into the library that comes first. A user's library, profile or
 * environment in the base must not count: a volume on the home hides them.
 * @param snapshot a date; null for the newest packages
 */
export function cranStep(entries: readonly string[], snapshot: string | null, context: StepContext): string {
  const { netrc, settings } = context;
  const mirror = mirrorOf(settings.cran, snapshot);
  const script = installScript(netrc === null ? 'WithoutNetrc' : 'WithNetrc').join('; \\\n       ');
  return runStep([
    `command -v Rscript >/dev/null 2>&1 || ${missing('R')}`,
    'export LC_ALL=C.UTF-8 R_LIBS_USER=/dev/null R_PROFILE_USER=/dev/null R_ENVIRON_USER=/dev/null',
    'prefix="$(Rscript -e \'cat(.libPaths()[1])\')"',
    `${withNetrc(netrc)}${mirror === null ? '' : `${mirrorVariable}=${shellWord(mirror)} `}Rscript -e '${script}'${entryWords(entries)}`,
    keepShared,
  ]);
}

/** Address of the repository. A mirror with snapshots gives its newest one where the spec names no date. */
function mirrorOf({ mirror }: Config['cran'], snapshot: string | null): string | null {
  return mirror === null ? null : mirror.replaceAll('{snapshot}', snapshot ?? newest);
}
