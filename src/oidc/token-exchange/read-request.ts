import type { Refusals } from './refusals.ts';
import { TOKEN_TYPES } from './token-types.ts';

/** The parameters of an exchange. `resource` and `audience` may be repeated (RFC 8693 §2.1). */
export const EXCHANGE_PARAMETERS = [
  ...['subject_token', 'subject_token_type', 'actor_token', 'actor_token_type', 'requested_token_type'],
  ...['resource', 'audience', 'scope', 'duration_seconds'],
] as const;
export const REPEATED_PARAMETERS = ['resource', 'audience'] as const;

/** What is exchanged, or who acts. */
export interface GivenToken {
  readonly value: string;
  readonly type: 'access_token' | 'id_token' | 'jwt';
}

export interface ExchangeRequest {
  readonly subject: GivenToken | { readonly value: string; readonly type: 'caller_identity' };
  readonly actor: GivenToken | undefined;
  readonly requested: 'access_token' | 'jwt' | 'role_credentials';
  readonly resources: readonly string[];
  readonly audiences: readonly string[];
  readonly scopes: ReadonlySet<string> | undefined;
  /** How long role credentials are to be valid. */
  readonly seconds: number | undefined;
}

const TOKEN_KINDS: ReadonlyMap<string, GivenToken['type']> = new Map([
  [TOKEN_TYPES.accessToken, 'access_token'],
  [TOKEN_TYPES.idToken, 'id_token'],
  [TOKEN_TYPES.jwt, 'jwt'],
]);
const REQUESTED: ReadonlyMap<string, ExchangeRequest['requested']> = new Map([
  [TOKEN_TYPES.accessToken, 'access_token'],
  [TOKEN_TYPES.jwt, 'jwt'],
  [TOKEN_TYPES.roleCredentials, 'role_credentials'],
]);
/** Visible ASCII: of JWTs, opaque tokens and URLs alike. */
const TOKEN = /^[\x21-\x7e]+$/;

type Parameters = Readonly<Record<string, unknown>>;

/** Reads the parameters of an exchange (RFC 8693 §2.1). @throws `invalid_request` */
export function readExchangeRequest(parameters: Parameters, refuse: Refusals): ExchangeRequest {
  const text = (name: string): string | undefined => {
    const value = parameters[name];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const seconds = text('duration_seconds');
  if (seconds !== undefined && !/^\d{1,6}$/.test(seconds)) {
    throw refuse.request('duration_seconds must be a whole number of seconds');
  }
  const scope = text('scope');
  const type = text('requested_token_type') ?? TOKEN_TYPES.accessToken;
  const requested = REQUESTED.get(type);
  if (requested === undefined) throw refuse.request(`requested_token_type must be ${listed(REQUESTED)}`);
  return {
    subject: readSubject(text, refuse),
    actor: readActor(text, refuse),
    requested,
    resources: listOf(parameters['resource']),
    audiences: listOf(parameters['audience']),
    scopes: scope === undefined ? undefined : new Set(scope.split(' ').filter((each) => each !== '')),
    seconds: seconds === undefined ? undefined : Number(seconds),
  };
}

type Read = (name: string) => string | undefined;

function readSubject(text: Read, refuse: Refusals): ExchangeRequest['subject'] {
  const value = tokenOf(text, 'subject_token', refuse);
  const type = text('subject_token_type');
  if (value === undefined) throw refuse.request('subject_token is missing');
  if (type === undefined) throw refuse.request('subject_token_type is missing');
  if (type === TOKEN_TYPES.callerIdentity) return { value, type: 'caller_identity' };
  return { value, type: kindOf('subject_token_type', type, refuse) };
}

/** RFC 8693 §2.1: the type is required with the token, and must not be there without it. */
function readActor(text: Read, refuse: Refusals): GivenToken | undefined {
  const value = tokenOf(text, 'actor_token', refuse);
  const type = text('actor_token_type');
  if (value === undefined && type === undefined) return undefined;
  if (value === undefined) throw refuse.request('actor_token_type must not be there without actor_token');
  if (type === undefined) throw refuse.request('actor_token_type is missing');
  return { value, type: kindOf('actor_token_type', type, refuse) };
}

function kindOf(name: string, type: string, refuse: Refusals): GivenToken['type'] {
  const kind = TOKEN_KINDS.get(type);
  if (kind !== undefined) return kind;
  if (type === TOKEN_TYPES.refreshToken) {
    throw refuse.request(`${name}: refresh tokens are not exchanged, because they are for their own client alone`);
  }
  throw refuse.request(`${name} must be ${listed(TOKEN_KINDS)}`);
}

function tokenOf(text: Read, name: string, refuse: Refusals): string | undefined {
  const value = text(name);
  if (value !== undefined && !TOKEN.test(value)) throw refuse.request(`${name} has characters that no token has`);
  return value;
}

function listOf(value: unknown): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return [...new Set(list.filter((each): each is string => typeof each === 'string' && each !== ''))];
}

function listed(types: ReadonlyMap<string, unknown>): string {
  return [...types.keys()].join(' or ');
}
