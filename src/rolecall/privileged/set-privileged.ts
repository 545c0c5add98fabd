import { groupKind } from '../../identity/groups/group-kind.ts';
import { changeHolder } from '../../identity/policy-holder/find-holder.ts';
import { roleKind } from '../../identity/roles/role-kind.ts';
import type { IdentityStore } from '../../identity/store/identity-store.ts';
import type { RolecallDependencies } from '../rolecall-dependencies.ts';
import { declaredOperation, declareOperation } from '../shapes/declare-operation.ts';
import { shape } from '../shapes/shape.ts';
import { findMarked, type MarkedResource, NO_SUCH_RESOURCE, noSuchResource } from './privileged-resource.ts';

const ARN = shape.text('RoleOrGroupArn', { length: [20, 2048], audited: true });
const PRIVILEGED = shape.boolean('Privileged');

/** Marks a role or group as privileged. */
export const SetPrivileged = declareOperation({
  name: 'SetPrivileged',
  documentation:
    'Marks a role or group as privileged, or takes the mark away. Assuming such a role, and adding someone to such a group, asks for a passkey or security key that the caller has shown within the time of the setting `signIn.privilegedSeconds`; so does taking the mark away, and giving a member of such a group, or with `signIn.protectAdministrators` an administrator who has a passkey, a password, an access key or another way in. Rules of connectors add nobody to a privileged group. The permission is checked on the ARN of the role or group.',
  readOnly: false,
  input: {
    Arn: shape.required(ARN, 'The ARN of the role or group.'),
    Privileged: shape.required(PRIVILEGED, 'Whether it is privileged from now on.'),
  },
  output: {
    Arn: shape.required(ARN, 'The ARN of the role or group.'),
    Privileged: shape.required(PRIVILEGED, 'Whether it is privileged.'),
  },
  errors: [NO_SUCH_RESOURCE],
});

export function setPrivilegedOperation({ store }: Pick<RolecallDependencies, 'store'>) {
  return declaredOperation(SetPrivileged, {
    async authorize({ Arn, Privileged }, { caller: { accountId } }) {
      const marked = await findMarked(store, accountId, Arn);
      const target = {
        action: 'rolecall:SetPrivileged',
        resource: Arn,
        resourceAccountId: accountId,
        resourceTags: marked?.type === 'role' ? (marked.found.tags ?? []) : [],
        isResourcePrivileged: marked?.found.isPrivileged === true,
      };
      const isUnmarked = marked?.found.isPrivileged === true && !Privileged;
      return { targets: [isUnmarked ? { ...target, isPrivileged: true } : target], subject: marked };
    },
    async handle({ Arn, Privileged }, _call, marked: MarkedResource | undefined) {
      if (marked === undefined) throw noSuchResource(Arn);
      await mark(store, marked, Privileged);
      return { Arn, Privileged };
    },
  });
}

async function mark(store: IdentityStore, marked: MarkedResource, isPrivileged: boolean): Promise<void> {
  const change = <Holder extends { isPrivileged?: true | undefined }>({ isPrivileged: _, ...old }: Holder) =>
    (isPrivileged ? { ...old, isPrivileged: true } : old) as unknown as Holder;
  if (marked.type === 'role') await changeHolder(roleKind, store, { holder: marked.found, change });
  else await changeHolder(groupKind, store, { holder: marked.found, change });
}
