import { describe, expect, it } from 'vitest';
import { configWith, refusalOf } from '../../../test/support/policy/policies.ts';
import type { Packages } from '../../api/imagespec.generated.ts';

const free = configWith('');
const mirrors = configWith(`
pip: {indexUrl: "https://pypi.example.com/simple"}
conda: {channelAlias: "https://conda.example.com"}
apt: {proxy: "http://apt.example.com:3142"}
cran: {mirror: "https://cran.example.com"}
proxy: {https: "http://proxy.example.com:3128"}
`);
const strict = configWith(`
pip: {indexUrl: "https://pypi.example.com/simple"}
pipIndexes: [{name: internal, url: "https://pypi.example.com/internal/simple"}]
policy: {pipIndexUrls: Refused, condaChannels: [conda-forge, nvidia]}
`);

const packages = (fields: Packages, config = strict) => refusalOf({ spec: { packages: fields }, config });
const argument = (name: string, config = strict) =>
  refusalOf({
    spec: {
      build: {
        args: [
          { name: 'FIRST', value: '' },
          { name, value: 'x' },
        ],
      },
    },
    config,
  });
const variable = (name: string, value: string, config = strict) =>
  refusalOf({
    spec: {
      env: [
        { name: 'FIRST', value: '' },
        { name, value },
      ],
    },
    config,
  });

describe('packages.pip under policy.pipIndexUrls', () => {
  it.each([
    'a @ https://evil.example/a-1.0.tar.gz',
    'a@https://evil.example/a-1.0.tar.gz',
    'a[b,c] @ git+https://evil.example/a.git@main',
    'a [b]@ https://evil.example/a.whl ; python_version > "3"',
  ])('may not hold %j', (entry) => {
    const words =
      'PolicyViolation spec.packages.pip[1]: policy.pipIndexUrls does not allow a URL; write the name and version of the package, and its index in packages.pipIndexes';
    expect(packages({ pip: ['six', entry] })).toBe(words);
    expect(packages({ pip: ['six', entry] }, free)).toBe('');
  });

  it.each(['a>=1', 'a[b] ; extra == "@"', 'a===x'])('may hold %j', (entry) => {
    expect(packages({ pip: [entry] })).toBe('');
  });
});

describe('packages.conda under policy.condaChannels', () => {
  it.each([
    ['evil::numpy', 'evil'],
    ['evil/label/x::numpy', 'evil/label/x'],
    ['https://evil.example/ch::numpy', 'https://evil.example/ch'],
    ['numpy[channel=evil]', 'evil'],
    ['numpy[version=1.26,channel="evil"]', 'evil'],
    ["numpy[channel='https://evil.example/ch']", 'https://evil.example/ch'],
    // mamba passes over the spaces.
    ['numpy[channel =evil]', 'evil'],
    ['numpy[ channel = evil ]', 'evil'],
    ['numpy[channel=conda-forge,channel=evil]', 'evil'],
    ['conda-forge::numpy[channel=evil]', 'evil'],
  ])('%j: refused for %j', (entry, channel) => {
    expect(packages({ conda: ['six', entry] })).toContain(
      `PolicyViolation spec.packages.conda[1]: policy.condaChannels does not allow "${channel}"`,
    );
    expect(packages({ conda: ['six', entry] }, free)).toBe('');
  });

  it.each(['numpy', 'conda-forge::numpy', 'nvidia::cuda[version=12]', 'numpy[channel="nvidia"]'])(
    '%j: taken',
    (entry) => {
      expect(packages({ conda: [entry] })).toBe('');
    },
  );
});

describe('build.args', () => {
  it.each([
    'PIP_INDEX_URL',
    'PIP_EXTRA_INDEX_URL',
    'PIP_index_url',
    'pip_index_url',
    'PIP_PYPI_URL',
    'PIP_FIND_LINKS',
    'PIP_NO_INDEX',
    'PIP_TRUSTED_HOST',
    'PIP_PROXY',
    'PIP_CONFIG_FILE',
    'PIP_CONSTRAINT',
    'PIP_REQUIREMENT',
    'PIP_EDITABLE',
    'PIP_BUILD_CONSTRAINT',
  ])('%s is refused under policy.pipIndexUrls', (name) => {
    expect(argument(name)).toContain(`PolicyViolation spec.build.args[1]: `);
    expect(argument(name, configWith('policy: {pipIndexUrls: Refused}'))).toContain(
      `spec.build.args[1]: policy.pipIndexUrls does not allow "${name}"`,
    );
    expect(argument(name, free)).toBe('');
  });

  it.each([
    'CONDA_CHANNELS',
    'CONDA_DEFAULT_CHANNELS',
    'CONDA_CUSTOM_CHANNELS',
    'CONDA_channel_alias',
    'CONDARC',
    'MAMBA_CHANNELS',
  ])('%s is refused under policy.condaChannels', (name) => {
    expect(argument(name)).toContain(`spec.build.args[1]: policy.condaChannels does not allow "${name}"`);
    expect(argument(name, free)).toBe('');
  });

  it.each([
    'APT_CONFIG',
    'HTTP_PROXY',
    'https_proxy',
    'All_Proxy',
    'NO_PROXY',
    'CRAN_MIRROR',
    'R_PROFILE',
    'R_ENVIRON',
    'R_REPOSITORIES',
    'BASH_ENV',
    'SHELLOPTS',
    'PERL5OPT',
    'PYTHONWARNINGS',
    'NODE_OPTIONS',
  ])('%s is refused under either', (name) => {
    for (const policy of ['pipIndexUrls: Refused', 'condaChannels: [conda-forge]']) {
      expect(argument(name, configWith(`policy: {${policy}}`))).toContain(
        `PolicyViolation spec.build.args[1]: policy.${policy.split(':')[0]} does not allow "${name}"`,
      );
    }
    expect(argument(name, free)).toBe('');
  });

  it.each([
    'PIP_INDEX_URL',
    'pip_index_url',
    'CONDA_CHANNEL_ALIAS',
    'APT_CONFIG',
    'HTTPS_PROXY',
    'https_proxy',
    'CRAN_MIRROR',
  ])('%s is refused where the configuration sets it, without a policy', (name) => {
    expect(argument(name, mirrors)).toBe(
      `PolicyViolation spec.build.args[1]: the operator's configuration sets "${name}" for every build; remove it`,
    );
  });

  it('SSL_CERT_FILE is refused where the configuration has certificates', () => {
    expect(argument('SSL_CERT_FILE', configWith('caBundle: x'))).toContain('"SSL_CERT_FILE"');
    expect(argument('SSL_CERT_FILE', mirrors)).toBe('');
  });

  it.each(['PIP_NO_CACHE_DIR', 'PIP_RETRIES', 'PIP_NO_BINARY', 'CONDA_OVERRIDE_CUDA', 'MAKEFLAGS', 'ENV', 'VERSION'])(
    '%s is taken under every policy',
    (name) => {
      expect(argument(name)).toBe('');
      expect(argument(name, mirrors)).toBe('');
    },
  );

  it('of a Dockerfile are held to the same', () => {
    const spec = { dockerfile: 'FROM debian\n', build: { args: [{ name: 'PIP_INDEX_URL', value: 'x' }] } };
    expect(refusalOf({ spec, config: configWith('policy: {pipIndexUrls: Refused}') })).toContain(
      'spec.build.args[0]: ',
    );
  });
});

describe('env, which builds on the image inherit', () => {
  it.each([
    ['PIP_INDEX_URL', 'policy.pipIndexUrls'],
    ['PIP_CONFIG_FILE', 'policy.pipIndexUrls'],
    ['CONDA_CHANNELS', 'policy.condaChannels'],
    // The builds on this image run it as root, before their steps.
    ['BASH_ENV', 'policy.pipIndexUrls'],
    ['PERL5OPT', 'policy.pipIndexUrls'],
    ['APT_CONFIG', 'policy.pipIndexUrls'],
    ['R_PROFILE_USER', 'policy.pipIndexUrls'],
  ])('may not set %s under %s', (name, setting) => {
    expect(variable(name, 'https://evil.example/simple')).toContain(
      `PolicyViolation spec.env[1]: ${setting} does not allow "${name}"`,
    );
    expect(variable(name, 'https://evil.example/simple', free)).toBe('');
  });

  it('may set an index of the configuration, and what decides nothing about packages', () => {
    expect(variable('PIP_INDEX_URL', 'https://pypi.example.com/internal/simple')).toBe('');
    expect(variable('PIP_EXTRA_INDEX_URL', 'https://pypi.example.com/simple')).toBe('');
    expect(variable('PIP_RETRIES', '1')).toBe('');
    expect(variable('HTTPS_PROXY', 'http://proxy.example.com')).toBe('');
  });
});
