import {
  GetWebIdentityToken$,
  type GetWebIdentityTokenRequest,
  type GetWebIdentityTokenResponse,
} from '@aws-sdk/client-sts';
import { SignJWT } from 'jose';
import type { Target } from '../authorize/target.ts';
import type { Tag } from '../identity/documents/entity.ts';
import { enabledIssuerId, outboundIssuer } from '../identity/outbound/outbound-federation.ts';
import type { OutboundAlgorithm } from '../identity/outbound/outbound-keys.ts';
import { ServiceError } from '../kernel/service-error.ts';
import type { Decoded } from '../operations/decoded.ts';
import { type SignedOperation, signedOperation } from '../operations/operation.ts';
import type { ContextValue } from '../policy/request.ts';
import { identityTokenClaims } from './identity-token-claims.ts';
import { readSessionTags } from './role-session.ts';
import type { StsDependencies } from './sts-dependencies.ts';
import { STS_ERRORS } from './sts-errors.ts';

type Input = Decoded<GetWebIdentityTokenRequest>;

interface Prepared {
  readonly algorithm: OutboundAlgorithm;
  readonly duration: number;
  readonly tags: readonly Tag[];
}

/** In seconds. */
const DEFAULT_DURATION = 300;
/** In bytes. AWS has a limit and does not say which; tokens travel in headers, of which most servers take 8 KiB. */
const LARGEST_PAYLOAD = 6144;
const JTI_BYTES = 16;
/** The resource of actions about the caller's own session (Service Authorization Reference). */
const selfArn = (accountId: string): string => `arn:aws:sts::${accountId}:self`;

/**
 * GetWebIdentityToken: a signed token that tells others who the caller is, from the account's own issuer (`/outbound/…`). It is good for
 * nothing here, except in accounts that register that issuer as an OIDC provider.
 */
export function getWebIdentityTokenOperation(
  deps: StsDependencies,
): SignedOperation<Input, GetWebIdentityTokenResponse, Prepared> {
  const { store, outbound } = deps;
  return signedOperation({
    schema: GetWebIdentityToken$,
    // Changes nothing in the store.
    readOnly: true,

    authorize(input, { caller: { accountId } }) {
      const prepared = prepare(input);
      const { tags, algorithm, duration } = prepared;
      const conditions = new Map<string, ContextValue>([
        ['sts:identitytokenaudience', input.Audience],
        ['sts:durationseconds', String(duration)],
        ['sts:signingalgorithm', algorithm],
      ]);
      const actions = ['sts:GetWebIdentityToken', ...(tags.length > 0 ? ['sts:TagGetWebIdentityToken'] : [])];
      const targets = actions.map(
        (action): Target => ({
          ...{ action, conditions, requestTags: tags },
          ...{ resource: selfArn(accountId), resourceAccountId: accountId },
        }),
      );
      return { targets, subject: prepared };
    },

    async handle({ Audience }, { caller, now, source }, { algorithm, duration, tags }) {
      const issuerId = await enabledIssuerId(store, caller.accountId);
      if (issuerId === undefined) {
        throw new ServiceError(
          STS_ERRORS.OutboundWebIdentityFederationDisabledException,
          'Outbound web identity federation is not enabled for this account. Call EnableOutboundWebIdentityFederation first.',
        );
      }
      const issuedAt = Math.floor(now / 1000);
      const expiresAt = issuedAt + duration;
      if (caller.session !== undefined && expiresAt * 1000 > caller.session.expiresAt) {
        throw new ServiceError(
          STS_ERRORS.SessionDurationEscalationException,
          'The token would outlive the session that requests it. Ask for a shorter DurationSeconds.',
        );
      }
      const [only = ''] = Audience;
      const claims = {
        iss: outboundIssuer(outbound.publicUrl, issuerId),
        aud: Audience.length === 1 ? only : Audience,
        ...(await identityTokenClaims(store, { caller, region: source.region, requestTags: tags })),
        iat: issuedAt,
        exp: expiresAt,
        jti: outbound.random.bytes(JTI_BYTES).toString('hex'),
      };
      requireFitting(claims);
      const { keyId, privateKey } = await outbound.keys.signer(caller.accountId, algorithm);
      const header = { alg: algorithm, kid: keyId, typ: 'JWT' };
      const WebIdentityToken = await new SignJWT(claims).setProtectedHeader(header).sign(privateKey);
      return { WebIdentityToken, Expiration: new Date(expiresAt * 1000) };
    },
  });
}

/** @throws {ServiceError} ValidationError, InvalidParameterValue (the tags) */
function prepare({ SigningAlgorithm, DurationSeconds, Tags }: Input): Prepared {
  if (SigningAlgorithm !== 'RS256' && SigningAlgorithm !== 'ES384') {
    throw new ServiceError('ValidationError', 'SigningAlgorithm must be RS256 or ES384.');
  }
  return { algorithm: SigningAlgorithm, duration: DurationSeconds ?? DEFAULT_DURATION, tags: readSessionTags(Tags) };
}

function requireFitting(claims: object): void {
  const size = Buffer.byteLength(JSON.stringify(claims));
  if (size <= LARGEST_PAYLOAD) return;
  throw new ServiceError(
    STS_ERRORS.JWTPayloadSizeExceededException,
    `The token would have ${size} bytes of claims, and may have ${LARGEST_PAYLOAD}. Send fewer or shorter tags.`,
  );
}
