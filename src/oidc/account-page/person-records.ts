import type Provider from 'oidc-provider';
import type { Client, Grant } from 'oidc-provider';
import type { SignedInSession } from '../../identity/credentials/people.ts';
import { BoundedCache } from '../../kernel/bounded-cache.ts';
import type { Ephemeral } from '../../ports/ephemeral.ts';
import type { LogoutNotices, SessionApps } from '../library/logout-notices.ts';
import { personKey, uidKey } from '../storage/adapter.ts';
import { hashedKey } from '../storage/stored-entry.ts';

/** An app that a person let in, perhaps from several browsers. */
export interface GrantedApp {
  readonly client: Client;
  readonly grants: readonly Grant[];
  readonly scopes: readonly string[];
  /** Of the first grant; ms since the epoch. */
  readonly since: number;
}

/** What a person granted, and the sessions that a person has, found by their index sets. */
export interface PersonRecords {
  apps(subject: string): Promise<readonly GrantedApp[]>;
  /** Takes an app's grants back with everything that was issued from them; nothing happens where there are none. */
  revoke(subject: string, clientId: string): Promise<GrantedApp | undefined>;
  /** Ends a person's sessions but one (by its uid); what apps were granted stays. */
  endOtherSessions(subject: string, uid: string): Promise<void>;
  /** Tells the apps of those sessions of a person that are over, each session once. */
  tellOfEnded(subject: string, isOver: (session: SignedInSession) => boolean): Promise<void>;
  /** Does something that ends all sessions of a person but this one, whose apps are not told meanwhile. */
  sparing<Result>(uid: string, act: () => Promise<Result>): Promise<Result>;
}

/** A session as the store knows it: its id is its bearer's alone. */
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

const TOLD_HELD = 20_000;

interface PersonRecordsDependencies {
  readonly provider: () => Provider;
  readonly ephemeral: Ephemeral;
  readonly notices: LogoutNotices;
}

export function personRecords({ provider, ephemeral, notices }: PersonRecordsDependencies): PersonRecords {
  /** Sessions that outlive what ends their person's logins just now, by uid; a number for each time that one is spared. */
  const spared = new Map<string, number>();
  const spare = (uid: string, times: number): void => {
    const left = (spared.get(uid) ?? 0) + times;
    if (left === 0) spared.delete(uid);
    else spared.set(uid, left);
  };
  /** Ids of sessions whose apps were told. A new login gets a new id, so an entry never hides a later sign-out. */
  const told = new BoundedCache<string, true>(TOLD_HELD);
  const tellOnce = (subject: string, sessions: readonly StoredSession[]): void => {
    const untold = sessions.filter(({ hashed }) => told.get(hashed) === undefined);
    for (const { hashed } of untold) told.set(hashed, true);
    notices.send(
      subject,
      untold.map((session) => session.apps),
    );
  };
  const grantsOf = async (subject: string): Promise<Grant[]> => {
    const ids = await ephemeral.members(personKey('Grant', subject));
    const grants = await present(ids.map((id) => provider().Grant.find(id)));
    return grants.filter((grant) => grant.accountId === subject);
  };
  const sessionsOf = async (subject: string): Promise<StoredSession[]> => {
    const ids = await ephemeral.members(personKey('Session', subject));
    return present(ids.map((hashed) => findSession(hashed)));
  };
  const findSession = async (hashed: string): Promise<StoredSession | undefined> => {
    const text = await ephemeral.get(hashedKey('Session', hashed));
    if (text === undefined) return undefined;
    const session = JSON.parse(text) as SignedInSession & { uid?: string; authorizations?: SessionApps };
    return { hashed, uid: session.uid, apps: session.authorizations ?? {}, signedIn: session };
  };
  const endSession = async (subject: string, session: StoredSession): Promise<void> => {
    const { hashed, uid } = session;
    const isNamed = uid !== undefined && (await ephemeral.get(uidKey(uid))) === hashed;
    await ephemeral.delete([hashedKey('Session', hashed), ...(isNamed ? [uidKey(uid)] : [])]);
    await ephemeral.removeFromSet(personKey('Session', subject), hashed);
    tellOnce(subject, [session]);
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
    const { AccessToken, AuthorizationCode, RefreshToken } = provider();
    // Tokens first: if the grant went first, a crash in between would leave tokens that no one can list.
    await Promise.all([AccessToken, AuthorizationCode, RefreshToken].map((model) => model.revokeByGrantId(grant.jti)));
    await grant.destroy();
  };
  return {
    apps,
    async revoke(subject, clientId) {
      const app = (await apps(subject)).find(({ client }) => client.clientId === clientId);
      await Promise.all((app?.grants ?? []).map(end));
      return app;
    },
    async endOtherSessions(subject, uid) {
      const others = (await sessionsOf(subject)).filter((session) => session.uid !== uid);
      await Promise.all(others.map((session) => endSession(subject, session)));
    },
    async tellOfEnded(subject, isOver) {
      // Noted before the sessions are read: one that is no longer spared has been stored as a session of the new login.
      const kept = new Set(spared.keys());
      const ended = (await sessionsOf(subject)).filter(
        ({ uid, signedIn }) => isOver(signedIn) && !(uid !== undefined && kept.has(uid)),
      );
      tellOnce(subject, ended);
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
