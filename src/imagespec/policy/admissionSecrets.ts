import type { Config } from '../../config/schema.ts';
import { type AdmissionRule, has, list, text } from './cel.ts';
import { pullOnly, readBySteps } from './secrets.ts';

/** `ownSecretsFault` in CEL. The Secrets of other ImageSpecs are for the operator to see. */
export function secretRules(config: Config): readonly AdmissionRule[] {
  const own = `(${has('output.pushSecret')} && object.spec.pullSecret == object.spec.output.pushSecret)`;
  const { pushSecret } = config.output;
  const configured = pushSecret === null ? '' : ` || object.spec.pullSecret == ${text(pushSecret)}`;
  const read = new Map(readBySteps(config).map(({ secret, opens }) => [secret, opens]));
  return [
    {
      expression: `!has(object.spec.pullSecret) || !(${own}${configured})`,
      messageExpression: `'spec.pullSecret: "' + object.spec.pullSecret + ${text(`" is the Secret for pushing, ${pullOnly}`)}`,
    },
    ...(read.size === 0
      ? []
      : [
          {
            expression: `!${has('output.pushSecret')} || !(object.spec.output.pushSecret in ${list([...read.keys()])})`,
            messageExpression: `'spec.output.pushSecret: "' + object.spec.output.pushSecret + ${text('" is a Secret that steps of builds can read; name another Secret')}`,
          },
        ]),
  ];
}
