import type { Clock } from '../../kernel/clock.ts';
import { hashedId } from '../../keys/hashed-id.ts';
import type { Ephemeral } from '../../ports/ephemeral.ts';
import { EPHEMERAL_KEYS } from '../../ports/ephemeral-keys.ts';
import { UNNAMED_SESSION } from '../credentials/login-origin.ts';
import type { User } from '../documents/user.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import { userKind } from '../users/user-kind.ts';
import { type EndedLogins, withLinkLoginsEnded } from './end-logins.ts';
import { linkId } from './link-id.ts';
import { upstreamSessionId } from './upstream-session-id.ts';

/** What a provider's sign-out messages will call a login. */
export interface UpstreamNames {
  readonly connectorId: string;
  readonly link: string;
  /** The provider's session (OIDC `sid`, SAML SessionIndex). */
  readonly sessionId: string | undefined;
  /** The person, if the messages name them by something other than the link's subject (OIDC `sub`, SAML NameID). */
  readonly logoutSubject: string | undefined;
}

/** A sign-out at a connector's provider, after its message was verified. */
export interface UpstreamLogout {
  readonly connectorId: string;
  /** The person there: OIDC `sub`, SAML NameID. */
  readonly subject: string | undefined;
  /** The sessions that ended; if empty, all of the subject's. */
  readonly sessionIds: readonly string[];
}

/** Which logins here came from which session at an outside provider, so that a sign-out there ends them here. */
export interface UpstreamLogins {
  /** Called at each sign-in. */
  remember(names: UpstreamNames): Promise<void>;
  /**
   * Ends the logins that came from a provider's sessions: browser sessions, tokens and role sessions, on every process within a second.
   * @returns the users whose logins ended; empty if nothing here came from these sessions.
   */
  end(logout: UpstreamLogout): Promise<readonly User[]>;
}

export interface UpstreamLoginsDependencies {
  readonly store: Pick<IdentityStore, 'users'>;
  readonly ephemeral: Ephemeral;
  readonly clock: Clock;
}

export function openUpstreamLogins({ store, ephemeral, clock }: UpstreamLoginsDependencies): UpstreamLogins {
  const { upstreamSession, upstreamSubject } = EPHEMERAL_KEYS;
  const sessionKey = (connectorId: string, sessionId: string): string =>
    upstreamSession.of(upstreamSessionId(connectorId, sessionId));
  const subjectKey = (connectorId: string, subject: string): string =>
    upstreamSubject.of(hashedId(JSON.stringify([connectorId, subject])));

  async function endLogins(link: string, ended: EndedLogins): Promise<readonly User[]> {
    const [user] = (await store.users.find('byLink', [link], { limit: 1 })).items;
    if (user === undefined) return [];
    const now = clock.now();
    const written = await store.users.update(userKind.keyOf(user), (old) =>
      withLinkLoginsEnded(old, link, { ended, now }),
    );
    return written === undefined ? [] : [written];
  }

  async function endSession(connectorId: string, sessionId: string, subjects: ReadonlySet<string> | undefined) {
    const links = await ephemeral.members(sessionKey(connectorId, sessionId));
    const session = upstreamSessionId(connectorId, sessionId);
    const meant = links.filter((link) => subjects === undefined || subjects.has(link));
    return (await Promise.all(meant.map((link) => endLogins(link, { session })))).flat();
  }

  /** The links of a subject: by the subject itself, and by what the provider called it in sign-ins. */
  async function linksOf(connectorId: string, subject: string): Promise<ReadonlySet<string>> {
    const known = await ephemeral.members(subjectKey(connectorId, subject));
    return new Set([linkId(connectorId, subject), ...known]);
  }

  return {
    async remember({ connectorId, link, sessionId, logoutSubject }) {
      const { lifetime } = upstreamSession;
      await Promise.all([
        sessionId !== undefined && ephemeral.addToSet(sessionKey(connectorId, sessionId), link, lifetime),
        logoutSubject !== undefined && ephemeral.addToSet(subjectKey(connectorId, logoutSubject), link, lifetime),
      ]);
    },
    async end({ connectorId, subject, sessionIds }) {
      const links = subject === undefined ? undefined : await linksOf(connectorId, subject);
      const ended = await Promise.all(sessionIds.map((id) => endSession(connectorId, id, links)));
      const users = ended.flat();
      if (users.length > 0 || links === undefined) return users;
      // A provider that named no session at the sign-in may name one at the sign-out.
      const rest: EndedLogins = sessionIds.length === 0 ? 'all' : { session: UNNAMED_SESSION };
      return (await Promise.all([...links].map((link) => endLogins(link, rest)))).flat();
    },
  };
}
