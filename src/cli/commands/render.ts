import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { failed, ok, type Result } from '../../api/result.ts';
import { allowedRegistries } from '../../config/registryHosts.ts';
import type { Config } from '../../config/schema.ts';
import { baseArgumentFault, baseEnvFault, baseFault, isUser } from '../../dockerfile/baseSupport.ts';
import { argumentsOn } from '../../dockerfile/own/stageArguments.ts';
import type { Plan } from '../../dockerfile/plan.ts';
import { render as renderDockerfile } from '../../dockerfile/render.ts';
import type { Base } from '../../imagespec/effective.ts';
import { baseEnv, extended, extendedNames } from '../../imagespec/env/extension.ts';
import { immutableTag, inputHash } from '../../imagespec/inputHash.ts';
import { systemClock } from '../../kubernetes/clock.ts';
import { isDigest } from '../../oci/digest.ts';
import { parseReference } from '../../oci/reference.ts';
import { createRegistry } from '../../registry/registry.ts';
import { type ExitCode, exitCodes } from '../exitCodes.ts';
import { type CommandIo, unreadable } from '../io.ts';
import { formatFinding } from '../manifests/finding.ts';
import { checkInputs, type ManifestOptions } from '../manifests/inputs.ts';

export interface RenderOptions extends ManifestOptions {
  readonly output: 'text' | 'json';
  /** Digest of the base. Without it, the command queries the registry anonymously. */
  readonly baseDigest?: string;
  /** USER of the base, with `baseDigest`. */
  readonly baseUser: string;
}

/** `kubectl imagespec render`: the Dockerfile that the operator would build, and the image's tags and hash. */
export async function render(options: RenderOptions, io: CommandIo): Promise<ExitCode> {
  if (!isUser(options.baseUser)) {
    io.err('--base-user: write a name or a number, such as 1000 or jovyan:users\n');
    return exitCodes.usage;
  }
  if (options.baseDigest !== undefined && !isDigest(options.baseDigest)) {
    io.err('--base-digest: write sha256: and 64 hexadecimal digits in lower case\n');
    return exitCodes.usage;
  }
  const checked = await checkInputs(options, io);
  if (!checked.ok) {
    return unreadable(io, checked.failure);
  }
  const { findings, fine, config } = checked.value;
  for (const finding of findings) {
    io.err(`${formatFinding(finding)}\n`);
  }
  for (const { document, asked, plan } of fine) {
    const bases = await basesOf(plan, options, config);
    if (!bases.ok) {
      return unreadable(io, `${document.file}: ${asked.name}: ${bases.failure}`);
    }
    const whole = extended(plan.spec, bases.value[0] ?? null);
    const dockerfile = renderDockerfile(whole, bases.value);
    const hash = inputHash(whole, bases.value);
    const { repository, movingTag } = plan.spec;
    const tags = [immutableTag(hash, null), movingTag].map((tag) => `${repository}:${tag}`);
    io.out(
      options.output === 'json'
        ? `${JSON.stringify({ namespace: asked.namespace, name: asked.name, inputHash: hash, repository, tags, bases: bases.value, dockerfile })}\n`
        : `${fine.length > 1 ? `# ${document.file}: ${asked.name}\n` : ''}${dockerfile}`,
    );
  }
  return findings.length === 0 ? exitCodes.ok : exitCodes.findings;
}

async function basesOf(plan: Plan, options: RenderOptions, config: Config): Promise<Result<readonly Base[], string>> {
  const names = extendedNames(plan.spec);
  if (names.length > 0 && options.baseDigest !== undefined) {
    return failed(
      `spec.env: ${names.join(', ')} extends the base's value, which only its registry knows; omit --base-digest`,
    );
  }
  if (plan.upstream !== null) {
    return options.baseDigest === undefined
      ? failed(`builds on the image of ImageSpec "${plan.upstream}"; pass its digest with --base-digest`)
      : ok([{ image: plan.upstream, digest: options.baseDigest, user: options.baseUser }]);
  }
  if (options.baseDigest !== undefined) {
    const [only, ...others] = plan.images;
    return only === undefined || others.length > 0
      ? failed('--base-digest is for one base, but this Dockerfile has several; omit it to query their registries')
      : ok([{ image: only, digest: options.baseDigest, user: options.baseUser }]);
  }
  if (config.caBundle !== '') {
    setDefaultCACertificates([...getCACertificates('default'), config.caBundle]);
  }
  const registry = createRegistry({
    fetch,
    clock: systemClock,
    log: () => undefined,
    requestTimeoutMs: 30_000,
    insecureHosts: config.registries.insecure,
    mirrors: config.registries.mirrors,
    allowed: allowedRegistries(config),
  });
  const bases: Base[] = [];
  for (const image of plan.images) {
    const reference = parseReference(image);
    if (!reference.ok) {
      return failed(reference.message);
    }
    const found = await registry.lookUp(reference.value, plan.spec.platform, undefined, 0);
    if (!found.ok) {
      return failed(`${found.failure.message}; pass --base-digest and --base-user to work offline`);
    }
    const env = baseEnv(names, found.value.env);
    const fault = plan.filesOnly.includes(image)
      ? undefined
      : (baseFault(image, found.value) ??
        baseEnvFault(image, env) ??
        baseArgumentFault(image, argumentsOn(image, plan.spec.source, plan.spec.args), found.value.env));
    if (fault !== undefined) {
      return failed(fault);
    }
    const user = plan.filesOnly.includes(image) ? '' : found.value.user;
    bases.push({ image, digest: found.value.digest, user, ...(env.length === 0 ? {} : { env }) });
  }
  return ok(bases);
}
