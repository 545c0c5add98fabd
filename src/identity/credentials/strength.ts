import type { Strength as StrengthName } from '../../policy/catalogue/signin-keys.ts';
import type { Factor } from './credential-holder.ts';
import type { LoginOrigin } from './login-origin.ts';

/**
 * How strongly people prove who they are, weakest first, by their `acr` values: one factor; two; one that cannot be phished; and one whose
 * key also stays in a device. The last two are named by OpenID Connect Extended Authentication Profile ACR Values 1.0.
 */
export const STRENGTHS = ['1fa', 'mfa', 'phr', 'phrh'] as const;
export type Strength = (typeof STRENGTHS)[number];

/** The strengths in the words of `signin:Strength`, which does not tell the last two apart. */
export const STRENGTH_NAMES = {
  '1fa': 'single-factor',
  mfa: 'multi-factor',
  phr: 'phishing-resistant',
  phrh: 'phishing-resistant',
} as const satisfies Readonly<Record<Strength, StrengthName>>;

/** What is known of how a person signed in. */
export interface ProvenSignIn {
  /** RFC 8176. Only this server's own checks add to it. */
  readonly amr?: readonly string[] | undefined;
  readonly origin?: LoginOrigin | undefined;
}

export function isStrength(value: unknown): value is Strength {
  return (STRENGTHS as readonly unknown[]).includes(value);
}

export function isAtLeast(strength: Strength, required: Strength): boolean {
  return STRENGTHS.indexOf(strength) >= STRENGTHS.indexOf(required);
}

/** The strength of a sign-in. An outside provider counts beyond two factors only if its connector says so. */
export function strengthOf({ amr = [], origin }: ProvenSignIn): Strength {
  return strongest([ownStrength(amr), origin?.strength ?? '1fa']);
}

function ownStrength(amr: readonly string[]): Strength {
  if (amr.includes('hwk')) return 'phrh';
  if (amr.includes('swk')) return 'phr';
  return amr.includes('mfa') ? 'mfa' : '1fa';
}

/** The strength that a factor gives to the sign-in in which it is shown. */
export function strengthOfFactor(factor: Factor): Strength {
  if (factor.kind !== 'passkey') return 'mfa';
  return factor.isSynced ? 'phr' : 'phrh';
}

/** The strongest of several; `1fa` for none. */
export function strongest(strengths: readonly Strength[]): Strength {
  return strengths.reduce<Strength>((best, each) => (isAtLeast(each, best) ? each : best), '1fa');
}
