import type { ManagedPolicy } from '../../src/identity/documents/managed-policy.ts';
import { countAttachments } from '../../src/identity/policies/count-attachments.ts';
import { createManagedPolicy } from '../../src/identity/policies/create-managed-policy.ts';
import { deleteManagedPolicy } from '../../src/identity/policies/delete-managed-policy.ts';
import { attachPolicy, detachPolicy } from '../../src/identity/policy-holder/attached-policies.ts';
import { findHolder } from '../../src/identity/policy-holder/find-holder.ts';
import { createRole } from '../../src/identity/roles/create-role.ts';
import { deleteRole } from '../../src/identity/roles/delete-role.ts';
import type { IdentityStore } from '../../src/identity/store/identity-store.ts';
import { createUser } from '../../src/identity/users/create-user.ts';
import { deleteUser } from '../../src/identity/users/delete-user.ts';
import { userKind } from '../../src/identity/users/user-kind.ts';
import type { Random } from '../../src/kernel/random.ts';

export const ACCOUNT = '123456789012';
export const DOCUMENT = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::example/*' }],
});
export const TRUST = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: ACCOUNT } }],
});

/** An operation on one entity, identified by a number that is unique to the call. */
export interface MeasuredOperation {
  readonly name: string;
  run(n: number): Promise<unknown>;
}

interface Scene {
  readonly store: IdentityStore;
  readonly random: Random;
  /** Attached to every filler entity, so that its attachments grow with the store. */
  readonly shared: ManagedPolicy;
}

/** The operations whose cost could grow with the number of other entities. What one creates, a later one removes. */
export function measuredOperations(scene: Scene): readonly MeasuredOperation[] {
  const { store, shared } = scene;
  const now = Date.now();
  const userNamed = async (n: number) => {
    const user = await findHolder(userKind, store, { accountId: ACCOUNT, name: `measured-${n}` });
    if (user === undefined) throw new Error('a measured user is missing');
    return user;
  };
  const roles = new Map<number, Parameters<typeof deleteRole>[1]>();
  const policies = new Map<number, string>();
  return [
    {
      name: 'CreateUser',
      run: (n) => createUser(scene, { accountId: ACCOUNT, userName: `measured-${n}`, now }),
    },
    { name: 'GetUser', run: userNamed },
    {
      name: 'AttachUserPolicy',
      run: async (n) => attachPolicy(userKind, store, { holder: await userNamed(n), policyArn: shared.arn }),
    },
    { name: 'GetPolicy', run: () => countAttachments(store, ACCOUNT, shared.policyId) },
    {
      name: 'DetachUserPolicy',
      run: async (n) => detachPolicy(userKind, store, { holder: await userNamed(n), policyArn: shared.arn }),
    },
    { name: 'ListUsers (100)', run: () => store.users.find('byName', [ACCOUNT], { limit: 100 }) },
    { name: 'DeleteUser', run: async (n) => deleteUser(store, await userNamed(n)) },
    {
      name: 'CreateRole',
      run: async (n) =>
        roles.set(
          n,
          await createRole(scene, { accountId: ACCOUNT, roleName: `measured-${n}`, trustPolicy: TRUST, now }),
        ),
    },
    {
      name: 'DeleteRole',
      run: async (n) => {
        const role = roles.get(n);
        if (role !== undefined) await deleteRole(store, role);
      },
    },
    {
      name: 'CreatePolicy',
      run: async (n) => {
        const wanted = { accountId: ACCOUNT, policyName: `measured-${n}`, path: '/', document: DOCUMENT };
        policies.set(n, (await createManagedPolicy(scene, { ...wanted, description: undefined, tags: [], now })).arn);
      },
    },
    {
      name: 'DeletePolicy',
      run: (n) => deleteManagedPolicy(store, { accountId: ACCOUNT, arn: policies.get(n) ?? '' }),
    },
  ];
}
