import { quantityOf } from '../../config/quantity.ts';
import type { Config } from '../../config/schema.ts';
import type { Resources } from '../effective.ts';
import { useOneOf } from './words.ts';

/** The resources that each node has: an ImageSpec may ask for them without a list that allows it. */
export const ordinaryResources: readonly string[] = ['cpu', 'memory', 'ephemeral-storage'];

/** Amounts as a spec holds them. */
type Asked = Readonly<Record<string, string | number | undefined>>;

/** `spec.build.resources`. */
interface AskedResources {
  readonly requests?: Asked;
  readonly limits?: Asked;
}

type Settings = Pick<Config, 'build' | 'policy'>;

/** The first resource that the policy does not allow in this amount. */
export function resourcesFault(asked: AskedResources | undefined, settings: Settings): string | undefined {
  for (const kind of ['requests', 'limits'] as const) {
    for (const [name, amount] of Object.entries(texts(asked?.[kind]))) {
      const fault = ordinaryResources.includes(name)
        ? ceilingFault(kind, name, amount, settings)
        : extendedFault(name, amount, settings);
      if (fault !== undefined) {
        return `spec.build.resources.${kind}${fault}`;
      }
    }
  }
  return undefined;
}

function ceilingFault(
  kind: 'requests' | 'limits',
  name: string,
  amount: string,
  { build }: Settings,
): string | undefined {
  const most = Object.entries(build.ceilings.resources).find(([other]) => other === name)?.[1];
  if (most === undefined) {
    return undefined;
  }
  // To the kubelet, a limit of zero is no limit.
  if (kind === 'limits' && quantityOf(amount) === 0) {
    return `.${name}: build.ceilings.resources allows ${most} at most, and ${amount} means no limit; write a limit`;
  }
  return isWithin(amount, most)
    ? undefined
    : `.${name}: build.ceilings.resources allows ${most} at most, not ${amount}`;
}

function extendedFault(name: string, amount: string, { policy }: Settings): string | undefined {
  const allowed = policy.extendedResources.find((one) => one.name === name);
  if (allowed === undefined) {
    return `: policy.extendedResources does not allow "${name}"; ${useOneOf(policy.extendedResources.map((one) => one.name))}`;
  }
  const { maximum } = allowed;
  return maximum === null || isWithin(amount, maximum)
    ? undefined
    : `: policy.extendedResources allows ${maximum} of ${name} at most, not ${amount}`;
}

/** False also for an amount that is no number here: the API server reads more forms, such as 1e100. */
function isWithin(amount: string, most: string): boolean {
  const [given, allowed] = [quantityOf(amount), quantityOf(most)];
  return given !== undefined && allowed !== undefined && given <= allowed;
}

/**
 * The resources of a build. What a spec does not ask for is the platform's amount, up to its ceiling; without such a limit, the
 * ceiling is the limit. Where both meet in one resource, the spec decides: a usual request gives way to a lower limit, a
 * usual limit to a higher request. Never is a request above its limit, be it 0: the API server refuses such a Pod.
 */
export function resourcesOf(asked: AskedResources | undefined, { build }: Pick<Config, 'build'>): Resources {
  const [requests, own] = [texts(asked?.requests), texts(asked?.limits)];
  const ceilings = texts(build.ceilings.resources);
  const usual = {
    ...ceilings,
    ...mapped(texts(build.resources.limits), (limit, name) => lowestLimit(limit, ceilings[name])),
  };
  const limits = { ...mapped(withoutZero(usual, requests), (limit, name) => raised(limit, requests[name])), ...own };
  return {
    requests: {
      ...mapped(texts(build.resources.requests), (request, name) => lowered(request, limits[name])),
      ...requests,
    },
    limits,
  };
}

type Amounts = Readonly<Record<string, string>>;

/** Amounts as texts. */
function texts(amounts: Asked | undefined): Amounts {
  return Object.fromEntries(
    Object.entries(amounts ?? {}).flatMap(([name, amount]) => (amount === undefined ? [] : [[name, String(amount)]])),
  );
}

function mapped(amounts: Amounts, change: (amount: string, name: string) => string): Amounts {
  return Object.fromEntries(Object.entries(amounts).map(([name, amount]) => [name, change(amount, name)]));
}

function lowestLimit(limit: string, ceiling: string | undefined): string {
  return ceiling !== undefined && amountOf(ceiling) < amountOf(limit) ? ceiling : limit;
}

/** Limits without those of zero, which limit nothing, where there is a request. */
function withoutZero(limits: Amounts, requests: Amounts): Amounts {
  return Object.fromEntries(
    Object.entries(limits).filter(([name, limit]) => quantityOf(limit) !== 0 || requests[name] === undefined),
  );
}

/** A limit, or a request that is larger. */
function raised(limit: string, request: string | undefined): string {
  return request !== undefined && isAbove(request, limit) ? request : limit;
}

/** An amount, or the limit that it is above. */
function lowered(amount: string, limit: string | undefined): string {
  return limit !== undefined && isAbove(amount, limit) ? limit : amount;
}

function isAbove(request: string, limit: string): boolean {
  return (quantityOf(request) ?? 0) > (quantityOf(limit) ?? 0);
}

/** A limit as a number: zero means that there is none. */
function amountOf(limit: string): number {
  const number = quantityOf(limit) ?? 0;
  return number === 0 ? Number.POSITIVE_INFINITY : number;
}
