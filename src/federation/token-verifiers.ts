import type { SamlLogins } from './saml/saml-identity.ts';
import type { VerifyWebIdentity } from './web-identity/web-identity.ts';

/** Verification of what people present for a role, for tests: nothing is counted, and nothing is used up. */
export interface TokenVerifiers {
  readonly verifyWebIdentity: VerifyWebIdentity;
  readonly samlLogins: Pick<SamlLogins, 'verify'>;
}
