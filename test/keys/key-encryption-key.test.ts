import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { systemRandom } from '../../src/kernel/random.ts';
import { loadKeyEncryptionKey } from '../../src/keys/key-encryption-key.ts';
import { parseKeyEncryptionKey } from '../../src/keys/key-text.ts';

const key = randomBytes(32);

describe('a key-encryption key as text', () => {
  test.each([
    ['base64', key.toString('base64')],
    ['base64 without padding', key.toString('base64').replace('=', '')],
    ['base64url', key.toString('base64url')],
    ['hexadecimal', key.toString('hex')],
    ['capital hexadecimal', key.toString('hex').toUpperCase()],
    ['with a line end', `${key.toString('base64')}\n`],
  ])('%s', (_, text) => {
    expect(parseKeyEncryptionKey(text)).toEqual(key);
  });

  test.each([
    '',
    'password',
    key.toString('hex').slice(1),
    key.subarray(1).toString('base64'),
    randomBytes(33).toString('base64'),
  ])('%j is refused, and not shown', (text) => {
    expect(() => parseKeyEncryptionKey(text)).toThrow(/not 32 bytes/);
    if (text.length > 0) expect(() => parseKeyEncryptionKey(text)).not.toThrow(text);
  });
});

describe('the key file', () => {
  const parent = mkdtempSync(join(tmpdir(), 'rolecall-test-'));
  const random = systemRandom();
  afterAll(() => rmSync(parent, { recursive: true, force: true }));

  test('is created if missing, readable only by its owner, and read again', () => {
    const directory = join(parent, 'made');
    const made = loadKeyEncryptionKey({ directory, random, mayMake: true });
    expect(made).toHaveLength(32);
    expect(loadKeyEncryptionKey({ directory, random, mayMake: true })).toEqual(made);
    expect(readdirSync(directory)).toEqual(['key-encryption-key']);
    expect(statSync(join(directory, 'key-encryption-key')).mode & 0o777).toBe(0o600);
  });

  test('is not created if something is sealed under another key', () => {
    const directory = join(parent, 'lost');
    const load = () => loadKeyEncryptionKey({ directory, random, mayMake: false });
    expect(load).toThrow(/there is no key file .*lost\/key-encryption-key, .*restore it from your backup/);
    expect(existsSync(directory)).toBe(false);
    const made = loadKeyEncryptionKey({ directory, random, mayMake: true });
    expect(load()).toEqual(made);
  });

  test('that cannot be created: says where, and what to do', () => {
    const load = () => loadKeyEncryptionKey({ directory: '/sys/nowhere', random, mayMake: true });
    expect(load).toThrow(
      /the key file \/sys\/nowhere\/key-encryption-key cannot be made; .*ROLECALL_KEY_ENCRYPTION_KEY/,
    );
  });

  test('that others may read is refused with what to do', () => {
    const directory = join(parent, 'loose');
    loadKeyEncryptionKey({ directory, random, mayMake: true });
    chmodSync(join(directory, 'key-encryption-key'), 0o640);
    expect(() => loadKeyEncryptionKey({ directory, random, mayMake: true })).toThrow(/mode 640.*chmod 600/);
  });

  test('that contains no key is refused, and not replaced', () => {
    const directory = join(parent, 'broken');
    loadKeyEncryptionKey({ directory, random, mayMake: true });
    writeFileSync(join(directory, 'key-encryption-key'), 'half a k');
    expect(() => loadKeyEncryptionKey({ directory, random, mayMake: true })).toThrow(/does not hold 32 bytes/);
  });
});
