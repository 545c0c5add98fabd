import type { CredentialHolder, Factor } from '../credentials/credential-holder.ts';
import type { MfaDependencies } from './mfa-dependencies.ts';

/**
 * Everything that distinguishes one kind of second factor from another; one row per kind. `Proof` is what shows, on enrolment, that the
 * holder has the factor at hand; `Submitted` is what the holder presents later.
 */
export interface FactorKind<Enrolled extends Factor, Proof, Submitted> {
  readonly kind: Enrolled['kind'];
  /** What signing in with this factor adds to `amr` (RFC 8176), besides `mfa`. */
  readonly amr: readonly string[];
  /** Whether the factor is bound to this server's pages, so that a phishing site cannot relay what the holder presents. */
  readonly isPhishingResistant: boolean;
  /**
   * Returns the factor for the holder to store. Attempts are limited.
   * @throws {ServiceError} InvalidAuthenticationCode if the proof is not valid.
   */
  enrol(deps: MfaDependencies, proof: Proof): Promise<Enrolled>;
  /**
   * Whether the presented proof is valid for one of the holder's factors of this kind. It is accepted once, even if presented several times
   * at the same moment. Callers must limit attempts.
   */
  verify(
    deps: Pick<MfaDependencies, 'store' | 'sealer'>,
    submitted: Submitted & { readonly holder: CredentialHolder; readonly now: number },
  ): Promise<boolean>;
}
