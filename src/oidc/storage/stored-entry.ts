import { hash } from 'node:crypto';
import type { AdapterPayload } from 'oidc-provider';
import type { Random } from '../../kernel/random.ts';
import { decrypt, type Encryption, encrypt } from '../../keys/authenticated-encryption.ts';
import { hashedId } from '../../keys/hashed-id.ts';
import type { RequestStore } from './request-store.ts';

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

/** The key of a record whose hashed id is known. */
export function hashedKey(model: string, hashed: string): string {
  return `oidc/hashed/${model}/${hashed}`;
}

/** The key of a record whose id is no secret; of other models, that of versions before the hashes. */
export function openKey({ model, id }: EntryName): string {
  return `oidc/${model}/${id}`;
}

/** One record: what is derived from its id is derived once, and what was opened last is not opened again. */
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

  /** What stands for the id in the store. */
  get hashed(): string {
    this.#hashed ??= hashedId(this.#name.id);
    return this.#hashed;
  }

  get key(): string {
    const { model } = this.#name;
    return OPEN.has(model) ? openKey(this.#name) : hashedKey(model, this.hashed);
  }

  /** The record as it is stored. */
  seal(payload: AdapterPayload): string {
    if (OPEN.has(this.#name.model)) return JSON.stringify(payload);
    const { jti: _, ...kept } = payload;
    if (this.#name.model !== 'Session') return this.#encrypt(kept);
    // Where a sign-out goes on to may name an interaction.
    return JSON.stringify(kept.state === undefined ? kept : { ...kept, state: this.#encrypt(kept.state) });
  }

  /** The record as it was before it was stored. @throws {Error} if it was sealed for another id. */
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

  /** The key has another purpose than the hash in the entry's key, which is no secret. */
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

/** The entry of a record, the same for as long as a request lasts. */
export function entryOf({ requests, random }: EntriesOfRequest, name: EntryName): StoredEntry {
  return requests.once(`${name.model} ${name.id}`, () => new StoredEntry(name, random));
}
