import { hkdfSync } from 'node:crypto';
import * as z from 'zod';
import type { Random } from '../kernel/random.ts';
import { type Collection, type CollectionDeclaration, DuplicateKeyError } from '../ports/collections.ts';
import type { Sealer } from './key-ring.ts';

const installationSecretShape = z.object({ name: z.string(), sealedSecret: z.string(), createdAt: z.number() });
export type InstallationSecret = z.infer<typeof installationSecretShape>;

/** What stays the same for the life of the installation: one secret, from which one per purpose is derived. */
export const installationSecrets: CollectionDeclaration<InstallationSecret> = {
  name: 'installation-secrets',
  shape: installationSecretShape,
  key: ['name'],
  unique: {},
  indexes: {},
};

const MASTER = 'master';
const SECRET_BYTES = 32;
const BOUND_TO = `installation secret ${MASTER}`;

export interface InstallationSecretDependencies {
  readonly collection: Collection<InstallationSecret>;
  readonly sealer: Sealer;
  readonly random: Random;
  readonly now: number;
}

/** The master secret, made where it is not there; of several processes at once one makes it. */
export async function loadMasterSecret(dependencies: InstallationSecretDependencies): Promise<Buffer> {
  const { collection, sealer, random, now } = dependencies;
  const stored = await collection.get([MASTER]);
  if (stored !== undefined) return sealer.open(stored.sealedSecret, BOUND_TO);
  const sealedSecret = sealer.seal(random.bytes(SECRET_BYTES), BOUND_TO);
  try {
    await collection.insert({ name: MASTER, sealedSecret, createdAt: now });
  } catch (error) {
    if (!(error instanceof DuplicateKeyError)) throw error;
  }
  const made = await collection.get([MASTER]);
  if (made === undefined) throw new Error('the installation secret went away while it was made');
  return sealer.open(made.sealedSecret, BOUND_TO);
}

/** The secret of one purpose: HKDF-SHA256 (RFC 5869) of the master, 32 bytes. */
export function deriveSecret(master: Uint8Array, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', master, '', `rolecall ${purpose}`, SECRET_BYTES));
}
