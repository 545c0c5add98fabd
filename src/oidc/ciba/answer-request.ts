import type Provider from 'oidc-provider';
import type { Client, Grant, Session } from 'oidc-provider';
import type { SignedInSession } from '../../identity/sign-in/session-validity.ts';
import type { SignedIn } from '../account-page/signed-in.ts';
import { isEndedFor } from '../client-access.ts';
import type { RequestedAccess } from '../device/requested-access.ts';
import { requestedAccess } from '../device/requested-access.ts';
import { persistSession } from '../library/browser-session.ts';
import type { OidcProviderLibrary } from '../library/load-oidc-provider.ts';
import { extendGrant } from '../library/records/extend-grant.ts';
import {
  answerBackchannelRequest,
  type BackchannelRequest,
  namesSession,
} from '../library/requests/backchannel-requests.ts';
import { sessionAcr } from '../step-up/step-up.ts';

/** What a person answers, and in which session. */
export interface Answering {
  readonly found: SignedIn;
  readonly client: Client;
  readonly request: BackchannelRequest;
}

interface AnswerDependencies {
  readonly library: OidcProviderLibrary;
  readonly provider: () => Provider;
}

/**
 * Allows a request: what the page showed is granted, and the tokens end with this session unless the app was allowed to stay signed in.
 * @returns whether the answer counts; `false` if another one came first, `undefined` if the session has ended meanwhile.
 */
export async function allowRequest(deps: AnswerDependencies, answering: Answering): Promise<boolean | undefined> {
  const { found, client, request } = answering;
  const { person, session } = found;
  const access = requestedAccess(client, request);
  const grant = await grantOf(deps.provider(), answering, access);
  const scopes = [...access.scopes, ...Object.values(access.resourceScopes).flat()];
  const isOffline = access.scopes.includes('offline_access');
  const { clientId } = client;
  session.ensureClientContainer(clientId);
  session.grantIdFor(clientId, grant.jti);
  if (isOffline) Object.assign(session.authorizationFor(clientId) ?? {}, { persistsLogout: true });
  const { amr = [], loginTs, loginGeneration, loginOrigin }: SignedInSession = session;
  // Written before the answer: a client that polls at this moment must find the session that the answer names.
  if (!(await persistSession(session))) return undefined;
  return await isStored(deps, () =>
    answerBackchannelRequest(request, {
      accountId: person.subject,
      grantId: grant.jti,
      acr: sessionAcr(session as SignedInSession, request.params),
      amr: [...amr],
      authTime: loginTs,
      scope: [...new Set(scopes)].join(' '),
      sessionUid: session.uid,
      expiresWithSession: isOffline ? undefined : true,
      sid: namesSession(client, request) ? session.sidFor(clientId) : undefined,
      loginGeneration,
      loginOrigin,
    }),
  );
}

/** Denies a request. @returns whether the answer counts; `false` if another one came first. */
export async function denyRequest(deps: AnswerDependencies, { request }: Pick<Answering, 'request'>): Promise<boolean> {
  return await isStored(deps, () =>
    answerBackchannelRequest(request, { error: 'access_denied', errorDescription: 'the user declined' }),
  );
}

async function isStored({ library }: AnswerDependencies, store: () => Promise<void>): Promise<boolean> {
  try {
    await store();
    return true;
  } catch (error) {
    if (error instanceof library.errors.InvalidRequest) return false;
    throw error;
  }
}

/** The grant that the session has for the app, or a new one, with what was asked for. */
async function grantOf(
  provider: Provider,
  { found: { person, session }, client }: Answering,
  { scopes, resourceScopes }: RequestedAccess,
): Promise<Grant> {
  const { clientId } = client;
  const known = await knownGrant(provider, session, client);
  return await extendGrant(provider, {
    known,
    accountId: person.subject,
    clientId,
    add(grant) {
      if (scopes.length > 0) grant.addOIDCScope(scopes.join(' '));
      for (const [resource, names] of Object.entries(resourceScopes)) grant.addResourceScope(resource, names.join(' '));
    },
  });
}

async function knownGrant(provider: Provider, session: Session, client: Client): Promise<Grant | undefined> {
  const grantId = session.grantIdFor(client.clientId);
  const found = grantId === undefined ? undefined : await provider.Grant.find(grantId);
  return found === undefined || isEndedFor(client, found) || found.accountId !== session.accountId ? undefined : found;
}
