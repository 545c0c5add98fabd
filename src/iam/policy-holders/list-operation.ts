import type { StaticOperationSchema } from '@smithy/types';
import type { HolderKind, PolicyHolder } from '../../identity/policy-holder/holder-kind.ts';
import { listHolders } from '../../identity/policy-holder/list-holders.ts';
import type { ListPage } from '../../identity/rules/paging.ts';
import { iamArn } from '../../kernel/arn.ts';
import { actionOf } from '../../operations/action-of.ts';
import { type SignedOperation, signedOperation } from '../../operations/operation.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { type ListInput, pageRequest } from '../list-output.ts';

/** ListUsers, ListGroups, ListRoles. The resource is the listed path: `arn:aws:iam::…:user/` followed by the prefix. */
export function listHoldersOperation<
  Input extends ListInput & { PathPrefix?: string | undefined },
  Output,
  Holder extends PolicyHolder,
>(
  { store }: Pick<IamDependencies, 'store'>,
  row: {
    schema: StaticOperationSchema;
    kind: HolderKind<Holder>;
    output: (page: ListPage<Holder>) => Output | Promise<Output>;
  },
): SignedOperation<Input, Output, undefined> {
  const { schema, kind } = row;
  return signedOperation({
    schema,
    readOnly: true,
    authorize({ PathPrefix }, { caller: { accountId } }) {
      const resource = iamArn(accountId, kind.type, PathPrefix ?? '/', '');
      return { targets: [{ action: actionOf(schema), resource, resourceAccountId: accountId }], subject: undefined };
    },
    async handle(input, { caller: { accountId } }) {
      return row.output(
        await listHolders(kind, store, { accountId, pathPrefix: input.PathPrefix, ...pageRequest(input) }),
      );
    },
  });
}
