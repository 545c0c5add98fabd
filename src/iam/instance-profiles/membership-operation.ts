import type { StaticOperationSchema } from '@smithy/types';
import type { Target } from '../../authorize/target.ts';
import type { InstanceProfile } from '../../identity/documents/instance-profile.ts';
import type { Role } from '../../identity/documents/role.ts';
import { actionOf } from '../../operations/action-of.ts';
import { namedTarget, resourceTarget } from '../../operations/named-operation.ts';
import { type SignedOperation, signedOperation } from '../../operations/operation.ts';
import type { NoOutput } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { INSTANCE_PROFILE, ROLE } from '../resource-kinds.ts';

interface Membership {
  readonly InstanceProfileName: string;
  readonly RoleName: string;
}

interface Found {
  readonly profile: InstanceProfile | undefined;
  readonly role: Role | undefined;
}

/** Adds a role to an instance profile, which also passes the role (`iam:PassRole`), or removes it. */
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
      const namedProfile = { accountId, name: InstanceProfileName };
      const namedRole = { accountId, name: RoleName };
      const profile = await INSTANCE_PROFILE.find(store, namedProfile);
      const role = await ROLE.find(store, namedRole);
      const targets: Target[] = [
        namedTarget(INSTANCE_PROFILE, { action: actionOf(schema), named: namedProfile, found: profile }),
      ];
      if (operation.passesRole) {
        const passed = resourceTarget(ROLE, { action: 'iam:PassRole', named: namedRole, found: role });
        targets.push({ ...passed, conditions: new Map([['iam:passedtoservice', 'ec2.amazonaws.com']]) });
      }
      return { targets, subject: { profile, role } };
    },
    async handle({ InstanceProfileName, RoleName }, _call, { profile, role }) {
      if (!profile) throw INSTANCE_PROFILE.notFound(InstanceProfileName);
      if (!role) throw ROLE.notFound(RoleName);
      await operation.handle(profile, role);
      return {};
    },
  });
}
