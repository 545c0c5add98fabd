import { type Tag, TagRole$, TagUser$ } from '@aws-sdk/client-iam';
import type { StaticOperationSchema } from '@smithy/types';
import { iamArn } from '../../kernel/arn.ts';
import { actionOf } from '../../operations/action-of.ts';
import type { Authorization } from '../../operations/operation.ts';
import { toTags } from '../tag-output.ts';
import { creationTargets } from '../tagging-on-creation.ts';
import { boundaryKey } from './condition-keys.ts';

/** The tagging operation by type; groups have no tags. */
const TAGGING = { user: TagUser$, group: undefined, role: TagRole$ };

/** What CreateUser, CreateGroup and CreateRole need permission for: creating the entity with these tags and this boundary. */
export function creationTarget(
  schema: StaticOperationSchema,
  accountId: string,
  wanted: {
    readonly type: 'user' | 'group' | 'role';
    readonly name: string;
    readonly path: string | undefined;
    readonly tags?: readonly Tag[] | undefined;
    readonly boundary?: string | undefined;
  },
): Authorization<undefined> {
  const target = {
    action: actionOf(schema),
    resource: iamArn(accountId, wanted.type, wanted.path ?? '/', wanted.name),
    resourceAccountId: accountId,
    requestTags: toTags(wanted.tags),
    conditions: boundaryKey(wanted.boundary),
  };
  const tagging = TAGGING[wanted.type];
  return { targets: tagging === undefined ? [target] : creationTargets(target, tagging), subject: undefined };
}
