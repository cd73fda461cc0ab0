import type { Base } from '../image/bases.ts';
import type { Project } from '../project.ts';

/** A file or artefact of a release. */
export interface Subject {
  readonly name: string;
  /** In hex. */
  readonly sha256: string;
}

/** From what a release is made. */
export interface Source {
  /** Hash of the commit. */
  readonly commit: string;
  readonly bases: readonly Base[];
}

/** Who makes the release. */
export type Builder =
  /** A workflow, by the address of its file and of its run. */
  | { readonly is: 'workflow'; readonly id: string; readonly run: string }
  /** A person's machine, of which nothing is said. */
  | { readonly is: 'local' };

/** The workflow that runs this process, by GitHub's variables. */
export function builderOf(env: Readonly<Record<string, string | undefined>>): Builder {
  const {
    GITHUB_SERVER_URL: server,
    GITHUB_REPOSITORY: repository,
    GITHUB_RUN_ID: run,
    GITHUB_WORKFLOW_REF: ref,
  } = env;
  return server === undefined || repository === undefined || run === undefined || ref === undefined
    ? { is: 'local' }
    : { is: 'workflow', id: `${server}/${ref}`, run: `${server}/${repository}/actions/runs/${run}` };
}

/**
 * What the artefacts are made from, as an in-toto statement with a SLSA 1.0 predicate. It is not signed here: a workflow with an
 * identity signs its own.
 */
export function provenance(project: Project, source: Source, builder: Builder, subjects: readonly Subject[]): object {
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: subjects.map(({ name, sha256 }) => ({ name, digest: { sha256 } })),
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: {
      buildDefinition: {
        buildType: `${project.url}/blob/v${project.version}/tools/release/release.ts`,
        externalParameters: { version: project.version, registry: project.registry },
        resolvedDependencies: [
          { uri: `git+${project.url}`, digest: { gitCommit: source.commit } },
          ...source.bases.map(({ name, digest, is }) => ({
            uri: `docker://${name}`,
            digest: { sha256: digest.slice('sha256:'.length) },
            ...(is === 'stand-in' ? { annotations: { standIn: 'made on the machine of a dry run' } } : {}),
          })),
        ],
      },
      runDetails: {
        builder: { id: builder.is === 'workflow' ? builder.id : 'local' },
        ...(builder.is === 'workflow' ? { metadata: { invocationId: builder.run } } : {}),
      },
    },
  };
}
