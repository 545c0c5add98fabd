import type Provider from 'oidc-provider';
import type { Client, Grant, Session } from 'oidc-provider';
import type { Ephemeral } from '../../ports/ephemeral.ts';
import { personKey } from '../adapter.ts';

/** An app that a person let in. */
export interface GrantedApp {
  readonly grant: Grant;
  readonly client: Client;
  readonly scopes: readonly string[];
  /** Ms since the epoch. */
  readonly since: number;
}

/** What a person granted, and the sessions that a person has, found by their index sets. */
export interface PersonRecords {
  apps(subject: string): Promise<readonly GrantedApp[]>;
  /** Takes a grant back with everything that was issued from it; nothing happens where it is not the person's. */
  revoke(subject: string, grantId: string): Promise<GrantedApp | undefined>;
  /** Ends all sessions and takes back all grants of a person, on every process. Answers how many sessions there were. */
  endEverything(subject: string): Promise<number>;
}

async function present<Value>(values: readonly Promise<Value | undefined>[]): Promise<Value[]> {
  return (await Promise.all(values)).filter((value) => value !== undefined);
}

export function personRecords(provider: () => Provider, ephemeral: Ephemeral): PersonRecords {
  const find = async (subject: string, grantId: string): Promise<GrantedApp | undefined> => {
    const grant = await provider().Grant.find(grantId);
    if (grant === undefined || grant.accountId !== subject) return undefined;
    const client = await provider().Client.find(String(grant.clientId));
    if (client === undefined) return undefined;
    const resources = Object.values(grant.resources ?? {}).flatMap((scope) => scope.split(' '));
    const scopes = [...grant.getOIDCScope().split(' '), ...resources].filter((scope) => scope !== '');
    return { grant, client, scopes, since: (grant.iat ?? 0) * 1000 };
  };
  const apps = async (subject: string): Promise<readonly GrantedApp[]> => {
    const ids = await ephemeral.members(personKey('Grant', subject));
    const found = await present(ids.map((id) => find(subject, id)));
    return found.sort((a, b) => b.since - a.since);
  };
  const end = async ({ grant }: GrantedApp): Promise<void> => {
    const { AccessToken, AuthorizationCode, RefreshToken } = provider();
    // Tokens first: were the grant gone first, a crash between would leave tokens that nobody can list.
    await Promise.all([AccessToken, AuthorizationCode, RefreshToken].map((model) => model.revokeByGrantId(grant.jti)));
    await grant.destroy();
  };
  return {
    apps,
    async revoke(subject, grantId) {
      const app = await find(subject, grantId);
      if (app !== undefined) await end(app);
      return app;
    },
    async endEverything(subject) {
      const ids = await ephemeral.members(personKey('Session', subject));
      const sessions: Session[] = await present(ids.map((id) => provider().Session.find(id)));
      await Promise.all(sessions.map((session) => session.destroy()));
      await Promise.all((await apps(subject)).map(end));
      return sessions.length;
    },
  };
}
