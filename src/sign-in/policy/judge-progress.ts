import type { Person } from '../../identity/credentials/people.ts';
import { passkeysOf } from '../../identity/passkeys/passkeys-of.ts';
import type { SignInStep } from '../../identity/sign-in/sign-in-result.ts';
import type { Judgement } from '../../identity/sign-in-policy/judge-sign-in.ts';
import type { JudgedSignIn } from '../../identity/sign-in-policy/sign-in-facts.ts';
import type { SignInEnforcement } from '../enforcement.ts';
import type { Progress, SignInCall, SignInDependencies } from '../sign-in-step.ts';

/** What is known of the request in which a sign-in is judged. */
export interface JudgedCall extends Pick<SignInCall, 'id' | 'begun' | 'source' | 'device'> {
  readonly app: Pick<SignInCall['app'], 'id'>;
}

type Dependencies = Pick<SignInDependencies, 'enforcement' | 'recordEvent'>;

/**
 * Asks the sign-in policy, once for each sign-in: whatever it began with, when no ordinary second factor is left to ask for. What it demands
 * becomes a step of its own, so that an unmet policy always has a next page (S30).
 */
export async function judgeProgress(deps: Dependencies, call: JudgedCall, progress: Progress): Promise<Progress> {
  const { enforcement } = deps;
  if (enforcement === undefined || progress.judged !== undefined || progress.steps[0] === 'mfa') return progress;
  const judgement = await enforcement.judge.judge(signInOf(call, progress));
  const { lacks, decidedBy } = judgement;
  const step = await stepFor(enforcement, call, { progress, lacks });
  await audit(deps, call, { progress, judgement, step });
  const steps = step === undefined ? progress.steps : step === 'refused' ? [step] : [step, ...progress.steps];
  return { ...progress, steps, judged: { lacks, decidedBy } };
}

/**
 * Whether a person who is signed in may open the app without another sign-in. The policy is asked again if it tests which app that is: the
 * sign-in was for another one. A new sign-in for this app leads to the page by which they can meet the policy, or that refuses them.
 */
export async function mayOpenApp(
  deps: Dependencies,
  call: JudgedCall,
  signedIn: Pick<Progress, 'person' | 'amr' | 'origin'>,
): Promise<boolean> {
  const judgement = await deps.enforcement?.judge.judgeApp(signInOf(call, signedIn));
  if (judgement === undefined || judgement.lacks === 'nothing') return true;
  await audit(deps, call, { progress: signedIn, judgement, step: 'sign-in' });
  return false;
}

/** Remembers where a completed sign-in came from, for those that follow. */
export async function rememberOrigin(
  { enforcement }: Pick<Dependencies, 'enforcement'>,
  { begun: now, source: { ip, language }, device }: JudgedCall,
  person: Person,
): Promise<void> {
  await enforcement?.later(() => enforcement.judge.completed({ person, ip, device, language, now }));
}

function signInOf(
  { app, begun: now, source: { ip }, device }: JudgedCall,
  { person, amr, origin, failures = 0 }: Pick<Progress, 'person' | 'amr' | 'origin' | 'failures'>,
): JudgedSignIn {
  const link = origin && person.links.find(({ id }) => id === origin.link);
  const first = origin !== undefined ? 'connector' : amr.includes('pwd') ? 'password' : 'passkey';
  return {
    person,
    amr,
    origin,
    first,
    connector: link?.connector,
    app: app.id,
    ip,
    device,
    recentFailures: failures,
    now,
  };
}

interface Lacks {
  readonly progress: Progress;
  readonly lacks: Judgement['lacks'];
}

/** The step by which the person can provide what is lacking; `undefined` if nothing is. */
async function stepFor(
  enforcement: SignInEnforcement,
  call: JudgedCall,
  { progress, lacks }: Lacks,
): Promise<SignInStep | undefined> {
  if (lacks === 'nothing') return undefined;
  if (lacks === 'permission') return 'refused';
  const { person, amr, byRecoveryCode } = progress;
  const { rpId } = enforcement.passkeys;
  const hasPasskey = rpId !== undefined && passkeysOf(person, rpId).length > 0;
  // Who used a recovery code has lost the passkey, and may add another one.
  if (lacks === 'phishing-resistant-factor' && hasPasskey && byRecoveryCode !== true) return 'strong-factor';
  return (await enforcement.mayEnrol({ ...call, person, amr })) ? 'enrol-factor' : 'refused';
}

interface Judged {
  readonly progress: Pick<Progress, 'person' | 'amr'>;
  readonly judgement: Judgement;
  readonly step: SignInStep | 'sign-in' | undefined;
}

/** Puts on record which statement asked for what. Accounts without a policy have no such event, unless the rule of the server applies. */
async function audit(
  { recordEvent }: Dependencies,
  { source, app }: JudgedCall,
  { progress: { person, amr }, judgement, step }: Judged,
): Promise<void> {
  const { demand, decidedBy, enrolBy } = judgement;
  if (person.signInPolicy === undefined && demand === 'allow' && enrolBy === undefined) return;
  await recordEvent({
    name: 'SignInPolicy',
    method: 'policy',
    mfa: amr.includes('mfa'),
    outcome: step === 'refused' ? 'refused' : 'allowed',
    source,
    person,
    clientId: app.id,
    errorCode: step === 'refused' ? 'sign-in-policy' : undefined,
    request: {
      demand,
      decidedBy: decidedBy.join(', '),
      ...(step !== undefined && { next: step }),
      ...(enrolBy !== undefined && { enrolBy: new Date(enrolBy).toISOString() }),
    },
  });
}
