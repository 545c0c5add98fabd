import {
  CreateAccount$,
  type CreateAccountRequest,
  type CreateAccountResponse,
  DescribeCreateAccountStatus$,
  type DescribeCreateAccountStatusRequest,
  type DescribeCreateAccountStatusResponse,
  ListCreateAccountStatus$,
  type ListCreateAccountStatusRequest,
  type ListCreateAccountStatusResponse,
  type CreateAccountStatus as WireStatus,
} from '@aws-sdk/client-organizations';
import type { AccountRequest } from '../../identity/documents/organizations/account-request.ts';
import type { Organization } from '../../identity/documents/organizations/organization.ts';
import { createMemberAccount } from '../../identity/organizations/create-member-account.ts';
import { countCreation } from '../../identity/organizations/limit-creations.ts';
import { organizationError } from '../../identity/organizations/organization-errors.ts';
import { makeAccountRequestId } from '../../identity/organizations/organization-ids.ts';
import type { IdentityStore } from '../../identity/store/identity-store.ts';
import type { Decoded } from '../../operations/decoded.ts';
import type { AnyOperation } from '../../operations/operation.ts';
import { organizationOperation } from '../organization-operation.ts';
import type { OrganizationsDependencies } from '../organizations-dependencies.ts';
import { pageFor } from '../paging.ts';
import { requestTags, tagsOf } from '../tags.ts';

const DEFAULT_ROLE = 'OrganizationAccountAccessRole';
/** After this time in ms, the process that created an account must have ended before it was done. */
const GIVEN_UP_AFTER = 15 * 60_000;
/** As long as AWS shows a request. */
const SHOWN_FOR = 90 * 86_400_000;

/** `CreateAccount`, and the operations that tell what became of it. */
export function creationOperations(deps: OrganizationsDependencies): readonly AnyOperation[] {
  const { store } = deps;
  return [
    createAccount(deps),
    organizationOperation<Decoded<DescribeCreateAccountStatusRequest>, DescribeCreateAccountStatusResponse>(deps, {
      schema: DescribeCreateAccountStatus$,
      readOnly: true,
      access: 'administrators',
      async handle({ input, organization: { organizationId }, call: { now } }) {
        const found = await store.accountRequests.get([organizationId, input.CreateAccountRequestId]);
        if (found === undefined || found.requestedAt + SHOWN_FOR <= now)
          throw organizationError('CreateAccountStatusNotFoundException');
        return { CreateAccountStatus: shownStatus(found, now) };
      },
    }),
    organizationOperation<Decoded<ListCreateAccountStatusRequest>, ListCreateAccountStatusResponse>(deps, {
      schema: ListCreateAccountStatus$,
      readOnly: true,
      access: 'administrators',
      async handle({ input, organization, call: { now } }) {
        const states = input.States && new Set(input.States);
        const shown = (await allRequests(store, organization))
          .filter(({ requestedAt }) => requestedAt + SHOWN_FOR > now)
          .map((request) => shownStatus(request, now))
          .filter(({ State }) => states === undefined || (State !== undefined && states.has(State)));
        const { items, next } = pageFor(shown, input, { list: 'requests', positionOf: ({ Id = '' }) => Id });
        return { CreateAccountStatuses: [...items], ...next };
      },
    }),
  ];
}

/** Creates an account at once. As in AWS, the answer is that it is in progress: clients ask for what became of it. */
function createAccount(deps: OrganizationsDependencies): AnyOperation {
  const { store, ephemeral, random } = deps;
  return organizationOperation<Decoded<CreateAccountRequest>, CreateAccountResponse>(deps, {
    schema: CreateAccount$,
    readOnly: false,
    access: 'management',
    keys: ({ Tags }) => requestTags(Tags),
    async handle({ input, organization, call: { now } }) {
      const { Email: email, AccountName: accountName, RoleName: roleName = DEFAULT_ROLE } = input;
      const tags = tagsOf(input.Tags);
      const { organizationId, managementAccountId } = organization;
      await countCreation(ephemeral, managementAccountId);
      await forgetOld(store, organization, now);
      const request: AccountRequest = {
        organizationId,
        requestId: makeAccountRequestId(random),
        accountName,
        state: 'IN_PROGRESS',
        requestedAt: now,
      };
      await store.accountRequests.insert(request);
      const outcome = await createMemberAccount(deps, organization, { email, accountName, roleName, tags, now });
      await store.accountRequests.update([organizationId, request.requestId], (old) => ({
        ...old,
        completedAt: now,
        ...(typeof outcome === 'string'
          ? { state: 'FAILED' as const, failureReason: outcome }
          : { state: 'SUCCEEDED' as const, accountId: outcome.accountId }),
      }));
      return { CreateAccountStatus: shownStatus(request, now) };
    },
  });
}

/** Removes the oldest requests that are not shown any more; more than one call adds. */
async function forgetOld(
  { accountRequests }: Pick<IdentityStore, 'accountRequests'>,
  { organizationId }: Organization,
  now: number,
): Promise<void> {
  const { items } = await accountRequests.find('byTime', [organizationId], { limit: 5 });
  for (const { requestId, requestedAt } of items)
    if (requestedAt + SHOWN_FOR <= now) await accountRequests.remove([organizationId, requestId]);
}

async function allRequests(
  { accountRequests }: Pick<IdentityStore, 'accountRequests'>,
  { organizationId }: Organization,
): Promise<readonly AccountRequest[]> {
  const found: AccountRequest[] = [];
  let after: string | undefined;
  do {
    const page = await accountRequests.find('key', [organizationId], { limit: 500, ...(after && { after }) });
    found.push(...page.items);
    after = page.next;
  } while (after !== undefined);
  return found;
}

function shownStatus(request: AccountRequest, now: number): WireStatus {
  const { requestId, accountName, requestedAt, completedAt, accountId } = request;
  const isGivenUp = request.state === 'IN_PROGRESS' && requestedAt + GIVEN_UP_AFTER < now;
  const failureReason = isGivenUp ? 'INTERNAL_FAILURE' : request.failureReason;
  return {
    Id: requestId,
    AccountName: accountName,
    State: isGivenUp ? 'FAILED' : request.state,
    RequestedTimestamp: new Date(requestedAt),
    ...(completedAt !== undefined && { CompletedTimestamp: new Date(completedAt) }),
    ...(accountId !== undefined && { AccountId: accountId }),
    ...(failureReason !== undefined && { FailureReason: failureReason }),
  };
}
