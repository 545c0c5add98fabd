import type { NameId } from '../../saml/read-assertion.ts';

/** What is kept of a login for the sign-out. */
export interface KeptSession {
  readonly nameId: NameId;
  readonly sessionIndex: string | undefined;
}
