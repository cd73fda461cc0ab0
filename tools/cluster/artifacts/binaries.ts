import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { cached } from './cache.ts';
import { run } from './run.ts';

/** Absolute paths of the programs that are built from Go modules. */
export interface Binaries {
  /** Every Kubernetes component and etcd; the first argument names the component. */
  readonly kubernetes: string;
  readonly crane: string;
  readonly kanikoExecutor: string;
  /** Sleeps for ever: the process of a Pod's sandbox. */
  readonly pause: string;
}

const modules = join(import.meta.dirname, '..', 'go');
const downloadedModule = z.object({ Dir: z.string() });
const leastGo = [1, 26] as const;
const craneTarget = 'github.com/google/go-containerregistry/cmd/crane';

/** Builds what is not in the cache: about nine minutes on two cores the first time. */
export async function kubernetesBinaries(): Promise<Binaries> {
  const go = await goVersion();
  const [kubernetes, crane, kaniko, pause] = [
    await build(go, 'kubernetes', '.', await versionStamps('kubernetes')),
    await build(go, 'crane', craneTarget, ''),
    await build(go, 'kaniko', 'github.com/chainguard-dev/kaniko/cmd/executor', ''),
    await build(go, 'pause', '.', ''),
  ];
  return { kubernetes, crane, kanikoExecutor: kaniko, pause };
}

/** Builds crane for this machine, when it is not in the cache; gives its path. */
export async function craneBinary(): Promise<string> {
  return build(await goVersion(), 'crane', craneTarget, '');
}

/** Builds crane for another processor, when it is not in the cache; gives its path. */
export async function foreignCrane(architecture: 'amd64' | 'arm64'): Promise<string> {
  return build(await goVersion(), 'crane', craneTarget, '', [], architecture);
}

/** Builds the linter of GitHub's workflows, when it is not in the cache; gives its path. */
export async function actionlintBinary(): Promise<string> {
  return build(await goVersion(), 'actionlint', 'github.com/rhysd/actionlint/cmd/actionlint', '');
}

/** Kubernetes versions beside the clusters' own whose API server the CRD is tried on: the oldest and the newest supported. */
export const otherVersions = ['1.34', '1.37'] as const;
export type OtherVersion = (typeof otherVersions)[number];

/** Builds the API server of another version, when it is not in the cache; gives its path. */
export async function apiServerBinary(version: OtherVersion): Promise<string> {
  const name = `apiserver-${version}`;
  return build(await goVersion(), name, 'k8s.io/kubernetes/cmd/kube-apiserver', await versionStamps(name));
}

/** Builds kubectl-validate or crdify, when it is not in the cache; gives its path. */
export async function crdTool(name: 'kubectl-validate' | 'crdify'): Promise<string> {
  return build(await goVersion(), name, `sigs.k8s.io/${name}`, '');
}

/** Builds the program that asks the kubelet's own keyring, when it is not in the cache; gives its path. */
export async function keyringBinary(): Promise<string> {
  return build(await goVersion(), 'keyring', '.', '');
}

/** Builds the program that reads Dockerfiles as Kaniko does, when it is not in the cache; gives its path. */
export async function dockerfileBinary(): Promise<string> {
  return build(await goVersion(), 'dockerfile', '.', '');
}

/** Builds the program that reads YAML as the API server does, when it is not in the cache; gives its path. */
export async function yamlBinary(): Promise<string> {
  return build(await goVersion(), 'yaml', '.', '');
}

/** Builds the program that measures a CRD's rules as the API server does, when it is not in the cache; gives its path. */
export async function crdCostBinary(): Promise<string> {
  return build(await goVersion(), 'crdcost', '.', '');
}

/** Builds helm, when it is not in the cache; gives its path. */
export async function helmBinary(): Promise<string> {
  const packages = ['helm.sh/helm/v3/pkg/lint/rules', 'helm.sh/helm/v3/pkg/chartutil'];
  const minor = /k8s\.io\/client-go v0\.(\d+)/.exec(await readFile(join(modules, 'helm', 'go.mod'), 'utf8'))?.[1] ?? '';
  // As helm's Makefile has it; without, `helm template` takes the cluster to be of version 1.20.
  const flags = packages.map((path) => `-X ${path}.k8sVersionMajor=1 -X ${path}.k8sVersionMinor=${minor}`).join(' ');
  return build(await goVersion(), 'helm', 'helm.sh/helm/v3/cmd/helm', flags);
}

/** Builds the program that asks kstatus about objects, when it is not in the cache; gives its path. */
export async function kstatusBinary(): Promise<string> {
  return build(await goVersion(), 'kstatus', '.', '');
}

/** Builds the program that runs Lua as Argo CD does, when it is not in the cache; gives its path. */
export async function argoLuaBinary(): Promise<string> {
  return build(await goVersion(), 'argolua', '.', '', ['vm/vm.go']);
}

/** Builds the program that synchronises as Argo CD does, by its engine, when it is not in the cache; gives its path. */
export async function gitopsBinary(): Promise<string> {
  return build(await goVersion(), 'gitops', '.', '', ['../argolua/go.mod', '../argolua/vm/vm.go']);
}

/** Builds the program that enforces NetworkPolicies, when it is not in the cache; gives its path. */
export async function networkPoliciesBinary(): Promise<string> {
  return build(await goVersion(), 'networkpolicies', '.', '');
}

/** Shipwright Build, the peer that `npm run bench -- scale --peer shipwright` measures. */
export interface Shipwright {
  /** Path of the controller. */
  readonly controller: string;
  /** Paths of the manifests that it needs, as its modules hold them, in their order: CRDs, Tekton's too, come first. */
  readonly manifests: readonly string[];
}

/** Where the modules keep the manifests. `path` is a folder or one file. */
const shipwrightManifests = [
  { module: 'github.com/tektoncd/pipeline', path: 'config/300-crds', file: /\.yaml$/ },
  { module: 'github.com/shipwright-io/build', path: 'deploy/crds', file: /\.yaml$/ },
  // Namespace, rights and ServiceAccount of the controller; what follows starts its Pods and its webhook.
  { module: 'github.com/shipwright-io/build', path: 'deploy', file: /^(100|200|300|400)-/ },
  { module: 'github.com/shipwright-io/build', path: 'samples/v1beta1/buildstrategy/kaniko', file: /_cr\.yaml$/ },
] as const;

/** Builds Shipwright's controller and copies the manifests out of its modules, when they are not in the cache. */
export async function shipwright(): Promise<Shipwright> {
  const target = 'github.com/shipwright-io/build/cmd/shipwright-build-controller';
  const controller = await build(await goVersion(), 'shipwright', target, '');
  const folder = join(modules, 'shipwright');
  const inputs = [await readFile(join(folder, 'go.mod'), 'utf8'), JSON.stringify(shipwrightManifests)];
  const copies = await cached('shipwright-manifests', inputs, async (draft) => {
    for (const [index, { module, path, file }] of shipwrightManifests.entries()) {
      const { Dir: there } = downloadedModule.parse(
        JSON.parse(await run('go', ['mod', 'download', '-json', module], { cwd: folder })),
      );
      for (const name of (await readdir(join(there, path))).filter((found) => file.test(found))) {
        // A file of the module cache is read-only; a copy of its content can be removed.
        await writeFile(join(draft, `${index}-${name}`), await readFile(join(there, path, name)));
      }
    }
  });
  return { controller, manifests: (await readdir(copies)).toSorted().map((name) => join(copies, name)) };
}

/** Linker flags without which a component of this module would report `v0.0.0-master`. */
async function versionStamps(name: string): Promise<string> {
  const version = /k8s\.io\/kubernetes (v\S+)/.exec(await readFile(join(modules, name, 'go.mod'), 'utf8'))?.[1] ?? '';
  const [major = '', minor = ''] = version.slice(1).split('.');
  const stamp = 'k8s.io/component-base/version';
  return `-X ${stamp}.gitVersion=${version} -X ${stamp}.gitMajor=${major} -X ${stamp}.gitMinor=${minor}`;
}

/**
 * @param packages further files of which the program is made, from the folder of its module
 * @param architecture of another processor than this machine's
 * @returns the path of the program
 */
async function build(
  go: string,
  name: string,
  target: string,
  stamps: string,
  packages: readonly string[] = [],
  architecture?: 'amd64' | 'arm64',
): Promise<string> {
  const folder = join(modules, name);
  const flags = ['-trimpath', '-ldflags', `-s -w ${stamps}`.trim()];
  const sources = await Promise.all(
    ['go.mod', 'go.sum', 'main.go', ...packages].map((file) => readFile(join(folder, file), 'utf8').catch(() => '')),
  );
  const foreign = architecture === undefined ? [] : [architecture];
  const entry = await cached(
    [name, ...foreign, 'binary'].join('-'),
    [go, target, ...flags, ...sources, ...foreign],
    async (draft, report) => {
      let compiled = 0;
      await run('go', ['build', '-v', ...flags, '-o', join(draft, name), target], {
        cwd: folder,
        env: { CGO_ENABLED: '0', ...(architecture === undefined ? {} : { GOARCH: architecture }) },
        onErrorLine: (line) => {
          // `go build -v` names each package as it compiles it, and each module that it downloads.
          const downloading = /^go: downloading (\S+)/.exec(line)?.[1];
          compiled += downloading === undefined ? 1 : 0;
          report(downloading === undefined ? `${compiled} packages compiled` : `downloading ${downloading}`);
        },
      });
    },
  );
  return join(entry, name);
}

async function goVersion(): Promise<string> {
  const advice = `install Go ${leastGo.join('.')} or newer, or use another cluster: IMAGESPEC_CLUSTER=k3s or existing:CONTEXT`;
  const printed = await run('go', ['env', 'GOVERSION']).catch(() => {
    throw new Error(`Go is not installed, and the local cluster is built from Go modules; ${advice}`);
  });
  const [major = 0, minor = 0] = printed.trim().replace('go', '').split('.').map(Number);
  if (major < leastGo[0] || (major === leastGo[0] && minor < leastGo[1])) {
    throw new Error(`${printed.trim()} is too old for the local cluster; ${advice}`);
  }
  return printed.trim();
}
