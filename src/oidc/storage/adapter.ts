import type { Adapter, AdapterPayload, ClientMetadata } from 'oidc-provider';
import type { Random } from '../../kernel/random.ts';
import type { SignInAnswer, SignInAnswers } from '../../sign-in/sign-in-answers.ts';
import type { AnsweredInteraction } from '../library/interaction-result.ts';
import type { OidcProviderLibrary } from '../library/load-oidc-provider.ts';
import { standingOf } from '../library/records/kept-records.ts';
import { withUnavailableErrors } from '../library/store-failures.ts';
import { namesOf } from '../library/token-ids.ts';
import type { EndedInteractions } from './ended-interactions.ts';
import { grantKey, personKey, uidKey } from './record-keys.ts';
import type { RequestStore } from './request-store.ts';
import { saveAgain } from './save-again.ts';
import { entryOf, hashedKey, openKey, type StoredEntry } from './stored-entry.ts';
import type { UserCodes } from './user-codes.ts';

/** Models that end with their grant. */
const OF_GRANT = new Set([
  ...['AccessToken', 'AuthorizationCode', 'RefreshToken', 'DeviceCode'],
  'BackchannelAuthenticationRequest',
]);
/** Models that a person answers elsewhere, while their client asks whether they did. */
const ANSWERED_ELSEWHERE = new Set(['DeviceCode', 'BackchannelAuthenticationRequest']);
/** Models whose ids name their grant. */
const NAMES_GRANT = new Set(['AuthorizationCode', 'RefreshToken']);
/** Models listed under their person, so that they can be reviewed and ended. */
const OF_PERSON = new Set(['Grant', 'Session']);
/** Models that survive an upgrade, and so may still be stored in the form that earlier versions used. */
const LASTING = new Set(['Session', 'RefreshToken', 'AccessToken']);
/** The members kept of a used refresh token, so that reusing it revokes its grant (RFC 9700 §4.14.2). */
const KEPT_OF_USED = [
  ...['iat', 'exp', 'clientId', 'accountId', 'grantId', 'scope'],
  ...['jkt', 'x5t#S256', 'loginGeneration', 'loginOrigin'],
];
/** The longest lifetime. oidc-provider passes none for some models; none of ours needs that. */
const MAX_LIFETIME_MS = 400 * 24 * 3_600_000;
/** Entries outlive their records by the clock tolerance; otherwise it would have no effect. */
const TOLERANCE_MS = 15_000;
/**
 * What nobody answered is kept for a while, so that its client is told that it has expired (RFC 8628 §3.5, OpenID Connect CIBA Core 1.0
 * §11), not that it is unknown.
 */
const EXPIRED_MS = 5 * 60_000;

interface InteractionPayload extends AnsweredInteraction {
  readonly params: { readonly client_id?: string };
}

export interface AdapterDependencies {
  readonly requests: Pick<RequestStore, 'ephemeral' | 'all' | 'later' | 'once' | 'remember'>;
  readonly answers: Pick<SignInAnswers, 'of'>;
  readonly ended: Pick<EndedInteractions, 'remember'>;
  readonly userCodes: UserCodes;
  /** Completes an interaction with its answer. */
  readonly resultOf: (interaction: AnsweredInteraction, answer: SignInAnswer) => object | undefined;
  readonly findClient: (clientId: string) => Promise<ClientMetadata | undefined>;
  /** Keeps registrations. */
  readonly registrations: {
    readonly writeClient: Pick<Adapter, 'upsert' | 'destroy'>;
    readonly models: Readonly<Record<string, Adapter>>;
  };
  readonly library: OidcProviderLibrary;
  readonly random: Random;
}

/** oidc-provider's storage on the ephemeral port: one adapter for each of its models. */
export function openAdapter(deps: AdapterDependencies): (model: string) => Adapter {
  const { models } = deps.registrations;
  const adapterOf = (model: string): Adapter =>
    model === 'Client'
      ? clientAdapter(deps)
      : ((models[model] as Adapter | undefined) ?? ephemeralAdapter(model, deps));
  return (model) => withLibraryErrors(deps, adapterOf(model));
}

function withLibraryErrors({ library }: AdapterDependencies, adapter: Adapter): Adapter {
  return {
    upsert: withUnavailableErrors(library, adapter.upsert),
    find: withUnavailableErrors(library, adapter.find),
    findByUid: withUnavailableErrors(library, adapter.findByUid),
    findByUserCode: withUnavailableErrors(library, adapter.findByUserCode),
    consume: withUnavailableErrors(library, adapter.consume),
    destroy: withUnavailableErrors(library, adapter.destroy),
    revokeByGrantId: withUnavailableErrors(library, adapter.revokeByGrantId),
  };
}

/** The remaining lifetime of an entry whose record has an expiry. */
export function remainingMs({ exp = 0 }: AdapterPayload): number {
  return Math.max(0, exp * 1000 - Date.now()) + TOLERANCE_MS;
}

/**
 * The lifetime of a new entry. If its record has an expiry, that applies: then all entries of a record, and of all refresh tokens of a
 * grant, expire at the same moment, and no index must be extended for each of them.
 */
function lifetimeOf(payload: AdapterPayload, expiresIn: number | undefined): number {
  if (payload.exp !== undefined) return remainingMs(payload);
  return expiresIn === undefined ? MAX_LIFETIME_MS : Math.max(0, expiresIn * 1000) + TOLERANCE_MS;
}

/** Only registrations write clients through oidc-provider. */
function clientAdapter({ findClient, registrations }: AdapterDependencies): Adapter {
  const unused = async (): Promise<undefined> => undefined;
  return {
    ...registrations.writeClient,
    find: findClient as unknown as Adapter['find'],
    findByUid: unused,
    findByUserCode: unused,
    consume: unused,
    revokeByGrantId: unused,
  };
}

function ephemeralAdapter(model: string, deps: Omit<AdapterDependencies, 'findClient' | 'registrations'>): Adapter {
  const { requests, library, random } = deps;
  const { ephemeral } = requests;
  const entry = (id: string): StoredEntry => entryOf({ requests, random }, { model, id });
  const read = async (id: string): Promise<AdapterPayload | undefined> => {
    const text = (await ephemeral.get(entry(id).key)) ?? (await adopt(id));
    return text === undefined ? undefined : entry(id).open(text);
  };
  /** Converts a record stored by an earlier version. Of several concurrent requests, one does this; later changes by others are kept. */
  const adopt = async (id: string): Promise<string | undefined> => {
    if (!LASTING.has(model)) return undefined;
    const former = openKey({ model, id });
    const text = await ephemeral.get(former);
    if (text === undefined) return undefined;
    const payload = JSON.parse(text) as AdapterPayload;
    const ttl = remainingMs(payload);
    const { key } = entry(id);
    if (await ephemeral.setIfAbsent(key, entry(id).seal(payload), ttl))
      await requests.all(addToIndexes(id, payload, ttl));
    await ephemeral.delete([former]);
    return await ephemeral.get(key);
  };
  const personIndex = (id: string, { accountId }: AdapterPayload, ttl: number): Promise<void>[] => {
    if (!OF_PERSON.has(model) || !accountId) return [];
    const member = model === 'Session' ? entry(id).hashed : id;
    return [ephemeral.addToSet(personKey(model as 'Grant' | 'Session', accountId), member, ttl)];
  };
  const addToIndexes = (id: string, payload: AdapterPayload, ttl: number): Promise<void>[] => {
    const { grantId, uid } = payload;
    const indexes: Promise<void>[] = [];
    const { key, hashed } = entry(id);
    if (OF_GRANT.has(model) && grantId) indexes.push(ephemeral.addToSet(grantKey(model, grantId), key, ttl));
    indexes.push(...personIndex(id, payload, ttl));
    if (model === 'Session' && uid) indexes.push(ephemeral.set(uidKey(uid), hashed, ttl));
    return indexes;
  };
  /**
   * INVARIANT: an interaction ends once, and so yields at most one code: it is taken from the store before a session or code is created
   * for it. A request that continues after it has taken it already (see {@link readAhead}).
   */
  const endInteraction = async (id: string): Promise<void> => {
    const text = await ephemeral.take(entry(id).key);
    if (text === undefined) throw new library.errors.SessionNotFound('it was ended already');
    const { params } = entry(id).open(text) as InteractionPayload;
    if (params.client_id !== undefined) await deps.ended.remember(id, params.client_id);
  };
  /** Returns an interaction with the result of its answer. */
  const findAnswered = async (id: string): Promise<AdapterPayload | undefined> => {
    const [payload, answer] = await Promise.all([read(id), deps.answers.of(id)]);
    if (payload === undefined || answer === undefined) return payload;
    return { ...payload, result: deps.resultOf(payload as InteractionPayload, answer) } as AdapterPayload;
  };
  /**
   * INVARIANT: a device code or a request to a person is allowed or denied once, by one person: each change is based on the version that this
   * request has read, so of several concurrent ones exactly one is stored.
   */
  const changeAnswered = async (id: string, payload: AdapterPayload): Promise<void> => {
    const ttl = remainingMs(payload) + EXPIRED_MS;
    const { key } = entry(id);
    const before = await ephemeral.get(key);
    const text = entry(id).seal(payload);
    if (before === undefined) {
      const { userCode } = payload;
      if (userCode !== undefined && !(await deps.userCodes.add(userCode, id, ttl))) {
        throw new library.errors.TemporarilyUnavailable('the user code is taken: try again');
      }
      await ephemeral.set(key, text, ttl);
      return;
    }
    if (!(await ephemeral.compareAndSet(key, before, text, ttl))) {
      throw new library.errors.InvalidRequest('it was answered by another request');
    }
    await requests.all(addToIndexes(id, payload, ttl));
  };
  const revokeByGrantId = async (grantId: string): Promise<void> => {
    const sets = [...OF_GRANT].map((ofGrant) => grantKey(ofGrant, grantId));
    const members = (await Promise.all(sets.map((set) => ephemeral.members(set)))).flat();
    if (members.length > 0) await ephemeral.delete([...members, ...sets]);
  };

  /** Also reads what is needed next: the grant, and the session that a code ends with. If the grant cannot be read, finding it fails. */
  const readNamed = (id: string): Promise<AdapterPayload | undefined> => {
    const { grantId, session } = namesOf(id);
    const payload = read(id);
    if (grantId !== undefined) ephemeral.get(openKey({ model: 'Grant', id: grantId })).catch(() => {});
    return session === undefined ? payload : readWithSession(payload, session);
  };
  const readWithSession = async (
    reading: Promise<AdapterPayload | undefined>,
    session: string,
  ): Promise<AdapterPayload | undefined> => {
    const [payload, text] = await Promise.all([reading, ephemeral.get(hashedKey('Session', session))]);
    const uid = text === undefined ? undefined : (JSON.parse(text) as AdapterPayload).uid;
    if (uid !== undefined) requests.remember(uidKey(uid), session);
    return payload;
  };
  const findOther = model === 'Interaction' ? findAnswered : read;
  /** oidc-provider checks before it writes; of two concurrent requests, only one may find that the record does not exist. */
  const storeOnce = async (key: string, text: string, ttl: number): Promise<void> => {
    if (!(await ephemeral.setIfAbsent(key, text, ttl))) throw new library.errors.InvalidRequest('it was used already');
  };
  const again = saveAgain(deps);
  const saveKept = async (
    id: string,
    {
      payload,
      ttl,
      formerId,
    }: { readonly payload: AdapterPayload; readonly ttl: number; readonly formerId?: string | undefined },
  ): Promise<void> => {
    const changed = { entry: entry(id), payload, ttl };
    const indexes = personIndex(id, payload, ttl);
    if (model === 'Grant') await again.grant(changed);
    else if (formerId === undefined) await again.session(changed);
    else await again.renamedSession(changed, entry(formerId));
    await requests.all(indexes);
  };

  return {
    upsert(id, given, expiresIn) {
      if (ANSWERED_ELSEWHERE.has(model)) return changeAnswered(id, given);
      const { kept: payload, standing } = standingOf(given);
      const ttl = lifetimeOf(payload, expiresIn);
      if (standing.wasStored) return saveKept(id, { payload, ttl, formerId: standing.formerId });
      const { key } = entry(id);
      const text = entry(id).seal(withoutCookie(payload));
      if (model === 'ReplayDetection') return storeOnce(key, text, ttl);
      // Nobody knows the id before everything is stored, so every record that can be found can also be revoked.
      return requests.all([...addToIndexes(id, payload, ttl), ephemeral.set(key, text, ttl)]);
    },
    find: NAMES_GRANT.has(model) ? readNamed : findOther,
    /** Without its id, which the store does not know: for reading only, never to be saved. */
    async findByUid(uid) {
      const hashed = await ephemeral.get(uidKey(uid));
      const text = hashed === undefined ? undefined : await ephemeral.get(hashedKey('Session', hashed));
      return text === undefined ? undefined : (JSON.parse(text) as AdapterPayload);
    },
    async findByUserCode(userCode) {
      const id = await deps.userCodes.find(userCode);
      return id === undefined ? undefined : await read(id);
    },
    /**
     * INVARIANT: of several concurrent uses, exactly one succeeds (RFC 9700 §4.5, single-use codes). The others revoke the grant, so that
     * whatever the first one is about to store is worthless.
     */
    async consume(id) {
      const { key } = entry(id);
      const text = await ephemeral.get(key);
      const payload = text === undefined ? undefined : entry(id).open(text);
      if (text !== undefined && payload !== undefined && payload.consumed === undefined) {
        const used = entry(id).seal({ ...keptOfUsed(model, payload), consumed: Math.floor(Date.now() / 1000) });
        if (await ephemeral.compareAndSet(key, text, used, lifetimeOf(payload, 0))) return;
      }
      if (payload?.grantId) {
        await ephemeralAdapter('Grant', deps).destroy(payload.grantId);
        await revokeByGrantId(payload.grantId);
      }
      throw new library.errors.InvalidGrant('it was used already');
    },
    async destroy(id) {
      if (model === 'Interaction') return await endInteraction(id);
      const payload = await read(id);
      const { key, hashed } = entry(id);
      const keys = [key];
      if (model === 'Session' && payload?.uid) {
        // Another request may have given the session a new id.
        const current = await ephemeral.take(uidKey(payload.uid));
        if (current !== undefined && current !== hashed) keys.push(hashedKey('Session', current));
      }
      await ephemeral.delete(keys);
      if (OF_PERSON.has(model) && payload?.accountId) {
        const member = model === 'Session' ? hashed : id;
        await ephemeral.removeFromSet(personKey(model as 'Grant' | 'Session', payload.accountId), member);
      }
      if (OF_GRANT.has(model) && payload?.grantId) {
        await ephemeral.removeFromSet(grantKey(model, payload.grantId), key);
      }
    },
    revokeByGrantId,
  };
}

function keptOfUsed(model: string, payload: AdapterPayload): AdapterPayload {
  if (model !== 'RefreshToken') return payload;
  const kept: AdapterPayload = {};
  for (const name of KEPT_OF_USED) if (payload[name] !== undefined) kept[name] = payload[name];
  return kept;
}

/** An interaction names the session in which it began by its uid; the library also adds the session's id, which nothing reads. */
function withoutCookie(payload: AdapterPayload): AdapterPayload {
  const { session } = payload as { session?: { cookie?: string } };
  if (session?.cookie === undefined) return payload;
  const { cookie: _, ...named } = session;
  return { ...payload, session: named } as AdapterPayload;
}
