import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { assumedRoleArn, iamArn, parseArn, rootArn } from '../../src/kernel/arn.ts';
import { BoundedCache } from '../../src/kernel/bounded-cache.ts';
import { accountIdOf, eventIdMaker, ID_PREFIX, makeId } from '../../src/kernel/ids.ts';
import { randomAlphanumeric, systemRandom } from '../../src/kernel/random.ts';
import { errorTable, ServiceError } from '../../src/kernel/service-error.ts';

const random = systemRandom();

describe('ids', () => {
  test('an id contains its account, whatever the random bits', () => {
    fc.assert(
      fc.property(
        fc.nat({ max: 999_999_999_999 }),
        fc.uint8Array({ minLength: 10, maxLength: 10 }),
        (account, bits) => {
          const accountId = String(account).padStart(12, '0');
          const id = makeId(ID_PREFIX.longTermAccessKey, accountId, { bytes: () => Buffer.from(bits) });
          expect(id).toMatch(/^AKIA[A-Z2-7]{16}$/);
          expect(accountIdOf(id)).toBe(accountId);
        },
      ),
    );
  });

  test('the account is where AWS has it: known id of a public example', () => {
    expect(accountIdOf('ASIAQNZGKIQY56JQ7WML')).toBe('029608264753');
  });

  test('other texts have no account', () => {
    fc.assert(
      fc.property(fc.string(), (text) => accountIdOf(text) === undefined || /^[A-Z]{4}[A-Z2-7]{16}$/.test(text)),
    );
    expect(accountIdOf('AKIA0000000000000000')).toBeUndefined();
  });

  test('ids do not repeat', () => {
    const ids = new Set(Array.from({ length: 10_000 }, () => makeId(ID_PREFIX.user, '123456789012', random)));
    expect(ids.size).toBe(10_000);
  });

  test('event ids sort by time', () => {
    const nextId = eventIdMaker(random);
    expect(nextId(1_000) < nextId(1_001)).toBe(true);
    expect(nextId(1)).toMatch(/^[0-9a-f]{32}$/);
    expect(new Set(Array.from({ length: 10_000 }, () => nextId(1))).size).toBe(10_000);
  });
});

describe('randomness', () => {
  test('bytes are returned once, in any length, across the end of the pool', () => {
    const seen = new Set<string>();
    for (let i = 0; i < 2_000; i++) seen.add(random.bytes(16).toString('hex'));
    expect(seen.size).toBe(2_000);
    expect(random.bytes(100_000)).toHaveLength(100_000);
    expect(random.bytes(0)).toHaveLength(0);
  });

  test('an alphanumeric text has the requested length; bytes that would cause bias are discarded', () => {
    expect(randomAlphanumeric(random, 200)).toMatch(/^[A-Za-z0-9]{200}$/);
    let given = 0;
    const unlucky = { bytes: (length: number) => Buffer.alloc(length, given++ === 0 ? 255 : 0) };
    expect(randomAlphanumeric(unlucky, 3)).toBe('AAA');
  });
});

describe('ARNs', () => {
  test.each([
    ['arn:aws:iam::123456789012:user/team/alice', 'user/team/alice'],
    ['arn:aws:sts::123456789012:assumed-role/r/s:with:colons', 'assumed-role/r/s:with:colons'],
  ])('%s', (text, resource) => {
    expect(parseArn(text)).toMatchObject({ partition: 'aws', accountId: '123456789012', resource });
  });

  test.each(['', 'arn', 'arn:aws:iam', 'arn:aws:iam::1', 'urn:aws:iam::1:x', 'arn::iam::1:x', 'arn:aws:::1:x'])(
    '%j is none',
    (text) => {
      expect(parseArn(text)).toBeUndefined();
    },
  );

  test('no text makes it throw', () => {
    fc.assert(fc.property(fc.string(), (text) => void parseArn(text)));
    fc.assert(fc.property(fc.array(fc.string()), (fields) => void parseArn(`arn:${fields.join(':')}`)));
  });

  test('are composed', () => {
    expect(iamArn('123456789012', 'user', '/team/', 'alice')).toBe('arn:aws:iam::123456789012:user/team/alice');
    expect(rootArn('123456789012')).toBe('arn:aws:iam::123456789012:root');
    expect(assumedRoleArn('123456789012', 'r', 's')).toBe('arn:aws:sts::123456789012:assumed-role/r/s');
  });
});

describe('a bounded cache', () => {
  test('keeps what is used, and never more than its limit', () => {
    const cache = new BoundedCache<number, number>(10);
    for (let i = 0; i < 1_000; i++) {
      cache.set(i, i);
      expect(cache.get(0)).toBe(i < 1_000 ? 0 : undefined);
      expect(cache.size).toBeLessThanOrEqual(10);
    }
    expect(cache.get(500)).toBeUndefined();
    cache.delete(0);
    expect(cache.get(0)).toBeUndefined();
    cache.clear();
    expect(cache.size).toBe(0);
  });

  test('replaces an old value', () => {
    const cache = new BoundedCache<string, number>(2);
    cache.set('a', 1);
    cache.set('a', 2);
    cache.set('b', 3);
    cache.set('a', 4);
    expect([cache.get('a'), cache.get('b'), cache.size]).toEqual([4, 3, 2]);
  });
});

describe('errors', () => {
  test('a code common to all services is given by name, any other by its row', () => {
    const { Full } = errorTable({ Full: { status: 507, recorded: true } });
    const common = new ServiceError('IncompleteSignature', 'why', { cause: 1 });
    expect(common).toMatchObject({
      code: 'IncompleteSignature',
      status: 400,
      fault: 'Sender',
      message: 'why',
      cause: 1,
    });
    expect(new ServiceError(Full, 'why')).toMatchObject({ code: 'Full', status: 507, fault: 'Receiver' });
  });

  test('[S48] a message is audited only if its row or the error says so', () => {
    const { Silent, Told } = errorTable({ Silent: { status: 400 }, Told: { status: 400, recorded: true } });
    expect(new ServiceError(Silent, 'as sent').recordedMessage).toBeUndefined();
    expect(new ServiceError(Silent, 'as sent', { recorded: 'harmless' }).recordedMessage).toBe('harmless');
    expect(new ServiceError(Told, 'of alice').recordedMessage).toBe('of alice');
  });

  test('rows of another table stay as they are', () => {
    const theirs = errorTable({ Told: { status: 409, recorded: true } });
    expect(errorTable({ ...theirs, Own: { status: 400 } })).toEqual({
      Told: { code: 'Told', status: 409, recorded: true },
      Own: { code: 'Own', status: 400, recorded: false },
    });
  });
});
