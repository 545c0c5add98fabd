import type { Ephemeral } from '../../ports/ephemeral.ts';
import type { IdentityDependencies } from '../store/identity-dependencies.ts';

/** What the rules for MFA devices need: the identity dependencies, and the counters of attempts. */
export interface MfaDependencies extends IdentityDependencies {
  readonly ephemeral: Ephemeral;
}
