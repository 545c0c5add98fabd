import type { Clock } from '../../kernel/clock.ts';
import { ID_PREFIX, makeId } from '../../kernel/ids.ts';
import type { Random } from '../../kernel/random.ts';
import type { KeyRing } from '../../keys/key-ring.ts';
import type { TokenSigner } from '../../keys/token-signer.ts';
import type { Caller, SessionFacts } from './caller.ts';
import { callerOf, type SessionIdentity } from './session-identity.ts';
import { sessionSigner } from './session-token.ts';

/** Temporary credentials, as STS returns them. */
export interface TemporaryCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiration: Date;
}

/** A requested session: everything except its times and its access key. */
export type SessionRequest = DistributiveOmit<SessionIdentity, 'accessKeyId' | 'session'> & {
  readonly session: Omit<SessionFacts, 'issuedAt' | 'expiresAt'>;
};
type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

export interface MintDependencies {
  readonly keyRing: KeyRing;
  readonly signer: Pick<TokenSigner, 'sign'>;
  readonly random: Random;
  readonly clock: Clock;
  /** The `iss` of session tokens: the public URL. */
  readonly issuer: string;
}

/** Mints temporary credentials. Needs no store, so it only ever waits for the signature, and only under load. */
export type MintSession = (request: SessionRequest, durationSeconds: number) => Promise<TemporaryCredentials>;

/** Mints sessions with the currently active keys. A session begins on a whole second. */
export function mintSession({ keyRing, signer, random, clock, issuer }: MintDependencies): MintSession {
  let signingKeys = keyRing.activeSessionKeys();
  let signSession = sessionSigner({ keys: signingKeys, issuer, signer });
  return async (request, durationSeconds) => {
    const issuedAt = Math.floor(clock.now() / 1000) * 1000;
    const expiresAt = issuedAt + durationSeconds * 1000;
    const accessKeyId = makeId(ID_PREFIX.temporaryAccessKey, request.accountId, random);
    const identity = identityOf(request, accessKeyId, factsOf(request.session, issuedAt, expiresAt));
    const keys = keyRing.activeSessionKeys();
    if (keys !== signingKeys) {
      signingKeys = keys;
      signSession = sessionSigner({ keys, issuer, signer });
    }
    const { token: sessionToken, secretAccessKey } = await signSession(identity);
    return { accessKeyId, secretAccessKey, sessionToken, expiration: new Date(expiresAt) };
  };
}

/** Adds the times to a session's facts. Copies them one by one: a spread would cost as much as everything else here. */
function factsOf(asked: SessionRequest['session'], issuedAt: number, expiresAt: number): SessionFacts {
  const facts: { -readonly [Fact in keyof SessionFacts]: SessionFacts[Fact] } = {
    issuedAt,
    expiresAt,
    tags: asked.tags,
    transitiveTagKeys: asked.transitiveTagKeys,
    sessionPolicies: asked.sessionPolicies,
    sessionPolicyArns: asked.sessionPolicyArns,
  };
  if (asked.sessionPolicyIds !== undefined) facts.sessionPolicyIds = asked.sessionPolicyIds;
  if (asked.mfaAuthenticatedAt !== undefined) facts.mfaAuthenticatedAt = asked.mfaAuthenticatedAt;
  if (asked.sourceIdentity !== undefined) facts.sourceIdentity = asked.sourceIdentity;
  if (asked.federatedProvider !== undefined) facts.federatedProvider = asked.federatedProvider;
  if (asked.federatedClaims !== undefined) facts.federatedClaims = asked.federatedClaims;
  if (asked.isChained !== undefined) facts.isChained = asked.isChained;
  if (asked.through !== undefined) facts.through = asked.through;
  if (asked.login !== undefined) facts.login = asked.login;
  if (asked.signIn !== undefined) facts.signIn = asked.signIn;
  if (asked.user !== undefined) facts.user = asked.user;
  if (asked.assumedRoot !== undefined) facts.assumedRoot = asked.assumedRoot;
  if (asked.delegation !== undefined) facts.delegation = asked.delegation;
  return facts;
}

/** A session as its caller, before its credentials are made. */
export function sessionCaller(asked: SessionRequest, now: number): Caller {
  return callerOf(identityOf(asked, '', factsOf(asked.session, now, now)));
}

function identityOf(request: SessionRequest, accessKeyId: string, session: SessionFacts): SessionIdentity {
  const { accountId } = request;
  switch (request.type) {
    case 'Account':
      return { type: 'Account', accountId, accessKeyId, session };
    case 'User': {
      const { userName, path, uniqueId } = request;
      return { type: 'User', accountId, accessKeyId, session, userName, path, uniqueId };
    }
    case 'AssumedRole': {
      const { roleName, path, uniqueId, sessionName } = request;
      return { type: 'AssumedRole', accountId, accessKeyId, session, roleName, path, uniqueId, sessionName };
    }
    case 'FederatedUser': {
      const { user, sessionName } = request;
      return { type: 'FederatedUser', accountId, accessKeyId, session, sessionName, ...(user && { user }) };
    }
  }
}
