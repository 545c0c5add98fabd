/** Why the answer of an authenticator was refused. For the audit record; pages say less. */
export type CeremonyReason =
  | 'unavailable'
  | 'expired'
  | 'unreadable'
  | 'unknown-credential'
  | 'other-person'
  | 'other-site'
  | 'framed'
  | 'counter'
  | 'taken'
  | 'not-accepted'
  | 'not-discoverable'
  | 'not-valid';

/** An authenticator's answer that does not count. */
export class CeremonyFault extends Error {
  readonly reason: CeremonyReason;

  /** Whose credential it was, if that is known: their administrators should see the attempt. */
  readonly owner: string | undefined;

  /** What else the audit event should show. */
  readonly facts: Readonly<Record<string, string>> = {};

  /** @param message which check failed; may quote what the browser sent. */
  constructor(reason: CeremonyReason, message: string = reason, owner?: string) {
    super(message);
    this.name = 'CeremonyFault';
    this.reason = reason;
    this.owner = owner;
  }

  withOwner(subject: string): CeremonyFault {
    return new CeremonyFault(this.reason, this.message, subject);
  }
}
