import { beforeAll, describe, expect, it } from 'vitest';
import { credentialFor, parseDockerConfig } from '../../src/oci/dockerConfig.ts';
import { dockerHub, formatRepository, parseReference } from '../../src/oci/reference.ts';
import { keyringBinary } from '../../tools/cluster/artifacts/binaries.ts';
import { run } from '../../tools/cluster/artifacts/run.ts';
import { seeded } from '../support/grammars/generate.ts';

/** Which of several Secrets opens an image: ours beside the kubelet's own code (k8s.io/kubernetes/pkg/credentialprovider). */
interface Row {
  readonly configs: readonly string[];
  readonly image: string;
}

interface Answer {
  /** The credential that is taken first, or why there is none. */
  readonly first: string | null;
  readonly unreadable: boolean;
}

let keyring: string;

beforeAll(async () => {
  keyring = await keyringBinary();
}, 600_000);

async function kubelet(rows: readonly Row[]): Promise<readonly Answer[]> {
  const input = rows.map(({ configs, image }) => `${JSON.stringify({ configs, image: normal(image) })}\n`).join('');
  const printed = await run(keyring, [], { input });
  return printed
    .trimEnd()
    .split('\n')
    .map((line) => {
      const { error, users }: { error: string; users: readonly string[] } = JSON.parse(line);
      return { first: users[0] ?? null, unreadable: error !== '' };
    });
}

/** The kubelet normalises the name before it looks (pkg/util/parsers), with `docker.io` for Docker Hub. */
function normal(image: string): string {
  const reference = parseReference(image);
  if (!reference.ok) {
    throw new Error(reference.message);
  }
  const { registry } = reference.value;
  return formatRepository(registry === dockerHub ? { ...reference.value, registry: 'docker.io' } : reference.value);
}

function ours({ configs, image }: Row): Answer {
  const parsed = configs.map(parseDockerConfig);
  const entries = parsed.flatMap((one) => (one.ok ? one.value : []));
  const reference = parseReference(image);
  const credential = reference.ok ? credentialFor(entries, reference.value) : undefined;
  const unreadable = parsed.some(({ ok }) => !ok);
  return {
    first: credential?.is === 'password' && !unreadable ? `${credential.username}:${credential.password}` : null,
    unreadable,
  };
}

const basic = (text: string) => Buffer.from(text).toString('base64');
const one = (key: string) => JSON.stringify({ auths: { [key]: { auth: basic('user:password') } } });

describe('beside the kubelet', () => {
  it.each<[string, Row]>([
    ['the key that docker login writes', { configs: [one('https://index.docker.io/v1/')], image: 'jupyter/x' }],
    ['Docker Hub by its short name', { configs: [one('docker.io')], image: 'jupyter/x' }],
    ['Docker Hub by the name of its API', { configs: [one('registry-1.docker.io')], image: 'jupyter/x' }],
    ['a path of Docker Hub', { configs: [one('docker.io/jupyter')], image: 'jupyter/x' }],
    ['a host in upper case', { configs: [one('Registry.Example.com')], image: 'registry.example.com/a/b' }],
    ['a port', { configs: [one('registry.example.com:5000')], image: 'registry.example.com:5000/a/b' }],
    ['another port', { configs: [one('registry.example.com:5001')], image: 'registry.example.com:5000/a/b' }],
    [
      'a path that is no whole segment',
      { configs: [one('registry.example.com/tea')], image: 'registry.example.com/team/b' },
    ],
    [
      'a path with a slash at its end',
      { configs: [one('registry.example.com/team/')], image: 'registry.example.com/team/b' },
    ],
    ['an API path', { configs: [one('https://registry.example.com/v2/')], image: 'registry.example.com/team/b' }],
    ['an API path and more', { configs: [one('registry.example.com/v2/team')], image: 'registry.example.com/team/b' }],
    [
      'an image whose path is like an API',
      { configs: [one('registry.example.com/v2')], image: 'registry.example.com/v2/b' },
    ],
    ['a wildcard', { configs: [one('*.example.com')], image: 'registry.example.com/a/b' }],
    ['a wildcard within a label', { configs: [one('reg*.example.com')], image: 'registry.example.com/a/b' }],
    ['a wildcard is one label', { configs: [one('*.example.com')], image: 'a.registry.example.com/a/b' }],
    ['a wildcard with a port', { configs: [one('*.example.com:5000')], image: 'registry.example.com:5000/a/b' }],
    [
      'a name in front of a wildcard',
      {
        configs: [
          one('*.example.com'),
          JSON.stringify({ auths: { 'registry.example.com': { auth: basic('named:p') } } }),
        ],
        image: 'registry.example.com/a/b',
      },
    ],
    [
      'the earlier Secret',
      {
        configs: [
          one('registry.example.com'),
          JSON.stringify({ auths: { 'registry.example.com': { auth: basic('late:p') } } }),
        ],
        image: 'registry.example.com/a/b',
      },
    ],
    [
      'a password with colons',
      {
        configs: [JSON.stringify({ auths: { 'registry.example.com': { auth: basic('u:p:q:') } } })],
        image: 'registry.example.com/a/b',
      },
    ],
    [
      'username and password',
      {
        configs: [JSON.stringify({ auths: { 'registry.example.com': { username: 'u', password: 'p' } } })],
        image: 'registry.example.com/a/b',
      },
    ],
    [
      'auth before username',
      {
        configs: [
          JSON.stringify({ auths: { 'registry.example.com': { username: 'u', password: 'p', auth: basic('a:b') } } }),
        ],
        image: 'registry.example.com/a/b',
      },
    ],
    [
      'auth without padding',
      {
        configs: [JSON.stringify({ auths: { 'registry.example.com': { auth: basic('user:p').replaceAll('=', '') } } })],
        image: 'registry.example.com/a/b',
      },
    ],
    [
      'auth without a colon',
      {
        configs: [JSON.stringify({ auths: { 'registry.example.com': { auth: basic('user') } } })],
        image: 'registry.example.com/a/b',
      },
    ],
    [
      'auth that is no base64',
      {
        configs: [JSON.stringify({ auths: { 'registry.example.com': { auth: '%%%' } } })],
        image: 'registry.example.com/a/b',
      },
    ],
    ['no auths', { configs: ['{}'], image: 'registry.example.com/a/b' }],
    ['no JSON', { configs: ['{'], image: 'registry.example.com/a/b' }],
  ])('%s', async (_, row) => {
    const [theirs] = await kubelet([row]);
    expect(ours(row)).toEqual(theirs);
  });

  it('chooses the same on 5,000 generated pairs of Secrets and images', async () => {
    const random = seeded(17);
    const rows = Array.from({ length: 5000 }, () => generated(random));
    const theirs = await kubelet(rows);
    const different = rows.flatMap((row, index) => {
      const answer = ours(row);
      return answer.first === theirs[index]?.first
        ? []
        : [{ ...row, ours: answer.first, theirs: theirs[index]?.first }];
    });
    expect(different).toEqual([]);
    // Both answers are common, so that agreement says something.
    const opened = theirs.filter(({ first }) => first !== null).length;
    expect(opened).toBeGreaterThan(500);
    expect(opened).toBeLessThan(4500);
  });
});

const hosts = [
  'registry.example.com',
  'registry.example.com:5000',
  'a.example.com',
  'example.com',
  'docker.io',
  'index.docker.io',
  'localhost:5000',
  '10.0.0.1:443',
];
const patterns = [
  ...hosts,
  '*.example.com',
  '*.example.com:5000',
  'reg*.example.com',
  'r*y.example.*',
  '*.io',
  '*.docker.io',
  'Registry.example.com',
  '*:5000',
];
const paths = ['', '', '', '/', '/team', '/team/', '/team/app', '/te', '/library', '/v1/', '/v2/', '/v2', '/v1/team'];
const schemes = ['', '', 'https://', 'http://'];
const names = ['team/app', 'team/other', 'team', 'library/debian', 'te/am', 'v2/team', 'v1/x'];

function generated(random: () => number): Row {
  const pick = (list: readonly string[]) => list[Math.floor(random() * list.length)] ?? '';
  const count = 1 + Math.floor(random() * 4);
  const seen = new Set<string>();
  const configs = Array.from({ length: count }, (_, index) => {
    const key = `${pick(schemes)}${pick(patterns)}${pick(paths)}`;
    // Two keys of one meaning in one file have no order in Go; here each file has one, and Secrets have theirs.
    seen.add(key);
    return JSON.stringify({ auths: { [key]: { auth: basic(`user${index}:${seen.size}`) } } });
  });
  return { configs, image: `${pick(hosts)}/${pick(names)}` };
}
