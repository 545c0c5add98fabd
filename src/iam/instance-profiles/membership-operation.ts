import type { StaticOperationSchema } from '@smithy/types';
import type { Target } from '../../authorize/target.ts';
import type { InstanceProfile } from '../../identity/documents/instance-profile.ts';
import type { Role } from '../../identity/documents/role.ts';
import {
  findInstanceProfile,
  noSuchInstanceProfile,
} from '../../identity/instance-profiles/manage-instance-profiles.ts';
import { findHolder } from '../../identity/policy-holder/find-holder.ts';
import { noSuchHolder } from '../../identity/policy-holder/holder-kind.ts';
import { roleKind } from '../../identity/roles/role-kind.ts';
import { type SignedOperation, signedOperation } from '../../operations/operation.ts';
import type { NoOutput } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { actionOf, holderTarget } from '../policy-holders/holder-operation.ts';
import { instanceProfileTarget } from './instance-profile-operation.ts';

interface Membership {
  readonly InstanceProfileName: string;
  readonly RoleName: string;
}

interface Found {
  readonly profile: InstanceProfile | undefined;
  readonly role: Role | undefined;
}

/** Putting a role into an instance profile, which also passes the role on (`iam:PassRole`), or taking it out. */
export function membershipOperation(
  { store }: Pick<IamDependencies, 'store'>,
  operation: {
    readonly schema: StaticOperationSchema;
    readonly passesRole: boolean;
    handle(profile: InstanceProfile, role: Role): Promise<void>;
  },
): SignedOperation<Membership, NoOutput, Found> {
  const { schema } = operation;
  return signedOperation({
    schema,
    readOnly: false,
    async authorize({ InstanceProfileName, RoleName }, { caller: { accountId } }) {
      const profile = await findInstanceProfile(store, accountId, InstanceProfileName);
      const role = await findHolder(roleKind, store, { accountId, name: RoleName });
      const targets: Target[] = [
        instanceProfileTarget(actionOf(schema), { accountId, name: InstanceProfileName, profile }),
      ];
      if (operation.passesRole) {
        const passed = holderTarget(roleKind, { action: 'iam:PassRole', accountId, name: RoleName, holder: role });
        targets.push({ ...passed, conditions: new Map([['iam:passedtoservice', 'ec2.amazonaws.com']]) });
      }
      return { targets, subject: { profile, role } };
    },
    async handle({ InstanceProfileName, RoleName }, _call, { profile, role }) {
      if (!profile) throw noSuchInstanceProfile(InstanceProfileName);
      if (!role) throw noSuchHolder('role', RoleName);
      await operation.handle(profile, role);
      return {};
    },
  });
}
