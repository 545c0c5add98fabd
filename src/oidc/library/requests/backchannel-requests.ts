import type Provider from 'oidc-provider';
import type { Client } from 'oidc-provider';
import type { LoginOrigin } from '../../../identity/credentials/login-origin.ts';
import type { OidcProviderLibrary } from '../load-oidc-provider.ts';

export { CIBA_GRANT } from '../../../identity/applications/oidc/client-flows.ts';

/** In the library's words. */
export const BACKCHANNEL_ROUTE = 'backchannel_authentication';

/** A person's answer, and the sign-in by which it was given. */
interface Answer {
  accountId: string;
  grantId: string;
  acr: string;
  amr: string[];
  authTime: number | undefined;
  scope: string;
  sessionUid: string;
  expiresWithSession: boolean | undefined;
  sid: string | undefined;
  loginGeneration: number | undefined;
  loginOrigin: LoginOrigin | undefined;
}

/** An app's request to a person, as oidc-provider stores it. Its id is worth a sign-in. */
export interface BackchannelRequest extends Partial<Answer> {
  readonly jti: string;
  readonly clientId: string;
  readonly params: Readonly<Record<string, unknown>>;
  /** What the library noted of the `claims` parameter and of `acr_values`. */
  readonly claims?: { readonly id_token?: object };
  /** The address that it came from. */
  readonly requestedFrom?: string;
  /** Seconds since the epoch. */
  readonly iat: number;
  readonly isExpired: boolean;
  error?: string;
  errorDescription?: string;
  /** @throws an `invalid_request` of the library if another request has answered it. */
  save(): Promise<string>;
}

interface Stored extends BackchannelRequest {
  requestedFrom?: string;
}

interface Model {
  readonly IN_PAYLOAD: readonly string[];
  readonly prototype: Stored;
}

/** Finds a request by its id, whether it has expired or not. */
export async function findBackchannelRequest(provider: Provider, id: string): Promise<BackchannelRequest | undefined> {
  const options = { ignoreExpiration: true, ignoreSessionBinding: true };
  const found = await provider.BackchannelAuthenticationRequest.find(id, options as never);
  return found as unknown as BackchannelRequest | undefined;
}

/** Answers a request. Of several answers, one is stored. */
export async function answerBackchannelRequest(
  request: BackchannelRequest,
  answer: Answer | { readonly error: string; readonly errorDescription: string },
): Promise<void> {
  await Object.assign(request, answer).save();
}

/** Notes with each request where it came from, so that the page for the person can say so. */
export function noteOrigins(
  provider: Provider,
  { Provider: Library }: OidcProviderLibrary,
  addressOf: (request: object) => string,
): void {
  const model = provider.BackchannelAuthenticationRequest as unknown as Model;
  Object.defineProperty(model, 'IN_PAYLOAD', { value: [...model.IN_PAYLOAD, 'requestedFrom'] });
  const { save } = model.prototype;
  model.prototype.save = function (this: Stored) {
    const { ctx } = Library;
    if (ctx?.oidc?.route === BACKCHANNEL_ROUTE) this.requestedFrom = addressOf(ctx.req);
    return save.call(this);
  };
}

/** The members of the library's clients that are used here but missing in its types. */
interface NotifiableClient extends Client {
  backchannelPing(request: object): Promise<void>;
  includeSid(): boolean;
}

/** Whether a client is told that its request was answered (ping mode). */
export function isPinged(client: Client): boolean {
  return client.backchannelTokenDeliveryMode === 'ping';
}

/** Whether the ID tokens of a client name its session. */
export function namesSession(client: Client, { claims }: Pick<BackchannelRequest, 'claims'>): boolean {
  return (client as NotifiableClient).includeSid() || (claims?.id_token !== undefined && 'sid' in claims.id_token);
}

/** What became of a notification: it may be worth another attempt unless the client refused it. */
export type PingOutcome = 'received' | 'refused' | 'failed';

/**
 * Tells a client that its request was answered, with its own token as the bearer token (OpenID Connect CIBA Core 1.0 §10.2). The request goes
 * through `features/outbound.ts`.
 */
export async function pingClient(
  client: Client,
  { jti, params }: Pick<BackchannelRequest, 'jti' | 'params'>,
): Promise<PingOutcome> {
  const kind = 'BackchannelAuthenticationRequest';
  try {
    await (client as NotifiableClient).backchannelPing({ jti, kind, params });
    return 'received';
  } catch (error) {
    const { response } = error as { readonly response?: { readonly status: number } };
    if (response === undefined) return 'failed';
    return response.status >= 500 || response.status === 429 ? 'failed' : 'refused';
  }
}
