import { CeremonyFault } from './ceremony-fault.ts';

/** Why the passkey policy of the account does not accept an authenticator. Audit events show it. */
export type AttestationRefusal =
  | 'no-attestation'
  | 'self-attestation'
  | 'format'
  | 'certificate-unreadable'
  | 'certificate-expired'
  | 'not-trusted'
  | 'aaguid-differs'
  | 'aaguid-not-allowed';

/** An authenticator that the passkey policy of the account does not accept. */
export class AttestationFault extends CeremonyFault {
  override readonly facts: Readonly<Record<string, string>>;

  /** @param aaguid the model that the authenticator claims to be, which may not be proven. */
  constructor(refusal: AttestationRefusal, aaguid: string, message: string) {
    super('not-accepted', message);
    this.name = 'AttestationFault';
    this.facts = { refusal, aaguid };
  }
}
