import { createHash } from 'node:crypto';
import type { AdapterPayload } from 'oidc-provider';
import type { Random } from '../kernel/random.ts';
import { decrypt, type Encryption, encrypt } from '../keys/authenticated-encryption.ts';

/**
 * How oidc-provider's records are kept, so that nobody who reads the store or a backup of it can sign in: under a hash of their id, and
 * sealed with a key that is made of the id. The id is known to its bearer alone, and has 256 random bits, so a plain hash tells nothing.
 * Sessions are found by more than their id, so of them only the hash stands for the id, and they do not say it.
 */
export interface EntryName {
  readonly model: string;
  readonly id: string;
}

/** Ids that open nothing by themselves: of grants, which only name one, and of used assertions and proofs, which are hashes already. */
const OPEN = new Set(['Grant', 'ReplayDetection']);

/** What stands for an id in the store. */
export function hashedId(id: string): string {
  return createHash('sha256').update(id).digest('base64url');
}

/** The key of a record whose hashed id is known. */
export function hashedKey(model: string, hashed: string): string {
  return `oidc/hashed/${model}/${hashed}`;
}

/** The key of a record. */
export function entryKey({ model, id }: EntryName): string {
  return OPEN.has(model) ? openKey({ model, id }) : hashedKey(model, hashedId(id));
}

/** The key of a record whose id is no secret; of other models, that of versions before the hashes. */
export function openKey({ model, id }: EntryName): string {
  return `oidc/${model}/${id}`;
}

/** A record as it is stored. */
export function sealEntry(name: EntryName, payload: AdapterPayload, random: Random): string {
  const seal = (value: object): string =>
    encrypt(Buffer.from(JSON.stringify(value)), encryptionOf(name), random).toString('base64url');
  if (OPEN.has(name.model)) return JSON.stringify(payload);
  const { jti: _, ...kept } = payload;
  if (name.model !== 'Session') return seal(kept);
  // Where a sign-out goes on to may name an interaction.
  return JSON.stringify(kept.state === undefined ? kept : { ...kept, state: seal(kept.state) });
}

/** A record as it was before it was stored. @throws {Error} where it was sealed for another id. */
export function openEntry(name: EntryName, text: string): AdapterPayload {
  const open = (sealed: string): object =>
    JSON.parse(decrypt(Buffer.from(sealed, 'base64url'), encryptionOf(name)).toString('utf8'));
  if (name.model !== 'Session' && !OPEN.has(name.model)) return { jti: name.id, ...open(text) };
  const payload = JSON.parse(text) as AdapterPayload;
  const state: unknown = payload.state;
  return { jti: name.id, ...payload, ...(typeof state === 'string' && { state: open(state) }) } as AdapterPayload;
}

/** Another purpose than that of the hash in the key, which is no secret. */
function encryptionOf({ model, id }: EntryName): Encryption {
  return { key: createHash('sha256').update(`seal\n${id}`).digest(), context: model };
}
