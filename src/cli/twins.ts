import { z } from 'zod';
import { quantityOf } from '../imagespec/quantity.ts';

/**
 * One function per rule of the CRD, by the rule's identity: the message with which the API server refuses the value, or
 * undefined. src/cli/checkManifest.test.ts and test/integration/crd/crd.test.ts run both on the same rows.
 */
export type Twin = (value: unknown) => string | undefined;

/** Quotes a text like CEL's strings.quote. */
function quote(text: string): string {
  return JSON.stringify(text);
}

/** A rule for strings; the structure check covers other types. */
function ofText(rule: (text: string) => string | undefined): Twin {
  return (value) => (typeof value === 'string' ? rule(value) : undefined);
}

function form(pattern: RegExp, message: (text: string) => string): Twin {
  return ofText((text) => (pattern.test(text) ? undefined : message(text)));
}

const objectName = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const variableName = /^[A-Za-z_][A-Za-z0-9_]*$/;
const qualifiedName = /^([a-z0-9]([-a-z0-9.]*[a-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/;

const fields = z.record(z.string(), z.unknown());

function ofFields(rule: (given: Readonly<Record<string, unknown>>) => string | undefined): Twin {
  return (value) => {
    const read = fields.safeParse(value);
    return read.success ? rule(read.data) : undefined;
  };
}

function keysForm(pattern: RegExp, message: string): Twin {
  return ofFields((given) => (Object.keys(given).every((key) => pattern.test(key)) ? undefined : message));
}

/** All rules; `schema.generated.ts` names no other. */
export const twins: Readonly<Record<string, Twin>> = {
  'one-source': ofFields((spec) => {
    const given = ['baseImage', 'baseImageSpecRef', 'dockerfile'].filter((name) => spec[name] !== undefined);
    if (given.length === 1) {
      return undefined;
    }
    return given.length === 0
      ? 'nothing to build from: write exactly one of baseImage (such as "baseImage: quay.io/jupyter/minimal-notebook"), baseImageSpecRef or dockerfile'
      : `more than one thing to build from: keep one of ${given.slice(0, -1).join(', ')} and ${given.at(-1) ?? ''}`;
  }),
  'packages-beside-dockerfile': ofFields(({ dockerfile, packages }) =>
    dockerfile !== undefined && packages !== undefined
      ? 'packages cannot stand beside dockerfile; write the installs as RUN lines of the Dockerfile, or use baseImage instead of dockerfile'
      : undefined,
  ),
  'env-beside-dockerfile': ofFields(({ dockerfile, env }) =>
    dockerfile !== undefined && env !== undefined
      ? 'env cannot stand beside dockerfile; write the variables as ENV lines of the Dockerfile, or use baseImage instead of dockerfile'
      : undefined,
  ),
  'one-line': ofText((text) =>
    /[\u0000-\u001f\u007f]/.test(text)
      ? 'a line break or control character cannot stand in this name: write one line; more text goes into description'
      : undefined,
  ),
  'one-line-value': ofText((text) =>
    /[\u0000-\u0008\u000a-\u001f\u007f]/.test(text)
      ? 'a line break or control character cannot stand in a variable of an image: write one line, or make a file of it in a Dockerfile'
      : undefined,
  ),
  'image-characters': form(
    /^[!-~]*$/,
    (text) =>
      `${quote(text)} has white space or a character outside of ASCII: write the name of an image, such as quay.io/jupyter/minimal-notebook:2026-11-16`,
  ),
  'image-without-scheme': ofText((text) =>
    text.includes('://')
      ? `${quote(text)} has a scheme: write ${quote(text.slice(text.indexOf('://') + 3))}`
      : undefined,
  ),
  'image-lower-case': form(
    /^([^/@]*\/)?[^A-Z:@]*([:@]|$)/,
    (text) =>
      `${quote(text)} has capitals in its repository: write ${quote((/^([^/@]*\/)?[^:@]*/.exec(text)?.[0] ?? '').toLowerCase())}`,
  ),
  'image-tag-or-digest': form(
    /^([^/@]*\/)*[^/:@]*(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(@sha256:[0-9a-f]{64})?$/,
    (text) =>
      `${quote(text)} has a tag or digest that cannot be: write NAME:TAG (letters, digits, "_", "." and "-") or NAME@sha256: and 64 hexadecimal digits in lower case`,
  ),
  'imagespec-name': form(
    objectName,
    (text) =>
      `${quote(text)} cannot be the name of an ImageSpec: write lower-case letters, digits, "-" and ".", as in metadata.name of the other resource`,
  ),
  'secret-name': form(
    objectName,
    (text) =>
      `${quote(text)} cannot be the name of a Secret: write the name of a Secret of this namespace (lower-case letters, digits, "-" and ".")`,
  ),
  'service-account-name': form(
    objectName,
    (text) =>
      `${quote(text)} cannot be the name of a ServiceAccount: write the name of a ServiceAccount of this namespace (lower-case letters, digits, "-" and ".")`,
  ),
  'channel-form': form(
    /^(https:\/\/[^\s/@]+(\/[^\s]*)?|[A-Za-z0-9_][A-Za-z0-9_.-]*(\/[A-Za-z0-9_.-]+)*)$/,
    () =>
      'not a channel: write a name such as conda-forge or nvidia/label/cuda-12.4.0, or an https URL without a user name (credentials go into credentialsSecret)',
  ),
  'index-form': form(
    /^(https:\/\/[^\s/@]+(\/[^\s]*)?|[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?)$/,
    () =>
      "not a package index: write a name from the operator's configuration, or an https URL without a user name (credentials go into credentialsSecret)",
  ),
  'snapshot-form': form(
    /^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$/,
    (text) => `${quote(text)} is not a date: write year, month and day, such as 2026-11-16`,
  ),
  'variable-name': form(
    variableName,
    (text) =>
      `${quote(text)} cannot be the name of an environment variable: write letters, digits and "_", not starting with a digit`,
  ),
  'argument-name': form(
    variableName,
    (text) =>
      `${quote(text)} cannot be the name of a build argument: write letters, digits and "_", not starting with a digit`,
  ),
  'repository-without-tag': ofText((text) =>
    text.includes('@') || /:[^/]*$/.test(text)
      ? `a repository has no tag or digest: write ${quote(/^([^/@]*\/)*[^/:@]*/.exec(text)?.[0] ?? '')}, and the tag, if one is wanted, into output.tag`
      : undefined,
  ),
  'tag-form': form(
    /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/,
    (text) =>
      `${quote(text)} cannot be a tag: write letters, digits, "_", "." and "-", starting with a letter, a digit or "_"`,
  ),
  'tag-not-immutable': ofText((text) =>
    /^[0-9a-f]{16}(-r[0-9a-f]{8})?$/.test(text)
      ? `${quote(text)} has the form of the immutable tags, which the operator names itself: write another tag, such as ${quote(`v-${text}`)}`
      : undefined,
  ),
  'hub-version': form(
    /^[0-9]+(\.[0-9]+){1,3}((a|b|rc|\.dev|\.post)[0-9]*)?$/,
    (text) => `${quote(text)} is not a version of JupyterHub: write what "jupyterhub --version" prints, such as 5.3.0`,
  ),
  'command-program': (value) =>
    Array.isArray(value) && value[0] === ''
      ? 'the command has no program: write it as the first word, such as [python, -c, "import astropy"]'
      : undefined,
  'requests-within-limits': ofFields(({ requests, limits }) => {
    const most = fields.safeParse(limits);
    const least = fields.safeParse(requests);
    const above = Object.entries(least.data ?? {}).some(([name, amount]) => {
      const [low, high] = [quantityOf(String(amount)), quantityOf(String(most.data?.[name]))];
      return low !== undefined && high !== undefined && low > high;
    });
    return above
      ? 'a request is more than the limit of the same resource: write a higher limit or a lower request'
      : undefined;
  }),
  'resource-names': keysForm(
    qualifiedName,
    'a name of a resource cannot be one: write cpu, memory, ephemeral-storage, or an extended resource such as nvidia.com/gpu',
  ),
  quantity: (value) =>
    (typeof value === 'number' && value >= 0) || (typeof value === 'string' && quantityOf(value) !== undefined)
      ? undefined
      : 'not a quantity; write a number that is not negative with an optional unit, such as 2, "500m" or "4Gi"',
  'label-keys': keysForm(
    qualifiedName,
    'a key cannot be that of a label: write letters, digits, "-", "_" and ".", with a DNS prefix if the label has one, such as kubernetes.io/arch',
  ),
  'label-value': form(
    /^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/,
    (text) =>
      `${quote(text)} cannot be the value of a label: write letters, digits, "-", "_" and ".", starting and ending with a letter or digit`,
  ),
  'toleration-value': ofFields(({ operator, value }) =>
    operator === 'Exists' && value !== undefined && value !== ''
      ? 'a value cannot stand beside the operator Exists: remove value, or write Equal'
      : undefined,
  ),
  'toleration-key': ofFields(({ key, operator }) =>
    (key === undefined || key === '') && operator !== 'Exists'
      ? 'a toleration without a key matches every taint: write "operator: Exists" for that, or the key'
      : undefined,
  ),
  'toleration-seconds': ofFields(({ effect, tolerationSeconds }) =>
    tolerationSeconds !== undefined && effect !== 'NoExecute'
      ? 'tolerationSeconds has a meaning for NoExecute only: write "effect: NoExecute", or remove it'
      : undefined,
  ),
};
