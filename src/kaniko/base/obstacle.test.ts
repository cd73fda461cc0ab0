import { describe, expect, it } from 'vitest';
import { obstacleOf } from './obstacle.ts';

const of = (changes: Partial<Parameters<typeof obstacleOf>[0]>) =>
  obstacleOf({ env: ['PATH=/bin'], isEnvCut: false, onBuild: [], volumes: 0, ...changes });

describe('what keeps a container from running on a base', () => {
  it.each([
    ['nothing', {}, 'None'],
    ['variables of Jupyter', { env: ['XDG_CACHE_HOME=/home/jovyan/.cache/', 'CONDA_DIR=/opt/conda'] }, 'None'],
    ['a variable of Go that the Pod sets', { env: ['GODEBUG=x509sha1=1', 'SSL_CERT_FILE=/x'] }, 'None'],
    ['a name that only ends so', { env: ['MY_KANIKO_DIR=/x'] }, 'None'],
    ['volumes', { volumes: 1 }, 'Volumes'],
    ['ONBUILD', { onBuild: ['RUN true'], volumes: 1 }, 'Triggers'],
    ['more variables than are read', { isEnvCut: true }, 'Variables'],
    ...[
      'KANIKO_DIR=/',
      'KANIKO_PRE_CLEANUP=1',
      'FF_KANIKO_COPY_AS_ROOT=true',
      'OTEL_EXPORTER_OTLP_ENDPOINT=http://x',
      'AWS_ACCESS_KEY_ID=x',
      'DOCKER_AUTH_CONFIG={}',
      'BENCHMARK_FILE=/x',
      'BUILDER_OUTPUT=/x',
    ].map((variable) => [variable, { env: ['PATH=/bin', variable] }, 'Variables'] as const),
  ] as const)('%s', (_, changes, expected) => {
    expect(of(changes)).toBe(expected);
  });
});
