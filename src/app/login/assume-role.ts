import {
  AssumeRole$,
  type AssumeRoleRequest,
  type AssumeRoleResponse,
  type AssumeRoleWithWebIdentityRequest,
  type AssumeRoleWithWebIdentityResponse,
} from '@aws-sdk/client-sts';
import type { Invocable } from '../../operations/invoke.ts';
import { AssumeRoleWithWebIdentityOfDefaultRole$ } from '../../sts/minio/schemas.ts';

/** STS's operation, for pages and for `rolecall login`: they open roles as everybody else does. */
export const ASSUME_ROLE: Invocable<AssumeRoleRequest, AssumeRoleResponse> = { schema: AssumeRole$ };

/** The same for apps, which exchange the token of a person. */
export const ASSUME_ROLE_WITH_WEB_IDENTITY: Invocable<
  AssumeRoleWithWebIdentityRequest,
  AssumeRoleWithWebIdentityResponse
> = { schema: AssumeRoleWithWebIdentityOfDefaultRole$ };
