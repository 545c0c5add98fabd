import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { storedCollections } from '../../../src/app/stores/stored-collections.ts';
import { announceChanges } from '../../../src/identity/store/announce-changes.ts';
import { type ClosedAccounts, openClosedAccounts } from '../../../src/identity/store/closed-accounts.ts';
import { IdentityCache } from '../../../src/identity/store/identity-cache.ts';
import type { IdentityStore } from '../../../src/identity/store/identity-store.ts';
import { withoutClosedAccounts } from '../../../src/identity/store/without-closed-accounts.ts';
import type { Collection, CollectionStore } from '../../../src/ports/collections.ts';
import { type OpenIdentities, openIdentities } from '../../support/open-identities.ts';
import { until } from '../../support/until.ts';

const OPEN = '111111111111';
const CLOSED = '222222222222';
let offset = 0;
const clock = { now: () => Date.now() + offset };
let opened: OpenIdentities;
/** With closed accounts, and without. */
let every: IdentityStore;
let store: IdentityStore;
let closed: ClosedAccounts;
let reads = 0;
/** Up to when the feed is complete; `undefined`: as it says itself. */
let completeUntil: number | undefined;

beforeAll(async () => {
  // Of most documents, only the keys are made up.
  const anyShape = (collections: CollectionStore): CollectionStore => ({
    ...collections,
    open: (declaration) => collections.open({ ...declaration, shape: z.any() }),
  });
  opened = await openIdentities({ clock, between: anyShape });
  const { ephemeral, identities } = opened;
  every = announceChanges(identities, ephemeral);
  const feed = {
    publish: ephemeral.publish.bind(ephemeral),
    subscribe: ephemeral.subscribe.bind(ephemeral),
    completeUntil: () => completeUntil ?? ephemeral.completeUntil(),
  };
  const accounts: IdentityStore['accounts'] = {
    ...every.accounts,
    find: (index, values, options) => {
      if (index === 'byClosedAt') reads++;
      return every.accounts.find(index, values, options);
    },
  };
  closed = openClosedAccounts({ store: { accounts }, feed, clock });
  store = withoutClosedAccounts(every, closed);
  for (const accountId of [OPEN, CLOSED]) await opened.addAccount(accountId);
});
afterAll(async () => {
  closed.close();
  await opened.close();
});

const close = (accountId: string) => every.accounts.update([accountId], (old) => ({ ...old, closedAt: 1 }));
const reopen = (accountId: string) => every.accounts.update([accountId], ({ closedAt: _, ...old }) => old);

/** The collections of identities, and those of them whose documents belong to an account. */
const declared = new Map(storedCollections.map(({ declaration }) => [declaration.name, declaration]));
const OWNED = Object.keys(withoutClosedAccounts({} as IdentityStore, {} as ClosedAccounts)).filter(
  (name) => declared.get(name)?.key[0] === 'accountId',
) as (keyof IdentityStore)[];

describe('[S36] a store without closed accounts', () => {
  test('has every collection of identities', () => {
    expect(Object.keys(store).sort()).toEqual(Object.keys(every).sort());
    const others = Object.keys(every).filter((name) => !(OWNED as string[]).includes(name));
    // Those of two accounts, or of an organization.
    const shared = ['accountRequests', 'delegationRequests', 'handshakes', 'organizationPolicies', 'organizations'];
    expect(others.sort()).toEqual(shared);
  });

  test.each(OWNED.filter((name) => name !== 'accounts'))(
    '%s: documents of closed accounts do not exist',
    async (name) => {
      type Any = { readonly accountId: string; readonly path?: string };
      const [all, open] = [every[name], store[name]] as unknown as [Collection<Any>, Collection<Any>];
      const fields = declared.get(name)?.key ?? [];
      const made = (accountId: string) =>
        ({ ...Object.fromEntries(fields.map((field) => [field, `a-${accountId}`])), accountId }) as Any;
      const keyOf = (document: Any) => fields.map((field) => String(Reflect.get(document, field)));
      const [ours, theirs] = [made(OPEN), made(CLOSED)];
      const seen = async () => [
        await open.get(keyOf(theirs)),
        (await open.find('key', [])).items.map(({ accountId }) => accountId),
        (await open.find('key', [CLOSED])).items.length,
      ];
      await all.insert(ours);
      await all.insert(theirs);
      expect(await seen()).toEqual([theirs, [OPEN, CLOSED], 1]);
      await close(CLOSED);
      expect(await seen()).toEqual([undefined, [OPEN], 0]);
      expect(await open.update(keyOf(theirs), (old) => ({ ...old, path: '/' }))).toBeUndefined();
      expect(await open.remove(keyOf(theirs))).toBeUndefined();
      expect(await all.get(keyOf(theirs))).toEqual(theirs);
      await reopen(CLOSED);
      expect(await seen()).toEqual([theirs, [OPEN, CLOSED], 1]);
      await open.remove(keyOf(theirs));
      await open.remove(keyOf(ours));
      expect(await all.find('key', [])).toEqual({ items: [] });
    },
  );

  test('fills its pages, so that nobody takes a short one for the end', async () => {
    const ids = Array.from({ length: 9 }, (_, index) => `33333333333${index}`);
    for (const id of ids) await opened.addAccount(id);
    for (const id of ids.slice(0, 6)) await close(id);
    const first = await store.accounts.find('key', [], { limit: 3 });
    expect(first.items.map(({ accountId }) => accountId)).toEqual([OPEN, CLOSED, ids[6]]);
    const rest = await store.accounts.find('key', [], { limit: 3, after: first.next ?? '' });
    expect(rest.items.map(({ accountId }) => accountId)).toEqual([ids[7], ids[8]]);
    for (const id of ids) await every.accounts.remove([id]);
  });

  test('reads which accounts are closed once, and again after a change', async () => {
    await close(CLOSED);
    await store.accounts.get([OPEN]);
    const before = reads;
    for (let each = 0; each < 5; each++) await store.accounts.get([OPEN]);
    await every.accounts.update([OPEN], (old) => ({ ...old, timeZone: 'UTC' }));
    await store.accounts.get([OPEN]);
    expect(reads).toBe(before);
    await reopen(CLOSED);
    expect((await store.accounts.get([CLOSED]))?.accountId).toBe(CLOSED);
    expect(reads).toBe(before + 1);
  });

  test('while the feed is cut, a closing is noticed after half a second', async () => {
    completeUntil = 0;
    await store.accounts.get([CLOSED]);
    const silent = opened.identities.accounts;
    await silent.update([CLOSED], (old) => ({ ...old, closedAt: 1 }));
    offset += 600;
    expect(await store.accounts.get([CLOSED])).toBeUndefined();
    await silent.update([CLOSED], ({ closedAt: _, ...old }) => old);
    offset += 600;
    expect((await store.accounts.get([CLOSED]))?.accountId).toBe(CLOSED);
    completeUntil = undefined;
  });

  test('a closing that nobody announced is noticed within half a minute, also by caches', async () => {
    const cache = new IdentityCache<string>({ feed: opened.ephemeral, clock, limit: 10 });
    const load = async () => ((await store.accounts.get([CLOSED])) === undefined ? 'closed' : 'open');
    expect(await cache.get('one', load)).toBe('open');
    // As by a process that ends before it announces the change.
    await opened.identities.accounts.update([CLOSED], (old) => ({ ...old, closedAt: 1 }));
    expect(await cache.get('one', load)).toBe('open');
    offset += 31_000;
    await until(async () => (await store.accounts.get([CLOSED])) === undefined);
    expect(await cache.get('one', load)).toBe('closed');
    await reopen(CLOSED);
    cache.close();
  });

  test('what caches made of a document is dropped, whatever it depends on', async () => {
    const cache = new IdentityCache<string>({ feed: opened.ephemeral, clock, limit: 10 });
    const load = async () => ((await store.accounts.get([CLOSED])) === undefined ? 'closed' : 'open');
    expect(await cache.get('one', load)).toBe('open');
    await close(CLOSED);
    expect(await cache.get('one', load)).toBe('closed');
    await reopen(CLOSED);
    expect(await cache.get('one', load)).toBe('open');
    cache.close();
  });

  test('nothing else reads identities, but what must see closed accounts', () => {
    const grep = (pattern: string) =>
      execFileSync('grep', ['-rlE', pattern, 'src'], { encoding: 'utf8' }).trim().split('\n').sort();
    expect(grep('openIdentityStore\\(')).toEqual([
      // Commands of the operator.
      'src/app/commands/accounts/check-roots.ts',
      'src/app/commands/accounts/reopen-account.ts',
      'src/app/commands/audit/print-audit.ts',
      'src/app/commands/change-holder.ts',
      'src/app/commands/saml/roll-over-saml-key.ts',
      // Both with `withoutClosedAccounts`.
      'src/app/commands/sync-directory/with-syncs.ts',
      'src/app/commands/with-login-tests.ts',
      'src/app/compose.ts',
      'src/identity/store/identity-store.ts',
    ]);
    expect(grep('\\beveryAccount\\b')).toEqual([
      'src/app/commands/sync-directory/with-syncs.ts',
      'src/app/commands/with-login-tests.ts',
      'src/app/compose.ts',
      // For Organizations alone.
      'src/app/open-operations.ts',
    ]);
  });
});
