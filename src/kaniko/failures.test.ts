import { describe, expect, it } from 'vitest';
import { source } from '../../test/support/failure-examples.ts';
import type { Source } from '../imagespec/effective.ts';
import { classifyAgent, classifyBuilder } from './failures.ts';

const run = (status: string) =>
  `error building image: error building stage: failed to execute command: waiting for process to exit: ${status}`;

/** A step's output, as a whole log. */
const step = (output: string, code = 1) =>
  classifyBuilder(`${output}\n${run(`exit status ${code}`)}\n`, code, source)?.failure;

describe('classifyBuilder', () => {
  it.each([
    // The message of osscontainertools' Kaniko, v1.28.3.
    [
      'error checking push permissions: checking push permission for "r/x:1": POST https://r/v2/x/blobs/uploads/: UNAUTHORIZED: authentication required',
      1,
      'push-unauthorized',
    ],
    ['error building image: could not parse reference: X', 1, 'dockerfile-reference'],
    ['error building image: repository must be between 2 and 255 characters in length: x', 1, 'dockerfile-reference'],
    ['error building image: something new', 1, 'builder-failed'],
    [run('signal: killed'), 255, 'step-killed'],
    [`make: *** Error 1\n${run('exit status 2')}`, 2, 'step-failed'],
    // A line that Kaniko cannot print with this exit code does not count.
    ['error building image: TOOMANYREQUESTS', 7, undefined],
  ])('%j', (log, exitCode, row) => {
    expect(classifyBuilder(log, exitCode, source)?.row).toBe(row === undefined ? 'step-failed' : row);
  });

  it.each([
    'parsing dockerfile: dockerfile parse error on line 2: unknown instruction: RUNN (did you mean RUN?)',
    'could not parse reference: jupyter/Minimal-Notebook',
    'failed to get files used from context: failed to get fileinfo for /x: lstat /x: no such file or directory',
    'credentials: get uid/gid: user nosuchuser is not a uid and does not exist on the system',
  ])('classifies %j as an invalid Dockerfile', (word) => {
    expect(classifyBuilder(`error building image: ${word}\n`, 1, source)?.failure.reason).toBe('DockerfileInvalid');
  });

  it.each([
    ['', 1],
    ['', 7],
    ['time="x" level=info msg="Unpacking rootfs"', 2],
    ['time="x" level=info msg="Unpacking rootfs"', 137],
  ])('classifies nothing without a final error line: %j, exit code %i', (log, exitCode) => {
    expect(classifyBuilder(log, exitCode, source)).toBeUndefined();
  });

  it('names each missing package, with its entry, and similar ones', () => {
    const all = step(
      "Package awk is a virtual package provided by:\n  mawk 1.3.4\n  gawk 1:5.2.1\n\nE: Unable to locate package gpp-compiler\nE: Version '2:99*' for 'vim' was not found\nE: Package 'awk' has no installation candidate",
      100,
    );
    expect(all?.packages).toEqual(['gpp-compiler', 'vim', 'awk']);
    expect(all?.message).toContain('"gpp-compiler" in packages.apt[0], "vim" in packages.apt[3]');
    expect(all?.message).toContain('choose one of mawk, gawk');
  });

  it.each([
    ['numpy==1.26.9', '1.3.0, 1.26.4, 2.0.0, 2.4.1', 'the closest is 1.26.4, the newest 2.4.1'],
    ['numpy==99.0', '1.3.0, 2.4.1', 'the newest is 2.4.1'],
    ['numpy<0.1', '1.3.0, 2.4.1', 'the closest is 1.3.0, the newest 2.4.1'],
    ['numpy', '1.3.0rc1', 'the newest is 1.3.0rc1'],
  ])('of %s in (%s): %s', (wanted, versions, hint) => {
    const text = `ERROR: Could not find a version that satisfies the requirement ${wanted} (from versions: ${versions})\nERROR: No matching distribution found for ${wanted}`;
    expect(step(text)?.message).toContain(hint);
  });

  it('says what to add where there is a list of packages, and what to install where there is none', () => {
    const output = 'src/x.c:3:10: fatal error: Python.h: No such file or directory';
    const dockerfile: Source = { is: 'dockerfile', text: 'FROM debian' };
    expect(step(output)?.message).toContain('add python3-dev to packages.apt');
    const own = classifyBuilder(`${output}\n${run('exit status 1')}`, 1, dockerfile);
    expect(own?.failure.message).toContain('install python3-dev in an earlier step');
  });

  it('reads only the failed step', () => {
    const log = [
      'time="x" level=info msg="Running: [/bin/sh -c apt-get install x || true]"',
      'E: Unable to locate package x',
      'time="x" level=info msg="RUN make"',
      'time="x" level=info msg="Running: [/bin/sh -c make]"',
      'make: *** Error 1',
      run('exit status 2'),
    ].join('\n');
    expect(classifyBuilder(log, 2, source)).toMatchObject({
      row: 'step-failed',
      failure: { message: expect.stringContaining('the step RUN make ended with exit code 2') },
    });
  });

  it('names the line of a Dockerfile, and the instruction as it is written', () => {
    const dockerfile: Source = {
      is: 'dockerfile',
      text: 'FROM debian\nADD https://files.example/a.csv /a.csv\nRUN echo "a" \\\n  && false\n',
    };
    const info = (text: string) => `time="x" level=info msg="${text}"`;
    const added = classifyBuilder(
      `${info('ADD https://files.example/a.csv /a.csv')}\nerror building image: error building stage: failed to execute command: downloading remote source file: invalid response status 404\n`,
      1,
      dockerfile,
    );
    expect(added?.failure.message).toMatch(
      /^spec\.dockerfile line 2: an ADD could not load its address \(ADD https:\/\/files\.example\/a\.csv .*404/,
    );
    const ran = [
      info(String.raw`RUN echo \"a\"   && false`),
      info(String.raw`Running: [/bin/sh -c echo \"a\"   && false]`),
      run('exit status 1'),
    ].join('\n');
    expect(classifyBuilder(ran, 1, dockerfile)?.failure.message).toContain(
      'spec.dockerfile line 3: the step RUN echo "a" && false ended',
    );
  });

  it('names some of many packages, with their number', () => {
    const text = Array.from({ length: 120 }, (_, index) => `E: Unable to locate package none${index}`).join('\n');
    const failure = step(text, 100);
    expect(failure?.message).toContain('"none4" and 115 more');
    expect(failure?.packages).toHaveLength(64);
  });

  it('advises what fits the form of the spec', () => {
    const text =
      "WARNING: Retrying (Retry(total=0, x)) after connection broken by 'X': /cpu/six/\nERROR: No matching distribution found for six";
    expect(step(`Looking in indexes: https://a.example/simple, https://b.example/cpu\n${text}`)?.message).toContain(
      'could not reach https://b.example/cpu (asked for /cpu/six/), so nothing is known about the packages; check packages.pipIndexes',
    );
    const own = classifyBuilder(`${text}\n${run('exit status 1')}`, 1, { is: 'dockerfile', text: 'FROM debian' });
    expect(own?.failure.message).toContain('could not reach its index');
    expect(own?.failure.message).not.toContain('packages.');
  });

  it('puts no secret of a log into a message', () => {
    const line =
      'error building image: GET https://user:hunter2-secret@r.example/v2/x: unexpected status code 401 Unauthorized';
    const failure = classifyBuilder(line, 1, source)?.failure;
    expect(failure?.reason).toBe('BaseImageUnauthorized');
    expect(failure?.message).not.toContain('hunter2');
  });
});

describe('classifyAgent', () => {
  it("knows the exit codes of the operator's programs only", () => {
    expect(classifyAgent('push to r/x: DENIED', 4, 'push')).toMatchObject({
      row: 'agent-unauthorized',
      failure: { reason: 'PushUnauthorized', message: 'push to r/x: DENIED' },
    });
    expect(classifyAgent('', 4, 'push')?.failure.message).toBe('the container push ended with exit code 4');
    expect(classifyAgent('a bug', 1, 'push')).toBeUndefined();
    expect(classifyAgent('', 137, 'push')).toBeUndefined();
  });
});
