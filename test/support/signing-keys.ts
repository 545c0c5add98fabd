import { createPrivateKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { generatePrivateKey, type MakePrivateKey } from '../../src/keys/key-slot.ts';

const kept = (algorithm: string): KeyObject =>
  createPrivateKey(readFileSync(new URL(`../fixtures/signing-keys/${algorithm}.pem`, import.meta.url)));
const FIRST: ReadonlyMap<string, KeyObject> = new Map(['PS256', 'RS256', 'RSA-OAEP'].map((name) => [name, kept(name)]));

/**
 * Takes the first RSA keys of an installation from fixtures: generating them is most of what a test installation costs.
 * All other keys are new. Installations then share their RSA keys, so a test that tells them apart by such a key must not use this.
 */
export const firstRsaKeysKept: MakePrivateKey = async (slot, sequence) =>
  (sequence === 1 ? FIRST.get(slot.algorithm) : undefined) ?? generatePrivateKey(slot, sequence);
