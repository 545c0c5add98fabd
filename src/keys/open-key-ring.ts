import type { Clock } from '../kernel/clock.ts';
import type { Random } from '../kernel/random.ts';
import type { CollectionStore } from '../ports/collections.ts';
import type { Ephemeral } from '../ports/ephemeral.ts';
import { deriveSecret } from './installation-secret.ts';
import type { KeyRing } from './key-ring.ts';
import { generatePrivateKey, KEY_SLOTS, type KeyUse, type MakePrivateKey } from './key-slot.ts';
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
  /** Processes use it to tell each other about new keys. Without it, they learn of them at the next poll. */
  readonly feed?: Pick<Ephemeral, 'publish' | 'subscribe'>;
  readonly schedule?: RotationSchedule;
  /** Default: new random keys. */
  readonly makePrivateKey?: MakePrivateKey;
  /** Called with errors of background work. The keys in memory stay in use. */
  readonly onFault?: (fault: unknown) => void;
}

export interface RotateOptions {
  /** Default: all keys. */
  readonly use?: KeyUse;
  /** The delay before the new keys sign, so that every process knows them by then. Default: 2000. */
  readonly leadMs?: number;
  /** Removes the old keys immediately, in case one has leaked. Tokens they signed are rejected, and the new keys sign immediately. */
  readonly dropFormer?: boolean;
}

/** A key ring with its maintenance operations. */
export interface OpenKeyRing extends KeyRing {
  /** Reloads the stored keys, creates keys that are due, and removes dropped ones. Also runs in the background. */
  maintain(): Promise<void>;
  /**
   * Rotates ahead of schedule, for example because a key may have leaked. The old keys still verify tokens for their usual time,
   * unless they are dropped.
   */
  rotate(options?: RotateOptions): Promise<void>;
  /** Creates a new data key, which seals new secrets after 15 seconds. Existing secrets stay readable. */
  rotateDataKey(): Promise<void>;
  close(): void;
}

const TOPIC = 'keys';
const POLL_MS = 5_000;
const DEFAULT_LEAD_MS = 2_000;

/**
 * Opens the keys of the installation; creates them if the store is empty.
 * @throws {WrongKeyEncryptionKeyError} if the store was created with another key-encryption key.
 */
export async function openKeyRing({ feed, onFault = () => {}, ...options }: KeyRingOptions): Promise<OpenKeyRing> {
  const { clock, schedule = DEFAULT_SCHEDULE, makePrivateKey = generatePrivateKey } = options;
  requireKeyEncryptionKey(options.keyEncryptionKey);
  const store = openKeyStore({ ...options, schedule, makePrivateKey });
  await store.load();
  // Only signing keys must exist before startup finishes. Keys that are due are created in the background.
  const isNew = KEY_SLOTS.some((slot) => !store.generations().some((each) => each.slot === slot));
  if (isNew && (await store.advance())) await feed?.publish(TOPIC, 'made');
  const secret = secretsOf(await store.masterSecret());
  const view = createLiveView({ clock, schedule, generations: store.generations, onFault });
  const maintenance = keyMaintenance({ store, view, clock, feed });

  const inBackground = (work: () => Promise<void>) => () => void work().catch(onFault);
  const unsubscribe = feed?.subscribe(TOPIC, inBackground(maintenance.reload), inBackground(maintenance.reload));
  const timer = setInterval(inBackground(maintenance.maintain), POLL_MS);
  timer.unref();

  const { maintain, rotate, rotateDataKey } = maintenance;
  return {
    sealer: store.sealer,
    activeSessionKeys: () => view.current().activeSession,
    sessionKeys: (kid) => view.current().sessions.get(kid),
    oidcSigningKeys: () => view.current().oidc,
    encryptionKeys: () => view.current().encryption,
    publicJwks: () => view.current().jwks,
    secret,
    onChange: view.onChange,
    maintain,
    rotate,
    rotateDataKey,
    close() {
      clearInterval(timer);
      unsubscribe?.();
      view.close();
    },
  };
}

interface MaintenanceDependencies {
  readonly store: KeyStore;
  readonly view: LiveView;
  readonly clock: Clock;
  readonly feed: Pick<Ephemeral, 'publish'> | undefined;
}

/** The operations that change the keys. They run one after the other, so that an older reading never replaces a newer one. */
function keyMaintenance({ store, view, clock, feed }: MaintenanceDependencies) {
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

  /** Runs a change of the stored keys, and notifies other processes if anything changed. */
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
