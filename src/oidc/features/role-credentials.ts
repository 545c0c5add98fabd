import type { AssumeRoleRequest, AssumeRoleResponse } from '@aws-sdk/client-sts';
import type { Context } from 'koa';
import type Provider from 'oidc-provider';
import type { Configuration } from 'oidc-provider';
import { type Form, readForm } from '../../http/read-form.ts';
import { isLoginOver, type People } from '../../identity/credentials/people.ts';
import { ownSessionName } from '../../identity/sessions/own-session-name.ts';
import type { Clock } from '../../kernel/clock.ts';
import { ServiceError, type StepUp } from '../../kernel/service-error.ts';
import type { BrowserSession, SessionAuthentication } from '../../operations/authentication/session.ts';
import type { InvokedBy } from '../../operations/invoked-by.ts';
import type { RequestFacts } from '../../sign-in/events/sign-in-events.ts';
import { loginOf } from '../account-claims.ts';
import type { LibraryMiddleware } from '../library/middleware.ts';
import { COMMAND_LINE_CLIENT_ID, ISSUER_PATH } from '../own-client.ts';
import { afterRecheck, type RecheckRequest } from '../session-holder.ts';
import { holdsCertificateOf } from './certificates/mutual-tls.ts';

const ROLE_CREDENTIALS_PATH = '/role-credentials';
const PATH = new RegExp(`^${ROLE_CREDENTIALS_PATH}/?$`);
/** RFC 6750 §2.1. */
const BEARER = /^Bearer ([\w.~+/-]+=*)$/i;

export interface RoleCredentialsDependencies {
  readonly provider: Provider;
  readonly people: Pick<People, 'bySubject'>;
  readonly clock: Clock;
  readonly recheck: RecheckRequest;
  readonly sessions: Pick<SessionAuthentication, 'forReading'>;
  readonly factsOf: (request: Context['req']) => RequestFacts;
  /** Called with `ok`, or the error, for each request. */
  readonly observe: (outcome: string) => void;
  /** STS's operation, as it runs for everybody. @throws {ServiceError} */
  readonly assumeRole: (input: AssumeRoleRequest, by: InvokedBy) => Promise<AssumeRoleResponse>;
}

/** Names the endpoint in the discovery document. */
export function announceRoleCredentials(publicUrl: string): Configuration {
  return {
    discovery: { rolecall_role_credentials_endpoint: `${publicUrl}${ISSUER_PATH}${ROLE_CREDENTIALS_PATH}` },
  };
}

/**
 * Exchanges an access token of `rolecall login` for credentials of a role: `AssumeRole`, invoked with the signed-in person as the caller.
 * So the person's policies and the role's trust policy decide, with the second factor of the sign-in, and the call is audited like any
 * other. The token gives no other right, and tokens of other apps give none here.
 */
export function roleCredentials(deps: RoleCredentialsDependencies): LibraryMiddleware {
  const answer = async (ctx: Context): Promise<void> => {
    ctx.set('Cache-Control', 'no-store');
    if (ctx.method !== 'POST') {
      deps.observe('invalid_request');
      ctx.set('Allow', 'POST');
      return refuse(ctx, 405, { error: 'invalid_request', error_description: 'use POST' });
    }
    const by = await callerOf(deps, ctx);
    if (by === undefined) {
      deps.observe('invalid_token');
      ctx.set('WWW-Authenticate', 'Bearer error="invalid_token"');
      return refuse(ctx, 401, {
        error: 'invalid_token',
        error_description: 'the access token is expired or revoked, or is not one of rolecall login',
      });
    }
    try {
      const { Credentials, AssumedRoleUser } = await deps.assumeRole(readRequest(await readForm(ctx.req), by), by);
      ctx.body = { ...Credentials, AssumedRoleArn: AssumedRoleUser?.Arn };
      deps.observe('ok');
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      deps.observe(error.code);
      if (error.stepUp !== undefined) return challenge(ctx, error, error.stepUp);
      refuse(ctx, error.status, { error: errorOf(error), code: error.code, error_description: error.message });
    }
  };
  return (ctx: Context, next) => (PATH.test(ctx.path) ? answer(ctx) : next());
}

function refuse(ctx: Context, status: number, body: object): void {
  ctx.status = status;
  ctx.body = body;
}

/** Says which sign-in would do (RFC 9470 §3). */
function challenge(ctx: Context, { code, message }: ServiceError, { acr, maxAge }: StepUp): void {
  const error = 'insufficient_user_authentication';
  ctx.set('WWW-Authenticate', `Bearer error="${error}", acr_values="${acr}", max_age="${maxAge}"`);
  refuse(ctx, 401, { error, code, error_description: message, acr_values: acr, max_age: maxAge });
}

function errorOf({ code, fault }: ServiceError): string {
  if (fault === 'Receiver') return 'temporarily_unavailable';
  return code === 'AccessDenied' ? 'access_denied' : 'invalid_request';
}

function readRequest(form: Form, { caller }: InvokedBy): AssumeRoleRequest {
  const seconds = form.get('duration_seconds');
  if (seconds !== undefined && !/^\d{1,6}$/.test(seconds)) {
    throw new ServiceError('ValidationError', 'duration_seconds must be a whole number of seconds.');
  }
  return {
    RoleArn: form.get('role_arn'),
    RoleSessionName: ownSessionName(caller),
    ...(seconds !== undefined && { DurationSeconds: Number(seconds) }),
  };
}

/** The members of an access token that the library's types do not have (`library/login-stamps.ts`). */
interface TokenOfLogin {
  readonly loginTime?: number;
  readonly loginMethods?: readonly string[];
  readonly jkt?: string;
  readonly 'x5t#S256'?: string;
}

/** The person whose sign-in an access token comes from, as a caller; `undefined` if there is no valid token. */
async function callerOf(deps: RoleCredentialsDependencies, ctx: Context): Promise<InvokedBy | undefined> {
  const [, value] = BEARER.exec(ctx.get('authorization')) ?? [];
  const token = value === undefined ? undefined : await deps.provider.AccessToken.find(value);
  if (token === undefined || token.isExpired || token.clientId !== COMMAND_LINE_CLIENT_ID) return undefined;
  const { jkt, 'x5t#S256': thumbprint } = token as TokenOfLogin;
  // A token that is bound to a key needs a proof, which is not read here; one that is bound to a certificate needs that (RFC 8705 §3).
  if (jkt !== undefined || (thumbprint !== undefined && !holdsCertificateOf(ctx.req, thumbprint))) return undefined;
  const { loginTime = token.iat, loginMethods = [] } = token as TokenOfLogin & { iat: number };
  const found = await deps.people.bySubject(token.accountId ?? '');
  const login = loginOf({ ...token, authTime: loginTime });
  if (found === undefined || isLoginOver(found, login, deps.clock.now())) return undefined;
  // What is issued here outlives the token by far.
  const person = await afterRecheck(deps, found, { origin: login.origin, request: ctx.req });
  if (person === undefined || isLoginOver(person, login, deps.clock.now())) return undefined;
  const session: BrowserSession = {
    person,
    origin: login.origin,
    uid: token.grantId ?? '',
    signedInAt: loginTime * 1000,
    expiresAt: (token.exp ?? 0) * 1000,
    amr: loginMethods,
  };
  const { requestId, ip } = deps.factsOf(ctx.req);
  try {
    return await deps.sessions.forReading(session, { requestId, ip, headers: ctx.req.headers });
  } catch (error) {
    if (error instanceof ServiceError && error.code === 'AccessDenied') return undefined;
    throw error;
  }
}
