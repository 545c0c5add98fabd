import type { Clock } from '../kernel/clock.ts';
import type { Random } from '../kernel/random.ts';
import type { CollectionStore } from '../ports/collections.ts';
import type { Ephemeral } from '../ports/ephemeral.ts';
import { deriveSecret } from './installation-secret.ts';
import type { KeyRing, SigningKey } from './key-ring.ts';
import { generatePrivateKey, KEY_SLOTS, type MakePrivateKey } from './key-slot.ts';
import { type KeyStore, openKeyStore } from './key-store.ts';
import { KEY_ENCRYPTION_KEY_BYTES } from './key-text.ts';
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
  /** Default: new random keys. */
  readonly makePrivateKey?: MakePrivateKey;
  /** Told of what fails in the background: the keys in memory serve on. */
  readonly onFault?: (fault: unknown) => void;
}

export interface RotateOptions {
  /** Absent: all keys. */
  readonly use?: SigningKey['use'];
  /** From when on the new keys sign, so that every process has heard of them by then; default: 2000. */
  readonly leadMs?: number;
  /** Whether the former keys are removed at once, for when one has leaked: what they signed is refused, and the new ones sign at once. */
  readonly dropFormer?: boolean;
}

/** A key ring with its upkeep. */
export interface OpenKeyRing extends KeyRing {
  /** Reads the stored keys anew, makes those that are due, removes those that are dropped. Done in the background too. */
  maintain(): Promise<void>;
  /**
   * Rotates ahead of the schedule, for example because a key may have leaked. The former keys go on verifying for their time,
   * unless they are dropped.
   */
  rotate(options?: RotateOptions): Promise<void>;
  /** Makes a new data key, which seals new secrets 15 seconds later; old ones stay readable. */
  rotateDataKey(): Promise<void>;
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
  const { clock, schedule = DEFAULT_SCHEDULE, makePrivateKey = generatePrivateKey } = options;
  requireKeyEncryptionKey(options.keyEncryptionKey);
  const store = openKeyStore({ ...options, schedule, makePrivateKey });
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

  const { maintain, rotate, rotateDataKey } = upkeep;
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
    rotate: ({ use, leadMs = DEFAULT_LEAD_MS, dropFormer = false }: RotateOptions = {}) =>
      change(async () => {
        const slots = KEY_SLOTS.filter((slot) => use === undefined || slot.use === use);
        await Promise.all(slots.map((slot) => store.addTo(slot, clock.now() + (dropFormer ? 0 : leadMs))));
        if (!dropFormer) return true;
        await store.load();
        await Promise.all(slots.map(store.dropFormer));
        return true;
      }),
    rotateDataKey: () =>
      change(async () => {
        await store.addDataKey();
        return true;
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
