import type { NoticeEvent } from '../../ports/mailer.ts';
import type { CredentialHolder, Factor } from '../credentials/credential-holder.ts';
import type { HeldLink } from '../credentials/login-origin.ts';

/** A change of a holder's credentials that the person should know of. */
export interface SecurityChange {
  readonly event: NoticeEvent;
  /** The name of the factor, or of the connector of the login. */
  readonly detail?: string;
  /** The serial number of a factor that was added. */
  readonly added?: string;
  /** The id of a link that was added. */
  readonly linked?: string;
}

const nameOf = (factor: Factor): string =>
  factor.kind === 'passkey' ? factor.label : factor.serialNumber.slice(factor.serialNumber.lastIndexOf('/') + 1);

/** What changed between two states of a holder. Found in what is stored, so that no way to change it can be forgotten. */
export function securityChanges(before: CredentialHolder, after: CredentialHolder): readonly SecurityChange[] {
  return [
    ...passwordChange(before, after),
    ...lacking(after.factors, before.factors).map(
      (factor): SecurityChange => ({ event: 'factor-added', detail: nameOf(factor), added: factor.serialNumber }),
    ),
    ...lacking(before.factors, after.factors).map(
      (factor): SecurityChange => ({ event: 'factor-removed', detail: nameOf(factor) }),
    ),
    ...(after.factorResetAskedAt !== undefined && before.factorResetAskedAt !== after.factorResetAskedAt
      ? [{ event: 'factor-reset-announced' } as const]
      : []),
    ...unheld(after.links, before.links).map(
      ({ id, connector }): SecurityChange => ({ event: 'login-linked', detail: connector, linked: id }),
    ),
    ...unheld(before.links, after.links).map(
      ({ connector }): SecurityChange => ({ event: 'login-unlinked', detail: connector }),
    ),
    ...(before.recoveryCodes?.createdAt === after.recoveryCodes?.createdAt &&
    (after.recoveryCodes?.sealedHashes.length ?? 0) < (before.recoveryCodes?.sealedHashes.length ?? 0)
      ? [{ event: 'recovery-code-used' } as const]
      : []),
    ...(before.email !== undefined && before.email !== after.email ? [{ event: 'email-changed' } as const] : []),
  ];
}

/** A stronger hash of the same password is no change. */
function passwordChange({ password: before }: CredentialHolder, { password: after }: CredentialHolder) {
  if (before === undefined || after === undefined || before.changedAt === after.changedAt) return [];
  return [{ event: after.resetRequired ? 'password-reset' : 'password-changed' } as const];
}

/** Those of the first list that are not in the second. */
function lacking(factors: readonly Factor[], others: readonly Factor[]): readonly Factor[] {
  return factors.filter(({ serialNumber }) => !others.some((other) => other.serialNumber === serialNumber));
}

/** The links of the first list that are not in the second. */
function unheld(links: readonly HeldLink[], others: readonly HeldLink[]): readonly HeldLink[] {
  return links.filter(({ id }) => !others.some((other) => other.id === id));
}
