import type { CredentialHolder, Factor } from '../credentials/credential-holder.ts';
import type { MfaDependencies } from './mfa-dependencies.ts';

/**
 * All that tells one kind of second factor from another: a row each. `Proof` is what shows, when it is enrolled, that its holder has it
 * at hand; `Shown` is what a holder shows of it later.
 */
export interface FactorKind<Enrolled extends Factor, Proof, Shown> {
  readonly kind: Enrolled['kind'];
  /** What a login by it adds to `amr` (RFC 8176), beside `mfa`. */
  readonly amr: readonly string[];
  /** Whether it is bound to this server's pages, so that a look-alike cannot pass on what the holder shows. */
  readonly isPhishingResistant: boolean;
  /**
   * Answers the factor as its holder is to keep it. Attempts are limited.
   * @throws {ServiceError} InvalidAuthenticationCode if the proof does not hold.
   */
  enrol(deps: MfaDependencies, proof: Proof): Promise<Enrolled>;
  /**
   * Whether what is shown is right for one of the holder's factors of this kind. It works once, even if several show it at the same
   * moment. Attempts are the caller's to limit.
   */
  verify(
    deps: Pick<MfaDependencies, 'store' | 'sealer'>,
    shown: Shown & { readonly holder: CredentialHolder; readonly now: number },
  ): Promise<boolean>;
}
