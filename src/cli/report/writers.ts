import { formatFinding } from '../manifests/finding.ts';
import type { ReportFormat } from './formats.ts';
import { junit } from './junit.ts';
import { leveled, type Report, type Writer } from './report.ts';
import { sarif } from './sarif.ts';

/** The writer of each form. */
export const writers: Readonly<Record<ReportFormat, Writer>> = { text, json, github, sarif, junit };

function text(report: Report): ReturnType<Writer> {
  const lines = leveled(report).map(({ level, finding }) =>
    level === 'error' ? formatFinding(finding) : formatFinding({ ...finding, message: `warning: ${finding.message}` }),
  );
  return { out: `${summary(report)}\n`, err: lines.map((line) => `${line}\n`).join('') };
}

function summary({ findings, valid, others }: Report): string {
  const faulty = findings.length === 0 ? '' : `, ${findings.length} ${findings.length === 1 ? 'fault' : 'faults'}`;
  const passed = others === 0 ? '' : `, ${others} other ${others === 1 ? 'document' : 'documents'} skipped`;
  return `${valid.length} valid${faulty}${passed}`;
}

function json({ findings, warnings, valid, others }: Report): ReturnType<Writer> {
  return { out: `${JSON.stringify({ findings, warnings, valid, otherDocuments: others }, null, 2)}\n`, err: '' };
}

/** Annotations of GitHub Actions ("Workflow commands"), which GitHub shows at the lines of a pull request. */
function github(report: Report): ReturnType<Writer> {
  const lines = leveled(report).map(({ level, finding: { file, line, column, path, message } }) => {
    const place = line === 0 ? '' : `,line=${line},col=${column}`;
    return `::${level} file=${property(file)}${place},title=${property(path === '' ? 'ImageSpec' : path)}::${data(message)}\n`;
  });
  return { out: `${lines.join('')}${summary(report)}\n`, err: '' };
}

function data(value: string): string {
  return value.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(value: string): string {
  return data(value).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
