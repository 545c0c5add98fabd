import type Provider from 'oidc-provider';
import type { AccessToken } from 'oidc-provider';
import type { LoginOrigin } from '../../../identity/credentials/login-origin.ts';
import type { Caller } from '../../../identity/sessions/caller.ts';

/** A client through which a token came, and when that client's token was issued, in seconds. */
export interface IssuedTo {
  readonly clientId: string;
  readonly iat: number;
  /** The client that exchanged this client's token because an administrator permits that pair; the next token ends with the permission. */
  readonly permittedFor?: string | undefined;
}

/** The login that a token was issued for, as the library's models have it. */
export interface OriginLogin {
  readonly generation?: number | undefined;
  readonly origin?: LoginOrigin | undefined;
  /** When the person signed in, in seconds. */
  readonly time?: number | undefined;
  readonly methods?: readonly string[] | undefined;
  readonly acr?: string | undefined;
}

export interface PersonOrigin {
  readonly kind: 'person';
  readonly subject: string;
  readonly login: OriginLogin;
  /** Absent if the first token was an ID token, which does not name its grant. */
  readonly grantId?: string | undefined;
  /** If the token ends with a browser session. */
  readonly sessionUid?: string | undefined;
  /** The client of the first token first. */
  readonly issued: readonly IssuedTo[];
}

export interface MachineOrigin {
  readonly kind: 'machine';
  readonly issued: readonly IssuedTo[];
}

/** Who asks for an access token. */
export interface AccessTokenCaller {
  readonly caller: Caller;
  readonly request: AccessTokenRequest;
}

/** What an IAM principal needs the permission `rolecall:GetAccessToken` for. */
export interface AccessTokenRequest {
  /** The ARN of the application or service that the token is for. */
  readonly resource: string;
  /** The account of the client. */
  readonly accountId: string;
  readonly clientId: string;
  readonly scopes: readonly string[];
}

export interface PrincipalOrigin {
  readonly kind: 'principal';
  readonly caller: Caller;
  /** For this token, and for those that it was exchanged from. */
  readonly requests: readonly AccessTokenRequest[];
  readonly issued: readonly IssuedTo[];
}

/** What an exchanged token came from, and ends with. */
export type TokenOrigin = PersonOrigin | MachineOrigin | PrincipalOrigin;

/** The party that acts for the subject of a token, and the one before it (RFC 8693 §4.1). */
export interface ActClaim {
  readonly sub: string;
  readonly act?: ActClaim | undefined;
}

/** What an exchanged access token knows besides what others do. */
export interface ExchangeFacts {
  readonly origin: TokenOrigin;
  readonly act?: ActClaim | undefined;
  /** The `sub`, unless it is that of a person. */
  readonly sub?: string | undefined;
  /** Further claims. */
  readonly claims?: Readonly<Record<string, string>> | undefined;
}

interface Exchanged {
  exchange?: ExchangeFacts;
}

interface Model {
  readonly IN_PAYLOAD: readonly string[];
}

/** Stores {@link ExchangeFacts} with access tokens. */
export function keepExchangeFacts({ AccessToken: model }: Provider): void {
  const { IN_PAYLOAD } = model as unknown as Model;
  Object.defineProperty(model, 'IN_PAYLOAD', { value: [...IN_PAYLOAD, 'exchange'] });
}

/** `undefined` if the token was not exchanged. */
export function exchangeFactsOf(token: object): ExchangeFacts | undefined {
  return (token as Exchanged).exchange;
}

export function setExchangeFacts(token: AccessToken, facts: ExchangeFacts): void {
  (token as Exchanged).exchange = facts;
}

/** What services learn from an exchanged token, and its client by introspection. */
export function exchangeClaimsOf(token: object): Readonly<Record<string, unknown>> | undefined {
  const facts = exchangeFactsOf(token);
  if (facts === undefined) return undefined;
  const { sub, act, claims } = facts;
  return { ...claims, ...(sub !== undefined && { sub }), ...(act !== undefined && { act }) };
}
