import { parseUrl, requireSafe } from './endpoint.ts';
import { Failure, SignedOut } from './failure.ts';
import { printable } from './printable.ts';

export const CLIENT_ID = 'rolecall-cli';
const ISSUER_PATH = '/oidc';
const TIMEOUT_MS = 30_000;
const LARGEST_ANSWER = 256 * 1024;

/** The addresses of a server, from its discovery document. */
export interface Server {
  readonly issuer: string;
  readonly authorizationEndpoint: string;
  readonly tokenEndpoint: string;
  readonly revocationEndpoint: string;
  readonly credentialsEndpoint: string;
  /** Where sign-ins by a code begin (RFC 8628 §3.1), if the server has them. */
  readonly deviceEndpoint?: string | undefined;
}

/** The codes of a sign-in in another device's browser (RFC 8628 §3.2). */
export interface DeviceCodes {
  readonly deviceCode: string;
  readonly userCode: string;
  readonly verificationUri: string;
  /** The same with the code in it. */
  readonly completeUri: string | undefined;
  /** Seconds. */
  readonly expiresIn: number;
  readonly interval: number;
}

export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  /** The claims of the ID token, if there is one. */
  readonly claims: Readonly<Record<string, unknown>>;
}

/** Role credentials, as `credential_process` prints them. */
export interface RoleCredentials {
  readonly AccessKeyId: string;
  readonly SecretAccessKey: string;
  readonly SessionToken: string;
  /** ISO 8601 in UTC. */
  readonly Expiration: string;
  readonly AssumedRoleArn: string;
}

/** The sign-in that a refused request needs: parameters of an authorization request (RFC 9470 §4). */
export interface StepUp {
  readonly acr_values: string;
  readonly max_age: string;
}

/** The server refused a request: an OAuth error, with its description. */
export class Refused extends Failure {
  override readonly name = 'Refused';
  readonly status: number;
  readonly code: string;
  /** Present if the request would be allowed after such a sign-in. */
  readonly stepUp: StepUp | undefined;

  constructor(status: number, code: string, description: string, stepUp?: StepUp) {
    super(description === '' ? code : description);
    this.status = status;
    this.code = code;
    this.stepUp = stepUp;
  }
}

interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Sends a request and reads the JSON answer. Redirects are not followed: they could lead a token elsewhere. */
async function ask(url: string, init: RequestInit = {}): Promise<Answer> {
  requireSafe(new URL(url));
  let response: Response;
  let text: string;
  try {
    response = await fetch(url, { ...init, redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) });
    text = await readText(response);
  } catch (cause) {
    if (cause instanceof Failure) throw cause;
    const { cause: reason } = cause as { cause?: unknown };
    const why = reason instanceof Error && reason.message !== '' ? reason.message : (cause as Error).message;
    throw new Failure(`${new URL(url).origin} does not answer: ${printable(why)}`, { cause });
  }
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body !== 'object' || body === null) throw new TypeError('not an object');
    return { status: response.status, body: body as Answer['body'] };
  } catch (cause) {
    const { origin } = new URL(url);
    throw new Failure(`${origin} answered with status ${response.status} and no JSON: is it a Rolecall server?`, {
      cause,
    });
  }
}

async function readText(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let length = 0;
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    length += chunk.length;
    if (length > LARGEST_ANSWER) throw new Failure('the answer of the server is too large');
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function textOf(body: Answer['body'], member: string): string {
  const value = body[member];
  if (typeof value === 'string' && value !== '') return value;
  throw new Failure(`the answer of the server has no ${member}: it may be older than this command`);
}

/** Throws the error in an answer, if it is one. */
function requireOk({ status, body }: Answer): Answer['body'] {
  if (status === 200) return body;
  const of = (member: string): string => (typeof body[member] === 'string' ? printable(body[member]) : '');
  throw new Refused(status, of('error') || `status ${status}`, of('error_description'), stepUpIn(body));
}

function stepUpIn({ error, acr_values: acr, max_age: maxAge }: Answer['body']): StepUp | undefined {
  if (error !== 'insufficient_user_authentication' || typeof acr !== 'string' || !isSeconds(maxAge)) return undefined;
  return { acr_values: acr, max_age: String(maxAge) };
}

/**
 * Finds the server's addresses (OpenID Connect Discovery 1.0 §4).
 * @throws {Failure} if the server calls itself otherwise, or an address is on another server.
 */
export async function discover(endpoint: string): Promise<Server> {
  const issuer = `${endpoint}${ISSUER_PATH}`;
  const body = requireOk(await ask(`${issuer}/.well-known/openid-configuration`));
  const said = textOf(body, 'issuer');
  if (said !== issuer) {
    const own = printable(said.endsWith(ISSUER_PATH) ? said.slice(0, -ISSUER_PATH.length) : said);
    throw new Failure(`the server at ${endpoint} calls itself ${own}: if that is right, use --endpoint ${own}`);
  }
  const own = (member: string): string => {
    const url = new URL(textOf(body, member));
    if (url.origin === new URL(issuer).origin) return url.href;
    throw new Failure(`the server names an address on another server (${member}), which is not used`);
  };
  if (body['rolecall_role_credentials_endpoint'] === undefined) {
    throw new Failure(
      `the server at ${endpoint} does not offer rolecall login: its administrator may have turned it off`,
    );
  }
  return {
    issuer,
    authorizationEndpoint: own('authorization_endpoint'),
    tokenEndpoint: own('token_endpoint'),
    revocationEndpoint: own('revocation_endpoint'),
    credentialsEndpoint: own('rolecall_role_credentials_endpoint'),
    deviceEndpoint:
      body['device_authorization_endpoint'] === undefined ? undefined : own('device_authorization_endpoint'),
  };
}

function form(fields: Readonly<Record<string, string>>): RequestInit {
  return { method: 'POST', body: new URLSearchParams({ ...fields, client_id: CLIENT_ID }) };
}

/** Redeems a code (RFC 6749 §4.1.3, RFC 7636 §4.5). */
export async function redeemCode(
  { tokenEndpoint }: Pick<Server, 'tokenEndpoint'>,
  given: { readonly code: string; readonly verifier: string; readonly redirectUri: string },
): Promise<Tokens> {
  const { code, verifier, redirectUri } = given;
  return readTokens(
    await ask(
      tokenEndpoint,
      form({ grant_type: 'authorization_code', code, code_verifier: verifier, redirect_uri: redirectUri }),
    ),
  );
}

/** Default of RFC 8628 §3.2, in seconds. */
const POLL_INTERVAL = 5;

/** Begins a sign-in in another device's browser. @throws {Failure} if the page is on another server. */
export async function authorizeDevice(server: {
  readonly issuer: string;
  readonly deviceEndpoint: string;
}): Promise<DeviceCodes> {
  const body = requireOk(await ask(server.deviceEndpoint, form({ scope: 'openid offline_access rolecall' })));
  const own = (member: string): string => {
    const url = parseUrl(textOf(body, member));
    if (url?.origin === new URL(server.issuer).origin) return url.href;
    throw new Failure(`the server names a page on another server (${member}), which is not used`);
  };
  const { expires_in: expiresIn, interval = POLL_INTERVAL } = body;
  if (!isSeconds(expiresIn) || !isSeconds(interval)) throw new Failure('the answer of the server has no valid times');
  return {
    deviceCode: textOf(body, 'device_code'),
    userCode: textOf(body, 'user_code'),
    verificationUri: own('verification_uri'),
    completeUri: body['verification_uri_complete'] === undefined ? undefined : own('verification_uri_complete'),
    expiresIn,
    interval,
  };
}

function isSeconds(value: unknown): value is number {
  return typeof value === 'number' && value > 0 && value <= 86_400;
}

/** Asks whether a sign-in was allowed (RFC 8628 §3.4). @throws {Refused} as long as it was not. */
export async function redeemDeviceCode(
  { tokenEndpoint }: Pick<Server, 'tokenEndpoint'>,
  deviceCode: string,
): Promise<Tokens> {
  const grant_type = 'urn:ietf:params:oauth:grant-type:device_code';
  return readTokens(await ask(tokenEndpoint, form({ grant_type, device_code: deviceCode })));
}

/** Redeems a refresh token, which is replaced (RFC 6749 §6). @throws {SignedOut} if the sign-in has ended. */
export async function refreshTokens(tokenEndpoint: string, refreshToken: string): Promise<Tokens> {
  try {
    return readTokens(await ask(tokenEndpoint, form({ grant_type: 'refresh_token', refresh_token: refreshToken })));
  } catch (error) {
    if (error instanceof Refused && (error.code === 'invalid_grant' || error.code === 'invalid_client'))
      throw new SignedOut(`the sign-in has ended (${error.message})`, { cause: error });
    throw error;
  }
}

function readTokens(answer: Answer): Tokens {
  const body = requireOk(answer);
  const idToken = body['id_token'];
  return {
    accessToken: textOf(body, 'access_token'),
    refreshToken: textOf(body, 'refresh_token'),
    // It came directly from the token endpoint, so its signature need not be checked (OpenID Connect Core 1.0 §3.1.3.7).
    claims: typeof idToken === 'string' ? claimsOf(idToken) : {},
  };
}

function claimsOf(idToken: string): Tokens['claims'] {
  try {
    return JSON.parse(Buffer.from(idToken.split('.')[1] ?? '', 'base64url').toString('utf8')) as Tokens['claims'];
  } catch (cause) {
    throw new Failure('the ID token of the server cannot be read', { cause });
  }
}

/** Ends a sign-in (RFC 7009). */
export async function revoke(revocationEndpoint: string, refreshToken: string): Promise<void> {
  // The answer has no body.
  requireSafe(new URL(revocationEndpoint));
  const fields = form({ token: refreshToken, token_type_hint: 'refresh_token' });
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const { status } = await fetch(revocationEndpoint, { ...fields, redirect: 'error', signal });
  if (status !== 200) throw new Failure(`the server answered the sign-out with status ${status}`);
}

/** Gets credentials of a role. @throws {Refused} if policies do not allow it. */
export async function fetchCredentials(
  credentialsEndpoint: string,
  accessToken: string,
  role: { readonly roleArn: string; readonly durationSeconds: number | undefined },
): Promise<RoleCredentials> {
  const { roleArn, durationSeconds } = role;
  const fields = {
    role_arn: roleArn,
    ...(durationSeconds !== undefined && { duration_seconds: String(durationSeconds) }),
  };
  const request = { ...form(fields), headers: { authorization: `Bearer ${accessToken}` } };
  const body = requireOk(await ask(credentialsEndpoint, request));
  const expiration = new Date(textOf(body, 'Expiration'));
  if (Number.isNaN(expiration.getTime())) throw new Failure('the credentials of the server have no valid expiry');
  return {
    AccessKeyId: textOf(body, 'AccessKeyId'),
    SecretAccessKey: textOf(body, 'SecretAccessKey'),
    SessionToken: textOf(body, 'SessionToken'),
    Expiration: expiration.toISOString(),
    AssumedRoleArn: textOf(body, 'AssumedRoleArn'),
  };
}
