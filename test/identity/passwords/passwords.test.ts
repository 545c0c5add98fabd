import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from '@jest/globals';
import { NICENESS } from '../../../src/identity/passwords/hashing-worker.ts';
import { ARGON2_PARAMETERS, openPasswords } from '../../../src/identity/passwords/passwords.ts';

const passwords = openPasswords({ size: 2 });
afterAll(() => passwords.close());

describe('passwords', () => {
  test('[S23] are hashed with argon2id, with at least OWASP’s cost and a unique salt', async () => {
    const [first, second] = await Promise.all([passwords.hash('correct horse'), passwords.hash('correct horse')]);
    expect(first).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22,}\$[A-Za-z0-9+/]{43}$/);
    expect(first).not.toBe(second);
    expect(await passwords.verify(first, 'correct horse')).toEqual({ ok: true });
    expect(await passwords.verify(first, 'correct Horse')).toEqual({ ok: false });
  });

  test('[S23] a hash with weaker parameters is replaced when its password is used', async () => {
    const old = openPasswords({ size: 1, parameters: { ...ARGON2_PARAMETERS, memoryCost: 8192 } });
    const weak = await old.hash('correct horse');
    await old.close();
    const check = await passwords.verify(weak, 'correct horse');
    expect(check.ok).toBe(true);
    expect(check.rehash).toContain('m=19456');
    expect(await passwords.verify(check.rehash ?? '', 'correct horse')).toEqual({ ok: true });
    expect(await passwords.verify(weak, 'wrong')).toEqual({ ok: false });
  });

  test.each([
    ['of 64 characters', 'x'.repeat(64)],
    ['of 128 characters', 'é'.repeat(128)],
    ['of other scripts', 'пароль密码🔑 пробел'],
  ])('[S20] a password %s is compared completely', async (_, password) => {
    const hash = await passwords.hash(password);
    expect((await passwords.verify(hash, password)).ok).toBe(true);
    expect((await passwords.verify(hash, password.slice(0, -1))).ok).toBe(false);
    expect((await passwords.verify(hash, `${password}x`)).ok).toBe(false);
  });

  test('[S20] [SP 800-63B-4 §3.1.1.2] the same text in another Unicode form is the same password', async () => {
    const hash = await passwords.hash('caf\u00e9 \ufb01sh');
    expect((await passwords.verify(hash, 'cafe\u0301 fish')).ok).toBe(true);
  });

  test('a dummy and an unreadable hash verify nothing', async () => {
    expect(await passwords.verifyDummy('anything')).toEqual({ ok: false });
    expect(await passwords.verify('not a hash', 'anything')).toEqual({ ok: false });
  });

  test('rejects requests beyond its queue limit instead of letting them wait', async () => {
    const small = openPasswords({ size: 1, queueLimit: 2 });
    const results = await Promise.allSettled(Array.from({ length: 6 }, () => small.verifyDummy('x')));
    const refused = results.filter((result) => result.status === 'rejected');
    expect(refused).toHaveLength(3);
    expect(refused.map((result) => result.reason.code)).toEqual(Array(3).fill('ServiceUnavailable'));
    await small.close();
  });

  test('does not use Node’s shared thread pool: threads end with the pool, and waiting requests are rejected', async () => {
    const closing = openPasswords({ size: 1 });
    const waiting = closing.hash('x');
    await closing.close();
    await expect(waiting).rejects.toThrow();
    await expect(closing.hash('x')).rejects.toMatchObject({ code: 'ServiceUnavailable' });
  });

  test('are hashed at a lower priority than requests, where threads have their own priority', async () => {
    if (process.platform !== 'linux') return;
    const niceOf = (thread: string): number => {
      const fields = readFileSync(`/proc/self/task/${thread}/stat`, 'utf8')
        .replace(/^.*\) /s, '')
        .split(' ');
      return Number(fields[16]);
    };
    const own = niceOf(String(process.pid));
    await passwords.verifyDummy('x');
    const others = readdirSync('/proc/self/task').map(niceOf);
    expect(others.filter((nice) => nice === Math.min(19, NICENESS)).length).toBeGreaterThan(0);
    expect(niceOf(String(process.pid))).toBe(own);
  });
});
