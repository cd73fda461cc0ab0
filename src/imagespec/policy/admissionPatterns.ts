import { normaliseRegistry } from '../../oci/reference.ts';
import type { AdmissionRule } from './cel.ts';
import { anyRepository, type Permitted } from './repositories.ts';
import { useOneOf } from './words.ts';

/**
 * Repository patterns in CEL. A reference is compared as it is written, so each pattern stands for all the ways to write
 * it: Docker Hub by any of its names or none, its official images with and without `library/`.
 */
const hubHosts = ['docker.io', 'index.docker.io', 'registry-1.docker.io'];
const hub = normaliseRegistry('docker.io');
const suffix = '(:[A-Za-z0-9_][A-Za-z0-9_.-]*)?(@sha256:[0-9a-f]{64})?';

/** `spec.baseImage` is of one of these patterns. */
export function baseImageRule(patterns: readonly string[]): AdmissionRule {
  return {
    expression: `!has(object.spec.baseImage) || ${anyOf('object.spec.baseImage', patterns)}`,
    messageExpression: `'spec.baseImage: policy.baseImages does not allow ' + object.spec.baseImage + ${JSON.stringify(`; ${useOneOf(patterns)}`)}`,
  };
}

/** `spec.output.repository` is one that the configuration permits; the operator's own default is for the operator to check. */
export function repositoryRule(permitted: Exclude<Permitted, { is: 'any' }>): AdmissionRule {
  const field = 'object.spec.output.repository';
  const patterns = permitted.is === 'template' ? [permitted.pattern] : permitted.patterns;
  const [setting, rest] =
    permitted.is === 'template'
      ? [
          `output.repositoryTemplate allows ${permitted.pattern} only, not `,
          '; remove it, or ask the administrator to allow more by policy.repositories',
        ]
      : ['policy.repositories does not allow ', `; ${useOneOf(patterns)}`];
  return {
    expression: `!(has(object.spec.output) && has(${field})) || ${anyOf(field, patterns)}`,
    messageExpression: `${JSON.stringify(`spec.output.repository: ${setting}`)} + ${field} + ${JSON.stringify(rest)}`,
  };
}

function anyOf(field: string, patterns: readonly string[]): string {
  if (patterns.includes(anyRepository)) {
    return 'true';
  }
  return `(${patterns.map((pattern) => `${field}.matches(${expressionOf(pattern)})`).join(' || ')})`;
}

/** CEL for the regular expression (RE2) of a pattern. The API server inserts names as text at each request. */
function expressionOf(pattern: string): string {
  const [host = '', ...path] = pattern.split('/');
  const isHub = normaliseRegistry(host) === hub;
  const hosts = isHub ? `((${hubHosts.map(escaped).join('|')})/)?` : `${escaped(host)}/`;
  const written = `^${hosts}${isHub ? hubPath(path) : pathOf(path)}${suffix}$`;
  const parts = written
    .split(/(\{namespace\}|\{name\})/)
    .map((part) => {
      switch (part) {
        case '{namespace}':
          return 'request.namespace';
        case '{name}':
          return "object.metadata.name.replace('.', '[.]')";
        default:
          return JSON.stringify(part);
      }
    })
    .filter((part) => part !== '""');
  return parts.join(' + ');
}

function pathOf(path: readonly string[]): string {
  return path.map((segment) => (segment === '**' ? '[^:@]+' : segmentOf(segment))).join('/');
}

/** Without a host, the first part of a name with several must not be one: `evil.example/x` is no image of Docker Hub. */
function hubPath(path: readonly string[]): string {
  const [first = '', second, ...rest] = path;
  const noHost = (segment: string) =>
    segment.replaceAll('[^/:@]*', '[^/:@.]*').replaceAll('[^:@]+', '[^/:@.]+(/[^:@]+)?');
  if (second === undefined) {
    return noHost(pathOf(path));
  }
  if (first === 'library' && rest.length === 0) {
    return `(library/)?${noHost(segmentOf(second))}`;
  }
  return [noHost(segmentOf(first)), pathOf([second, ...rest])].join('/');
}

function segmentOf(segment: string): string {
  return segment.split('*').map(escaped).join('[^/:@]*');
}

/** A text in RE2; braces stay for the placeholders. */
function escaped(value: string): string {
  return value.replaceAll('.', '[.]');
}
