import type { Generation } from './key-generation.ts';
import type { EncryptionKey, KeyStage, SessionKeys, SigningKey } from './key-ring.ts';
import { KEY_SLOTS, type KeySlot, SESSION_SLOT } from './key-slot.ts';
import { publicJwk } from './public-jwk.ts';
import { nextChange, type RotationSchedule, stageOf } from './rotation.ts';

/** The keys and their stages at one time, from which the key ring answers. Recomputed when keys or stages change. */
export interface KeyView {
  readonly activeSession: SessionKeys;
  readonly sessions: ReadonlyMap<string, SessionKeys>;
  readonly oidc: readonly SigningKey[];
  readonly encryption: readonly EncryptionKey[];
  readonly jwks: { readonly keys: readonly Readonly<Record<string, unknown>>[] };
  /** Identifies the view's content: its keys and their stages. */
  readonly mark: string;
  /** When the next stage change is due. */
  readonly until: number;
}

interface Staged {
  readonly generation: Generation;
  readonly stage: KeyStage;
}

const STAGE_ORDER: Readonly<Record<KeyStage, number>> = { active: 0, next: 1, verifying: 2 };

/** @throws {Error} if there is no key for session tokens, which cannot happen once a key ring is open. */
export function viewAt(now: number, generations: readonly Generation[], schedule: RotationSchedule): KeyView {
  const staged = KEY_SLOTS.flatMap((slot) => stagedIn(slot, generations, { now, schedule }));
  const sessions = staged.filter(({ generation }) => generation.slot === SESSION_SLOT);
  const active = sessions.find(({ stage }) => stage === 'active');
  if (active === undefined) throw new Error('the store holds no key for session tokens');
  const oidc = staged.filter(({ generation }) => generation.slot.use === 'oidc').sort(activeFirst);
  const encryption = staged.filter(({ generation }) => generation.slot.use === 'encryption').sort(activeFirst);
  return {
    activeSession: sessionKeysOf(active.generation),
    sessions: new Map(sessions.map(({ generation }) => [generation.kid, sessionKeysOf(generation)])),
    oidc: oidc.map(signingKeyOf),
    encryption: encryption.map(encryptionKeyOf),
    jwks: {
      keys: [
        ...[...oidc, ...sessions].map(({ generation: { publicKey, kid, slot } }) =>
          publicJwk(publicKey, kid, { alg: slot.algorithm, use: 'sig' }),
        ),
        // Without `alg`: one key serves all algorithms of its family.
        ...encryption.map(({ generation: { publicKey, kid } }) => publicJwk(publicKey, kid, { use: 'enc' })),
      ],
    },
    mark: staged.map(({ generation, stage }) => `${generation.kid} ${stage}`).join('\n'),
    until: Math.min(
      ...KEY_SLOTS.map((slot) => nextChange(inSlot(slot, generations), now, schedule.verifyForMs[slot.use])),
    ),
  };
}

/** The keys of a slot, ordered by sequence. */
export function inSlot(slot: KeySlot, generations: readonly Generation[]): readonly Generation[] {
  return generations.filter((each) => each.slot === slot).sort((a, b) => a.sequence - b.sequence);
}

/** The dropped keys, which are no longer needed. */
export function droppedAt(now: number, generations: readonly Generation[], schedule: RotationSchedule): Generation[] {
  return KEY_SLOTS.flatMap((slot) => {
    const keys = inSlot(slot, generations);
    const verifyForMs = schedule.verifyForMs[slot.use];
    return keys.filter((_, index) => stageOf(keys, index, { now, verifyForMs }) === undefined);
  });
}

function stagedIn(
  slot: KeySlot,
  generations: readonly Generation[],
  { now, schedule }: { readonly now: number; readonly schedule: RotationSchedule },
): readonly Staged[] {
  const keys = inSlot(slot, generations);
  const verifyForMs = schedule.verifyForMs[slot.use];
  return keys.flatMap((generation, index) => {
    const stage = stageOf(keys, index, { now, verifyForMs });
    return stage === undefined ? [] : [{ generation, stage }];
  });
}

/** Relies on a stable sort: within a stage the slots keep their order, so that the default algorithm comes first. */
const activeFirst = (a: Staged, b: Staged) => STAGE_ORDER[a.stage] - STAGE_ORDER[b.stage];

function signingKeyOf({ generation, stage }: Staged): SigningKey {
  const { kid, slot, privateKey, publicKey } = generation;
  const { algorithm, use } = slot as Pick<SigningKey, 'algorithm' | 'use'>;
  return { kid, algorithm, use, stage, privateKey, publicKey };
}

function encryptionKeyOf({ generation: { kid, slot, privateKey }, stage }: Staged): EncryptionKey {
  return { kid, family: slot.algorithm as EncryptionKey['family'], stage, privateKey };
}

function sessionKeysOf({ kid, privateKey, publicKey, extra }: Generation): SessionKeys {
  return { kid, privateKey, publicKey, macKey: extra.subarray(0, 32), credentialKey: extra.subarray(32, 64) };
}
