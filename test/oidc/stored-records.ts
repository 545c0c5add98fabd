import type { AdapterPayload } from 'oidc-provider';
import { systemRandom } from '../../src/kernel/random.ts';
import { type EntryName, StoredEntry } from '../../src/oidc/storage/stored-entry.ts';

/** The key under which a record of oidc-provider is stored. */
export function entryKey(name: EntryName): string {
  return new StoredEntry(name, systemRandom()).key;
}

/** A stored record, opened. */
export function openEntry(name: EntryName, text: string): AdapterPayload {
  return new StoredEntry(name, systemRandom()).open(text);
}
