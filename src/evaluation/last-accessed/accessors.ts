import type { Group } from '../../identity/documents/group.ts';
import type { Role } from '../../identity/documents/role.ts';
import type { User } from '../../identity/documents/user.ts';
import { listPolicyEntities } from '../../identity/policies/list-policy-entities.ts';
import { arnOf } from '../../identity/policy-holder/holder-kind.ts';
import type { ReportedEntity } from '../../identity/reports/access-report/access-reports.ts';
import { roleKind } from '../../identity/roles/role-kind.ts';
import type { IdentityStore } from '../../identity/store/identity-store.ts';
import { readWholeIndex } from '../../identity/store/read-whole-index.ts';
import { userKind } from '../../identity/users/user-kind.ts';
import type { Entity } from '../entity.ts';

/** What a report is about: an entity, or a managed policy with the text of its default version. */
export type AccessSubject =
  | Entity
  | {
      readonly type: 'policy';
      readonly arn: string;
      /** The account that asks. */
      readonly accountId: string;
      readonly policyId: string;
      readonly document: string;
    };

/** A user or role that may have used the permissions, and the id under which its uses are recorded. */
export interface Accessor extends Omit<ReportedEntity, 'used'> {
  readonly subjectId: string;
}

/** All users and roles in an account that a policy can be attached to. */
const ALL = 1_000_000;

/** The users and roles that have the subject's permissions. Members of a group do; whom a policy only bounds does not. */
export async function accessorsOf(store: IdentityStore, subject: AccessSubject): Promise<readonly Accessor[]> {
  switch (subject.type) {
    case 'user':
      return [ofUser(subject.user)];
    case 'role':
      return [ofRole(subject.role)];
    case 'group':
      return (await members(store, subject.group)).map(ofUser);
    case 'policy': {
      const { accountId, policyId } = subject;
      const filter = { accountId, policyId, type: undefined, pathPrefix: '/', usage: 'PermissionsPolicy' } as const;
      const { items } = await listPolicyEntities(store, filter, { marker: undefined, maxItems: ALL });
      const found = new Map<string, Accessor>();
      for (const { type, entity } of items) {
        const accessors =
          type === 'Role' ? [ofRole(entity)] : (type === 'User' ? [entity] : await members(store, entity)).map(ofUser);
        for (const accessor of accessors) found.set(accessor.subjectId, accessor);
      }
      return [...found.values()];
    }
  }
}

function members(store: IdentityStore, { groupId }: Group): Promise<readonly User[]> {
  return readWholeIndex(store.users, 'byGroup', [groupId]);
}

function ofUser(user: User): Accessor {
  const { userId: id, userName: name, path } = user;
  return { subjectId: id, arn: arnOf(userKind, user), name, type: 'USER', id, path };
}

function ofRole(role: Role): Accessor {
  const { roleId: id, roleName: name, path } = role;
  return { subjectId: id, arn: arnOf(roleKind, role), name, type: 'ROLE', id, path };
}
