import { Gauge, type Registry } from 'prom-client';
import type { Account } from '../../identity/documents/account.ts';
import { canHavePasskeys, rpIdOf } from '../../identity/passkeys/passkey-settings.ts';
import type { IdentityStore } from '../../identity/store/identity-store.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Log } from '../log/log.ts';
import type { Settings } from '../settings/settings.ts';

/** In ms. Reads every account, so not with each scrape. */
const AGAIN_AFTER = 10 * 60_000;
/** Accounts in a warning; the metric and the command have them all. */
const MOST_NAMED = 20;
const PAGE = 500;

type Accounts = Pick<IdentityStore, 'accounts'>;
type Where = Pick<Settings, 'server' | 'signIn'>;

/**
 * The accounts whose root user signs in with less than a passkey or security key that works here. Where browsers make none, with less than a
 * second factor. A root user without a password does not sign in at all.
 */
export async function* weakRoots({ accounts }: Accounts, { server, signIn }: Where): AsyncGenerator<Account> {
  const { publicUrl } = server;
  const rpId = canHavePasskeys(publicUrl) ? rpIdOf(publicUrl, signIn.passkeyRpId) : undefined;
  const isWeak = ({ closedAt, root: { passwordHash, passkeys = [], mfaDevices } }: Account): boolean => {
    if (closedAt !== undefined || passwordHash === undefined) return false;
    if (rpId === undefined) return passkeys.length + mfaDevices.length === 0;
    return passkeys.every((passkey) => passkey.rpId !== rpId);
  };
  let after: string | undefined;
  do {
    const { items, next } = await accounts.find('byRootEmail', [], {
      limit: PAGE,
      ...(after !== undefined && { after }),
    });
    yield* items.filter(isWeak);
    after = next;
  } while (after !== undefined);
}

interface RootPasskeysDependencies {
  readonly store: Accounts;
  readonly registry: Registry;
  readonly log: Pick<Log, 'warn'>;
  readonly clock: Clock;
}

/** Exposes how many root users have no passkey. @returns a function that warns of them, with the first accounts by name. */
export function openRootPasskeys(
  settings: Where,
  { store, registry, log, clock }: RootPasskeysDependencies,
): () => Promise<void> {
  let known: { readonly at: number; readonly count: number } | undefined;
  const look = async (): Promise<readonly string[]> => {
    const named: string[] = [];
    let count = 0;
    for await (const { accountId, alias } of weakRoots(store, settings)) {
      count++;
      if (named.length < MOST_NAMED) named.push(alias === undefined ? accountId : `${accountId} (${alias})`);
    }
    known = { at: clock.now(), count };
    return named;
  };
  new Gauge({
    name: 'rolecall_root_users_without_passkey',
    help: 'Accounts whose root user has no passkey or security key. Read at most every ten minutes.',
    registers: [registry],
    aggregator: 'max',
    async collect() {
      try {
        if (known === undefined || Math.abs(clock.now() - known.at) >= AGAIN_AFTER) await look();
        this.set(known?.count ?? 0);
      } catch {
        // A store that cannot be read has metrics of its own; the last number stays.
      }
    },
  });
  return async () => {
    const accounts = await look();
    if (accounts.length === 0) return;
    log.warn('root users have no passkey or security key: sign in as each of them at /sign-in/factors, and add one', {
      count: known?.count,
      accounts,
    });
  };
}
