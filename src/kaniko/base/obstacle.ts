import type { BaseObstacle } from '../../imagespec/effective.ts';

/** What the configuration of a base says about running a container on it. */
export interface DescribedImage {
  /** Variables, each `NAME=VALUE`. */
  readonly env: readonly string[];
  /** Whether `env` may lack some, because there are too many to be read. */
  readonly isEnvCut: boolean;
  readonly onBuild: readonly string[];
  /** Number of folders that become volumes. */
  readonly volumes: number;
}

/**
 * Variables that the builder or its libraries read, besides those that the build Pod sets itself: Kaniko (`KANIKO_`, `FF_`),
 * its benchmarks and outputs, its trace exporter, and the credential helpers of clouds. A Pod cannot unset one.
 */
const steering =
  /^(?:KANIKO_|FF_|OTEL_|AWS_|GOOGLE_|GCE_|GCLOUD_|AZURE_|CI_|BENCHMARK_FILE=|BUILDER_OUTPUT=|STACKLOG_PATH=|SNAPSHOT_TIMEOUT_DURATION=|UPSTREAM_CLIENT_TYPE=|DOCKER_(?:AUTH_CONFIG|CREDENTIAL|HOST|CERT)|REGISTRY_AUTH_FILE=|S3_)/;

/** What keeps a container from running on this base as on an unpacked one. */
export function obstacleOf({ env, isEnvCut, onBuild, volumes }: DescribedImage): BaseObstacle {
  if (onBuild.length > 0) {
    return 'Triggers';
  }
  if (volumes > 0) {
    return 'Volumes';
  }
  return isEnvCut || env.some((variable) => steering.test(variable)) ? 'Variables' : 'None';
}
