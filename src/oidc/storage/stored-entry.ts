import { hash } from 'node:crypto';
import type { AdapterPayload } from 'oidc-provider';
import type { Random } from '../../kernel/random.ts';
import { decrypt, type Encryption, encrypt } from '../../keys/authenticated-encryption.ts';
import { hashedId } from '../../keys/hashed-id.ts';
import { EPHEMERAL_KEYS } from '../../ports/ephemeral-keys.ts';
import type { RequestStore } from './request-store.ts';

/**
 * How oidc-provider's records are stored, so that nobody who reads the store or a backup can sign in with them: under a hash of their id,
 * and sealed with a key derived from the id. Only the bearer knows the id, and it has 256 random bits, so a plain hash reveals nothing.
 * Sessions are found by more than their id, so for them only the id is replaced by its hash, and the record does not contain it.
 */
export interface EntryName {
  readonly model: string;
  readonly id: string;
}

/** Models whose ids give no access: a grant's id only names it, and those of used assertions and proofs are hashes already. */
const OPEN = new Set(['Grant', 'ReplayDetection']);

/** The key of a record whose hashed id is known. */
export function hashedKey(model: string, hashed: string): string {
  return EPHEMERAL_KEYS.hashedRecord.of(model, hashed);
}

/** The key of a record whose id is not secret; for other models, the key that earlier versions used. */
export function openKey({ model, id }: EntryName): string {
  return EPHEMERAL_KEYS.openRecord.of(model, id);
}

/** One record. Caches what is derived from its id, and what was opened last. */
export class StoredEntry {
  readonly #name: EntryName;
  readonly #random: Random;
  #hashed: string | undefined;
  #encryption: Encryption | undefined;
  #opened: { readonly text: string; readonly json: string } | undefined;

  constructor(name: EntryName, random: Random) {
    this.#name = name;
    this.#random = random;
  }

  /** The hash that replaces the id in the store. */
  get hashed(): string {
    this.#hashed ??= hashedId(this.#name.id);
    return this.#hashed;
  }

  get key(): string {
    const { model } = this.#name;
    return OPEN.has(model) ? openKey(this.#name) : hashedKey(model, this.hashed);
  }

  /** Seals a record for the store. */
  seal(payload: AdapterPayload): string {
    if (OPEN.has(this.#name.model)) return JSON.stringify(payload);
    const { jti: _, ...kept } = payload;
    if (this.#name.model !== 'Session') return this.#encrypt(kept);
    // The state of a sign-out may name an interaction.
    return JSON.stringify(kept.state === undefined ? kept : { ...kept, state: this.#encrypt(kept.state) });
  }

  /** Opens a stored record. @throws {Error} if it was sealed for another id. */
  open(text: string): AdapterPayload {
    const { model, id } = this.#name;
    if (model !== 'Session' && !OPEN.has(model)) {
      if (this.#opened?.text !== text) this.#opened = { text, json: this.#decrypt(text) };
      return { jti: id, ...JSON.parse(this.#opened.json) };
    }
    const payload = JSON.parse(text) as AdapterPayload;
    const state: unknown = payload.state;
    return { jti: id, ...payload, ...(typeof state === 'string' && { state: JSON.parse(this.#decrypt(state)) }) };
  }

  #encrypt(value: object): string {
    return encrypt(Buffer.from(JSON.stringify(value)), this.#keyAndContext(), this.#random).toString('base64url');
  }

  #decrypt(sealed: string): string {
    return decrypt(Buffer.from(sealed, 'base64url'), this.#keyAndContext()).toString('utf8');
  }

  /** Derived with another purpose than the hash in the entry's key, which is not secret. */
  #keyAndContext(): Encryption {
    const { model, id } = this.#name;
    this.#encryption ??= { key: hash('sha256', `seal\n${id}`, 'buffer'), context: model };
    return this.#encryption;
  }
}

export interface EntriesOfRequest {
  readonly requests: Pick<RequestStore, 'once'>;
  readonly random: Random;
}

/** The entry of a record, shared within a request. */
export function entryOf({ requests, random }: EntriesOfRequest, name: EntryName): StoredEntry {
  return requests.once(`${name.model} ${name.id}`, () => new StoredEntry(name, random));
}
