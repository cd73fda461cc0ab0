import { chartFolder, imageRepository, type Project } from '../project.ts';

/** Files by hand that name the project's image, chart or version. */
export const stampedFiles = [
  'README.md',
  'deploy/base/configmap.yaml',
  'deploy/base/deployment.yaml',
  'deploy/policy/operator-config.yaml',
  'docs/guides/install.md',
] as const;

/** Hosts of examples that stand for a reader's own registry, which stays. */
const readersOwn = /^registry\.(my\.org|example\.com\/platform)\//;

/**
 * A text whose references of the image and the chart have the project's registry and version. A reader's own registry stays,
 * and gets the version.
 */
export function stamped(text: string, project: Project): string {
  const { name, version } = project;
  return text
    .replaceAll(/[\w.:-]+(?:\/[\w.-]+)*\/imagespec-operator:\d[\w.-]*/g, (found) =>
      readersOwn.test(found) ? found.replace(/:[^:]*$/, `:${version}`) : `${imageRepository(project)}:${version}`,
    )
    .replaceAll(/oci:\/\/[\w.:-]+(?:\/[\w.-]+)*\/charts\/imagespec-operator --version \d[\w.-]*/g, (found) =>
      readersOwn.test(found.slice('oci://'.length))
        ? found.replace(/\S+$/, version)
        : `oci://${chartFolder(project)}/${name} --version ${version}`,
    );
}

/** The module with the version that the command line reports. */
export function versionModule(version: string): string {
  return `// Made from package.json by \`npm run generate\`. Do not edit.

/** Version of the program: that of operator and chart. */
export const programVersion = '${version}';
`;
}
