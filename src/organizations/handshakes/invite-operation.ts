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
/** How many it sends in one day at most. So all that may be open are among the newest 500. */
const MOST_A_DAY = 30;
const DAY_MS = 86_400_000;
/** After this time a handshake has been over for 30 days, and is forgotten as in AWS. */
const KEPT_MS = OPEN_FOR_MS + 30 * DAY_MS;
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
      const isRecent = ({ requestedAt }: Handshake): boolean => requestedAt > now - DAY_MS;
      if (open.length >= MOST_OPEN || items.filter(isRecent).length >= MOST_A_DAY)
        throw reasonedError('HandshakeConstraintViolationException', 'HANDSHAKE_RATE_LIMIT_EXCEEDED');
      const handshake: Handshake = {
        ...{ handshakeId: makeHandshakeId(random), organizationId, managementAccountId, target, tags },
        ...(accountId !== undefined && { accountId }),
        ...(Notes !== undefined && { notes: Notes }),
        ...{ state: 'OPEN', requestedAt: now, expiresAt: now + OPEN_FOR_MS },
      };
      await store.handshakes.insert(handshake);
      // More than one call adds.
      const oldest = await store.handshakes.find('byOrganization', [organizationId], { limit: 5 });
      for (const { handshakeId, requestedAt } of oldest.items)
        if (requestedAt + KEPT_MS <= now) await store.handshakes.remove([handshakeId]);
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
