import type { Text } from '../../http/html.ts';
import { say } from '../../http/messages/say.ts';
import type { AttemptOrigin } from '../../identity/attempts/sign-in-limits.ts';
import type { CeremonyFault } from '../../identity/passkeys/ceremony-fault.ts';
import type { SignInRefusal, SignInResult } from '../../identity/sign-in/sign-in-result.ts';
import type { SignInEvent } from '../events/sign-in-events.ts';
import { tooManyFailures } from '../pages/describe-wait.ts';
import type { SignInCall, SignInDependencies } from '../sign-in-step.ts';

/** The same text for every reason, so that it does not reveal whether a user exists, or in which account. */
const WRONG = say('signIn.wrong');
const REFUSALS = {
  credentials: { status: 400, message: WRONG },
  'no-name': { status: 400, message: say('signIn.noName') },
  'no-account': { status: 400, message: say('signIn.noAccount') },
  disabled: { status: 400, message: say('signIn.disabled') },
  passkey: { status: 400, message: say('signIn.passkeyUnusable') },
  'passkey-refused': { status: 400, message: say('signIn.passkeyRefused') },
  expired: { status: 400, message: say('signIn.expired') },
} as const;

const COPIED = { status: 400, message: say('signIn.keyCopied') };

/** Why a form is shown again: what is missing in it, or the outcome of the attempt. */
export type Refusal = SignInRefusal | { readonly reason: 'no-name' | 'no-account' | 'passkey-refused' };

/** The text of a refusal on the page. */
export function refusalText(refusal: Refusal): { status: number; message: Text; waitMs?: number } {
  if (refusal.reason === 'passkey' && refusal.fault.reason === 'counter') return COPIED;
  if (refusal.reason !== 'throttled') return REFUSALS[refusal.reason];
  return { status: 429, message: tooManyFailures(refusal.waitMs), waitMs: refusal.waitMs };
}

/** Which check of a passkey failed, with the values, such as the origin that the browser named. */
export function failedCheck({ reason, message, facts }: CeremonyFault): Pick<SignInEvent, 'errorMessage' | 'request'> {
  const request = { check: reason, detail: message, ...facts };
  return { errorMessage: `The check of the passkey failed: ${reason}.`, request };
}

/** Audits the outcome of a step. */
export async function auditStep(
  { recordEvent }: SignInDependencies,
  { source, app, pending }: SignInCall,
  event: { name: string; method: string; result: SignInResult },
): Promise<void> {
  const { name, method, result } = event;
  const shown = [...(pending?.amr ?? []), ...(result.outcome === 'passed' ? result.amr : [])];
  await recordEvent({
    name,
    method,
    mfa: shown.includes('mfa'),
    outcome: result.outcome === 'passed' ? 'allowed' : 'refused',
    source,
    person: result.person,
    clientId: app.id,
    errorCode: result.outcome === 'refused' ? result.reason : undefined,
    ...(result.outcome === 'refused' && result.reason === 'passkey' && failedCheck(result.fault)),
  });
}

/** Audits that a recovery code was used up, which the person should know, whether or not the sign-in succeeds after all. */
export async function auditRecoveryCode(
  { recordEvent }: SignInDependencies,
  { source, app }: SignInCall,
  result: SignInResult,
): Promise<void> {
  if (result.outcome !== 'passed' || result.recoveryCodesLeft === undefined) return;
  await recordEvent({
    name: 'UseRecoveryCode',
    method: 'recovery-code',
    mfa: true,
    outcome: 'allowed',
    source,
    person: result.person,
    clientId: app.id,
    request: { left: result.recoveryCodesLeft },
  });
}

/** Where an attempt comes from. */
export function originOf({ source: { ip }, device, isNewDevice }: SignInCall): AttemptOrigin {
  return { ip, device, isNewDevice };
}
