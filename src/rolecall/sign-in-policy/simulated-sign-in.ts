import { OWN_CLIENT_ID } from '../../identity/applications/oidc/built-in-clients.ts';
import type { Person } from '../../identity/credentials/people.ts';
import type { SignInJudge, Simulated, SimulatedJudgement } from '../../identity/sign-in-policy/judge-sign-in.ts';

export interface SignInToSimulate extends Simulated {
  readonly person: Person;
  readonly ip: string;
  readonly now: number;
  /** RFC 8176. */
  readonly amr: readonly string[];
}

/** Judges a sign-in to our own pages in a browser that nobody has used before, unless the facts say otherwise. */
export function simulatedSignIn(
  judge: Pick<SignInJudge, 'simulate'>,
  { person, ip, now, amr, ...simulated }: SignInToSimulate,
): Promise<SimulatedJudgement> {
  const first = amr.includes('pwd') ? 'password' : 'passkey';
  const signIn = {
    person,
    ip,
    now,
    amr,
    first,
    connector: undefined,
    app: OWN_CLIENT_ID,
    device: '',
    recentFailures: 0,
  } as const;
  return judge.simulate(signIn, simulated);
}
