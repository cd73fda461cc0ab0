import { assert, constantFrom, property, string } from 'fast-check';
import { expect, it } from 'vitest';
import { hubText } from './hubText.ts';

it.each([
  ['Astronomy', 'Astronomy'],
  [`<script>"R&D's"</script>`, '&lt;script&gt;&quot;R&amp;D&#39;s&quot;&lt;/script&gt;'],
  ['&lt;b&gt;', '&amp;lt;b&amp;gt;'],
  ['{{ config }}', '{{ config }}'],
  [' two\nlines\u0007 ', 'two lines'],
  ['\u202eTorch\u2066', 'Torch'],
  ['Übung für 北京 🚀', 'Übung für 北京 🚀'],
])('%j is shown as %j', (text, shown) => {
  expect(hubText(text)).toBe(shown);
});

it('lets no text become markup', () => {
  assert(
    property(
      string({ unit: constantFrom('<', '>', '&', '"', "'", '#', '3', '9', ';', 'amp', 'lt', ' ', '\n', '\u202e') }),
      (text) => {
        expect(hubText(text)).not.toMatch(/[<>"']|&(?!(amp|lt|gt|quot|#39);)/);
      },
    ),
  );
});
