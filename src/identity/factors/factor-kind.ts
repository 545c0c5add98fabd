import type { CredentialHolder, Factor } from '../credentials/credential-holder.ts';
import type { MfaDependencies } from './mfa-dependencies.ts';

/** What distinguishes every kind of second factor from the others. */
export interface FactorTraits<Enrolled extends Factor> {
  readonly kind: Enrolled['kind'];
  /** Whether the factor is bound to this server's pages, so that a phishing site cannot relay what the holder presents. */
  readonly isPhishingResistant: boolean;
}

/**
 * A kind of second factor that shows codes. `Proof` is what shows, on enrolment, that the
 * holder has the factor at hand; `Submitted` is what the holder presents later.
 */
export interface FactorKind<Enrolled extends Factor, Proof, Submitted> extends FactorTraits<Enrolled> {
  /** What signing in with this factor adds to `amr` (RFC 8176), besides `mfa`. */
  readonly amr: readonly string[];
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
