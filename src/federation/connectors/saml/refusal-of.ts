import { type SamlCheck, SamlFault } from '../../saml/fault.ts';
import { type LoginCheck, LoginRefused } from '../login-refused.ts';

const CHECKS: Readonly<Record<SamlCheck, LoginCheck>> = {
  provider: 'connector',
  encoding: 'response',
  xml: 'response',
  metadata: 'metadata',
  signature: 'signature',
  encryption: 'encryption',
  status: 'provider-error',
  issuer: 'issuer',
  subject: 'subject',
  recipient: 'recipient',
  audience: 'audience',
  early: 'expiry',
  expired: 'expiry',
  late: 'expiry',
  replay: 'replay',
  attributes: 'subject',
};
/** The second-level status codes by which a provider says that the person did not finish, or may not (SAML V2.0 Core §3.2.2.2). */
const DECLINED = /\b(?:AuthnFailed|RequestDenied)\b/;

/** What a fault in a message means for the login. */
export function refusalOf(error: unknown): LoginRefused {
  if (error instanceof LoginRefused) return error;
  if (!(error instanceof SamlFault)) throw error;
  const isDeclined = error.check === 'status' && DECLINED.test(error.message);
  return new LoginRefused(isDeclined ? 'declined' : CHECKS[error.check], error.message, error);
}
