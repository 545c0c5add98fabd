import type { JsonService } from '../operations/choose-protocol.ts';
import type { Declared } from './shapes/declare-operation.ts';
import { shapeConstraints } from './shapes/shape-constraints.ts';
import { NAMESPACE } from './shapes/smithy-schema.ts';

/** The name of the service in actions, ARNs and the scope of signatures. */
export const SERVICE = 'rolecall';
export const API_VERSION = '2026-11-28';
export const TARGET_PREFIX = 'Rolecall_20261128';

/** The service as the wire sees it: AWS JSON 1.1, with the constraints of the declared shapes. */
export function rolecallService(declarations: readonly Declared[]): JsonService {
  return {
    name: SERVICE,
    namespace: NAMESPACE,
    version: API_VERSION,
    targetPrefix: TARGET_PREFIX,
    constraints: shapeConstraints(declarations),
  };
}

/** The ARN of a resource of the service: `rolecallArn('111122223333', 'server')`. */
export function rolecallArn(accountId: string, resource: string): string {
  return `arn:aws:${SERVICE}::${accountId}:${resource}`;
}
