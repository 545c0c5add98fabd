import { hashedId } from '../../keys/hashed-id.ts';
import { EPHEMERAL_KEYS } from '../../ports/ephemeral-keys.ts';
import { changeCredentials } from '../credentials/change-credentials.ts';
import type { CredentialHolder, Factor, TotpFactor } from '../credentials/credential-holder.ts';
import { foldName } from '../documents/entity.ts';
import { QUOTAS, requireWithin } from '../rules/quotas.ts';
import { encodeBase32 } from './base32.ts';
import { changeFactors } from './change-factors.ts';
import { mfaSerialNumber, SEED_LENGTH } from './create-virtual-mfa-device.ts';
import { ownerIdOf } from './device-assignment.ts';
import { labelOf } from './factor-label.ts';
import { countAttempt, forgetAttempts } from './limit-attempts.ts';
import type { MfaDependencies } from './mfa-dependencies.ts';
import { requireSameLogin } from './require-same-login.ts';
import { matchTimeStep } from './totp.ts';

/**
 * An authenticator app that a person is adding on a page. No device is stored before the person has shown a code, so there is nothing that
 * others could claim or that stays behind when the person gives up.
 */
interface Enrolment {
  readonly subject: string;
  readonly deviceName: string;
  readonly serialNumber: string;
  readonly sealedSeed: string;
}

/** The person who adds an app, and the session in which they do. */
export interface Enrolling {
  readonly holder: CredentialHolder;
  readonly session: string;
}

const { of, lifetime } = EPHEMERAL_KEYS.factorEnrolment;
const keyOf = ({ session }: Enrolling): string => of(hashedId(session));

async function pendingOf({ ephemeral }: Pick<MfaDependencies, 'ephemeral'>, who: Enrolling) {
  const text = await ephemeral.get(keyOf(who));
  const pending = text === undefined ? undefined : (JSON.parse(text) as Enrolment);
  return pending?.subject === who.holder.subject ? { ...pending, text: text as string } : undefined;
}

function newDeviceName({ userName = 'root' }: CredentialHolder, { random }: Pick<MfaDependencies, 'random'>): string {
  return `${userName}-${random.bytes(5).toString('hex')}`;
}

export interface ShownSeed {
  readonly deviceName: string;
  readonly base32Seed: string;
}

function shown({ sealer }: MfaDependencies, { deviceName, serialNumber, sealedSeed }: Enrolment): ShownSeed {
  return { deviceName, base32Seed: encodeBase32(sealer.open(sealedSeed, serialNumber)) };
}

/** The seed that the person's app is to store. Asked again within ten minutes, a session gets the same one, so that reloading is safe. */
export async function beginOwnTotp(deps: MfaDependencies, who: Enrolling): Promise<ShownSeed> {
  const pending = await pendingOf(deps, who);
  if (pending !== undefined) return shown(deps, pending);
  const { subject, accountId } = who.holder;
  const deviceName = newDeviceName(who.holder, deps);
  const serialNumber = mfaSerialNumber(accountId, '/', deviceName);
  const sealedSeed = deps.sealer.seal(deps.random.bytes(SEED_LENGTH), serialNumber);
  const enrolment: Enrolment = { subject, deviceName, serialNumber, sealedSeed };
  await deps.ephemeral.set(keyOf(who), JSON.stringify(enrolment), lifetime);
  return shown(deps, enrolment);
}

/** `expired`: the person took too long, or has finished in another tab. `gone`: the person was deleted. */
export type OwnTotpResult =
  | { readonly outcome: 'enrolled'; readonly holder: CredentialHolder; readonly factor: TotpFactor }
  | { readonly outcome: 'wrong-code'; readonly seed: ShownSeed }
  | { readonly outcome: 'too-many' | 'expired' | 'gone' };

/**
 * Stores the app once a code shows that it works. This ends all logins of the person. The code is used up.
 * @throws {ServiceError} LimitExceeded; AccessDenied if all logins ended meanwhile.
 */
export async function confirmOwnTotp(
  deps: MfaDependencies,
  who: Enrolling,
  { code, label, now }: { readonly code: string; readonly label: string; readonly now: number },
): Promise<OwnTotpResult> {
  const { ephemeral, sealer } = deps;
  const pending = await pendingOf(deps, who);
  if (pending === undefined) return { outcome: 'expired' };
  const { serialNumber, sealedSeed, text } = pending;
  const attempt = { callerId: who.holder.subject, serialNumber };
  if (!(await countAttempt(ephemeral, attempt))) return { outcome: 'too-many' };
  const seed = sealer.open(sealedSeed, serialNumber);
  const lastTimeStep = matchTimeStep({ seed, code, now, lastTimeStep: undefined });
  if (lastTimeStep === undefined) return { outcome: 'wrong-code', seed: shown(deps, pending) };
  // Of several confirmations at the same moment, one gets the enrolment.
  if ((await ephemeral.take(keyOf(who))) !== text) return { outcome: 'expired' };
  await forgetAttempts(ephemeral, attempt);
  const factor: TotpFactor = {
    kind: 'totp',
    serialNumber,
    sealedSeed,
    enabledAt: now,
    lastTimeStep,
    lastUsedAt: now,
    label: labelOf(label, 'Authenticator app'),
  };
  const holder = await store(deps, { ...who, deviceName: pending.deviceName, factor, now });
  return holder === undefined ? { outcome: 'gone' } : { outcome: 'enrolled', holder, factor };
}

interface NewFactor extends Enrolling {
  readonly deviceName: string;
  readonly factor: TotpFactor;
  readonly now: number;
}

/** Adds the factor, and the device that IAM's operations list. */
async function store(
  { store: identities }: MfaDependencies,
  { holder, deviceName, factor, now }: NewFactor,
): Promise<CredentialHolder | undefined> {
  const { accountId } = holder;
  const { serialNumber, sealedSeed } = factor;
  const serialKey = foldName(serialNumber);
  await identities.virtualMfaDevices.insert({
    accountId,
    serialKey,
    serialNumber,
    deviceName,
    path: '/',
    sealedSeed,
    createdAt: now,
    tags: [],
    assignment: { ownerId: ownerIdOf(holder), claimedAt: now },
  });
  const remove = () => identities.virtualMfaDevices.remove([accountId, serialKey]);
  try {
    const changed = await changeFactors(identities, holder, (factors, current) => {
      requireSameLogin(current, holder);
      requireWithin(QUOTAS.mfaDevicesPerUser, factors.length + 1);
      return [...factors, factor];
    });
    if (changed === undefined) await remove();
    return changed;
  } catch (error) {
    await remove();
    throw error;
  }
}

function withLabel(factor: Factor, label: string): Factor {
  return factor.kind === 'totp'
    ? { ...factor, label: labelOf(label, factor.label) }
    : { ...factor, label: labelOf(label, factor.label) };
}

/** Renames a factor. Ends nothing. @returns `undefined` if the person does not have it (any more). */
export async function renameOwnFactor(
  identities: MfaDependencies['store'],
  holder: CredentialHolder,
  { serialNumber, label }: { readonly serialNumber: string; readonly label: string },
): Promise<CredentialHolder | undefined> {
  let isFound = false;
  const changed = await changeCredentials(identities, holder, (old) => {
    requireSameLogin(old, holder);
    isFound = old.factors.some((factor) => factor.serialNumber === serialNumber);
    const renamed = (factor: Factor): Factor =>
      factor.serialNumber === serialNumber ? withLabel(factor, label) : factor;
    return { ...old, factors: old.factors.map(renamed) };
  });
  return isFound ? changed : undefined;
}
