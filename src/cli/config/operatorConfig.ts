import { readFile } from 'node:fs/promises';
import { parseAllDocuments, stringify } from 'yaml';
import { z } from 'zod';
import { failed, type Result } from '../../api/result.ts';
import { parseConfig } from '../../config/parse.ts';
import type { Config } from '../../config/schema.ts';
import { fileFault } from '../fileFault.ts';

const configMapShape = z.looseObject({
  kind: z.literal('ConfigMap'),
  data: z.looseObject({ 'config.yaml': z.string() }),
});

/** The values of the chart, as far as they make the operator's configuration. */
const valuesShape = z
  .looseObject({
    image: z
      .looseObject({ repository: z.string().optional(), tag: z.string().optional(), digest: z.string().optional() })
      .optional(),
    config: z.looseObject({ images: z.looseObject({ operator: z.string().optional() }).optional() }).nullish(),
  })
  .refine((values) => values.image !== undefined || values.config !== undefined);

/** What a platform keeps its configuration in. */
type Found =
  | { readonly is: 'plain' }
  | { readonly is: 'configMap'; readonly text: string }
  | { readonly is: 'values'; readonly text: string };

/**
 * Reads the operator's configuration from what a platform has in its repository: the configuration itself, the chart's values, or
 * manifests with the ConfigMap. The failure names the file and what is wrong in it.
 */
export async function readOperatorConfig(path: string): Promise<Result<Config, string>> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    return failed(`${path}: ${fileFault(error)}`);
  }
  return operatorConfigOf(path, text);
}

/** @param path as it is named in a failure. */
export function operatorConfigOf(path: string, text: string): Result<Config, string> {
  const found = find(text);
  switch (found.is) {
    case 'plain':
      return named(path, parseConfig(text));
    case 'configMap':
      return named(`${path}: data["config.yaml"]`, parseConfig(found.text));
    case 'values': {
      const parsed = parseConfig(found.text);
      // Lines are those of another text.
      return parsed.ok ? parsed : failed(`${path}: ${parsed.failure.replaceAll(/^line \d+: /gm, 'config.')}`);
    }
  }
}

function named(place: string, parsed: Result<Config, string>): Result<Config, string> {
  return parsed.ok ? parsed : failed(`${place}: ${parsed.failure}`);
}

function find(text: string): Found {
  const documents = parseAllDocuments(text, { version: '1.1' });
  if (documents.some(({ errors }) => errors.length > 0)) {
    return { is: 'plain' };
  }
  const values = documents.map((document) => {
    const value: unknown = document.toJS();
    return value;
  });
  for (const value of values) {
    const configMap = configMapShape.safeParse(value);
    if (configMap.success) {
      return { is: 'configMap', text: configMap.data.data['config.yaml'] };
    }
  }
  const chart = values.length === 1 ? valuesShape.safeParse(values[0]) : undefined;
  if (chart?.success !== true) {
    return { is: 'plain' };
  }
  const { image = {}, config } = chart.data;
  const { repository = 'imagespec-operator', tag, digest } = image;
  const operator =
    digest === undefined || digest === '' ? `${repository}:${tag || 'chart'}` : `${repository}@${digest}`;
  return { is: 'values', text: stringify({ ...config, images: { operator, ...config?.images } }) };
}
