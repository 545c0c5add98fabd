import type { Strength } from '../../policy/catalogue/signin-keys.ts';

/** What a sign-in has shown. */
export interface Proven {
  /** RFC 8176. Only this server's own checks add to it. */
  readonly amr: readonly string[];
}

/** The `acr` of a sign-in, as in ID tokens. */
export type Acr = '1fa' | 'mfa' | 'phr' | 'phrh';

export function acrOf({ amr }: Proven): Acr {
  if (amr.includes('hwk')) return 'phrh';
  if (amr.includes('swk')) return 'phr';
  return amr.includes('mfa') ? 'mfa' : '1fa';
}

const STRENGTH_OF = {
  '1fa': 'single-factor',
  mfa: 'multi-factor',
  phr: 'phishing-resistant',
  phrh: 'phishing-resistant',
} as const satisfies Readonly<Record<Acr, Strength>>;

export function strengthOf(proven: Proven): Strength {
  return STRENGTH_OF[acrOf(proven)];
}
