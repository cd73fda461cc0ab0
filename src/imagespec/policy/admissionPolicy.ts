import { group, plural, version } from '../../api/names.ts';
import type { Config } from '../../config/schema.ts';
import { baseImageRule, repositoryRule } from './admissionPatterns.ts';
import { resourceRules } from './admissionResources.ts';
import { secretRules } from './admissionSecrets.ts';
import { sourceRules, variableRules } from './admissionSources.ts';
import { type AdmissionRule, has, list, text } from './cel.ts';
import { defaultVerifySeconds } from './policy.ts';
import { permittedRepositories } from './repositories.ts';

const policyName = `policy.${group}`;

/**
 * The platform's policy as a ValidatingAdmissionPolicy and its binding: what `policyFaults` says of a spec, said already at
 * `kubectl apply`. The operator checks everything in any case. Only it sees the images inside a Dockerfile, and channels
 * between the brackets of conda's MatchSpecs. Nor does CEL see other ImageSpecs, labels of Secrets or defaults of the
 * operator.
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
  const permitted = permittedRepositories(config);
  return [
    ...(policy.baseImages.length === 0 ? [] : [baseImageRule(policy.baseImages)]),
    ...(permitted.is === 'any' ? [] : [repositoryRule(permitted)]),
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
    ...secretRules(config),
    ...sourceRules(config),
    ...variableRules(config),
    serviceAccount(config),
    nodeSelector(config),
    tolerations(config),
    {
      expression: `!${has('build.timeoutSeconds')} || object.spec.build.timeoutSeconds <= ${config.build.ceilings.timeoutSeconds}`,
      messageExpression: `${text(`spec.build.timeoutSeconds: build.ceilings.timeoutSeconds allows ${config.build.ceilings.timeoutSeconds} at most, not `)} + string(object.spec.build.timeoutSeconds)`,
    },
    verifyTime(config),
    ...resourceRules(config),
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
