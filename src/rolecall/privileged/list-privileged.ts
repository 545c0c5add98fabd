import { groupKind } from '../../identity/groups/group-kind.ts';
import { arnOf } from '../../identity/policy-holder/holder-kind.ts';
import { roleKind } from '../../identity/roles/role-kind.ts';
import type { IdentityStore } from '../../identity/store/identity-store.ts';
import type { RolecallDependencies } from '../rolecall-dependencies.ts';
import { declaredOperation, declareOperation } from '../shapes/declare-operation.ts';
import { shape } from '../shapes/shape.ts';

/** Lists what is marked. */
export const ListPrivileged = declareOperation({
  name: 'ListPrivileged',
  documentation:
    'Lists the roles and groups of the account that are marked as privileged. The permission is checked on `*`.',
  readOnly: true,
  input: {},
  output: {
    Arns: shape.required(
      shape.list('PrivilegedArnList', shape.text('PrivilegedArn', { length: [20, 2048] })),
      'The ARNs, roles first, each by name.',
    ),
  },
});

export function listPrivilegedOperation({ store }: Pick<RolecallDependencies, 'store'>) {
  return declaredOperation(ListPrivileged, {
    async authorize(_input, { caller: { accountId } }) {
      return {
        targets: [{ action: 'rolecall:ListPrivileged', resource: '*', resourceAccountId: accountId }],
        subject: undefined,
      };
    },
    async handle(_input, { caller: { accountId } }) {
      const [roles, groups] = await Promise.all([
        markedIn({ find: (...asked) => store.roles.find(...asked) }, accountId),
        markedIn({ find: (...asked) => store.groups.find(...asked) }, accountId),
      ]);
      return {
        Arns: [...roles.map((role) => arnOf(roleKind, role)), ...groups.map((group) => arnOf(groupKind, group))],
      };
    },
  });
}

/** The collection of roles or groups. */
interface Finding<Document> {
  readonly find: (
    index: string,
    values: readonly string[],
    options: Parameters<IdentityStore['roles']['find']>[2],
  ) => Promise<{ readonly items: readonly Document[]; readonly next?: string }>;
}

async function markedIn<Document extends { readonly isPrivileged?: true | undefined }>(
  { find }: Finding<Document>,
  accountId: string,
): Promise<readonly Document[]> {
  const marked: Document[] = [];
  let after: string | undefined;
  do {
    const page = await find('byName', [accountId], { limit: 1000, ...(after !== undefined && { after }) });
    marked.push(...page.items.filter(({ isPrivileged }) => isPrivileged === true));
    after = page.next;
  } while (after !== undefined);
  return marked;
}
