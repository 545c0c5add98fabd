import { createHash, timingSafeEqual } from 'node:crypto';
import * as z from 'zod';
import type { Credentials } from '../../identity/access-keys/credentials.ts';
import type { Caller } from '../../identity/sessions/caller.ts';
import type { Clock } from '../../kernel/clock.ts';
import { ServiceError } from '../../kernel/service-error.ts';
import type { SessionAuthenticationDependencies } from '../../operations/authentication/session.ts';

/** The parameter `Session`, as AWS documents it. */
const sessionShape = z.object({
  sessionId: z.string().min(16).max(128),
  sessionKey: z.string().min(1).max(256),
  sessionToken: z.string().min(1).max(8192),
});

/** Temporary credentials of a role or a federated user, which were found to be valid. */
export interface FederatedSession {
  readonly accessKeyId: string;
  readonly sessionToken: string;
  readonly caller: Extract<Caller, { type: 'AssumedRole' | 'FederatedUser' }>;
}

export interface TemporaryCredentialsDependencies {
  readonly credentials: Pick<Credentials, 'find'>;
  readonly currentCaller: SessionAuthenticationDependencies['currentCaller'];
  readonly clock: Clock;
}

/** One message for everything that is wrong with credentials, so that nobody learns which part is right. */
const INVALID =
  'The credentials in Session are not valid, or have expired. Get new ones by AssumeRole or GetFederationToken.';

/**
 * Checks the credentials that a broker sends. The secret key is compared in constant time.
 * @throws {ServiceError} ValidationError, AccessDenied. Neither contains anything that was sent.
 */
export async function readTemporaryCredentials(
  deps: TemporaryCredentialsDependencies,
  text: string | undefined,
): Promise<FederatedSession> {
  const { sessionId: accessKeyId, sessionKey, sessionToken } = parse(text);
  const found = await findHeld(deps, { accessKeyId, sessionToken }, sessionKey);
  if (found === undefined) throw new ServiceError('AccessDenied', INVALID);
  const { caller, expiresAt } = found;
  if (deps.clock.now() >= expiresAt) throw new ServiceError('AccessDenied', INVALID);
  if (caller.type !== 'AssumedRole' && caller.type !== 'FederatedUser') {
    throw new ServiceError(
      'AccessDenied',
      'Session must have credentials from AssumeRole or GetFederationToken. Those from GetSessionToken cannot be used.',
    );
  }
  if (caller.session.delegation !== undefined) {
    throw new ServiceError('AccessDenied', 'Delegated credentials are for calls of the API, and open no console.');
  }
  return { accessKeyId, sessionToken, caller };
}

function parse(text: string | undefined): z.output<typeof sessionShape> {
  if (text !== undefined) {
    try {
      return sessionShape.parse(JSON.parse(text));
    } catch {
      // It is reported below, without the text, which has secrets.
    }
  }
  throw new ServiceError(
    'ValidationError',
    'Session must be a JSON object with the members sessionId, sessionKey and sessionToken.',
  );
}

interface Held {
  readonly caller: Caller;
  readonly expiresAt: number;
}

/** The caller of credentials, as it is now; `undefined` if the credentials are wrong, or the session was revoked. */
async function findHeld(
  { credentials, currentCaller }: TemporaryCredentialsDependencies,
  { accessKeyId, sessionToken }: { readonly accessKeyId: string; readonly sessionToken: string },
  sessionKey: string,
): Promise<Held | undefined> {
  try {
    const { caller, secretAccessKey, expiresAt } = await credentials.find(accessKeyId, sessionToken);
    if (!isEqual(secretAccessKey, sessionKey) || expiresAt === undefined) return undefined;
    const current = await currentCaller(caller);
    return current && { caller: current, expiresAt };
  } catch (error) {
    if (error instanceof ServiceError && error.fault === 'Sender') return undefined;
    throw error;
  }
}

function isEqual(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
