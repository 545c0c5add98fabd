import type { IncomingMessage } from 'node:http';
import type { Adapter, AdapterPayload, ClientMetadata } from 'oidc-provider';
import { namedGrant, type RecordName, recordsOfCookies } from './features/read-ahead.ts';
import { sayUnavailable } from './features/unavailable.ts';
import { pendingKey } from './interactions/pending-sign-in.ts';
import type { OidcProviderLibrary } from './load-oidc-provider.ts';
import type { RequestStore } from './request-store.ts';

/** Whatever lives as long as a grant, and ends with it. */
const OF_GRANT = new Set(['AccessToken', 'AuthorizationCode', 'RefreshToken', 'DeviceCode']);
/** What names its grant in its id. */
const NAMES_GRANT = new Set(['AuthorizationCode', 'RefreshToken']);
/** What is listed under the person that it is of, to be reviewed and ended. */
const OF_PERSON = new Set(['Grant', 'Session']);
/** What is kept of a used refresh token, so that whoever comes with it once more ends its grant (RFC 9700 §4.14.2). */
const KEPT_OF_USED = ['iat', 'exp', 'clientId', 'accountId', 'grantId', 'scope', 'jkt', 'x5t#S256', 'loginGeneration'];
/** Stays as long as anything of oidc-provider without an end of its own: nothing here has none. */
const LONGEST_MS = 400 * 24 * 3_600_000;
/** Entries outlive what they hold by the clock tolerance, or it would never be reached. */
const TOLERANCE_MS = 15_000;

interface CodeOfSession {
  readonly sessionUid?: string;
  readonly sessionId?: string;
}

export interface AdapterDependencies {
  readonly requests: Pick<RequestStore, 'ephemeral' | 'replaceLater'>;
  readonly findClient: (clientId: string) => Promise<ClientMetadata | undefined>;
  readonly library: OidcProviderLibrary;
}

const entryKey = (model: string, id: string): string => `oidc/${model}/${id}`;
/** A set for each model: that of the access tokens ends with the last of them, long before the grant does. */
const grantKey = (model: string, grantId: string): string => `oidc/of-grant/${model}/${grantId}`;
const uidKey = (uid: string): string => `oidc/session-uid/${uid}`;
/** The index set of a person's grants or sessions. */
export const personKey = (model: 'Grant' | 'Session', subject: string): string => `oidc/of-person/${model}/${subject}`;

/** oidc-provider's storage over the ephemeral port: one adapter for each of its models. */
export function openAdapter(deps: AdapterDependencies): (model: string) => Adapter {
  return (model) => failingInItsWords(deps, model === 'Client' ? clientAdapter(deps) : ephemeralAdapter(model, deps));
}

function failingInItsWords({ library }: AdapterDependencies, adapter: Adapter): Adapter {
  return {
    upsert: sayUnavailable(library, adapter.upsert),
    find: sayUnavailable(library, adapter.find),
    findByUid: sayUnavailable(library, adapter.findByUid),
    findByUserCode: sayUnavailable(library, adapter.findByUserCode),
    consume: sayUnavailable(library, adapter.consume),
    destroy: sayUnavailable(library, adapter.destroy),
    revokeByGrantId: sayUnavailable(library, adapter.revokeByGrantId),
  };
}

/**
 * Reads at once all that a request's cookies name. The interaction that it may end is held: of several forms of one page that are sent at
 * once, one is gone on with, and the others find no interaction (`interactions/repeated-forms.ts` has them wait for it).
 */
export async function readAhead(
  { ephemeral, hold, remember }: RequestStore,
  request: IncomingMessage,
  toEnd: string | undefined,
): Promise<void> {
  const read = async ([model, id]: RecordName): Promise<void> => {
    if (model === 'Interaction' && id === toEnd) return await hold(entryKey(model, id), remainingMs);
    const text = await ephemeral.get(entryKey(model, id));
    if (text === undefined || model !== 'Session') return;
    const { uid } = JSON.parse(text) as AdapterPayload;
    // It is the session of that name for as long as it is there: one that follows it takes its entry away.
    if (uid !== undefined) remember(uidKey(uid), id);
  };
  const records = recordsOfCookies(request);
  // How far the sign-in of an interaction has come, the pages ask next.
  const pending = records.filter(([model]) => model === 'Interaction').map(([, id]) => ephemeral.get(pendingKey(id)));
  // All of them are waited for, also where one fails: what is held only after the request has ended is never put back.
  const done = await Promise.allSettled([...records.map(read), ...pending]);
  for (const each of done) if (each.status === 'rejected') throw each.reason;
}

/** Whether an interaction is there; while another request holds it, it is not. */
export async function hasInteraction({ ephemeral }: Pick<RequestStore, 'ephemeral'>, id: string): Promise<boolean> {
  return (await ephemeral.get(entryKey('Interaction', id))) !== undefined;
}

/** How long an entry with an end of its own is still kept. */
function remainingMs(text: string): number {
  const { exp = 0 } = JSON.parse(text) as AdapterPayload;
  return Math.max(0, exp * 1000 - Date.now()) + TOLERANCE_MS;
}

/** Clients are not written through oidc-provider: registration is off. */
function clientAdapter({ findClient }: AdapterDependencies): Adapter {
  const unused = async (): Promise<undefined> => undefined;
  return {
    find: findClient as unknown as Adapter['find'],
    upsert: unused,
    findByUid: unused,
    findByUserCode: unused,
    consume: unused,
    destroy: unused,
    revokeByGrantId: unused,
  };
}

function ephemeralAdapter(
  model: string,
  { requests, library }: Pick<AdapterDependencies, 'requests' | 'library'>,
): Adapter {
  const { ephemeral } = requests;
  const read = async (id: string): Promise<AdapterPayload | undefined> => {
    const text = await ephemeral.get(entryKey(model, id));
    return text === undefined ? undefined : { jti: id, ...(JSON.parse(text) as AdapterPayload) };
  };
  const readBy = async (index: string): Promise<AdapterPayload | undefined> => {
    const id = await ephemeral.get(index);
    return id === undefined ? undefined : read(id);
  };
  /**
   * INVARIANT: an interaction ends once, and so gives one code at most: it is ended before a session or a code is made of it, by taking it.
   * Where the request holds it (see {@link readAhead}) that costs nothing.
   */
  const endInteraction = async (id: string): Promise<void> => {
    if ((await ephemeral.take(entryKey(model, id))) === undefined) {
      throw new library.errors.SessionNotFound('it was ended already');
    }
  };
  /** Of a code that ends with the session: which entry that is now, so that both can be read at once. If it has another later, that is read then. */
  const sessionNow = (payload: AdapterPayload): CodeOfSession => {
    const sessionId = library.Provider.ctx?.oidc.session?.jti;
    return model === 'AuthorizationCode' && payload.expiresWithSession && sessionId ? { sessionId } : {};
  };
  const revokeByGrantId = async (grantId: string): Promise<void> => {
    const sets = [...OF_GRANT].map((ofGrant) => grantKey(ofGrant, grantId));
    const members = (await Promise.all(sets.map((set) => ephemeral.members(set)))).flat();
    if (members.length > 0) await ephemeral.delete([...members, ...sets]);
  };

  return {
    async upsert(id, payload, expiresIn) {
      const ttl = expiresIn === undefined ? LONGEST_MS : Math.max(0, expiresIn * 1000) + TOLERANCE_MS;
      const key = entryKey(model, id);
      const text = JSON.stringify({ ...payload, ...sessionNow(payload) });
      if (model === 'ReplayDetection') {
        // oidc-provider looks before it writes; of two at once only one may find the place empty.
        if (!(await ephemeral.setIfAbsent(key, text, ttl)))
          throw new library.errors.InvalidRequest('it was used already');
        return;
      }
      const { grantId, accountId, uid } = payload;
      const indexes: Promise<void>[] = [];
      if (OF_GRANT.has(model) && grantId) indexes.push(ephemeral.addToSet(grantKey(model, grantId), key, ttl));
      if (OF_PERSON.has(model) && accountId) {
        indexes.push(ephemeral.addToSet(personKey(model as 'Grant' | 'Session', accountId), id, ttl));
      }
      if (model === 'Session' && uid) indexes.push(ephemeral.set(uidKey(uid), id, ttl));
      // Nobody has the id before all of it is stored, so what can be found can also be found when it is to be revoked.
      await Promise.all([...indexes, ephemeral.set(key, text, ttl)]);
    },
    async find(id) {
      const grantId = NAMES_GRANT.has(model) ? namedGrant(id) : undefined;
      // The grant is asked for next, and the session that a code ends with: read along, they are at hand then.
      const [payload] = await Promise.all([read(id), grantId && ephemeral.get(entryKey('Grant', grantId))]);
      const { sessionUid, sessionId } = (payload ?? {}) as CodeOfSession;
      if (sessionUid !== undefined && sessionId !== undefined) {
        await Promise.all([ephemeral.get(uidKey(sessionUid)), ephemeral.get(entryKey('Session', sessionId))]);
      }
      return payload;
    },
    findByUid: (uid) => readBy(uidKey(uid)),
    // There is no device flow yet.
    findByUserCode: async () => undefined,
    /**
     * INVARIANT: of several who consume at once exactly one succeeds (RFC 9700 §4.5, single-use codes); the others end the
     * grant too, because the one that succeeded may be about to store tokens, which nobody could revoke any more.
     * Which it is, shows when all that the request stores is stored, and before it is answered.
     */
    async consume(id) {
      const key = entryKey(model, id);
      const text = await ephemeral.get(key);
      const payload = text === undefined ? undefined : (JSON.parse(text) as AdapterPayload);
      const lost = async (): Promise<never> => {
        if (payload?.grantId) {
          await ephemeralAdapter('Grant', { requests, library }).destroy(payload.grantId);
          await revokeByGrantId(payload.grantId);
        }
        throw new library.errors.InvalidGrant('it was used already');
      };
      if (text === undefined || payload === undefined || payload.consumed !== undefined) return await lost();
      const now = Math.floor(Date.now() / 1000);
      const used = JSON.stringify({ ...keptOfUsed(model, payload), consumed: now });
      const ttlMs = Math.max(0, (payload.exp ?? now) - now) * 1000 + TOLERANCE_MS;
      if (OF_GRANT.has(model)) await requests.replaceLater({ key, expected: text, value: used, ttlMs }, lost);
      else if (!(await ephemeral.compareAndSet(key, text, used, ttlMs))) await lost();
    },
    async destroy(id) {
      if (model === 'Interaction') return await endInteraction(id);
      const payload = await read(id);
      const keys = [entryKey(model, id)];
      if (model === 'Session' && payload?.uid && (await ephemeral.get(uidKey(payload.uid))) === id) {
        keys.push(uidKey(payload.uid));
      }
      await ephemeral.delete(keys);
      if (OF_PERSON.has(model) && payload?.accountId) {
        await ephemeral.removeFromSet(personKey(model as 'Grant' | 'Session', payload.accountId), id);
      }
      if (OF_GRANT.has(model) && payload?.grantId) {
        await ephemeral.removeFromSet(grantKey(model, payload.grantId), entryKey(model, id));
      }
    },
    revokeByGrantId,
  };
}

function keptOfUsed(model: string, payload: AdapterPayload): AdapterPayload {
  if (model !== 'RefreshToken') return payload;
  return Object.fromEntries(Object.entries(payload).filter(([name]) => KEPT_OF_USED.includes(name)));
}
