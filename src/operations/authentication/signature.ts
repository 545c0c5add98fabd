import type { Authorizer } from '../../authorize/authorizer.ts';
import { type Credential, type Credentials, invalidClientToken } from '../../identity/access-keys/credentials.ts';
import type { LastUsed } from '../../identity/access-keys/last-used.ts';
import type { Caller } from '../../identity/sessions/caller.ts';
import { ServiceError } from '../../kernel/service-error.ts';
import { type ParsedSignature, parseSignedRequest } from '../../wire/sigv4/parse-authorization.ts';
import { plusReadings } from '../../wire/sigv4/plus-readings.ts';
import { createSignatureCache } from '../../wire/sigv4/signature-cache.ts';
import type { SignedRequest } from '../../wire/sigv4/signed-request.ts';
import { type VerificationContext, verifySignature } from '../../wire/sigv4/verify.ts';
import { andThen } from '../and-then.ts';
import { listed } from '../listed.ts';
import { type StrangerLimit, throttled } from '../stranger-limit.ts';

/** An authenticated caller, with the region of its signature. */
export interface Authenticated {
  readonly caller: Caller;
  readonly region: string;
  /** The query string to read the parameters from, if the signature is valid only for a non-standard reading of it. */
  readonly rawQuery?: string | undefined;
}

/**
 * Authenticates a signed request (AWS Signature Version 4). Returns a value rather than a promise in the steady
 * state, so errors may be thrown synchronously or reject the promise.
 * @throws {ServiceError} MissingAuthenticationToken, IncompleteSignature, InvalidClientTokenId, ExpiredToken,
 * SignatureDoesNotMatch, Throttling.
 */
export type Authenticate = (
  request: SignedRequest & { readonly ip: string },
  now: number,
  /** Called with the claimed caller before anything is verified; used to audit failures. */
  claimed: (caller: Caller) => void,
) => Authenticated | Promise<Authenticated>;

/** A use of a long-term access key. */
export interface AccessKeyUse {
  readonly accessKeyId: string;
  /** Whose it is. */
  readonly arn: string;
  /** Ms since the epoch, like `now`. */
  readonly createdAt: number;
  readonly now: number;
}

export interface AuthenticateDependencies {
  readonly credentials: Credentials;
  readonly authorizer: Authorizer;
  readonly lastUsed: LastUsed;
  /** The services that a signature may name in its scope. */
  readonly services: ReadonlySet<string>;
  readonly strangers: StrangerLimit;
  /** Called with each use of a long-term access key. Default: nothing. */
  readonly keyUsed?: (use: AccessKeyUse) => void;
}

const MAX_CACHED_SIGNATURES = 10_000;

export function createAuthenticate(deps: AuthenticateDependencies): Authenticate {
  const { credentials, authorizer, lastUsed, services, strangers, keyUsed } = deps;
  const cache = createSignatureCache({ capacity: MAX_CACHED_SIGNATURES });

  /** Throws unless the signature is valid for the request. Returns the query string for which it is valid, if not the original one. */
  function matchingQuery(
    request: SignedRequest,
    parsed: ParsedSignature,
    context: VerificationContext,
  ): string | undefined {
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
          // Try the next reading; if none is valid, report the original error.
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
      rawQuery = matchingQuery(request, parsed, { secretAccessKey, now, cache });
    } catch (error) {
      // The check below is by far the most expensive, so a flood of wrong signatures is refused before it.
      if (strangers.isSpent(request.ip, now)) throw throttled(error);
      // A wrong signature with a token that was tampered with is reported as an invalid token.
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
      else {
        const { accessKeyId, arn } = caller;
        lastUsed.recordAccessKeyUse({ accessKeyId, service, region, now });
        if (credential.createdAt !== undefined) keyUsed?.({ accessKeyId, arn, createdAt: credential.createdAt, now });
      }
      return rawQuery === undefined ? { caller, region } : { caller, region, rawQuery };
    };
    return andThen(current, finish);
  }

  return (request, now, claimed) => {
    const parsed = parseSignedRequest(request, cache);
    if (!services.has(parsed.scope.service)) throw wrongScope(services);
    const { accessKeyId, sessionToken } = parsed;
    // Callers whose key is cached may continue, even from the address of a flood. An unknown key would cost a store
    // read each time.
    if (!credentials.canFindWithoutStore(accessKeyId, sessionToken) && strangers.isSpent(request.ip, now))
      throw throttled();
    const found = credentials.find(accessKeyId, sessionToken);
    const proceed = (credential: Credential): Authenticated | Promise<Authenticated> => {
      claimed(credential.caller);
      return verify(request, now, { parsed, credential });
    };
    return andThen(found, proceed);
  };
}

/** A signature made for another service is refused, because its signer did not authorise its use here. */
function wrongScope(services: ReadonlySet<string>): ServiceError {
  const served = listed(
    [...services].map((service) => `'${service}'`),
    'or',
  );
  return new ServiceError('SignatureDoesNotMatch', `Credential should be scoped to correct service: ${served}.`, {
    recorded: 'Credential should be scoped to correct service.',
  });
}

/** What a request claims: its signature, and the credential that the signature names. */
interface Claim {
  readonly parsed: ParsedSignature;
  readonly credential: Credential;
}
