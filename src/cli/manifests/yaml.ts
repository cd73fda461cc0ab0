import { Document, type DocumentOptions, type ParseOptions, type ScalarTag, type SchemaOptions, type Tags } from 'yaml';

/** Reads a scalar of a document, or reports that it cannot. */
type Resolve = NonNullable<ScalarTag['resolve']>;

function scalar(tag: string, test: RegExp, isValue: (value: unknown) => boolean, resolve: Resolve): ScalarTag {
  return {
    tag: `tag:yaml.org,2002:${tag}`,
    default: true,
    test,
    identify: isValue,
    resolve,
    stringify: ({ value }) => String(value),
  };
}

const integer = /^[-+]?(?:0[xX][0-9a-fA-F]+|0[oO]?[0-7]+|0[bB][01]+|0|[1-9][0-9]*)$/;
const decimal = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;

/** A number as Go's strconv and yaml.v2 read it; undefined for what only begins like one. */
function numberOf(text: string): number | undefined {
  const plain = text.replaceAll('_', '');
  if (integer.test(plain)) {
    const [, sign = '', digits = ''] = /^([-+]?)(.*)$/.exec(plain) ?? [];
    const value = Number(/^0[0-7]+$/.test(digits) ? `0o${digits}` : digits);
    // JSON has no -0, and Go's integers have none.
    return sign === '-' && value !== 0 ? -value : value;
  }
  // yaml.v2 reads what follows `0b` by itself, and so with a sign.
  const [, sign, digits] = /^0b([-+])([01]+)$/.exec(plain) ?? [];
  if (digits !== undefined) {
    return numberOf(`${sign ?? ''}0b${digits}`);
  }
  const value = decimal.test(plain) ? Number(plain) : Number.NaN;
  return Number.isFinite(value) ? value : undefined;
}

/** Scalars of yaml.v2, which sigs.k8s.io/yaml reads with: booleans of YAML 1.1, no dates, no numbers of base 60. */
const scalars: readonly ScalarTag[] = [
  scalar(
    'null',
    /^(?:~|[Nn]ull|NULL)?$/,
    (value) => value === null,
    () => null,
  ),
  scalar(
    'bool',
    /^(?:[yY]|[Yy]es|YES|[Tt]rue|TRUE|[Oo]n|ON)$/,
    (value) => value === true,
    () => true,
  ),
  scalar(
    'bool',
    /^(?:[nN]|[Nn]o|NO|[Ff]alse|FALSE|[Oo]ff|OFF)$/,
    (value) => value === false,
    () => false,
  ),
  scalar(
    'float',
    /^(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/,
    () => false,
    (text, fail) => {
      fail(`${text} is no number that JSON has`);
      return null;
    },
  ),
  scalar(
    'int',
    /^[-+.0-9][-+.0-9a-fA-FxXoO_]*$/,
    (value) => typeof value === 'number',
    (text) => numberOf(text) ?? text,
  ),
];

/** Scalar tags of the library that read as yaml.v2 does. */
const kept = new Set(['str', 'merge', 'binary'].map((name) => `tag:yaml.org,2002:${name}`));

/** Manifests are read and written as the API server and kubectl read them (sigs.k8s.io/yaml). */
export const manifestYaml = {
  version: '1.1',
  customTags: (tags: Tags): Tags => [
    ...tags.filter((tag) => typeof tag === 'object' && (tag.collection !== undefined || kept.has(tag.tag))),
    ...scalars,
  ],
} as const satisfies ParseOptions & DocumentOptions & SchemaOptions;

/** A manifest as text. Strings that the API server would read as something else are in quotes. */
export function manifestText(content: object, comment: string | null): string {
  const document = new Document(content, manifestYaml);
  document.commentBefore = comment;
  return document.toString({ lineWidth: 0 });
}
