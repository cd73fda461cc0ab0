import { leveled, type Report, type Written } from './report.ts';

/** SARIF 2.1.0 (OASIS), which code scanning of GitHub, GitLab and others reads. */
export function sarif(report: Report): Written {
  const results = leveled(report).map(({ level, finding: { file, line, column, path, message } }) => ({
    ruleId: ruleOf(path),
    level,
    message: { text: path === '' ? message : `${path}: ${message}` },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: uriOf(file) },
          ...(line === 0 ? {} : { region: { startLine: line, startColumn: column } }),
        },
      },
    ],
  }));
  const rules = [...new Set(results.map(({ ruleId }) => ruleId))].map((id) => ({ id }));
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [{ tool: { driver: { name: 'kubectl-imagespec', rules } }, results }],
  };
  return { out: `${JSON.stringify(log, null, 2)}\n`, err: '' };
}

/** The field without indexes: what is alike in several manifests has one rule. */
function ruleOf(path: string): string {
  return path === '' ? 'manifest' : path.replaceAll(/\[[^\]]*\]/g, '[]');
}

/** A relative path stays one; standard input has no address. */
function uriOf(file: string): string {
  return file === '-' ? 'stdin' : file.split('/').map(encodeURIComponent).join('/');
}
