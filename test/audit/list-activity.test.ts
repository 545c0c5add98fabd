import { describe, expect, test } from '@jest/globals';
import { indexAudit } from '../../src/audit/index-audit.ts';
import { openActivityList } from '../../src/audit/list-activity.ts';
import { trimAudit } from '../../src/audit/trim-audit.ts';
import type { Activity } from '../../src/identity/activity/activity.ts';
import type { AuditEvent } from '../../src/kernel/audit-event.ts';
import { InvalidCursorError } from '../../src/ports/collections.ts';
import { testStores } from '../keys/open-test-store.ts';
import { ACCOUNT, auditEvent, timeOf } from './audit-events.ts';
import { openAudit } from './open-audit.ts';

const newStore = testStores();
const ALICE = 'AIDAALICEALICEALICEA';
const OTHER_ACCOUNT = '999999999999';

/** A sign-in event of a person. */
function signIn(number: number, given: Partial<AuditEvent> = {}): AuditEvent {
  return auditEvent(number, {
    eventSource: 'sign-in',
    eventName: 'PasswordSignIn',
    actor: { type: 'User', accountId: ACCOUNT, principalId: ALICE },
    userAgent: 'Browser/1.0',
    authentication: { method: 'password', mfa: false },
    resources: ['example-app'],
    request: {},
    ...given,
  });
}

const failure = (number: number, given: Partial<AuditEvent> = {}) =>
  signIn(number, { outcome: 'refused', errorCode: 'credentials', ...given });

/** An event by which an administrator changes something of Alice. */
const byAdministrator = (number: number, given: Partial<AuditEvent> = {}) =>
  auditEvent(number, { eventName: 'UpdateLoginProfile', people: [ALICE], ...given });

async function opened(days = 1) {
  const store = await newStore();
  const audit = openAudit(store);
  const list = openActivityList(audit, { now: () => timeOf(0) + days * 86_400_000 });
  const of = { accountId: ACCOUNT, personId: ALICE };
  /** The times of the events on each page, by number; folded failures with their count. */
  async function pages(limit: number): Promise<string> {
    const found: string[] = [];
    let after: string | undefined;
    do {
      const page = await list({ ...of, limit, after });
      expect(page.items.length).toBeLessThanOrEqual(limit);
      found.push(page.items.map(shown).join());
      after = page.next;
    } while (after !== undefined);
    return found.join('|');
  }
  return { store, audit, list, of, pages };
}

const numberOf = (time: number): number => (time - timeOf(0)) / 1000;

function shown({ at, failures }: Activity): string {
  if (failures === undefined) return `${numberOf(at)}`;
  return `${numberOf(failures.since)}-${numberOf(at)}×${failures.count}${failures.isMore ? '+' : ''}`;
}

describe('activity of a person', () => {
  test('is what the person did and what was done to them, newest first, and nothing else', async () => {
    const { audit, list, of } = await opened();
    await audit.record(signIn(0));
    await audit.record(byAdministrator(1));
    // Others, kinds that concern nobody, a renewed token, and a refused change.
    await audit.record(signIn(2, { actor: { type: 'User', principalId: 'AIDABOB' } }));
    await audit.record(auditEvent(3, { actor: { type: 'User', principalId: ALICE } }));
    await audit.record(signIn(4, { eventName: 'IssueTokens', request: { grantType: 'refresh_token' } }));
    await audit.record(byAdministrator(5, { outcome: 'denied' }));
    await audit.record(signIn(6, { eventName: 'IssueTokens', request: { grantType: 'authorization_code' } }));
    const { items } = await list({ ...of, limit: 10 });
    expect(items).toEqual([
      {
        eventId: signIn(6).eventId,
        kind: 'app-opened',
        at: timeOf(6),
        by: 'self',
        sourceIp: '192.0.2.1',
        userAgent: 'Browser/1.0',
        appId: 'example-app',
      },
      { eventId: byAdministrator(1).eventId, kind: 'password-reset', at: timeOf(1), by: 'administrator' },
      expect.objectContaining({ kind: 'password-accepted', at: timeOf(0), by: 'self' }),
    ]);
  });

  test('an entry of the index is written with the block, and only for blocks that have such events', async () => {
    const { audit } = await opened();
    await Promise.all([audit.record(signIn(0)), audit.record(failure(1)), audit.record(auditEvent(2))]);
    await audit.record(auditEvent(3));
    const [first, ...blocks] = (await audit.blocks.find('key', [ACCOUNT])).items;
    expect(blocks).toHaveLength(1);
    expect((await audit.index.find('key', [])).items).toEqual([
      { accountId: ACCOUNT, blockId: first?.blockId, terms: [`person/${ALICE}`, `failure/${ALICE}`] },
    ]);
    expect((await audit.verify()).faults).toEqual([]);
  });

  test('an event is not acknowledged if its entry cannot be written', async () => {
    const { store, of, list } = await opened();
    const { collections } = store;
    const broken = openAudit({
      ...store,
      collections: {
        ...collections,
        open(declaration) {
          const collection = collections.open(declaration);
          return declaration.name === 'audit-index'
            ? { ...collection, insertMany: () => Promise.reject(new Error('no index')) }
            : collection;
        },
      },
    });
    await expect(broken.record(signIn(0))).rejects.toThrow('no index');
    expect(broken.unstoredEvents()).toBe(1);
    expect((await list({ ...of, limit: 10 })).items).toEqual([]);
  });

  test('retention removes entries with their blocks', async () => {
    const { audit, pages } = await opened();
    await audit.record(signIn(0));
    await audit.record(signIn(100));
    await trimAudit(audit, { from: timeOf(50) });
    expect((await audit.index.find('key', [])).items).toHaveLength(1);
    expect(await pages(10)).toBe('100');
  });

  test('goes back 90 days', async () => {
    const { audit, pages } = await opened(90);
    await audit.record(signIn(0));
    await audit.record(signIn(3600));
    expect(await pages(10)).toBe('3600,0');
    const later = openActivityList(audit, { now: () => timeOf(1) + 90 * 86_400_000 });
    expect((await later({ accountId: ACCOUNT, personId: ALICE, limit: 10 })).items).toHaveLength(1);
  });

  test('[S46] nothing of another account, or of a person whose id is part of another text', async () => {
    const { audit, list, of } = await opened();
    await audit.record(signIn(0, { accountId: OTHER_ACCOUNT, actor: { type: 'User', principalId: ALICE } }));
    await audit.record(signIn(1, { actor: { type: 'User', principalId: 'AIDABOB' }, request: { connector: ALICE } }));
    expect((await list({ ...of, limit: 10 })).items).toEqual([]);
    expect((await list({ ...of, personId: 'AIDA', limit: 10 })).items).toEqual([]);
    expect((await list({ ...of, accountId: OTHER_ACCOUNT, limit: 10 })).items).toHaveLength(1);
  });

  test('[S46] an entry that leads to the events of others shows none of them', async () => {
    const { audit, list, of } = await opened();
    await audit.record(signIn(0, { actor: { type: 'User', principalId: 'AIDABOB' }, request: { connector: ALICE } }));
    const [entry] = (await audit.index.find('key', [])).items;
    await audit.index.update([ACCOUNT, entry?.blockId ?? ''], (old) => ({ ...old, terms: [`person/${ALICE}`] }));
    expect((await list({ ...of, limit: 10 })).items).toEqual([]);
  });

  test('pages neither repeat nor leave out anything while events arrive', async () => {
    const { audit, list, of } = await opened();
    for (let n = 0; n < 30; n++) await audit.record(signIn(n));
    await Promise.all([30, 31, 32, 33].map((n) => audit.record(signIn(n))));
    const seen: number[] = [];
    let after: string | undefined;
    let late = 100;
    do {
      const page = await list({ ...of, limit: 3, after });
      seen.push(...page.items.map(({ at }) => numberOf(at)));
      after = page.next;
      await audit.record(signIn(late++));
    } while (after !== undefined);
    expect(seen).toEqual(Array.from({ length: 34 }, (_, n) => 33 - n));
  });

  test('events of several processes are one list', async () => {
    const { store, audit, pages } = await opened();
    const other = openAudit(store);
    for (let n = 0; n < 6; n += 2) {
      await audit.record(signIn(n));
      await other.record(signIn(n + 1));
    }
    expect(await pages(4)).toBe('5,4,3,2|1,0');
  });

  test('a text that is no cursor is refused', async () => {
    const { list, of } = await opened();
    await expect(list({ ...of, limit: 1, after: 'x' })).rejects.toThrow(InvalidCursorError);
  });
});

describe('failed sign-ins', () => {
  test('are folded between other activities, on pages of any size', async () => {
    const { audit, pages } = await opened();
    for (const n of [0, 1]) await audit.record(failure(n));
    await audit.record(signIn(2));
    for (const n of [3, 4, 5]) await audit.record(failure(n));
    await audit.record(signIn(6));
    await Promise.all([failure(7, { request: { count: 40 } }), signIn(8), failure(9)].map(audit.record));
    expect(await pages(20)).toBe('9-9×1,8,7-7×40,6,3-5×3,2,0-1×2');
    expect(await pages(2)).toBe('9-9×1,8|7-7×40,6|3-5×3,2|0-1×2');
    expect(await pages(3)).toBe('9-9×1,8,7-7×40|6,3-5×3,2|0-1×2');
    expect(await pages(1)).toBe('9-9×1|8|7-7×40|6|3-5×3|2|0-1×2');
  });

  test('alone, they are one row', async () => {
    const { audit, pages } = await opened();
    await audit.record(failure(0));
    await audit.record(failure(1));
    expect(await pages(5)).toBe('0-1×2');
  });

  test('a stranger who keeps failing neither hides other activities nor has all failures read', async () => {
    const { store, audit, pages } = await opened();
    await audit.record(signIn(0));
    await Promise.all(Array.from({ length: 150 }, (_, n) => audit.record(failure(n + 1))));
    for (let n = 0; n < 20; n++) await audit.record(failure(n + 200));
    await audit.record(signIn(300));
    await audit.record(failure(301));
    expect(await pages(10)).toMatch(/^301-301×1,300,\d+-219×100\+,0$/);
    expect(store).toBeDefined();
  });

  test('for a name of nobody, nothing is indexed', async () => {
    const { audit } = await opened();
    await audit.record(failure(0, { actor: { type: 'Anonymous' } }));
    expect((await audit.index.find('key', [])).items).toEqual([]);
  });
});

describe('indexing a record of former versions', () => {
  test('adds missing entries, once, and leaves blocks alone that may be just written', async () => {
    const { audit, pages } = await opened();
    for (let n = 0; n < 4; n++) await audit.record(signIn(n));
    await audit.record(auditEvent(4));
    const { items } = await audit.index.find('key', []);
    for (const { accountId, blockId } of items) await audit.index.remove([accountId, blockId]);
    expect(await pages(10)).toBe('');
    const range = { from: timeOf(1), until: timeOf(3) };
    expect(await indexAudit(audit, range)).toEqual({ blocks: 2, added: 2 });
    expect(await pages(10)).toBe('2,1');
    expect(await indexAudit(audit, { from: 0, until: timeOf(100) })).toEqual({ blocks: 5, added: 2 });
    expect((await audit.index.find('key', [])).items).toEqual(items);
  });
});
