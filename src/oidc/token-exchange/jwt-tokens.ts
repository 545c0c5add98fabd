import { type JWTPayload, type JWTVerifyGetKey, type JWTVerifyOptions, jwtVerify } from 'jose';
import type { KoaContextWithOIDC } from 'oidc-provider';
import type { LoginOf } from '../../federation/web-identity/own-logins.ts';
import { LOGIN_CLAIM } from '../../identity/credentials/login-mark.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { KeyRing } from '../../keys/key-ring.ts';
import type { ActClaim, TokenOrigin } from '../library/exchange/exchanged-tokens.ts';
import { ORIGIN_CLAIM, type OriginMarks } from './origin-marks.ts';
import type { PresentedToken } from './presented-token.ts';

export interface JwtTokens {
  /** A signed access token (RFC 9068). */
  readAccessToken(text: string): Promise<PresentedToken | undefined>;
  readIdToken(ctx: KoaContextWithOIDC, text: string): Promise<PresentedToken | undefined>;
}

interface JwtTokenDependencies {
  readonly issuer: string;
  readonly keyRing: Pick<KeyRing, 'oidcSigningKeys'>;
  readonly marks: Pick<OriginMarks, 'read'>;
  readonly loginOf: LoginOf;
  /** Whether a person still grants access to a client. */
  readonly hasGrant: (ctx: KoaContextWithOIDC, subject: string, clientId: string) => Promise<boolean>;
  readonly clock: Clock;
}

/** The tolerated difference between clocks, in seconds, as for other tokens of this server. */
const TOLERANCE = 10;

export function jwtTokens({ issuer, keyRing, marks, loginOf, hasGrant, clock }: JwtTokenDependencies): JwtTokens {
  /** The claims of a token that this server signed, as one that has this type; `undefined` for any other. */
  const verified = async (text: string, isType: (typ: string | undefined) => boolean) => {
    const keyOf: JWTVerifyGetKey = ({ kid, alg }) => {
      const key = keyRing.oidcSigningKeys().find((each) => each.kid === kid && each.algorithm === alg);
      if (key === undefined) throw new TypeError('no such key');
      return key.publicKey;
    };
    const options: JWTVerifyOptions = {
      issuer,
      algorithms: ['ES256', 'RS256', 'PS256', 'EdDSA'],
      clockTolerance: TOLERANCE,
      requiredClaims: ['sub', 'aud', 'iat', 'exp'],
      currentDate: new Date(clock.now()),
    };
    try {
      const { payload, protectedHeader } = await jwtVerify(text, keyOf, options);
      return isType(protectedHeader.typ?.toLowerCase()) ? payload : undefined;
    } catch {
      return undefined;
    }
  };

  return {
    async readAccessToken(text) {
      const claims = await verified(text, (typ) => typ === 'at+jwt');
      const { client_id: clientId, scope = '' } = claims ?? {};
      const origin = claims && originOfClaims(claims, marks);
      if (claims === undefined || typeof clientId !== 'string' || origin === undefined) return undefined;
      const scopes = String(scope)
        .split(' ')
        .filter((each) => each !== '');
      return presented(claims, { clientId, origin, scopes });
    },
    async readIdToken(ctx, text) {
      const claims = await verified(text, (typ) => typ === undefined || typ === 'jwt');
      // Only ID tokens have the mark of a login, and not the signed answers of userinfo.
      if (claims === undefined || typeof claims[LOGIN_CLAIM] !== 'string') return undefined;
      const clientId = claims['azp'] ?? claims.aud;
      const login = await loginOf(claims, clock.now());
      if (typeof clientId !== 'string' || login === 'over') return undefined;
      const { subject, generation, origin: outside } = login;
      if (!(await hasGrant(ctx, subject, clientId))) return undefined;
      const { auth_time: time, amr: methods, acr, iat = 0 } = claims;
      const origin = {
        kind: 'person',
        subject,
        login: {
          generation,
          origin: outside,
          ...(typeof time === 'number' && { time }),
          ...(Array.isArray(methods) && { methods: methods.map(String) }),
          ...(typeof acr === 'string' && { acr }),
        },
        issued: [{ clientId, iat }],
      } as const;
      return presented(claims, { clientId, origin, scopes: [] });
    },
  };
}

/** What a signed access token came from. A machine's says so itself: its subject is the client. */
function originOfClaims(claims: JWTPayload, marks: Pick<OriginMarks, 'read'>): TokenOrigin | undefined {
  const { sub, jti = '', client_id: clientId, iat = 0 } = claims;
  const mark = claims[ORIGIN_CLAIM];
  if (mark !== undefined) return marks.read(jti, mark);
  return typeof clientId === 'string' && sub === clientId
    ? { kind: 'machine', issued: [{ clientId, iat }] }
    : undefined;
}

function presented(
  claims: JWTPayload,
  {
    clientId,
    origin,
    scopes,
  }: { readonly clientId: string; readonly origin: TokenOrigin; readonly scopes: readonly string[] },
): PresentedToken {
  const { aud, exp = 0, act, may_act: mayAct, cnf } = claims;
  return {
    clientId,
    audiences: [aud].flat().filter((each) => each !== undefined),
    scopes: new Set(scopes),
    expiresAt: exp,
    act: act as ActClaim | undefined,
    mayAct,
    confirmation: cnf as Readonly<Record<string, unknown>> | undefined,
    origin,
  };
}
