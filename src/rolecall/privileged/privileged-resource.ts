import type { Group } from '../../identity/documents/group.ts';
import type { Role } from '../../identity/documents/role.ts';
import { groupKind } from '../../identity/groups/group-kind.ts';
import { roleKind } from '../../identity/roles/role-kind.ts';
import type { IdentityStore } from '../../identity/store/identity-store.ts';
import { parseArn } from '../../kernel/arn.ts';
import { errorTable, ServiceError } from '../../kernel/service-error.ts';
import { holderResource } from '../../operations/holder-resource.ts';
import type { DeclaredError } from '../shapes/declare-operation.ts';

const ROWS = errorTable({ NoSuchRoleOrGroupException: { status: 404, recorded: true } });

export const NO_SUCH_RESOURCE = {
  ...ROWS.NoSuchRoleOrGroupException,
  documentation: 'The account has no role or group of this ARN.',
} as const satisfies DeclaredError;

const ROLE = holderResource(roleKind);
const GROUP = holderResource(groupKind);

/** A role or group, found by its ARN. */
export type MarkedResource =
  | { readonly type: 'role'; readonly found: Role }
  | { readonly type: 'group'; readonly found: Group };

/** @returns `undefined` if the account has none of exactly this ARN. */
export async function findMarked(
  store: IdentityStore,
  accountId: string,
  arn: string,
): Promise<MarkedResource | undefined> {
  const { accountId: owner, resource = '' } = parseArn(arn) ?? {};
  const named = { accountId, name: resource.split('/').at(-1) ?? '' };
  if (owner !== accountId) return undefined;
  if (resource.startsWith('role/')) {
    const found = await ROLE.find(store, named);
    return found && ROLE.arn(named, found) === arn ? { type: 'role', found } : undefined;
  }
  const found = resource.startsWith('group/') ? await GROUP.find(store, named) : undefined;
  return found && GROUP.arn(named, found) === arn ? { type: 'group', found } : undefined;
}

export function noSuchResource(arn: string): ServiceError {
  return new ServiceError(NO_SUCH_RESOURCE, `There is no role or group with the ARN ${arn}.`);
}
