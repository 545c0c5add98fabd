/** The checks that a SAML message or metadata document can fail: a closed list, since metrics use it as a label. */
export type SamlCheck =
  | 'provider'
  | 'encoding'
  | 'xml'
  | 'metadata'
  | 'signature'
  | 'encryption'
  | 'status'
  | 'issuer'
  | 'subject'
  | 'recipient'
  | 'audience'
  | 'early'
  | 'expired'
  | 'late'
  | 'replay'
  | 'attributes';

/** Why a SAML message or metadata document is refused. The message contains no secrets and may be shown to the caller. */
export class SamlFault extends Error {
  override readonly name = 'SamlFault';
  readonly check: SamlCheck;

  constructor(check: SamlCheck, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.check = check;
  }
}
