import { describe, expect, it } from 'vitest';
import { createdBy, pushed, withContainers } from '../../../test/support/launches/checkPods.ts';
import { digest, image, spec } from '../../../test/support/observations.ts';
import { follow } from '../../../test/support/passes.ts';
import { ended } from '../../../test/support/pods.ts';

describe('the contents', () => {
  it('come from a check Pod of their own, are written once, and appear in the status', () => {
    const seen = pushed({ hub: { ...spec.hub, probe: 'Enabled', policy: 'Skip' } });
    const check = createdBy(seen);
    expect(check.identity).toMatchObject({ role: 'verify', image });
    const listed = withContainers(check, { contents: ended(0) });
    expect(follow({ ...seen, checkPods: [listed] }).decision).toMatchObject({
      next: 'act',
      effect: { do: 'writeContents', about: { number: 1, image }, keep: [1] },
    });
    const written = follow({ ...seen, checkPods: [listed], listedImage: image });
    expect(written.seen.status.contents?.digest).toBe(digest);
    expect(written.decision).toMatchObject({ next: 'act', effect: { do: 'deletePod' } });
  });
});
