import { describe, expect, it } from 'vitest';
import type { Candidate } from './candidate.ts';
import { publicationOf, type Standing } from './publication.ts';

const image = 'registry.example.com/vision/astro@sha256:1';
const older = 'registry.example.com/vision/astro@sha256:0';
const list = 'jupyterhub/imagespec-profiles';

const candidate: Candidate = {
  namespace: 'vision',
  name: 'astro',
  createdAt: 0,
  labels: {},
  displayName: 'astro',
  description: '',
  machines: [],
  image,
  state: 'compatible',
};

const offered: Standing = { is: 'offered', list, image };
const without: Standing = { is: 'without', list };
const broken: Standing = { is: 'broken', list: 'lab/other', problem: 'the namespace lab does not exist' };
const full: Standing = { is: 'leftOut', list, entries: 900 };

describe('publicationOf', () => {
  it.each([
    ['in a list', {}, [offered], 'True', 'Published', list],
    ['in one list of two', {}, [broken, offered], 'True', 'Published', list],
    [
      'a worse build',
      { state: 'incompatible' },
      [offered],
      'True',
      'PreviousImageServed',
      `${list}: still the previous image`,
    ],
    ['a failed build', { state: 'failed' }, [offered], 'True', 'PreviousImageServed', 'could not be built'],
    ['a build under way', { state: 'building' }, [offered], 'True', 'PreviousImageServed', image],
    ['no list', {}, [], 'False', 'NotSelected', 'vision'],
    ['no room', {}, [full], 'False', 'ListFull', `${list} is full with 900 images`],
    ['no room here, there it is', {}, [full, { ...offered, list: 'lab/x' }], 'True', 'Published', 'in lab/x'],
    ['not launchable', { state: 'incompatible', image: null }, [without], 'False', 'NotCompatible', list],
    ['first build', { state: 'building', image: null }, [without], 'Unknown', 'BuildNotComplete', 'no image yet'],
    ['failed, nothing older', { state: 'failed', image: null }, [without], 'Unknown', 'BuildNotComplete', 'failed'],
    ['a list that cannot be written', {}, [broken], 'Unknown', 'BuildNotComplete', 'namespace lab does not exist'],
  ] satisfies [string, Partial<Candidate>, Standing[], string, string, string][])(
    '%s',
    (_, difference, standings, status, reason, text) => {
      const publication = publicationOf({ ...candidate, ...difference }, standings);
      expect(publication).toMatchObject({ status, reason });
      expect(publication?.message).toContain(text);
    },
  );

  it.each([
    ['not written yet', {}, [{ is: 'pending', list }]],
    ['the list still has the image before', {}, [{ ...offered, image: older }]],
    ['the list still has an image that was disproved', { image: null, state: 'incompatible' }, [offered]],
    ['the list was written before there was an image', {}, [without]],
  ] satisfies [string, Partial<Candidate>, Standing[]][])('is unknown while %s', (_, difference, standings) => {
    expect(publicationOf({ ...candidate, ...difference }, standings)).toBeNull();
  });
});
