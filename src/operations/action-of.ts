import type { StaticOperationSchema } from '@smithy/types';
import { QUERY_SERVICES } from '../wire/query/operation-codec.ts';

/** The action that policies use for an operation: `iam:CreateUser`. */
export function actionOf([, namespace, name]: StaticOperationSchema): string {
  const service = QUERY_SERVICES[namespace];
  if (service === undefined) throw new Error(`no service has the namespace ${namespace}`);
  return `${service.name}:${name}`;
}
