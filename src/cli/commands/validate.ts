import { readFile } from 'node:fs/promises';
import { failed, ok, type Result } from '../../api/result.ts';
import { dockerfileAdvice } from '../../dockerfile/own/advice.ts';
import { adviceOf } from '../../imagespec/advice.ts';
import { cudaFindings } from '../../imagespec/hints/cuda.ts';
import { parseContentsText } from '../../jupyterhub/contents/text.ts';
import { againstBase } from '../../packages/asked/againstBase.ts';
import { contradictions, installedTwice } from '../../packages/asked/contradictions.ts';
import { foreignFindings } from '../../packages/asked/foreign.ts';
import type { Contents } from '../../packages/contents/contents.ts';
import { type ExitCode, exitCodes } from '../exitCodes.ts';
import { fileFault } from '../fileFault.ts';
import { type CommandIo, unreadable } from '../io.ts';
import type { CheckedFile } from '../manifests/checkManifest.ts';
import type { Finding } from '../manifests/finding.ts';
import { checkInputs, type ManifestOptions } from '../manifests/inputs.ts';
import { placedFinding } from '../manifests/placed.ts';
import type { ReportFormat } from '../report/formats.ts';
import { writers } from '../report/writers.ts';

export interface ValidateOptions extends ManifestOptions {
  readonly output: ReportFormat;
  /** The list of packages in the base (docs/contents.md). */
  readonly baseContents?: string;
}

/**
 * `kubectl imagespec validate`: the objections of the API server and the operator to these manifests, offline.
 * @param files in which there may be no ImageSpec
 */
export async function validate(files: readonly string[], options: ValidateOptions, io: CommandIo): Promise<ExitCode> {
  const base = await contentsOf(options.baseContents);
  if (!base.ok) {
    return unreadable(io, base.failure);
  }
  const checked = await checkInputs(options, io, files);
  if (!checked.ok) {
    return unreadable(io, checked.failure);
  }
  const { findings, fine, others } = checked.value;
  const known = fine.map((one) => ({ ...one, contradictions: contradictionsOf(one) }));
  const report = {
    findings: [...findings, ...known.flatMap((one) => one.contradictions)],
    warnings: [...fine.flatMap((one) => warningsOf(one, base.value)), ...sharedOutputs(fine)],
    valid: known
      .filter((one) => one.contradictions.length === 0)
      .map(({ document, asked: { namespace, name } }) => ({ file: document.file, namespace, name })),
    others,
  };
  const { out, err } = writers[options.output](report);
  io.err(err);
  io.out(out);
  return report.findings.length === 0 ? exitCodes.ok : exitCodes.findings;
}

type Fine = CheckedFile['fine'][number];

/** What the API server and the operator take, and every build of it fails. */
function contradictionsOf({ document, plan: { spec } }: Fine): readonly Finding[] {
  const found = spec.source.is === 'packages' ? contradictions(spec.source) : [];
  return found.map(({ place, message }) => placedFinding(document, `${place}: ${message}`));
}

/** Of ImageSpecs with one repository and tag, the operator moves the tag for the oldest alone. */
function sharedOutputs(fine: readonly Fine[]): readonly Finding[] {
  const groups = Map.groupBy(fine, ({ plan: { spec } }) => `${spec.repository}:${spec.movingTag}`);
  return [...groups].flatMap(([output, [first, ...others]]) =>
    first === undefined
      ? []
      : others.map(({ document }) =>
          placedFinding(
            document,
            `spec.output: ${first.asked.namespace}/${first.asked.name} has ${output} too, and only one of them gets the tag; set another spec.output.tag`,
          ),
        ),
  );
}

function warningsOf({ document, plan: { spec } }: Fine, base: Contents | null): readonly Finding[] {
  const { source } = spec;
  const own = source.is === 'dockerfile' ? dockerfileAdvice(source.text, spec.args) : [];
  const found =
    source.is === 'packages'
      ? [
          ...foreignFindings(source),
          ...installedTwice(source),
          ...(base === null ? [] : againstBase(source, base)),
          ...cudaFindings(spec),
        ]
      : [];
  return [...found.map(({ place, message }) => `${place}: ${message}`), ...own, ...adviceOf(spec)].map((sentence) =>
    placedFinding(document, sentence),
  );
}

async function contentsOf(path: string | undefined): Promise<Result<Contents | null, string>> {
  if (path === undefined) {
    return ok(null);
  }
  try {
    const read = parseContentsText(await readFile(path, 'utf8'));
    return read.ok
      ? ok(read.value.contents)
      : failed(`${path}: ${read.failure}; pass the value of a key build-N.txt of the ConfigMap NAME-contents`);
  } catch (error) {
    return failed(`${path}: ${fileFault(error)}`);
  }
}
