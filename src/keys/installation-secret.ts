import { hkdfSync } from 'node:crypto';
import * as z from 'zod';
import type { Random } from '../kernel/random.ts';
import { type Collection, type CollectionDeclaration, DuplicateKeyError } from '../ports/collections.ts';
import type { Sealer } from './key-ring.ts';

const installationSecretShape = z.object({ name: z.string(), sealedSecret: z.string(), createdAt: z.number() });
export type InstallationSecret = z.infer<typeof installationSecretShape>;

/** The installation's master secret, which never changes, and from which the secrets for each purpose are derived. */
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

/** Loads the master secret, or creates it if there is none. Of several concurrent processes, one creates it. */
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
  if (made === undefined) throw new Error('the installation secret disappeared while it was being created');
  return sealer.open(made.sealedSecret, BOUND_TO);
}

/** The secret for a purpose: 32 bytes, derived from the master secret with HKDF-SHA256 (RFC 5869). */
export function deriveSecret(master: Uint8Array, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', master, '', `rolecall ${purpose}`, SECRET_BYTES));
}
