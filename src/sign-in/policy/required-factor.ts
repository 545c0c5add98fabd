import type { Person } from '../../identity/credentials/people.ts';
import { ENROLMENT_RULE } from '../../identity/sign-in-policy/judge-sign-in.ts';
import type { SignInEnforcement } from '../enforcement.ts';
import type { JudgedCall } from './judge-progress.ts';

/** What a sign-in with a password alone would lack. */
export interface RequiredFactor {
  readonly kind: 'passkey' | 'any';
  /** Whether the rule for privileged people asks for it, now or when the days that it grants are over. */
  readonly isByRule: boolean;
}

/**
 * The factor without which the account would not let a new person in: by its sign-in policy, or since the person is privileged (S26).
 * Changes nothing. @returns `undefined` if a password is enough, or if nothing the person could do is.
 */
export async function requiredFactor(
  { judge }: Pick<SignInEnforcement, 'judge'>,
  { person, call: { app, begun: now, source, device } }: { readonly person: Person; readonly call: JudgedCall },
): Promise<RequiredFactor | undefined> {
  const { document, timeZone = 'UTC' } = person.signInPolicy ?? {};
  const signIn = { person, amr: ['pwd'], origin: undefined, first: 'password', connector: undefined } as const;
  const judgement = await judge.simulate(
    { ...signIn, app: app.id, ip: source.ip, device, recentFailures: 0, now },
    { document, timeZone, facts: new Map() },
  );
  const isByRule = judgement.enrolBy !== undefined || judgement.decidedBy.includes(ENROLMENT_RULE);
  if (judgement.lacks === 'permission') return undefined;
  if (judgement.lacks === 'phishing-resistant-factor') return { kind: 'passkey', isByRule };
  if (isByRule) return { kind: judge.hasPasskeys ? 'passkey' : 'any', isByRule };
  return judgement.lacks === 'factor' ? { kind: 'any', isByRule } : undefined;
}
