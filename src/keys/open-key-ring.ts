import type { Clock } from '../kernel/clock.ts';
import type { Random } from '../kernel/random.ts';
import type { CollectionStore } from '../ports/collections.ts';
import type { Ephemeral } from '../ports/ephemeral.ts';
import { deriveSecret } from './installation-secret.ts';
import { KEY_ENCRYPTION_KEY_BYTES } from './key-encryption-key.ts';
import type { KeyRing, SigningKey } from './key-ring.ts';
import { KEY_SLOTS } from './key-slot.ts';
import { type KeyStore, openKeyStore } from './key-store.ts';
import { createLiveView, type LiveView } from './live-view.ts';
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

export interface RotateOptions {
  /** Absent: all keys. */
  readonly use?: SigningKey['use'];
  readonly leadMs?: number;
}

/** A key ring with its upkeep. */
export interface OpenKeyRing extends KeyRing {
  /** Reads the stored keys anew, makes those that are due, removes those that are dropped. Done in the background too. */
  maintain(): Promise<void>;
  /**
   * Rotates ahead of the schedule, for example because a key may have leaked: the new keys sign after `leadMs` (default 2000,
   * in which every process hears of them). The old ones verify for their time yet.
   */
  rotate(options?: RotateOptions): Promise<void>;
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
  const secret = secretsOf(await store.masterSecret());
  const view = createLiveView({ clock, schedule, generations: store.generations, onFault });
  const upkeep = keyUpkeep({ store, view, clock, feed });

  const inBackground = (work: () => Promise<void>) => () => void work().catch(onFault);
  const stopHearing = feed?.subscribe(TOPIC, inBackground(upkeep.reload), inBackground(upkeep.reload));
  const timer = setInterval(inBackground(upkeep.maintain), POLL_MS);
  timer.unref();

  const { maintain, rotate, rotateDataKey, rewrapDataKeys } = upkeep;
  return {
    sealer: store.sealer,
    activeSessionKeys: () => view.current().activeSession,
    sessionKeys: (kid) => view.current().sessions.get(kid),
    oidcSigningKeys: () => view.current().oidc,
    publicJwks: () => view.current().jwks,
    secret,
    onChange: view.onChange,
    maintain,
    rotate,
    rotateDataKey,
    rewrapDataKeys,
    close() {
      clearInterval(timer);
      stopHearing?.();
      view.close();
    },
  };
}

interface UpkeepDependencies {
  readonly store: KeyStore;
  readonly view: LiveView;
  readonly clock: Clock;
  readonly feed: Pick<Ephemeral, 'publish'> | undefined;
}

/** What changes the keys, one change after the other: an older reading never comes in over a newer one. */
function keyUpkeep({ store, view, clock, feed }: UpkeepDependencies) {
  let last: Promise<void> = Promise.resolve();
  function serially(work: () => Promise<void>): Promise<void> {
    last = last.then(work, work);
    return last;
  }

  const reload = () =>
    serially(async () => {
      await store.load();
      view.refresh();
    });

  /** Changes the stored keys, then tells the others if they were changed. */
  const change = (work: () => Promise<boolean>) =>
    serially(async () => {
      await store.load();
      const isChanged = await work();
      await store.load();
      view.refresh();
      if (isChanged) await feed?.publish(TOPIC, 'changed');
    });

  return {
    reload,
    maintain: () => change(store.advance),
    rotate: ({ use, leadMs = DEFAULT_LEAD_MS }: RotateOptions = {}) =>
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
    rewrapDataKeys: (keyEncryptionKey: Buffer) =>
      serially(async () => {
        requireKeyEncryptionKey(keyEncryptionKey);
        await store.rewrapDataKeys(keyEncryptionKey);
      }),
  };
}

function secretsOf(master: Buffer): (purpose: string) => Buffer {
  const secrets = new Map<string, Buffer>();
  return (purpose) => {
    const secret = secrets.get(purpose) ?? deriveSecret(master, purpose);
    secrets.set(purpose, secret);
    return secret;
  };
}

function requireKeyEncryptionKey(key: Buffer): void {
  if (key.length !== KEY_ENCRYPTION_KEY_BYTES) throw new TypeError('the key-encryption key must have 32 bytes');
}
