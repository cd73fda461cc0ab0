import { afterAll, beforeAll, describe } from 'vitest';
import { openPlace, type Place } from '../place.ts';
import { crdTests } from './tests.ts';

/** On the oldest and the newest supported API server: test/versions/crd.test.ts. */
let place: Place;

beforeAll(async () => {
  place = await openPlace('crd');
});

afterAll(() => place.admin.close());

describe('the CRD', () => {
  crdTests('1.35', () => place);
});
