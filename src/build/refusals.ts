/**
 * What the API server means when it refuses a Job or its Pod: by a FailedCreate event of the Job controller, or by the
 * answer to our own create.
 */
export type Refused =
  /** Room will come: it goes on by itself. */
  | { readonly is: 'quota'; readonly message: string }
  /** The same Pod is refused again until a person changes something. */
  | { readonly is: 'refused'; readonly message: string }
  /** Says nothing about the Pod. */
  | { readonly is: 'passing'; readonly message: string };

const rows: readonly { readonly match: RegExp; readonly is: Refused['is'] }[] = [
  { match: /exceeded quota|must specify .* for quota|failed quota/i, is: 'quota' },
  { match: /being terminated|object has been modified|etcdserver|timed? ?out|connection refused|EOF/i, is: 'passing' },
  { match: /forbidden|denied the request|is invalid|not found|no PriorityClass/i, is: 'refused' },
];

const longest = 512;

/** Names what a refusal is. A message that nobody has seen before is taken for passing. */
export function refusalOf(message: string): Refused {
  const text = message.replace(/^Error creating: /, '').slice(0, longest);
  return { is: rows.find(({ match }) => match.test(text))?.is ?? 'passing', message: text };
}
