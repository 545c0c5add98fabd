import {
  InviteAccountToOrganization$,
  type InviteAccountToOrganizationRequest,
  type InviteAccountToOrganizationResponse,
} from '@aws-sdk/client-organizations';
import type { Handshake } from '../../identity/documents/organizations/handshake.ts';
import { invalidInput, organizationError, reasonedError } from '../../identity/organizations/organization-errors.ts';
import { makeHandshakeId } from '../../identity/organizations/organization-ids.ts';
import type { Decoded } from '../../operations/decoded.ts';
import type { AnyOperation } from '../../operations/operation.ts';
import { organizationOperation } from '../organization-operation.ts';
import type { OrganizationsDependencies } from '../organizations-dependencies.ts';
import { targetResource } from '../resources.ts';
import { requestTags, tagsOf } from '../tags.ts';
import { shownHandshake, stateOf } from './shown-handshake.ts';

const OPEN_FOR_MS = 15 * 86_400_000;
/** How many open invitations an organization has at most. */
const MOST_OPEN = 20;
const ACCOUNT_ID = /^\d{12}$/;

/**
 * Invites an account by its id or its root user's e-mail address. The answer is the same whether or not there is such an account, and whether
 * it belongs to another organization, so that nobody learns that; then the invitation can just not be accepted.
 */
export function inviteOperation(deps: OrganizationsDependencies): AnyOperation {
  const { store, random } = deps;
  return organizationOperation<Decoded<InviteAccountToOrganizationRequest>, InviteAccountToOrganizationResponse>(deps, {
    schema: InviteAccountToOrganization$,
    readOnly: false,
    access: 'management',
    resources: ({ Target }, organization) =>
      ACCOUNT_ID.test(Target?.Id ?? '') ? [targetResource(organization, Target?.Id ?? '')] : [{ resource: '*' }],
    keys: ({ Tags }) => requestTags(Tags),
    async handle({ input: { Target, Notes, Tags }, organization, call: { now } }) {
      const target = targetOf(Target);
      const tags = [...tagsOf(Tags)];
      const { organizationId, managementAccountId, accounts } = organization;
      const accountId =
        target.type === 'ACCOUNT'
          ? (await store.accounts.get([target.id]))?.accountId
          : (await store.accounts.find('byRootEmail', [target.id.toLowerCase()], { limit: 1 })).items[0]?.accountId;
      if (accounts.some((account) => account.accountId === accountId))
        throw reasonedError('HandshakeConstraintViolationException', 'ALREADY_IN_AN_ORGANIZATION');
      const { items } = await store.handshakes.find('byOrganization', [organizationId], {
        limit: 500,
        descending: true,
      });
      const open = items.filter((handshake) => stateOf(handshake, now) === 'OPEN');
      if (open.some((each) => each.target.type === target.type && each.target.id === target.id))
        throw organizationError('DuplicateHandshakeException');
      if (open.length >= MOST_OPEN)
        throw reasonedError('HandshakeConstraintViolationException', 'HANDSHAKE_RATE_LIMIT_EXCEEDED');
      const handshake: Handshake = {
        ...{ handshakeId: makeHandshakeId(random), organizationId, managementAccountId, target, tags },
        ...(accountId !== undefined && { accountId }),
        ...(Notes !== undefined && { notes: Notes }),
        ...{ state: 'OPEN', requestedAt: now, expiresAt: now + OPEN_FOR_MS },
      };
      await store.handshakes.insert(handshake);
      return { Handshake: await shownHandshake(store, handshake, now) };
    },
  });
}

/** @throws {ServiceError} InvalidInputException */
function targetOf({
  Id,
  Type,
}: Partial<NonNullable<InviteAccountToOrganizationRequest['Target']>>): Handshake['target'] {
  if (Id === undefined || Type === undefined) throw invalidInput('INPUT_REQUIRED');
  if (Type === 'ORGANIZATION') throw invalidInput('INVALID_PARTY_TYPE_TARGET');
  if (Type === 'ACCOUNT' && !ACCOUNT_ID.test(Id)) throw invalidInput('INVALID_PATTERN');
  if (Type === 'EMAIL' && !/^[^\s@]+@[^\s@]+$/.test(Id)) throw invalidInput('INVALID_PATTERN');
  return { type: Type, id: Id };
}
