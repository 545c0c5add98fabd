import {
  DescribeAccount$,
  type DescribeAccountRequest,
  type DescribeAccountResponse,
  ListAccounts$,
  ListAccountsForParent$,
  type ListAccountsForParentRequest,
  type ListAccountsForParentResponse,
  type ListAccountsRequest,
  type ListAccountsResponse,
  MoveAccount$,
  type MoveAccountRequest,
} from '@aws-sdk/client-organizations';
import type { MemberAccount } from '../../identity/documents/organizations/organization.ts';
import { organizationError } from '../../identity/organizations/organization-errors.ts';
import type { Decoded, NoOutput } from '../../operations/decoded.ts';
import type { AnyOperation } from '../../operations/operation.ts';
import { changeOrganization, organizationOperation } from '../organization-operation.ts';
import type { OrganizationsDependencies } from '../organizations-dependencies.ts';
import { pageFor } from '../paging.ts';
import { targetResource } from '../resources.ts';
import { isParent, requireParent } from '../units/require-parent.ts';
import { requireMember, shownAccount } from './shown-account.ts';

const BY_ID = { list: 'accounts', positionOf: ({ accountId }: MemberAccount) => accountId };

/** The operations that show accounts, and `MoveAccount`. */
export function accountOperations(deps: OrganizationsDependencies): readonly AnyOperation[] {
  const { store } = deps;
  return [
    organizationOperation<Decoded<DescribeAccountRequest>, DescribeAccountResponse>(deps, {
      schema: DescribeAccount$,
      readOnly: true,
      access: 'administrators',
      resources: ({ AccountId }, organization) => [targetResource(organization, AccountId)],
      handle: async ({ input, organization }) => ({
        Account: await shownAccount(store, organization, requireMember(organization, input.AccountId)),
      }),
    }),
    organizationOperation<Decoded<ListAccountsRequest>, ListAccountsResponse>(deps, {
      schema: ListAccounts$,
      readOnly: true,
      access: 'administrators',
      async handle({ input, organization }) {
        const { items, next } = pageFor(organization.accounts, input, BY_ID);
        const shown = items.map((account) => shownAccount(store, organization, account));
        return { Accounts: await Promise.all(shown), ...next };
      },
    }),
    organizationOperation<Decoded<ListAccountsForParentRequest>, ListAccountsForParentResponse>(deps, {
      schema: ListAccountsForParent$,
      readOnly: true,
      access: 'administrators',
      resources: ({ ParentId }, organization) => [targetResource(organization, ParentId)],
      async handle({ input, organization }) {
        requireParent(organization, input.ParentId);
        const accounts = organization.accounts.filter(({ parentId }) => parentId === input.ParentId);
        const { items, next } = pageFor(accounts, input, BY_ID);
        const shown = items.map((account) => shownAccount(store, organization, account));
        return { Accounts: await Promise.all(shown), ...next };
      },
    }),
    organizationOperation<Decoded<MoveAccountRequest>, NoOutput>(deps, {
      schema: MoveAccount$,
      readOnly: false,
      access: 'management',
      resources: ({ AccountId, SourceParentId, DestinationParentId }, organization) =>
        [AccountId, SourceParentId, DestinationParentId].map((id) => targetResource(organization, id)),
      async handle({ input: { AccountId, SourceParentId, DestinationParentId: parentId }, organization }) {
        await changeOrganization(store, organization, (current) => {
          const account = requireMember(current, AccountId);
          if (!isParent(current, parentId)) throw organizationError('DestinationParentNotFoundException');
          if (account.parentId === parentId) throw organizationError('DuplicateAccountException');
          if (account.parentId !== SourceParentId) throw organizationError('SourceParentNotFoundException');
          return {
            ...current,
            accounts: current.accounts.map((each) => (each === account ? { ...account, parentId } : each)),
          };
        });
        return {};
      },
    }),
  ];
}
