import { AssumeRole$, type AssumeRoleRequest, type AssumeRoleResponse } from '@aws-sdk/client-sts';
import type { Invocable } from '../../operations/invoke.ts';

/** STS's operation, for pages and for `rolecall login`: they open roles as everybody else does. */
export const ASSUME_ROLE: Invocable<AssumeRoleRequest, AssumeRoleResponse> = { schema: AssumeRole$ };
