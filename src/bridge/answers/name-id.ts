import { createHmac } from 'node:crypto';
import type { NameIdPolicy } from '../requests/read-authn-request.ts';

type FormatName = 'persistent' | 'transient' | 'emailAddress' | 'unspecified';

const URNS: Readonly<Record<FormatName, string>> = {
  persistent: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent',
  transient: 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient',
  emailAddress: 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress',
  unspecified: 'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified',
};
/** Some service providers write the version of SAML that they speak into the older formats. */
const ALSO_UNSPECIFIED = 'urn:oasis:names:tc:SAML:2.0:nameid-format:unspecified';
const ALSO_EMAIL = 'urn:oasis:names:tc:SAML:2.0:nameid-format:emailAddress';

export function nameIdFormatUrn(format: FormatName): string {
  return URNS[format];
}

/** Whether a format leaves the choice to us. */
export const isUnspecified = (format: string): boolean => format === URNS.unspecified || format === ALSO_UNSPECIFIED;

/** Whether a NameID means something to one service provider alone. */
export const isPairwise = (format: string): boolean => format === URNS.persistent || format === URNS.transient;

/** What an application calls a person. */
export interface IssuedNameId {
  readonly format: string;
  readonly value: string;
}

/**
 * The format of the NameID: the application's own, unless the request asks for one that tells it no more (a pairwise or a random one).
 * `AllowCreate` makes no difference, since identifiers are derived, not created.
 * @returns `undefined` if the request asks for one that it does not get.
 */
export function formatFor(
  policy: NameIdPolicy | undefined,
  { own, entityId }: { readonly own: FormatName; readonly entityId: string },
): FormatName | undefined {
  // An affiliation of service providers would share its identifiers. There are none.
  const qualifier = policy?.spNameQualifier ?? '';
  if (qualifier !== '' && qualifier !== entityId) return undefined;
  const asked = policy?.format;
  if (asked === undefined || isUnspecified(asked)) return own;
  if (asked === URNS[own] || (own === 'emailAddress' && asked === ALSO_EMAIL)) return own;
  // Whoever gives an application random names does not want it to know people again, and its requests may be anyone's.
  if (asked === URNS.persistent) return own === 'transient' ? undefined : 'persistent';
  return asked === URNS.transient ? 'transient' : undefined;
}

/**
 * A pairwise identifier: the same for each login to one service provider, and without the key neither guessable nor comparable with that of
 * another one (SAML V2.0 Core §8.3.7).
 * @param secret 32 bytes.
 */
export function pairwiseId(
  secret: Buffer,
  { accountId, entityId, subject }: { readonly accountId: string; readonly entityId: string; readonly subject: string },
): string {
  return createHmac('sha256', secret)
    .update(JSON.stringify(['name-id', accountId, entityId, subject]))
    .digest('hex');
}

/** Names a session to one service provider, and tells others nothing. */
export function sessionIndexOf(
  secret: Buffer,
  { entityId, uid }: { readonly entityId: string; readonly uid: string },
): string {
  const digest = createHmac('sha256', secret).update(JSON.stringify(['session', entityId, uid]));
  return `_${digest.digest('hex').slice(0, 40)}`;
}
