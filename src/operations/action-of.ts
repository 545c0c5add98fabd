import type { StaticOperationSchema } from '@smithy/types';

/** The action that policies use for an operation: `iam:CreateUser`. Namespaces end in the name of their service. */
export function actionOf([, namespace, name]: StaticOperationSchema): string {
  return `${namespace.slice(namespace.lastIndexOf('.') + 1)}:${name}`;
}
