import { createHash } from 'node:crypto';
import type { Sealer } from '../../keys/key-ring.ts';
import type { Ephemeral } from '../../ports/ephemeral.ts';
import { EPHEMERAL_KEYS } from '../../ports/ephemeral-keys.ts';
import type { IssuedNameId } from '../answers/name-id.ts';

/** An application that got an assertion in a session, and what it calls the person and the session. */
export interface SessionApp {
  readonly accountId: string;
  readonly applicationId: string;
  readonly entityId: string;
  readonly nameId: IssuedNameId;
  readonly sessionIndex: string;
}

/** A browser's session. */
export interface SessionId {
  readonly uid: string;
  readonly subject: string;
}

/** A session with its applications. */
export interface EndedSession extends SessionId {
  readonly apps: readonly SessionApp[];
}

/** How an application names sessions that end: by person, and perhaps by session. */
export interface NamedSessions {
  readonly accountId: string;
  readonly entityId: string;
  readonly nameId: string;
  /** If empty, all of the person's. */
  readonly sessionIndexes: readonly string[];
}

/** Which applications took part in which session. */
export interface SessionApps {
  add(session: SessionId, app: SessionApp): Promise<void>;
  /** The applications of a person's session. */
  of(session: SessionId): Promise<readonly SessionApp[]>;
  /** Takes a session with its applications. Of several callers, one gets it. */
  take(uid: string): Promise<EndedSession | undefined>;
  /** The sessions that an application names. */
  named(names: NamedSessions): Promise<readonly SessionId[]>;
}

/** How often an addition is tried again if another one of the same session was faster. */
const TRIES = 20;

const hashOf = (...parts: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
const sessionKey = (uid: string): string => EPHEMERAL_KEYS.samlSession.of(hashOf(uid));
const boundTo = (uid: string): string => `saml session ${uid}`;

/** The record of a session is sealed: it says what applications call a person. */
export function openSessionApps({
  ephemeral,
  sealer,
  sessionMs,
}: {
  readonly ephemeral: Pick<Ephemeral, 'get' | 'setIfAbsent' | 'compareAndSet' | 'take' | 'addToSet' | 'members'>;
  readonly sealer: Sealer;
  /** The longest that a session can last. */
  readonly sessionMs: number;
}): SessionApps {
  const { samlSession, samlNameSessions } = EPHEMERAL_KEYS;
  // What is forgotten before the session ends could not be signed out.
  const lifetime = Math.max(samlSession.lifetime, sessionMs);
  const nameLifetime = Math.max(samlNameSessions.lifetime, sessionMs);
  const read = (uid: string, sealed: string): EndedSession =>
    JSON.parse(sealer.open(sealed, boundTo(uid)).toString('utf8')) as EndedSession;
  const seal = (session: EndedSession): string =>
    sealer.seal(Buffer.from(JSON.stringify(session)), boundTo(session.uid));
  const nameKey = ({ accountId, entityId }: Pick<SessionApp, 'accountId' | 'entityId'>, nameId: string): string =>
    samlNameSessions.of(hashOf(accountId, entityId, nameId));

  const store = async ({ uid, subject }: SessionId, app: SessionApp): Promise<boolean> => {
    const key = sessionKey(uid);
    const old = await ephemeral.get(key);
    const known = old === undefined ? undefined : read(uid, old);
    // A session keeps its uid if another person signs in to it. Of an application, only its last assertion counts in a browser.
    const others = (known?.subject === subject ? known.apps : []).filter(
      ({ applicationId }) => applicationId !== app.applicationId,
    );
    const sealed = seal({ uid, subject, apps: [...others, app] });
    return old === undefined
      ? await ephemeral.setIfAbsent(key, sealed, lifetime)
      : await ephemeral.compareAndSet(key, old, sealed, lifetime);
  };

  return {
    async add(session, app) {
      for (let tried = 0; !(await store(session, app)); tried++) {
        if (tried === TRIES) throw new Error('the SAML applications of a session could not be stored');
      }
      const member = JSON.stringify({ uid: session.uid, subject: session.subject } satisfies SessionId);
      await ephemeral.addToSet(nameKey(app, app.nameId.value), member, nameLifetime);
    },
    async of({ uid, subject }) {
      const sealed = await ephemeral.get(sessionKey(uid));
      const known = sealed === undefined ? undefined : read(uid, sealed);
      return known?.subject === subject ? known.apps : [];
    },
    async take(uid) {
      const sealed = await ephemeral.take(sessionKey(uid));
      return sealed === undefined ? undefined : read(uid, sealed);
    },
    async named({ nameId, sessionIndexes, ...app }) {
      const members = await ephemeral.members(nameKey(app, nameId));
      // Being in the set proves the name. The record only has the last one, and another tab may have got another transient one since.
      const sessions = members.map((member) => JSON.parse(member) as SessionId);
      const found = await Promise.all(
        sessions.map(async (session) => {
          const sealed = await ephemeral.get(sessionKey(session.uid));
          const known = sealed === undefined ? undefined : read(session.uid, sealed);
          const isNamed = known?.apps.some(
            (each) =>
              each.accountId === app.accountId &&
              each.entityId === app.entityId &&
              (sessionIndexes.length === 0 || sessionIndexes.includes(each.sessionIndex)),
          );
          return isNamed === true && known?.subject === session.subject ? session : undefined;
        }),
      );
      return found.filter((session) => session !== undefined);
    },
  };
}
