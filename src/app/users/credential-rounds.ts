import { Gauge, type Registry } from 'prom-client';
import type { LastUsed } from '../../identity/access-keys/last-used.ts';
import { applyCredentialPolicy } from '../../identity/credential-policy/apply-credential-policy.ts';
import type { DueCredential } from '../../identity/credential-policy/due-credentials.ts';
import { userHolder } from '../../identity/credentials/stored-holders.ts';
import type { Account, StoredCredentialPolicy } from '../../identity/documents/account.ts';
import type { User } from '../../identity/documents/user.ts';
import type { Notices } from '../../identity/notices/notices.ts';
import type { Passwords } from '../../identity/passwords/passwords.ts';
import type { IdentityStore } from '../../identity/store/identity-store.ts';
import type { RecordAuditEvent } from '../../kernel/audit-event.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Random } from '../../kernel/random.ts';
import type { Ephemeral } from '../../ports/ephemeral.ts';
import { EPHEMERAL_KEYS } from '../../ports/ephemeral-keys.ts';
import { jobEvents } from '../job-events.ts';

/** How often a process looks for accounts whose policy is to be applied. Each is at most every six hours, by one process. */
const LOOK_MS = 30 * 60_000;
/** How often the metric reads the accounts, at most. */
const COUNT_MS = 10 * 60_000;
const ACCOUNTS_AT_A_TIME = 500;
const { credentialRound: ROUND } = EPHEMERAL_KEYS;

interface RoundsDependencies {
  readonly store: Pick<IdentityStore, 'accounts' | 'users'>;
  readonly ephemeral: Pick<Ephemeral, 'get' | 'set' | 'setIfAbsent' | 'delete'>;
  readonly lastUsed: Pick<LastUsed, 'lastUse'>;
  readonly passwords: Pick<Passwords, 'hash'>;
  readonly notices: Pick<Notices, 'credentialEnds'> | undefined;
  readonly clock: Clock;
  readonly random: Random;
  readonly record: RecordAuditEvent;
  readonly registry: Registry;
  readonly onFault: (fault: unknown) => void;
}

export interface CredentialRounds {
  /** Applies the policies that are due now. */
  run(): Promise<void>;
  /** Does so again and again. */
  start(): void;
  close(): Promise<void>;
}

/** Applies the credential policies of the accounts, tells the people concerned, and audits it. */
export function openCredentialRounds(deps: RoundsDependencies): CredentialRounds {
  const { store, ephemeral, lastUsed, passwords, notices, clock, random, onFault } = deps;
  const record = recorder(deps);
  countBroken(deps);
  const closing = new AbortController();
  const { signal } = closing;
  const apply = async (account: Ruled): Promise<void> => {
    const { accountId, credentialPolicy: policy } = account;
    const mark = ROUND.of(accountId, String(policy.updatedAt));
    if (!(await ephemeral.setIfAbsent(mark, '', ROUND.lifetime))) return;
    try {
      const count = await applyCredentialPolicy(
        {
          store,
          lastUsed,
          signal,
          unknownPasswordHash: () => passwords.hash(random.bytes(32).toString('base64')),
          warned(user, due, endsAt) {
            record('WarnOfCredentialEnd', user, due, { inactiveFrom: new Date(endsAt).toISOString() });
            notices?.credentialEnds(userHolder(user), due, endsAt);
          },
          ended(user, due) {
            record(due.kind === 'password' ? 'DeactivatePassword' : 'DeactivateAccessKey', user, due);
            notices?.credentialEnds(userHolder(user), due);
          },
        },
        { account, policy, now: clock.now() },
      );
      await ephemeral.set(mark, String(count), ROUND.lifetime);
    } catch (error) {
      // The next look tries again, also that of another process.
      await ephemeral.delete([mark]);
      throw error;
    }
  };
  const round = async (): Promise<void> => {
    for await (const account of ruledAccounts(store)) {
      if (signal.aborted) return;
      await apply(account).catch((fault: unknown) => {
        if (!signal.aborted) onFault(fault);
      });
    }
  };
  let running: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  const run = (): Promise<void> => {
    running ??= round().finally(() => {
      running = undefined;
    });
    return running;
  };
  return {
    run,
    start() {
      timer = setInterval(() => void run().catch(onFault), LOOK_MS);
      timer.unref();
    },
    async close() {
      clearInterval(timer);
      closing.abort();
      await running?.catch(onFault);
    },
  };
}

type Ruled = Account & { readonly credentialPolicy: StoredCredentialPolicy };

async function* ruledAccounts({ accounts }: Pick<IdentityStore, 'accounts'>): AsyncGenerator<Ruled> {
  let after: string | undefined;
  do {
    const { items, next } = await accounts.find('byRootEmail', [], {
      limit: ACCOUNTS_AT_A_TIME,
      ...(after !== undefined && { after }),
    });
    yield* items.filter((account): account is Ruled => account.credentialPolicy !== undefined);
    after = next;
  } while (after !== undefined);
}

/** Audits what a policy does to a credential. */
function recorder(deps: RoundsDependencies) {
  const record = jobEvents(deps);
  return (eventName: string, user: User, due: DueCredential, more: Readonly<Record<string, string>> = {}): void => {
    const { accessKeyId, reason, dueAt } = due;
    const about = { reason, dueAt: new Date(dueAt).toISOString(), ...more };
    const recorded = record({
      eventName,
      accountId: user.accountId,
      resources: [userHolder(user).arn],
      people: [user.userId],
      request: accessKeyId === undefined ? about : { accessKeyId, ...about },
    });
    recorded.catch(deps.onFault);
  };
}

/** Exposes how many credentials broke the policy of their account when it was last applied. */
function countBroken({ store, ephemeral, registry, clock }: RoundsDependencies): void {
  let known: { readonly at: number; readonly count: number } | undefined;
  const count = async (): Promise<number> => {
    let sum = 0;
    for await (const { accountId, credentialPolicy } of ruledAccounts(store)) {
      sum += Number((await ephemeral.get(ROUND.of(accountId, String(credentialPolicy.updatedAt)))) ?? 0);
    }
    return sum;
  };
  new Gauge({
    name: 'rolecall_credentials_due',
    help: 'Active access keys and passwords that broke the credential policy of their account when it was last applied.',
    registers: [registry],
    aggregator: 'max',
    async collect() {
      try {
        if (known === undefined || Math.abs(clock.now() - known.at) >= COUNT_MS) {
          known = { at: clock.now(), count: await count() };
        }
        this.set(known.count);
      } catch {
        // A store that cannot be read has metrics of its own; the last number stays.
      }
    },
  });
}
