import type { Strength } from '../../policy/catalogue/signin-keys.ts';
import { type Strength as Acr, strengthOf as acrOf, type ProvenSignIn } from '../credentials/strength.ts';

export { acrOf, type ProvenSignIn };

const STRENGTH_OF = {
  '1fa': 'single-factor',
  mfa: 'multi-factor',
  phr: 'phishing-resistant',
  phrh: 'phishing-resistant',
} as const satisfies Readonly<Record<Acr, Strength>>;

/** The strength of a sign-in, in the words of sign-in policies. */
export function strengthOf(proven: ProvenSignIn): Strength {
  return STRENGTH_OF[acrOf(proven)];
}
