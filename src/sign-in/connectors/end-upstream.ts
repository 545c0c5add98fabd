import type { LoginRefused } from '../../federation/connectors/login-refused.ts';
import type { People } from '../../identity/credentials/people.ts';
import type { UpstreamLogins, UpstreamLogout } from '../../identity/links/upstream-logins.ts';
import type { RecordSignInEvent, RequestFacts } from '../events/sign-in-events.ts';

export interface EndUpstreamDependencies {
  readonly upstreamLogins: UpstreamLogins;
  readonly people: People;
  readonly recordEvent: RecordSignInEvent;
  /** Counts sign-outs at providers: `ok`, `nothing` if nothing here came from them, or the check that failed. */
  readonly observeLogout: (outcome: string) => void;
}

/** Where a provider's sign-out came from, for the audit log. */
export interface LogoutSource {
  readonly connector: string;
  readonly source: RequestFacts;
}

const EVENT = { name: 'UpstreamLogout', method: 'connector' } as const;

/** Ends the logins of a verified sign-out at a provider, and audits whose they were. Used by every protocol. */
export async function endUpstream(
  deps: EndUpstreamDependencies,
  { connector, source }: LogoutSource,
  logout: UpstreamLogout,
): Promise<void> {
  const users = await deps.upstreamLogins.end(logout);
  deps.observeLogout(users.length === 0 ? 'nothing' : 'ok');
  const { subject, sessionIds } = logout;
  const request = { connector, subject, sessions: sessionIds.length, ended: users.length };
  const event = { ...EVENT, outcome: 'allowed', source, request } as const;
  if (users.length === 0) return await deps.recordEvent(event);
  for (const { userId } of users) {
    await deps.recordEvent({ ...event, person: await deps.people.bySubject(userId) });
  }
}

/** Audits a sign-out at a provider whose message was refused. */
export async function refuseUpstream(
  { recordEvent, observeLogout }: Pick<EndUpstreamDependencies, 'recordEvent' | 'observeLogout'>,
  { connector, source }: LogoutSource,
  { check, detail }: LoginRefused,
): Promise<void> {
  observeLogout(check);
  await recordEvent({ ...EVENT, outcome: 'refused', source, errorCode: check, request: { connector, detail } });
}
