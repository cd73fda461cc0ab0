import { array, assert, constantFrom, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maximumLogBytes, parseContents } from './log.ts';
import { logMarkers } from './script.ts';
import { formatContents, parseContentsText } from './text.ts';

function log(...lines: readonly string[]): string {
  return `${[logMarkers.begin, ...lines, logMarkers.end].join('\n')}\n`;
}

/** The text of what was read, without its comments; `!` and the sentence of a failure. */
function read(text: string): readonly string[] {
  const contents = parseContents(text);
  return contents.ok
    ? formatContents({ number: 1, image: 'r.example/i', bases: [], contents: contents.value })
        .trimEnd()
        .split('\n')
        .filter((line) => !/^# (image|build)/.test(line))
    : [`! ${contents.failure}`];
}

const channel = (record: string, url: string) => `channel\t${record}.json:"channel": "${url}"`;

describe('parseContents', () => {
  it.each<readonly [string, readonly string[], readonly string[]]>([
    [
      'apt: what is installed; the architecture of foreign packages only',
      [
        'architecture\tamd64',
        'apt\tlibc6\t2.36-9+deb12u1\tamd64\tinstall ok installed',
        'apt\tlibc6\t2.36-9+deb12u1\ti386\thold ok installed',
        'apt\tadduser\t3.134\tall\tinstall ok installed',
        'apt\tvim\t2:9.0.1378-2\tamd64\tdeinstall ok config-files',
      ],
      ['apt adduser 3.134', 'apt libc6 2.36-9+deb12u1', 'apt libc6:i386 2.36-9+deb12u1'],
    ],
    [
      'apt without dpkg: no architecture',
      ['apt\tbase-files\t12.4\tarm64\tinstall ok installed'],
      ['apt base-files 12.4'],
    ],
    [
      'apk and rpm under their own names',
      ['apk\tmusl\t1.2.5-r0', 'rpm\tkernel-core\t6.1-2.el9', 'rpm\tkernel-core\t6.1-1.el9', 'rpm\tbash\t1:5.1-1.el9'],
      ['apk musl 1.2.5-r0', 'rpm bash 1:5.1-1.el9', 'rpm kernel-core 6.1-1.el9', 'rpm kernel-core 6.1-2.el9'],
    ],
    [
      'conda: name, version and build from the record, the channel by its name or URL',
      [
        'conda-environment\t/opt/conda',
        'conda\tpython-dateutil-2.9.0-pyhd8ed1ab_0',
        'conda\t_libgcc_mutex-0.1-conda_forge',
        'conda\tnumpy-1.26.4-py311_0',
        'conda\tours-1!2.0-0',
        'conda\tlocal-1-0',
        channel('python-dateutil-2.9.0-pyhd8ed1ab_0', 'https://conda.anaconda.org/conda-forge/noarch'),
        channel('numpy-1.26.4-py311_0', 'https://repo.anaconda.com/pkgs/main/linux-64'),
        channel('ours-1!2.0-0', 'https://me:secret@conda.example.com/t/secret-token/ours/linux-aarch64'),
        channel('local-1-0', 'file:///opt/channels/conda-forge/'),
      ],
      [
        'conda _libgcc_mutex 0.1 conda_forge -',
        'conda local 1 0 file:///opt/channels/conda-forge',
        'conda numpy 1.26.4 py311_0 pkgs/main',
        'conda ours 1!2.0 0 https://conda.example.com/ours',
        'conda python-dateutil 2.9.0 pyhd8ed1ab_0 conda-forge',
      ],
    ],
    [
      'conda: the first environment is the main one, others are named',
      [
        'conda-environment\t/srv/conda/envs/notebook',
        'conda\tnumpy-2.0.0-0',
        'conda-environment\t/srv/conda',
        'conda\tnumpy-1.0.0-0',
      ],
      ['conda numpy 2.0.0 0 -', 'conda numpy 1.0.0 0 - /srv/conda'],
    ],
    [
      'pip: the interpreter on the PATH is the main one; the first of a name counts',
      [
        'site\t/opt/venv/lib/python3.11/site-packages\tmain',
        'pip\tPyYAML\t6.0\tpip',
        'pip\ttorch\t2.5.1+cu124\tuv',
        'site\t/usr/lib/python3/dist-packages\tmain',
        'pip\tpyyaml\t5.0\t',
        'site\t/usr/local/lib/python3.11/site-packages\t',
        'pip\tpyyaml\t4.0\t',
      ],
      ['pip PyYAML 6.0', 'pip torch 2.5.1+cu124', 'pip pyyaml 4.0 /usr/local'],
    ],
    [
      'pip: what conda has installed is there once; what pip has put over it stays',
      [
        'conda-environment\t/opt/conda',
        'conda\tpytorch-2.5.1-0',
        'conda\ttyping_extensions-4.1-0',
        'conda\tnumpy-1.26.4-0',
        'site\t/opt/conda/lib/python3.11/site-packages\tmain',
        'pip\ttorch\t2.5.1\tconda',
        'pip\ttyping-extensions\t4.1\t',
        'pip\tnumpy\t2.0.0\tpip',
        'site\t/usr/lib/python3/dist-packages\t',
        'pip\tsix\t1.16.0\tconda',
      ],
      [
        'conda numpy 1.26.4 0 -',
        'conda pytorch 2.5.1 0 -',
        'conda typing_extensions 4.1 0 -',
        'pip numpy 2.0.0',
        'pip six 1.16.0 /usr',
      ],
    ],
    [
      'R: what conda has installed is there once',
      ['conda-environment\t/opt/conda', 'conda\tr-matrix-1.6_5-r43_0', 'r\tMatrix\t1.6-5', 'r\tggplot2\t3.4.0'],
      ['conda r-matrix 1.6_5 r43_0 -', 'r ggplot2 3.4.0'],
    ],
    [
      'what is no package is left out and counted; other lines have no meaning',
      [
        'apt\t\u001B[31mred\t1\tall\tinstall ok installed',
        'pip\tname with blanks\t1\t',
        `pip\t${'x'.repeat(300)}\t1\t`,
        'conda-environment\t/opt/conda',
        'conda\tno record',
        'conda\tgood-1-0',
        'warning: something of the image\u0000',
        'x'.repeat(100_000),
      ],
      ['# omitted 2', 'conda good 1 0 -'],
    ],
  ])('%s', (_what, lines, expected) => {
    expect(read(log(...lines))).toEqual(expected);
  });

  it('reads on after what the image itself printed, and through a terminal', () => {
    expect(read(`hello\n${log('apk\tmusl\t1')}\n\n`.replaceAll('\n', '\r\n'))).toEqual(['apk musl 1']);
  });

  it.each([
    ['nothing', '', '! there is no list of packages: /bin/sh of the image did not run the script'],
    ['another program', 'exec format error\n', '! there is no list'],
    ['a log that was cut', log('apk\tmusl\t1').slice(0, -10), '! the list of packages was cut before its end'],
    ['a log whose head is gone', log('apk\tmusl\t1').slice(5), '! there is no list'],
    [
      'a log without end',
      `${logMarkers.begin}\n${'apk\tmusl\t1\n'.repeat(100_000)}`,
      '! the list of packages is longer',
    ],
  ])('refuses %s', (_what, text, message) => {
    expect(read(text)[0]).toContain(message);
  });

  it('writes a text that parses to the same contents, for any output of an image', () => {
    const field = constantFrom(
      '',
      'main',
      '/opt/conda',
      'a-1-0',
      'a',
      '1',
      'conda',
      'install ok installed',
      '/x y',
      '-',
    );
    const word = constantFrom(
      'apt',
      'apk',
      'rpm',
      'conda-environment',
      'conda',
      'channel',
      'site',
      'pip',
      'r',
      'architecture',
    );
    const hostile = string({ unit: 'binary', maxLength: 20 });
    const line = array(field, { maxLength: 5 }).chain((fields) =>
      word.chain((is) => hostile.map((end) => [is, ...fields, end].join('\t'))),
    );
    assert(
      property(array(line, { maxLength: 30 }), (lines) => {
        const contents = parseContents(log(...lines));
        const build = contents.ok
          ? { number: 3, image: 'r.example/i', bases: [], contents: contents.value }
          : undefined;
        expect(build && parseContentsText(formatContents(build))).toEqual({ ok: true, value: build });
      }),
      { numRuns: 300 },
    );
  });

  it('reads the largest log in a moment', () => {
    const line = `channel\t${'.json:"channel": "'.repeat(50)}\n`;
    const hostile = log(
      'conda-environment\t/opt/conda',
      line.repeat(Math.floor((maximumLogBytes - 100) / line.length)),
    );
    expect(read(hostile)).toEqual([]);
  });
});
