import { z } from 'zod';

/** An amount of a resource, as Kubernetes writes it. */
export const quantity = z
  .string()
  .regex(/^\d{1,15}(\.\d{1,3})?(m|k|M|G|T|Ki|Mi|Gi|Ti)?$/, 'must be a Kubernetes quantity, such as 500m or 2Gi');

/** Amounts of resources that a build Pod may request. */
export const resourceList = z.strictObject({
  cpu: quantity.optional(),
  memory: quantity.optional(),
  'ephemeral-storage': quantity.optional(),
});

export const hostName = z
  .string()
  .min(1)
  .max(255)
  .regex(/^[a-z0-9.-]+(:\d{1,5})?$/, 'must be HOST or HOST:PORT, in lower case and without a scheme');

/** Where a registry is read instead: a host, or a project of a proxy cache there. */
export const mirrorPlace = z
  .string()
  .min(1)
  .max(255)
  .regex(
    /^[a-z0-9.-]+(:\d{1,5})?(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*$/,
    'must be HOST or HOST:PORT, perhaps with a path such as harbor.example.com/dockerhub, in lower case, without a scheme and without a slash at the end',
  );

/** A registry's host, or all hosts of a domain. */
export const hostPattern = z
  .string()
  .min(1)
  .max(255)
  .regex(/^(\*\.)?[a-z0-9.-]+(:\d{1,5})?$/, 'must be HOST, HOST:PORT or *.DOMAIN, in lower case and without a scheme');

/** Name of a Kubernetes object. */
export const objectName = z
  .string()
  .min(1)
  .max(253)
  .regex(
    /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/,
    'must be the name of a Kubernetes object: lower-case letters, digits, "-" and "."',
  );

/** A web address without credentials: the configuration is a ConfigMap that many users may read. */
export const webAddress = z
  .url({ protocol: /^https?$/, error: 'must be an http or https URL' })
  .max(1024)
  .refine((text) => !/^[a-z]+:\/\/[^/]*@/.test(text), 'must contain no credential: builds get theirs from a Secret');

/** An archive of Debian packages. `sed` and `sh` read it, so it contains plain characters only. */
export const aptAddress = webAddress.refine(
  (text) => /^https?:\/\/[A-Za-z0-9.-]+(:\d{1,5})?(\/[A-Za-z0-9._~-]+)*\/?$/.test(text),
  'must be the http or https URL of an archive, without query',
);

/** A repository of R packages, with placeholders. R and `sh` read it, so it holds plain characters only. */
export const cranAddress = z
  .string()
  .max(1024)
  .regex(
    /^https?:\/\/[A-Za-z0-9.-]+(:\d{1,5})?(\/([A-Za-z0-9._~-]|\{snapshot\}|\{codename\})+)*\/?$/,
    'must be the http or https URL of a repository, without credential and query; {snapshot} and {codename} may stand in its path',
  );
