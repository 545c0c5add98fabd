import type { Clock } from '../../kernel/clock.ts';
import type { Ephemeral } from '../../ports/ephemeral.ts';
import { type Account, accounts, type StoredBranding } from '../documents/account.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import { openKeptLists } from '../store/kept-lists.ts';
import { type BrandColors, brandColors } from './brand-colors.ts';
import { logoPath } from './logo-path.ts';

/** How the pages of an account look. */
export interface Brand {
  readonly accountId: string;
  readonly name: string;
  readonly colors?: BrandColors;
  readonly logo?: {
    readonly logoId: string;
    readonly path: string;
    readonly type: string;
    readonly width: number;
    readonly height: number;
  };
}

/** The brands of all accounts at one moment. Everything is answered from memory, so that no answer takes longer than another. */
export interface BrandBook {
  /**
   * The brand of an account, by its id or alias. If there is only one account, its brand is the installation's, and shown wherever no account
   * is named. `undefined`: none; the same for an account without a brand and for an account that does not exist.
   */
  of(account: string | undefined): Brand | undefined;
}

/** The brands of all accounts. Every page needs one, so they are cached together. */
export interface Brands {
  current(): Promise<BrandBook>;
  close(): void;
}

interface BrandsDependencies {
  readonly store: Pick<IdentityStore, 'accounts'>;
  readonly feed: Pick<Ephemeral, 'subscribe' | 'completeUntil'>;
  readonly clock: Clock;
}

/** What is kept of an account. */
interface Item {
  readonly accountId: string;
  readonly alias: string | undefined;
  readonly brand: Brand | undefined;
}

const ALL = 'all';

export function openBrands({ store, feed, clock }: BrandsDependencies): Brands {
  const lists = openKeptLists<Account, Item>(
    {
      collection: store.accounts,
      name: accounts.name,
      query: () => ({ index: 'key', values: [] }),
      belongs: () => true,
      keep: ({ accountId, alias, branding }) => ({ accountId, alias, brand: branding && brandOf(accountId, branding) }),
      keyOf: ({ accountId }) => [accountId],
      positionOf: ({ accountId }) => accountId,
    },
    { feed, clock },
  );
  // The list stays the same object until an account changes.
  let last: { readonly items: readonly Item[]; readonly book: BrandBook } | undefined;
  return {
    async current() {
      const items = await lists.get(ALL);
      if (last?.items !== items) last = { items, book: bookOf(items) };
      return last.book;
    },
    close: () => lists.close(),
  };
}

function bookOf(items: readonly Item[]): BrandBook {
  const byName = new Map<string, Brand>();
  for (const { accountId, alias, brand } of items) {
    if (brand === undefined) continue;
    byName.set(accountId, brand);
    if (alias !== undefined) byName.set(alias, brand);
  }
  const [only] = items;
  const installation = items.length === 1 ? only?.brand : undefined;
  return { of: (account) => (account === undefined ? installation : (byName.get(account) ?? installation)) };
}

function brandOf(accountId: string, { displayName, color, logo }: StoredBranding): Brand {
  return {
    accountId,
    name: displayName,
    ...(color !== undefined && { colors: brandColors(color) }),
    ...(logo !== undefined && { logo: { ...logo, path: logoPath(accountId, logo.logoId) } }),
  };
}
