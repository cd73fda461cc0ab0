import { type FailureReason, settingsPartOf } from '../../api/reasons/failureReasons.ts';
import { type SettingsPart, settingsParts } from '../../api/reasons/reasonColumns.ts';
import { keptByAutoscalers } from '../../config/placementSchema.ts';
import { canonicalJson } from '../../imagespec/canonicalJson.ts';
import type { Placement, PlatformSettings } from '../../imagespec/effective.ts';
import { sha256 } from '../../imagespec/inputHash.ts';
import { sandboxFields } from '../../kaniko/ownPod.ts';

/** Hexadecimal digits per part. */
const digits = 16;

/** The settings in each part. Unset settings are absent: an upgrade of the operator must not look like a correction. */
const contentOf: Readonly<Record<SettingsPart, (settings: PlatformSettings) => unknown>> = {
  pods: ({ images, build: { priorityClassName, imagePullSecrets, base, sandbox, placement } }) => ({
    images,
    build: {
      priorityClassName,
      imagePullSecrets,
      ...(base === 'Unpacked' ? {} : { base }),
      ...sandboxFields(sandbox),
      ...setPlacement(placement),
    },
  }),
  registries: ({ registries, caBundle, proxy }) => ({ registries, caBundle, proxy }),
  packages: ({ pip, conda, apt, caBundle, proxy, cran }) => ({
    pip,
    conda,
    apt,
    caBundle,
    proxy,
    ...(cran.mirror === null ? {} : { cran }),
  }),
};

function setPlacement({ nodeSelector, tolerations, affinity, labels, annotations }: Placement): Partial<Placement> {
  return {
    ...(isEmpty(nodeSelector) ? {} : { nodeSelector }),
    ...(tolerations.length === 0 ? {} : { tolerations }),
    ...(affinity === null ? {} : { affinity }),
    ...(isEmpty(labels) ? {} : { labels }),
    ...(canonicalJson(annotations) === canonicalJson(keptByAutoscalers) ? {} : { annotations }),
  };
}

function isEmpty(map: Readonly<Record<string, string>>): boolean {
  return Object.keys(map).length === 0;
}

/** Hash of the platform's settings at a build. Each part has its own digits, so that a comparison can pick one part. */
export function platformHash(settings: PlatformSettings): string {
  return settingsParts.map((part) => sha256(JSON.stringify(contentOf[part](settings))).slice(0, digits)).join('');
}

/**
 * Whether a setting that can have caused the failure has changed since.
 * @param before `platformHash` of the failed build; '' if an older operator recorded none
 */
export function isCorrected(before: string, settings: PlatformSettings, reason: FailureReason): boolean {
  const part = settingsPartOf(reason);
  if (part === null || before === '') {
    return false;
  }
  const start = settingsParts.indexOf(part) * digits;
  const of = (hash: string) => hash.slice(start, start + digits);
  return of(before) !== of(platformHash(settings));
}
