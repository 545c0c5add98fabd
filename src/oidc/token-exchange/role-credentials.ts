import type { AssumeRoleWithWebIdentityRequest, AssumeRoleWithWebIdentityResponse } from '@aws-sdk/client-sts';
import type { Client, KoaContextWithOIDC } from 'oidc-provider';
import { longEnoughSessionName } from '../../identity/sessions/own-session-name.ts';
import { ServiceError, type StepUp } from '../../kernel/service-error.ts';
import type { InvokedUnsigned } from '../../operations/invoked-by.ts';
import type { FoundAccount } from '../account-claims.ts';
import type { ActClaim, OriginLogin } from '../library/exchange/exchanged-tokens.ts';
import type { ExchangeRequest } from './read-request.ts';
import type { Refusals } from './refusals.ts';
import { TOKEN_TYPES } from './token-types.ts';

export interface RoleCredentialsExchange {
  /** STS's operation, as it runs for everybody. @throws {ServiceError} */
  readonly assumeRoleWithWebIdentity: (
    input: AssumeRoleWithWebIdentityRequest,
    by: InvokedUnsigned,
  ) => Promise<AssumeRoleWithWebIdentityResponse>;
  readonly sourceOf: (request: KoaContextWithOIDC['req']) => InvokedUnsigned;
  readonly refuse: Refusals;
}

/** The person, how they signed in, and who acts for them. */
export interface SignedInSubject {
  readonly account: FoundAccount;
  readonly login: OriginLogin;
  readonly act: ActClaim | undefined;
}

const ROLE_ARN = /^arn:aws[\w-]*:iam::\d{12}:role\/[\x21-\x7e]{1,512}$/;

/**
 * Opens a role session for the person behind a token: `AssumeRoleWithWebIdentity`, with the ID token that the requesting client would get of
 * the person now. So the role's trust policy decides, by the client (`<issuer>:aud`), the person and the sign-in, and the session ends with
 * the login. The ID token never leaves the server.
 * @returns whether the answer is credentials, rather than the sign-in that would do (RFC 9470 §3).
 */
export async function giveRoleCredentials(
  deps: RoleCredentialsExchange,
  ctx: KoaContextWithOIDC,
  { request, subject }: { readonly request: ExchangeRequest; readonly subject: SignedInSubject },
): Promise<boolean> {
  const { refuse } = deps;
  const roleArn = roleOf(request, refuse);
  const input: AssumeRoleWithWebIdentityRequest = {
    RoleArn: roleArn,
    RoleSessionName: longEnoughSessionName(subject.account.person.name),
    WebIdentityToken: await idTokenOf(ctx, subject),
    ...(request.seconds !== undefined && { DurationSeconds: request.seconds }),
  };
  try {
    const { Credentials, AssumedRoleUser } = await deps.assumeRoleWithWebIdentity(input, deps.sourceOf(ctx.req));
    const expires = Credentials?.Expiration?.getTime() ?? 0;
    ctx.body = {
      // What programs read that are named as `credential_process`.
      Version: 1,
      ...Credentials,
      AssumedRoleArn: AssumedRoleUser?.Arn,
      access_token: Credentials?.SessionToken,
      issued_token_type: TOKEN_TYPES.roleCredentials,
      token_type: 'N_A',
      expires_in: Math.floor((expires - Date.now()) / 1000),
    };
    return true;
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    if (error.stepUp === undefined) throw refusalOf(error, refuse);
    challenge(ctx, error, error.stepUp);
    return false;
  }
}

function roleOf({ resources, audiences, scopes, requested }: ExchangeRequest, refuse: Refusals): string {
  const [roleArn, ...others] = resources;
  if (requested !== 'role_credentials' || scopes !== undefined) throw refuse.request('role credentials have no scope');
  if (roleArn === undefined || others.length > 0 || audiences.length > 0 || !ROLE_ARN.test(roleArn)) {
    throw refuse.target('resource must be the ARN of one role, and there must be no audience');
  }
  return roleArn;
}

/** The ID token of the person for the requesting client, with the party that acts for the person. */
async function idTokenOf(ctx: KoaContextWithOIDC, { account, login, act }: SignedInSubject): Promise<string> {
  const { provider } = ctx.oidc;
  // As the client reads none of it, it is signed by the fastest algorithm, and not encrypted.
  const client = Object.create(ctx.oidc.client as Client, {
    idTokenSignedResponseAlg: { value: 'ES256' },
    idTokenEncryptedResponseAlg: { value: undefined },
    idTokenEncryptedResponseEnc: { value: undefined },
  }) as Client;
  const { person } = account;
  const { methods: amr, time: auth_time, acr } = login;
  const claims = { ...(await account.claims('id_token', 'openid', {}, [])), amr, auth_time, acr };
  const token = new provider.IdToken(claims, { ctx, client });
  Object.assign(token, { scope: 'openid' });
  token.set('arn', person.arn);
  token.set('account_id', person.accountId);
  if (act !== undefined) token.set('act', act);
  return await token.issue({ use: 'idtoken' });
}

function refusalOf({ code, fault }: ServiceError, refuse: Refusals): Error {
  if (fault === 'Receiver') return refuse.unavailable('the server cannot open the role session now: try again shortly');
  if (code === 'AccessDenied' || code === 'InvalidIdentityToken') {
    return refuse.target(
      `the role cannot be assumed by this client for this person (${code}): its trust policy, and the OIDC provider of its account, decide`,
    );
  }
  return refuse.request(`the role session was refused (${code}): check resource and duration_seconds`);
}

function challenge(ctx: KoaContextWithOIDC, { code }: ServiceError, { acr, maxAge }: StepUp): void {
  const error = 'insufficient_user_authentication';
  ctx.status = 401;
  ctx.set('WWW-Authenticate', `Bearer error="${error}", acr_values="${acr}", max_age="${maxAge}"`);
  const error_description = 'the role needs a sign-in with these acr_values that is not older than max_age';
  ctx.body = { error, code, error_description, acr_values: acr, max_age: maxAge };
}
