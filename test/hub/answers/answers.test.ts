import { writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { type HubVersion, hubVersions } from '../../../tools/cluster/artifacts/jupyterhub.ts';
import { askHub, type HubAnswer, hubAnswers, hubAnswersFile, hubRequests } from '../../support/recorded/hubAnswers.ts';
import { type RealHub, startRealHub } from './realHub.ts';

/** Real Hubs still answer as recorded. `RECORD_HUB_ANSWERS=1` writes the record again. Needs no cluster. */
const isRecording = process.env['RECORD_HUB_ANSWERS'] === '1';

async function answersOf(hub: HubVersion, { url, tokens }: RealHub): Promise<readonly HubAnswer[]> {
  const answers: HubAnswer[] = [];
  for (const asked of hubRequests) {
    answers.push({ hub, ...asked, ...(await askHub(url, asked, tokens)) });
  }
  return answers;
}

describe('real Hubs', () => {
  it('answer as recorded', { timeout: 600_000 }, async () => {
    const all: HubAnswer[] = [];
    for (const version of hubVersions) {
      const hub = await startRealHub(version);
      try {
        all.push(...(await answersOf(version, hub)));
      } finally {
        await hub.stop();
      }
    }
    if (isRecording) {
      await writeFile(hubAnswersFile, `${JSON.stringify(all, null, 2)}\n`);
    }
    expect(all).toEqual(hubAnswers());
  });
});
