import { formatFinding } from '../manifests/finding.ts';
import { leveled, type Report, type Written } from './report.ts';

/** The XML of JUnit, which CI systems show as tests: each valid ImageSpec passes, and each fault is a failure. */
export function junit(report: Report): Written {
  const passed = report.valid.map(
    ({ file, namespace, name }) =>
      `    <testcase classname="${escaped(file)}" name="${escaped(`${namespace}/${name}`)}"/>`,
  );
  const failed = report.findings.map(
    (finding) =>
      `    <testcase classname="${escaped(finding.file)}" name="${escaped(`${finding.path === '' ? 'manifest' : finding.path} (line ${finding.line})`)}">\n      <failure message="${escaped(finding.message)}">${escaped(formatFinding(finding))}</failure>\n    </testcase>`,
  );
  const warnings = leveled(report).filter(({ level }) => level === 'warning');
  const remarks =
    warnings.length === 0
      ? []
      : [`    <system-out>${escaped(warnings.map(({ finding }) => formatFinding(finding)).join('\n'))}</system-out>`];
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<testsuites>',
    `  <testsuite name="kubectl imagespec validate" tests="${passed.length + failed.length}" failures="${failed.length}">`,
    ...passed,
    ...failed,
    ...remarks,
    '  </testsuite>',
    '</testsuites>',
  ];
  return { out: `${lines.join('\n')}\n`, err: '' };
}

/** XML 1.0 has no control characters but three, in no notation. */
function escaped(text: string): string {
  return text
    .replaceAll(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g, '\uFFFD')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\n', '&#10;');
}
