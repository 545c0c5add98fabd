import { accessKeyOperations } from '../../../src/iam/access-keys/access-key-operations.ts';
import { groupOperations } from '../../../src/iam/groups/group-operations.ts';
import type { IamDependencies } from '../../../src/iam/iam-dependencies.ts';
import { roleOperations } from '../../../src/iam/roles/role-operations.ts';
import { userOperations } from '../../../src/iam/users/user-operations.ts';

/** The names of the operations on users, groups, roles and access keys. */
export function holderOperations(deps: IamDependencies): readonly string[] {
  const tables = [userOperations, groupOperations, roleOperations, accessKeyOperations];
  return tables.flatMap((table) => table(deps)).map(({ schema }) => schema[2]);
}
