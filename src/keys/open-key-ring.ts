import type { Clock } from '../kernel/clock.ts';
import type { Random } from '../kernel/random.ts';
import type { CollectionStore } from '../ports/collections.ts';
import type { Ephemeral } from '../ports/ephemeral.ts';
import { deriveSecret } from './installation-secret.ts';
import { KEY_ENCRYPTION_KEY_BYTES } from './key-encryption-key.ts';
import type { KeyRing, SigningKey } from './key-ring.ts';
import { KEY_SLOTS } from './key-slot.ts';
import { openKeyStore } from './key-store.ts';
import { type KeyView, viewAt } from './key-view.ts';
import { DEFAULT_SCHEDULE, type RotationSchedule } from './rotation.ts';

export interface KeyRingOptions {
  readonly collections: CollectionStore;
  /** 32 bytes; see {@link parseKeyEncryptionKey} and {@link loadKeyEncryptionKey}. */
  readonly keyEncryptionKey: Buffer;
  readonly clock: Clock;
  readonly random: Random;
  /** By which processes tell each other of new keys; without it they learn of them at their next poll. */
  readonly feed?: Pick<Ephemeral, 'publish' | 'subscribe'>;
  readonly schedule?: RotationSchedule;
  /** Told of what fails in the background: the keys in memory serve on. */
  readonly onFault?: (fault: unknown) => void;
}

/** A key ring with its upkeep. */
export interface OpenKeyRing extends KeyRing {
  /** Reads the stored keys anew, makes those that are due, removes those that are dropped. Done in the background too. */
  maintain(): Promise<void>;
  /**
   * Rotates ahead of the schedule, for example because a key may have leaked: the new keys sign after `leadMs` (default 2000,
   * in which every process hears of them). The old ones verify for their time yet.
   */
  rotate(options?: { readonly use?: SigningKey['use']; readonly leadMs?: number }): Promise<void>;
  /** Makes a new data key, which seals new secrets 15 seconds later; old ones stay readable. */
  rotateDataKey(): Promise<void>;
  /**
   * Seals the data keys under another key-encryption key; once it resolves, starts need that one. May be repeated where it was
   * interrupted. Other processes run on, as they hold the opened keys.
   */
  rewrapDataKeys(keyEncryptionKey: Buffer): Promise<void>;
  close(): void;
}

const TOPIC = 'keys';
const POLL_MS = 5_000;
const DEFAULT_LEAD_MS = 2_000;

/**
 * Opens the keys of the installation; on an empty store they are made.
 * @throws {WrongKeyEncryptionKeyError} where the store was made with another key-encryption key.
 */
export async function openKeyRing({ feed, onFault = () => {}, ...options }: KeyRingOptions): Promise<OpenKeyRing> {
  const { clock, schedule = DEFAULT_SCHEDULE } = options;
  requireKeyEncryptionKey(options.keyEncryptionKey);
  const store = openKeyStore({ ...options, schedule });
  await store.load();
  // Only what signs must be there before the start; what comes due is made behind it.
  const isNew = KEY_SLOTS.some((slot) => !store.generations().some((each) => each.slot === slot));
  if (isNew && (await store.advance())) await feed?.publish(TOPIC, 'made');
  const master = await store.masterSecret();

  const listeners = new Set<() => void>();
  const secrets = new Map<string, Buffer>();
  let view = viewAt(clock.now(), store.generations(), schedule);

  function refreshView(): void {
    const before = view.mark;
    view = viewAt(clock.now(), store.generations(), schedule);
    if (view.mark === before) return;
    for (const hear of [...listeners]) guarded(hear);
  }

  /** The hot path: one comparison, unless a stage has just changed. */
  function current(): KeyView {
    if (clock.now() >= view.until) refreshView();
    return view;
  }

  function guarded(act: () => void): void {
    try {
      act();
    } catch (fault) {
      onFault(fault);
    }
  }

  /** One after the other, so that an older reading never comes in over a newer one. */
  let last: Promise<void> = Promise.resolve();
  function serially(work: () => Promise<void>): Promise<void> {
    last = last.then(work, work);
    return last;
  }

  const reload = () =>
    serially(async () => {
      await store.load();
      refreshView();
    });

  /** Changes the stored keys, then tells the others if they were changed. */
  const change = (work: () => Promise<boolean>) =>
    serially(async () => {
      await store.load();
      const isChanged = await work();
      await store.load();
      refreshView();
      if (isChanged) await feed?.publish(TOPIC, 'changed');
    });

  const maintain = () => change(store.advance);
  const inBackground = (work: () => Promise<void>) => () => void work().catch(onFault);
  const stopHearing = feed?.subscribe(TOPIC, inBackground(reload), inBackground(reload));
  const timer = setInterval(inBackground(maintain), POLL_MS);
  timer.unref();

  return {
    sealer: store.sealer,
    activeSessionKeys: () => current().activeSession,
    sessionKeys: (kid) => current().sessions.get(kid),
    oidcSigningKeys: () => current().oidc,
    publicJwks: () => current().jwks,
    secret(purpose) {
      const known = secrets.get(purpose);
      if (known !== undefined) return known;
      const derived = deriveSecret(master, purpose);
      secrets.set(purpose, derived);
      return derived;
    },
    onChange(hear) {
      listeners.add(hear);
      return () => void listeners.delete(hear);
    },
    maintain,
    rotate: ({ use, leadMs = DEFAULT_LEAD_MS } = {}) =>
      change(async () => {
        const slots = KEY_SLOTS.filter((slot) => use === undefined || slot.use === use);
        await Promise.all(slots.map((slot) => store.addTo(slot, clock.now() + leadMs)));
        return true;
      }),
    rotateDataKey: () =>
      change(async () => {
        await store.addDataKey();
        return true;
      }),
    rewrapDataKeys: (keyEncryptionKey) =>
      serially(async () => {
        requireKeyEncryptionKey(keyEncryptionKey);
        await store.rewrapDataKeys(keyEncryptionKey);
      }),
    close() {
      clearInterval(timer);
      stopHearing?.();
      listeners.clear();
    },
  };
}

function requireKeyEncryptionKey(key: Buffer): void {
  if (key.length !== KEY_ENCRYPTION_KEY_BYTES) throw new TypeError('the key-encryption key must have 32 bytes');
}
