import type { Authorizer } from '../authorize/authorizer.ts';
import { type Credential, type Credentials, invalidClientToken } from '../identity/access-keys/credentials.ts';
import type { LastUsed } from '../identity/access-keys/last-used.ts';
import type { Caller } from '../identity/sessions/caller.ts';
import { ServiceError } from '../kernel/service-error.ts';
import { type ParsedSignature, parseSignedRequest } from '../wire/sigv4/parse-authorization.ts';
import { plusReadings } from '../wire/sigv4/plus-readings.ts';
import { createSignatureCache } from '../wire/sigv4/signature-cache.ts';
import type { SignedRequest } from '../wire/sigv4/signed-request.ts';
import { type VerificationContext, verifySignature } from '../wire/sigv4/verify.ts';
import { andThen } from './and-then.ts';
import { type StrangerLimit, throttled } from './stranger-limit.ts';

/** A caller that has proven itself, with the region that it signed for. */
export interface Authenticated {
  readonly caller: Caller;
  readonly region: string;
  /** What the parameters are to be read from, if the signature holds only for another reading of the query string than the usual. */
  readonly rawQuery?: string | undefined;
}

/**
 * Authenticates a signed request (AWS Signature Version 4); without waiting in the steady state. What it refuses it may throw at
 * once or by its promise.
 * @throws {ServiceError} MissingAuthenticationToken, IncompleteSignature, InvalidClientTokenId, ExpiredToken,
 * SignatureDoesNotMatch, Throttling.
 */
export type Authenticate = (
  request: SignedRequest & { readonly ip: string },
  now: number,
  /** Told whose credentials the request claims, before it has proven anything; for the record of what failed. */
  claimed: (caller: Caller) => void,
) => Authenticated | Promise<Authenticated>;

export interface AuthenticateDependencies {
  readonly credentials: Credentials;
  readonly authorizer: Authorizer;
  readonly lastUsed: LastUsed;
  /** The services that a signature may be scoped to. */
  readonly services: ReadonlySet<string>;
  readonly strangers: StrangerLimit;
}

const SIGNATURES_HELD = 10_000;

export function createAuthenticate(deps: AuthenticateDependencies): Authenticate {
  const { credentials, authorizer, lastUsed, services, strangers } = deps;
  const cache = createSignatureCache({ capacity: SIGNATURES_HELD });

  /** Throws unless the signature holds for the request; gives the query string that it holds for, if it is not the usual one. */
  function holdsFor(request: SignedRequest, parsed: ParsedSignature, context: VerificationContext): string | undefined {
    try {
      verifySignature(parsed, request, context);
      return undefined;
    } catch (error) {
      if (parsed.isPresigned) throw error;
      for (const reading of plusReadings(request)) {
        try {
          verifySignature(parsed, reading, context);
          return reading.rawQuery;
        } catch {
          // The next reading, or what was wrong with the usual one.
        }
      }
      throw error;
    }
  }

  function verify(
    request: Parameters<Authenticate>[0],
    now: number,
    claim: Claim,
  ): Authenticated | Promise<Authenticated> {
    const { parsed, credential } = claim;
    const { secretAccessKey, expiresAt } = credential;
    let rawQuery: string | undefined;
    try {
      rawQuery = holdsFor(request, parsed, { secretAccessKey, now, cache });
    } catch (error) {
      // The check below costs far more than all else: a flood of wrong signatures gets none.
      if (strangers.isSpent(request.ip, now)) throw throttled(error);
      // A wrong signature under a token that was tampered with is told as what it is.
      throw credentials.isGenuine(credential) ? error : invalidClientToken(error);
    }
    if (expiresAt !== undefined && now >= expiresAt) {
      throw new ServiceError('ExpiredToken', 'The security token included in the request is expired');
    }
    const current = authorizer.current(credential.caller);
    const finish = (caller: Caller | undefined): Authenticated => {
      if (caller === undefined) throw invalidClientToken();
      const { region, service } = parsed.scope;
      if (caller.session !== undefined) credentials.remember(credential);
      else lastUsed.noteAccessKeyUse({ accessKeyId: caller.accessKeyId, service, region, now });
      return rawQuery === undefined ? { caller, region } : { caller, region, rawQuery };
    };
    return andThen(current, finish);
  }

  return (request, now, claimed) => {
    const parsed = parseSignedRequest(request, cache);
    if (!services.has(parsed.scope.service)) throw wrongScope(services);
    const { accessKeyId, sessionToken } = parsed;
    // Callers whose key is in use go on, also from the address of a flood. An unknown key would cost a read of the store each time.
    if (!credentials.isAtHand(accessKeyId, sessionToken) && strangers.isSpent(request.ip, now)) throw throttled();
    const found = credentials.find(accessKeyId, sessionToken);
    const proceed = (credential: Credential): Authenticated | Promise<Authenticated> => {
      claimed(credential.caller);
      return verify(request, now, { parsed, credential });
    };
    return andThen(found, proceed);
  };
}

/** A signature made for another service must not work here: its signer meant it for that service alone. */
function wrongScope(services: ReadonlySet<string>): ServiceError {
  const served = [...services].map((service) => `'${service}'`).join(' or ');
  return new ServiceError('SignatureDoesNotMatch', `Credential should be scoped to correct service: ${served}.`, {
    recorded: 'Credential should be scoped to correct service.',
  });
}

/** What a request claims: the signature that it carries, and the credential that this names. */
interface Claim {
  readonly parsed: ParsedSignature;
  readonly credential: Credential;
}
