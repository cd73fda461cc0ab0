import { group, plural, version } from '../api/names.ts';
import type { Config } from '../config/schema.ts';
import { type AdmissionRule, baseImageRule, repositoryRule } from './admissionPatterns.ts';
import { defaultVerifySeconds } from './policy.ts';

const policyName = `policy.${group}`;

/**
 * The platform's policy as a ValidatingAdmissionPolicy and its binding: what `policyFaults` says of a spec, said already at
 * `kubectl apply`. What CEL cannot see (the images inside a Dockerfile, channels inside conda's MatchSpecs, defaults of
 * the operator) stays with the operator, which checks everything in any case.
 */
export function admissionPolicy(config: Config): readonly [policy: object, binding: object] {
  const apiVersion = 'admissionregistration.k8s.io/v1';
  return [
    {
      apiVersion,
      kind: 'ValidatingAdmissionPolicy',
      metadata: { name: policyName },
      spec: {
        failurePolicy: 'Fail',
        matchConstraints: {
          resourceRules: [
            { apiGroups: [group], apiVersions: [version], operations: ['CREATE', 'UPDATE'], resources: [plural] },
          ],
        },
        // A policy that became stricter must not keep labels, finalizers or annotations of what is there from changing.
        matchConditions: [
          { name: 'spec-changed', expression: "request.operation == 'CREATE' || object.spec != oldObject.spec" },
        ],
        validations: rulesOf(config).map(({ expression, messageExpression }) => ({
          expression,
          messageExpression,
          reason: 'Invalid',
        })),
      },
    },
    {
      apiVersion,
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata: { name: policyName },
      spec: { policyName, validationActions: ['Deny'] },
    },
  ];
}

function rulesOf(config: Config): readonly AdmissionRule[] {
  const { policy } = config;
  return [
    ...(policy.baseImages.length === 0 ? [] : [baseImageRule(policy.baseImages)]),
    ...(policy.repositories.length === 0 ? [] : [repositoryRule(policy.repositories)]),
    ...(policy.ownDockerfiles === 'Allowed'
      ? []
      : [
          {
            expression: '!has(object.spec.dockerfile)',
            messageExpression: text(
              'spec.dockerfile: policy.ownDockerfiles does not allow Dockerfiles of users; use spec.baseImage with spec.packages',
            ),
          },
        ]),
    pullSecret(config),
    ...(policy.pipIndexUrls === 'Allowed' ? [] : [pipIndexUrls(config)]),
    ...(policy.condaChannels.length === 0 ? [] : [condaChannels(config)]),
    serviceAccount(config),
    nodeSelector(config),
    tolerations(config),
    {
      expression: `!${has('build.timeoutSeconds')} || object.spec.build.timeoutSeconds <= ${config.build.ceilings.timeoutSeconds}`,
      messageExpression: `${text(`spec.build.timeoutSeconds: build.ceilings.timeoutSeconds allows ${config.build.ceilings.timeoutSeconds} at most, not `)} + string(object.spec.build.timeoutSeconds)`,
    },
    verifyTime(config),
    ...resources(config),
  ];
}

function verifyTime({ build }: Config): AdmissionRule {
  const sum = `object.spec.verify.map(one, has(one.timeoutSeconds) ? one.timeoutSeconds : ${defaultVerifySeconds}).sum()`;
  const most = build.ceilings.verifySeconds;
  return {
    expression: `!has(object.spec.verify) || ${sum} <= ${most}`,
    messageExpression: `${text(`spec.verify: build.ceilings.verifySeconds allows ${most} s at most for all commands together, not `)} + string(${sum}) + '; set a shorter timeoutSeconds'`,
  };
}

/** A text as a CEL literal: JSON's escapes are among CEL's. */
function text(value: string): string {
  return JSON.stringify(value);
}

function list(values: readonly string[]): string {
  return `[${values.map(text).join(', ')}]`;
}

/** Whether a field below `spec` is there, each of its parents asked before it. */
function has(path: string): string {
  const parts = path.split('.');
  const asked = parts.map((_, index) => `has(object.spec.${parts.slice(0, index + 1).join('.')})`);
  return asked.length === 1 ? (asked[0] ?? '') : `(${asked.join(' && ')})`;
}

function pullSecret({ output }: Config): AdmissionRule {
  const own = `(${has('output.pushSecret')} && object.spec.pullSecret == object.spec.output.pushSecret)`;
  const configured = output.pushSecret === null ? '' : ` || object.spec.pullSecret == ${text(output.pushSecret)}`;
  return {
    expression: `!has(object.spec.pullSecret) || !(${own}${configured})`,
    messageExpression: `'spec.pullSecret: "' + object.spec.pullSecret + '" is the Secret for pushing, which no step of a build may read; name a Secret that can only pull'`,
  };
}

function pipIndexUrls({ pipIndexes }: Config): AdmissionRule {
  return {
    expression: `!${has('packages.pipIndexes')} || object.spec.packages.pipIndexes.all(entry, !entry.contains('://'))`,
    messageExpression: text(
      `spec.packages.pipIndexes: policy.pipIndexUrls does not allow URLs; use one of ${pipIndexes.map(({ name }) => name).join(', ')}`,
    ),
  };
}

function condaChannels({ policy }: Config): AdmissionRule {
  return {
    expression: `!${has('packages.condaChannels')} || object.spec.packages.condaChannels.all(entry, entry in ${list(policy.condaChannels)})`,
    messageExpression: `'spec.packages.condaChannels: policy.condaChannels does not allow "' + object.spec.packages.condaChannels.filter(entry, !(entry in ${list(policy.condaChannels)}))[0] + ${text(`"; use one of ${policy.condaChannels.join(', ')}`)}`,
  };
}

function serviceAccount({ policy }: Config): AdmissionRule {
  return {
    expression: `!${has('build.serviceAccountName')} || object.spec.build.serviceAccountName in ${list(policy.serviceAccounts)}`,
    messageExpression: `'spec.build.serviceAccountName: policy.serviceAccounts does not allow "' + object.spec.build.serviceAccountName + '"'`,
  };
}

function nodeSelector({ policy }: Config): AdmissionRule {
  const field = 'object.spec.build.nodeSelector';
  const allowed = policy.nodeSelectors.map(({ key, values }) =>
    values.length === 0 ? `key == ${text(key)}` : `(key == ${text(key)} && ${field}[key] in ${list(values)})`,
  );
  return {
    expression: `!${has('build.nodeSelector')} || ${field}.all(key, ${allowed.length === 0 ? 'false' : allowed.join(' || ')})`,
    messageExpression: text('spec.build.nodeSelector: policy.nodeSelectors does not allow one of these labels'),
  };
}

function tolerations({ policy }: Config): AdmissionRule {
  const allowed = policy.tolerations.map(({ key, effect }) =>
    effect === null
      ? `(has(entry.key) && entry.key == ${text(key)})`
      : `(has(entry.key) && entry.key == ${text(key)} && has(entry.effect) && entry.effect == ${text(effect)})`,
  );
  return {
    expression: `!${has('build.tolerations')} || object.spec.build.tolerations.all(entry, ${allowed.length === 0 ? 'false' : allowed.join(' || ')})`,
    messageExpression: text('spec.build.tolerations: policy.tolerations does not allow one of these'),
  };
}

function resources({ build }: Config): readonly AdmissionRule[] {
  return Object.entries(build.ceilings.resources).flatMap(([name, most]) =>
    most === undefined
      ? []
      : ['requests', 'limits'].map((kind) => {
          const amount = `object.spec.build.resources.${kind}[${text(name)}]`;
          const isThere = `${has(`build.resources.${kind}`)} && ${text(name)} in object.spec.build.resources.${kind}`;
          return {
            expression: `!(${isThere}) || quantity(string(${amount})).compareTo(quantity(${text(most)})) <= 0`,
            messageExpression: `${text(`spec.build.resources.${kind}.${name}: build.ceilings.resources allows ${most} at most, not `)} + string(${amount})`,
          };
        }),
  );
}
