import { ApiException } from '@kubernetes/client-node';
import { z } from 'zod';
import type { Connection } from '../../src/kubernetes/client/connection.ts';
import { typed } from '../support/apiserver/typed.ts';

const type = { group: 'imagespec.dev', version: 'v1alpha1', plural: 'imagespecs' } as const;
const statusShape = z.object({ message: z.string() });

/**
 * Asks whether an ImageSpec would be admitted; nothing is made. Unknown fields are refused, as `kubectl create` does.
 * @returns what the API server says when it refuses; empty when it admits
 * @throws any error that prevents an answer
 */
export async function admission(admin: Connection, namespace: string, name: string, spec: object): Promise<string> {
  try {
    await typed(admin).customObjects.createNamespacedCustomObject({
      ...type,
      namespace,
      body: { apiVersion: 'imagespec.dev/v1alpha1', kind: 'ImageSpec', metadata: { name }, spec },
      dryRun: 'All',
      fieldValidation: 'Strict',
    });
    return '';
  } catch (error) {
    if (!(error instanceof ApiException) || error.code < 400 || error.code >= 500) {
      throw error;
    }
    const body: unknown = error.body;
    return statusShape.parse(typeof body === 'string' ? JSON.parse(body) : body).message;
  }
}
