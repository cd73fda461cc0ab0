import type { Base, EffectiveSpec, NameValue } from '../imagespec/effective.ts';
import { paths, platformArguments } from '../imagespec/platformVariables.ts';
import { packageSteps } from '../packages/fields.ts';
import { buildableDockerfile } from './own/images.ts';

/**
 * The Dockerfile of an EffectiveSpec: the same input gives the same bytes. One RUN per package manager, from the
 * most stable layer to the least; nothing that a user writes can start another instruction or shell word.
 */
export function render(spec: EffectiveSpec, bases: readonly Base[]): string {
  const declared = platformArguments(spec.platformSettings).map(({ name }) => `ARG ${name}`);
  switch (spec.source.is) {
    case 'dockerfile':
      return buildableDockerfile(spec.source.text, spec.args, bases, declared);
    case 'packages': {
      const { credentialsSecret, env } = spec.source;
      const netrc = credentialsSecret === null ? null : paths.netrc;
      const base = bases[0];
      if (base === undefined) {
        throw new Error('render asked for before the base was resolved');
      }
      const steps = packageSteps(spec.source, { netrc, settings: spec.platformSettings });
      const lines = [
        `FROM ${pinned(base)}`,
        ...declared,
        ...spec.args.map(({ name }) => `ARG ${name}`),
        ...(steps.length > 0 ? ['USER root', ...steps] : []),
        ...(steps.length > 0 && !isRoot(base.user) ? [`USER ${base.user}`] : []),
        ...env.map(envLine),
      ];
      return `${lines.join('\n')}\n`;
    }
  }
}

/** The base by digest; the tag stays for the reader (Docker reads `name:tag@digest`). */
function pinned(base: Base): string {
  const name = base.image.replace(/@sha256:[0-9a-f]{64}$/, '');
  return `${name}@${base.digest}`;
}

function isRoot(user: string): boolean {
  return user === '' || user === 'root' || user === '0';
}

function envLine({ name, value }: NameValue): string {
  return `ENV ${name}=${envValue(value)}`;
}

/** An `ENV` value in double quotes that Docker's own word rules read as exactly this text. */
function envValue(text: string): string {
  return `"${text.replaceAll(/[\\"$]/g, String.raw`\$&`)}"`;
}
