import type Provider from 'oidc-provider';
import type { Client, Grant } from 'oidc-provider';
import type { SignedInSession } from '../../identity/sign-in/session-validity.ts';
import { BoundedCache } from '../../kernel/bounded-cache.ts';
import type { Ephemeral } from '../../ports/ephemeral.ts';
import type { LogoutNotices, SessionApps } from '../library/logout-notices.ts';
import { personKey, uidKey } from '../storage/record-keys.ts';
import { hashedKey } from '../storage/stored-entry.ts';

/** An app to which a person granted access, perhaps from several browsers. */
export interface GrantedApp {
  readonly client: Client;
  readonly grants: readonly Grant[];
  readonly scopes: readonly string[];
  /** When access was first granted, in ms since the epoch. */
  readonly since: number;
}

/** A person's grants and sessions, found through their index sets. */
export interface PersonRecords {
  apps(subject: string): Promise<readonly GrantedApp[]>;
  /** Revokes an app's grants and everything issued from them. Does nothing if there are none. */
  revoke(subject: string, clientId: string): Promise<GrantedApp | undefined>;
  /** All stored sessions of a person, including those that are over. */
  sessions(subject: string): Promise<readonly Pick<StoredSession, 'uid' | 'signedIn'>[]>;
  /** The hashed id of a session, which only its browser knows. */
  holderOf(uid: string): Promise<string | undefined>;
  /** Ends one session of a person (given by its uid). Returns whether there was one. Grants stay. */
  endSession(subject: string, uid: string): Promise<boolean>;
  /** Ends all sessions of a person except one (given by its uid). Grants stay. */
  endOtherSessions(subject: string, uid: string): Promise<void>;
  /** Notifies the apps of a person's ended sessions, once per session. */
  notifyOfEnded(subject: string, isOver: (session: SignedInSession) => boolean): Promise<void>;
  /** Performs a change that ends all sessions of a person except this one, whose apps are not notified. */
  sparing<Result>(uid: string, act: () => Promise<Result>): Promise<Result>;
}

/** A stored session. Only its bearer knows its id. */
interface StoredSession {
  readonly hashed: string;
  readonly uid: string | undefined;
  readonly apps: SessionApps;
  readonly signedIn: SignedInSession;
}

async function present<Value>(values: readonly Promise<Value | undefined>[]): Promise<Value[]> {
  return (await Promise.all(values)).filter((value) => value !== undefined);
}

function scopesOf(grants: readonly Grant[]): readonly string[] {
  const scopes = grants.flatMap((grant) => [grant.getOIDCScope(), ...Object.values(grant.resources ?? {})]);
  return [...new Set(scopes.flatMap((scope) => scope.split(' ')))].filter((scope) => scope !== '');
}

function firstOf(grants: readonly Grant[]): number {
  return Math.min(...grants.map(({ iat }) => iat ?? 0)) * 1000;
}

const MAX_NOTIFIED = 20_000;

interface PersonRecordsDependencies {
  readonly provider: () => Provider;
  readonly ephemeral: Ephemeral;
  readonly notices: LogoutNotices;
}

export function personRecords({ provider, ephemeral, notices }: PersonRecordsDependencies): PersonRecords {
  /** Sessions that survive a change in progress that ends the person's logins, by uid, with the number of such changes. */
  const spared = new Map<string, number>();
  const spare = (uid: string, times: number): void => {
    const left = (spared.get(uid) ?? 0) + times;
    if (left === 0) spared.delete(uid);
    else spared.set(uid, left);
  };
  /** Ids of sessions whose apps were notified. A new login gets a new id, so an entry never suppresses a later notice. */
  const notified = new BoundedCache<string, true>(MAX_NOTIFIED);
  const notifyOnce = (subject: string, sessions: readonly StoredSession[]): void => {
    const unnotified = sessions.filter(({ hashed }) => notified.get(hashed) === undefined);
    for (const { hashed } of unnotified) notified.set(hashed, true);
    notices.send(
      subject,
      unnotified.map((session) => session.apps),
    );
  };
  const grantsOf = async (subject: string): Promise<Grant[]> => {
    const ids = await ephemeral.members(personKey('Grant', subject));
    const grants = await present(ids.map((id) => provider().Grant.find(id)));
    return grants.filter((grant) => grant.accountId === subject);
  };
  const sessionsOf = async (subject: string): Promise<StoredSession[]> => {
    const sessions = new Map<string, StoredSession | undefined>();
    // A session that is not where it was listed may have got a new id, under which it was listed before.
    for (let isComplete = false; !isComplete; ) {
      const ids = (await ephemeral.members(personKey('Session', subject))).filter((hashed) => !sessions.has(hashed));
      const found = await Promise.all(ids.map((hashed) => findSession(hashed)));
      for (const [at, hashed] of ids.entries()) sessions.set(hashed, found[at]);
      isComplete = found.every((session) => session !== undefined);
    }
    return [...sessions.values()].filter((session) => session !== undefined);
  };
  const findSession = async (hashed: string): Promise<StoredSession | undefined> => {
    const text = await ephemeral.get(hashedKey('Session', hashed));
    if (text === undefined) return undefined;
    const session = JSON.parse(text) as SignedInSession & { uid?: string; authorizations?: SessionApps };
    return { hashed, uid: session.uid, apps: session.authorizations ?? {}, signedIn: session };
  };
  const endSession = async (subject: string, session: StoredSession): Promise<void> => {
    const { hashed, uid } = session;
    // Taken first, so that a request in progress cannot save the session; it may have given it a new id.
    const current = uid === undefined ? hashed : ((await ephemeral.take(uidKey(uid))) ?? hashed);
    await ephemeral.delete([...new Set([hashed, current])].map((each) => hashedKey('Session', each)));
    await ephemeral.removeFromSet(personKey('Session', subject), hashed);
    notifyOnce(subject, [session]);
  };
  const apps = async (subject: string): Promise<readonly GrantedApp[]> => {
    const byClient = new Map<string, Grant[]>();
    for (const grant of await grantsOf(subject)) {
      const clientId = String(grant.clientId);
      byClient.set(clientId, [...(byClient.get(clientId) ?? []), grant]);
    }
    const found = await present(
      [...byClient].map(async ([clientId, grants]) => {
        const client = await provider().Client.find(clientId);
        return client && { client, grants, scopes: scopesOf(grants), since: firstOf(grants) };
      }),
    );
    return found.sort((a, b) => b.since - a.since);
  };
  const end = async (grant: Grant): Promise<void> => {
    const { AccessToken, AuthorizationCode, BackchannelAuthenticationRequest, DeviceCode, RefreshToken } = provider();
    const models = [AccessToken, AuthorizationCode, BackchannelAuthenticationRequest, DeviceCode, RefreshToken];
    // Tokens first: otherwise a crash in between would leave tokens that no grant lists.
    await Promise.all(models.map((model) => model.revokeByGrantId(grant.jti)));
    await grant.destroy();
  };
  return {
    apps,
    sessions: sessionsOf,
    async revoke(subject, clientId) {
      const app = (await apps(subject)).find(({ client }) => client.clientId === clientId);
      await Promise.all((app?.grants ?? []).map(end));
      return app;
    },
    holderOf: (uid) => ephemeral.get(uidKey(uid)),
    async endSession(subject, uid) {
      const ended = (await sessionsOf(subject)).filter((session) => session.uid === uid);
      await Promise.all(ended.map((session) => endSession(subject, session)));
      return ended.length > 0;
    },
    async endOtherSessions(subject, uid) {
      const others = (await sessionsOf(subject)).filter((session) => session.uid !== uid);
      await Promise.all(others.map((session) => endSession(subject, session)));
    },
    async notifyOfEnded(subject, isOver) {
      // Copied before the sessions are read: a session no longer in the list is stored with the new login by then.
      const kept = new Set(spared.keys());
      const ended = (await sessionsOf(subject)).filter(
        ({ uid, signedIn }) => isOver(signedIn) && !(uid !== undefined && kept.has(uid)),
      );
      notifyOnce(subject, ended);
    },
    async sparing(uid, act) {
      spare(uid, 1);
      try {
        return await act();
      } finally {
        spare(uid, -1);
      }
    },
  };
}
