import type { Ephemeral } from '../../ports/ephemeral.ts';
import type { IdentityDependencies } from '../store/identity-dependencies.ts';

/** What the rules of MFA devices need: beside the identities, the counters of attempts. */
export interface MfaDependencies extends IdentityDependencies {
  readonly ephemeral: Ephemeral;
}
