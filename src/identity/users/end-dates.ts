import type { Clock } from '../../kernel/clock.ts';
import type { Ephemeral } from '../../ports/ephemeral.ts';
import { hasCome, type User } from '../documents/user.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import { withUserDisabled } from './disable-user.ts';

/** Announces changed end dates to all processes. */
const TOPIC = 'end-dates';
/** How often a process compares its dates with the clock. It reads the store only if one is due. */
const CHECK_MS = 250;
/** How often a process reads all dates again. They come by the feed too, so this is only a safeguard. */
const RELOAD_MS = 15 * 60_000;
const REASON = 'The end date of the user has come.';

type UserKey = Pick<User, 'accountId' | 'userId'>;
type Store = Pick<IdentityStore, 'users'>;

/** Aborts a write: the user has not ended, or another process was first. */
class NotDue extends Error {
  override readonly name = 'NotDue';
}

/** The user as its end date leaves it: disabled, with everything ended, as by an administrator. */
function withUserEnded(old: User, now: number): User {
  const { endsAt, ...rest } = old;
  if (endsAt === undefined || endsAt > now) throw new NotDue();
  return withUserDisabled(rest, { origin: 'endDate', reason: REASON, now: endsAt });
}

/** The user as it is now: ended if its end date has come, even if no process has written that yet. */
export function userAt(user: User, now: number): User {
  return hasCome(user.endsAt, now) ? withUserEnded(user, now) : user;
}

/**
 * Sets or removes the date on which a user ends. A date that has come disables the user in the same write. A later one, or none, withdraws a
 * former end; sessions that ended stay ended.
 * @returns the user after the change; `undefined` if it is gone.
 */
export async function setEndDate(
  { store, feed, now }: { readonly store: Store; readonly feed: Pick<Ephemeral, 'publish'>; readonly now: number },
  { accountId, userId }: UserKey,
  endsAt: number | undefined,
): Promise<User | undefined> {
  const changed = await store.users.update([accountId, userId], (found) => {
    // A date that has come ends the user, also if no process got to it before it was changed.
    const old = userAt(found, now);
    const { endsAt: _former, disabled, ...rest } = old;
    const { endDate: _ended, ...others } = disabled ?? {};
    const user = { ...rest, ...(Object.keys(others).length > 0 && { disabled: others }) };
    if (endsAt === undefined) return user;
    // A user who has ended already stays so without a moment in between.
    if (endsAt <= now) return withUserEnded({ ...old, endsAt }, now);
    return { ...user, endsAt };
  });
  if (changed !== undefined) await feed.publish(TOPIC, JSON.stringify({ accountId, userId, endsAt: changed.endsAt }));
  return changed;
}

interface EndDatesDependencies {
  readonly store: Store;
  readonly feed: Pick<Ephemeral, 'subscribe'>;
  readonly clock: Clock;
  /** Called in the one process that has ended the user. */
  readonly ended: (user: User) => void;
  readonly onFault: (fault: unknown) => void;
}

export interface EndDates {
  /** Reads all dates, then ends users when their date comes. */
  start(): void;
  close(): Promise<void>;
}

/** Ends users on their dates. Every process does, so that none depends on another one. */
export function openEndDates({ store, feed, clock, ended, onFault }: EndDatesDependencies): EndDates {
  const dates = new Map<string, UserKey & { readonly endsAt: number }>();
  let loadedAt: number | undefined;
  let running: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;

  const keep = ({ accountId, userId, endsAt }: UserKey & { readonly endsAt?: number | undefined }): void => {
    if (endsAt === undefined) dates.delete(userId);
    else dates.set(userId, { accountId, userId, endsAt });
  };
  const load = async (): Promise<void> => {
    for (let after: string | undefined, isMore = true; isMore; ) {
      const page = await store.users.find('byEnd', [], { limit: 500, ...(after !== undefined && { after }) });
      page.items.forEach(keep);
      after = page.next;
      isMore = after !== undefined;
    }
  };
  const end = async ({ accountId, userId }: UserKey): Promise<void> => {
    try {
      const user = await store.users.update([accountId, userId], (old) => withUserEnded(old, clock.now()));
      if (user !== undefined) ended(user);
    } catch (error) {
      if (!(error instanceof NotDue)) throw error;
    }
    dates.delete(userId);
  };
  const round = async (): Promise<void> => {
    const now = clock.now();
    if (loadedAt === undefined || now - loadedAt >= RELOAD_MS) {
      await load();
      loadedAt = now;
    }
    // One user who cannot be ended now is tried again, and does not keep the others.
    for (const date of [...dates.values()]) if (date.endsAt <= now) await end(date).catch(onFault);
  };
  const check = (): void => {
    if (running !== undefined) return;
    running = round()
      .catch(onFault)
      .finally(() => {
        running = undefined;
      });
  };
  const unsubscribe = feed.subscribe(
    TOPIC,
    (message) => keep(JSON.parse(message) as UserKey & { endsAt?: number }),
    () => {
      loadedAt = undefined;
    },
  );
  return {
    start() {
      timer = setInterval(check, CHECK_MS);
      timer.unref();
      check();
    },
    async close() {
      clearInterval(timer);
      unsubscribe();
      await running;
    },
  };
}
