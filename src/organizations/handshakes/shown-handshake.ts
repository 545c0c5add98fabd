import type { HandshakeResource, Handshake as WireHandshake } from '@aws-sdk/client-organizations';
import type { Handshake } from '../../identity/documents/organizations/handshake.ts';
import { handshakeArn } from '../../identity/organizations/organization-arns.ts';
import type { IdentityStore } from '../../identity/store/identity-store.ts';

/** The state of a handshake. Nothing changes in the store when it expires. */
export function stateOf({ state, expiresAt }: Handshake, now: number): NonNullable<WireHandshake['State']> {
  return state === 'OPEN' && expiresAt <= now ? 'EXPIRED' : state;
}

/** A handshake, as both parties see it. */
export async function shownHandshake(
  { accounts, organizations }: Pick<IdentityStore, 'accounts' | 'organizations'>,
  handshake: Handshake,
  now: number,
): Promise<WireHandshake> {
  const { handshakeId, organizationId, managementAccountId, target, notes, requestedAt, expiresAt } = handshake;
  const management = await accounts.get([managementAccountId]);
  const organization = await organizations.get([organizationId]);
  const named = organization?.accounts.find(({ accountId }) => accountId === managementAccountId);
  const ofOrganization: HandshakeResource[] = [
    { Type: 'MASTER_EMAIL', Value: management?.root.email ?? '' },
    { Type: 'MASTER_NAME', Value: named?.name ?? managementAccountId },
    { Type: 'ORGANIZATION_FEATURE_SET', Value: organization?.featureSet ?? 'ALL' },
  ];
  return {
    Id: handshakeId,
    Arn: handshakeArn(handshake, handshakeId),
    Parties: [
      { Id: organizationId, Type: 'ORGANIZATION' },
      { Id: target.id, Type: target.type },
    ],
    State: stateOf(handshake, now),
    RequestedTimestamp: new Date(requestedAt),
    ExpirationTimestamp: new Date(expiresAt),
    Action: 'INVITE',
    Resources: [
      { Type: 'ORGANIZATION', Value: organizationId, Resources: ofOrganization },
      { Type: target.type, Value: target.id },
      ...(notes === undefined ? [] : [{ Type: 'NOTES', Value: notes } as const]),
    ],
  };
}
