import {
  AcceptHandshake$,
  CancelHandshake$,
  DeclineHandshake$,
  DescribeHandshake$,
  type DescribeHandshakeRequest,
  type DescribeHandshakeResponse,
  type HandshakeFilter,
  ListHandshakesForAccount$,
  type ListHandshakesForAccountRequest,
  type ListHandshakesForAccountResponse,
  ListHandshakesForOrganization$,
  type ListHandshakesForOrganizationRequest,
  type ListHandshakesForOrganizationResponse,
} from '@aws-sdk/client-organizations';
import type { StaticOperationSchema } from '@smithy/types';
import type { Handshake } from '../../identity/documents/organizations/handshake.ts';
import { joinOrganization } from '../../identity/organizations/join-organization.ts';
import { handshakeArn } from '../../identity/organizations/organization-arns.ts';
import { organizationError } from '../../identity/organizations/organization-errors.ts';
import type { IdentityStore } from '../../identity/store/identity-store.ts';
import { actionOf } from '../../operations/action-of.ts';
import type { Decoded } from '../../operations/decoded.ts';
import { type AnyOperation, type SignedCall, signedOperation } from '../../operations/operation.ts';
import { AUDITED_INPUT, organizationOperation } from '../organization-operation.ts';
import type { OrganizationsDependencies } from '../organizations-dependencies.ts';
import { pageFor } from '../paging.ts';
import { inviteOperation } from './invite-operation.ts';
import { shownHandshake, stateOf } from './shown-handshake.ts';

/** Invitations of accounts to organizations. */
export function handshakeOperations(deps: OrganizationsDependencies): readonly AnyOperation[] {
  const { store } = deps;
  return [
    inviteOperation(deps),
    handshakeOperation(deps, {
      schema: AcceptHandshake$,
      readOnly: false,
      party: 'invited',
      async handle(handshake, { caller: { accountId }, now }) {
        const account = await store.accounts.get([accountId]);
        const accepted = await settle(store, handshake, { state: 'ACCEPTED', now });
        try {
          await joinOrganization(store, handshake, { accountId, name: account?.alias ?? accountId, now });
        } catch (error) {
          await store.handshakes.update([handshake.handshakeId], (old) => ({ ...old, state: 'OPEN' }));
          throw error;
        }
        return accepted;
      },
    }),
    handshakeOperation(deps, {
      schema: DeclineHandshake$,
      readOnly: false,
      party: 'invited',
      handle: (handshake, { now }) => settle(store, handshake, { state: 'DECLINED', now }),
    }),
    handshakeOperation(deps, {
      schema: CancelHandshake$,
      readOnly: false,
      party: 'inviting',
      handle: (handshake, { now }) => settle(store, handshake, { state: 'CANCELED', now }),
    }),
    handshakeOperation(deps, {
      schema: DescribeHandshake$,
      readOnly: true,
      party: 'either',
      handle: async (handshake) => handshake,
    }),
    listForAccount(deps),
    listForOrganization(deps),
  ];
}

interface HandshakeRow {
  readonly schema: StaticOperationSchema;
  readonly readOnly: boolean;
  /** The accounts for which the handshake exists. */
  readonly party: 'invited' | 'inviting' | 'either';
  handle(handshake: Handshake, call: SignedCall): Promise<Handshake>;
}

/** An operation on one handshake. For accounts that are not a party of it, it does not exist. */
function handshakeOperation({ store }: OrganizationsDependencies, row: HandshakeRow): AnyOperation {
  return signedOperation<Decoded<DescribeHandshakeRequest>, DescribeHandshakeResponse, Handshake | undefined>({
    schema: row.schema,
    readOnly: row.readOnly,
    auditedInput: AUDITED_INPUT,
    async authorize({ HandshakeId }, { caller: { accountId } }) {
      const found = await store.handshakes.get([HandshakeId]);
      const handshake = found !== undefined && isParty(found, accountId, row.party) ? found : undefined;
      const resource = handshake === undefined ? '*' : handshakeArn(handshake, HandshakeId);
      return {
        targets: [{ action: actionOf(row.schema), resource, resourceAccountId: accountId }],
        subject: handshake,
      };
    },
    async handle(_input, call, handshake) {
      if (handshake === undefined) throw organizationError('HandshakeNotFoundException');
      return { Handshake: await shownHandshake(store, await row.handle(handshake, call), call.now) };
    },
  });
}

function isParty(handshake: Handshake, accountId: string, party: HandshakeRow['party']): boolean {
  const isInvited = handshake.accountId === accountId;
  const isInviting = handshake.managementAccountId === accountId;
  if (party === 'either') return isInvited || isInviting;
  return party === 'invited' ? isInvited : isInviting;
}

/** @throws {ServiceError} HandshakeAlreadyInStateException, InvalidHandshakeTransitionException */
async function settle(
  { handshakes }: Pick<IdentityStore, 'handshakes'>,
  { handshakeId }: Handshake,
  { state, now }: { readonly state: 'ACCEPTED' | 'DECLINED' | 'CANCELED'; readonly now: number },
): Promise<Handshake> {
  const settled = await handshakes.update([handshakeId], (old) => {
    const current = stateOf(old, now);
    if (current === state) throw organizationError('HandshakeAlreadyInStateException');
    if (current !== 'OPEN') throw organizationError('InvalidHandshakeTransitionException');
    return { ...old, state };
  });
  if (settled === undefined) throw organizationError('HandshakeNotFoundException');
  return settled;
}

function listForAccount({ store }: OrganizationsDependencies): AnyOperation {
  return signedOperation<Decoded<ListHandshakesForAccountRequest>, ListHandshakesForAccountResponse, undefined>({
    schema: ListHandshakesForAccount$,
    readOnly: true,
    auditedInput: AUDITED_INPUT,
    authorize: (_input, { caller: { accountId } }) => ({
      targets: [{ action: actionOf(ListHandshakesForAccount$), resource: '*', resourceAccountId: accountId }],
      subject: undefined,
    }),
    handle: async (input, { caller: { accountId }, now }) =>
      listed(store, await allOf(store, 'byAccount', accountId), { input, now }),
  });
}

function listForOrganization(deps: OrganizationsDependencies): AnyOperation {
  const { store } = deps;
  return organizationOperation<Decoded<ListHandshakesForOrganizationRequest>, ListHandshakesForOrganizationResponse>(
    deps,
    {
      schema: ListHandshakesForOrganization$,
      readOnly: true,
      access: 'administrators',
      handle: async ({ input, organization: { organizationId }, call: { now } }) =>
        listed(store, await allOf(store, 'byOrganization', organizationId), { input, now }),
    },
  );
}

interface Listing {
  readonly input: {
    readonly Filter?: HandshakeFilter | undefined;
    readonly NextToken?: string | undefined;
    readonly MaxResults?: number | undefined;
  };
  readonly now: number;
}

async function listed(store: IdentityStore, all: readonly Handshake[], { input, now }: Listing) {
  const { ActionType = 'INVITE', ParentHandshakeId } = input.Filter ?? {};
  // All are invitations, and none is part of another.
  const meant = ActionType === 'INVITE' && ParentHandshakeId === undefined ? all : [];
  const { items, next } = pageFor(meant, input, { list: 'handshakes', positionOf: ({ handshakeId }) => handshakeId });
  const shown = items.map((handshake) => shownHandshake(store, handshake, now));
  return { Handshakes: await Promise.all(shown), ...next };
}

/** Every handshake of an organization or account. */
export async function allOf(
  { handshakes }: Pick<IdentityStore, 'handshakes'>,
  index: 'byOrganization' | 'byAccount',
  id: string,
): Promise<readonly Handshake[]> {
  const found: Handshake[] = [];
  let after: string | undefined;
  do {
    const page = await handshakes.find(index, [id], { limit: 500, ...(after && { after }) });
    found.push(...page.items);
    after = page.next;
  } while (after !== undefined);
  return found;
}
