import { isIP } from 'node:net';
import { isSpecialAddress } from '../../http/special-addresses.ts';
import { ordered } from '../../identity/applications/oidc/client-flows.ts';
import { clientSettingsShape } from '../../identity/applications/oidc/client-settings.ts';
import { applicationTypeOf, privateSchemeProblem } from '../../identity/applications/oidc/client-uris.ts';
import { lookAlikeKey } from '../../identity/applications/registration/look-alikes.ts';

/** What applications that register themselves may have. */
export interface RegistrationLimits {
  readonly scopes: readonly string[];
  /** Schemes of redirect URIs that need no dot. */
  readonly schemes?: readonly string[] | undefined;
  /** Origins of this server. */
  readonly ownOrigins: readonly string[];
}

type Metadata = Readonly<Record<string, unknown>>;

/** What was registered, or the first thing that is wrong: a field and a message. */
export type ReadRegistration = { readonly metadata: Metadata } | { readonly problem: string };

/** What a registration may decide (OpenID Connect Dynamic Client Registration 1.0 §2, RFC 7591 §2). Everything else in it is ignored. */
export const REGISTRABLE = [
  ...['client_name', 'client_uri', 'logo_uri', 'policy_uri', 'tos_uri', 'contacts', 'redirect_uris'],
  ...['post_logout_redirect_uris', 'application_type', 'grant_types', 'response_types', 'response_modes', 'scope'],
  ...['token_endpoint_auth_method', 'token_endpoint_auth_signing_alg', 'jwks', 'jwks_uri'],
  ...['subject_type', 'sector_identifier_uri', 'initiate_login_uri'],
  ...['id_token_signed_response_alg', 'id_token_encrypted_response_alg', 'id_token_encrypted_response_enc'],
  ...['userinfo_signed_response_alg', 'userinfo_encrypted_response_alg', 'userinfo_encrypted_response_enc'],
  ...['authorization_signed_response_alg', 'authorization_encrypted_response_alg'],
  ...['authorization_encrypted_response_enc', 'request_object_signing_alg', 'request_object_encryption_alg'],
  ...['request_object_encryption_enc', 'require_signed_request_object', 'require_pushed_authorization_requests'],
  ...['dpop_bound_access_tokens', 'default_acr_values', 'default_max_age', 'require_auth_time'],
  ...['backchannel_logout_uri', 'backchannel_logout_session_required'],
  ...['frontchannel_logout_uri', 'frontchannel_logout_session_required'],
] as const;

const METHODS = ['none', 'client_secret_basic', 'client_secret_post', 'client_secret_jwt', 'private_key_jwt'];
/** Grants for machines and for acting in the name of others are for applications that an administrator has created. */
const GRANTS = ['authorization_code', 'refresh_token'];
const RESPONSE_TYPES = ['code'];
/** Addresses that this server requests. */
const REQUESTED = ['jwks_uri', 'sector_identifier_uri', 'backchannel_logout_uri'] as const;
/** Addresses that the browser loads, or that a person may follow. */
const SHOWN = [
  'client_uri',
  'logo_uri',
  'policy_uri',
  'tos_uri',
  'initiate_login_uri',
  'frontchannel_logout_uri',
] as const;
/** How many members lists may have. */
const LONGEST_LISTS: Readonly<Record<string, number>> = {
  redirect_uris: 50,
  post_logout_redirect_uris: 50,
  contacts: 10,
  default_acr_values: 10,
  response_modes: 10,
};
const LONGEST_URI = 2048;
const LONGEST_NAME = 128;
const MOST_KEYS = 20;
/** The names of this server's own clients, and what could be taken for them. */
const OWN_NAMES = new Set(['Rolecall', 'Rolecall command line', 'Rolecall login'].map(lookAlikeKey));
/** Control and formatting characters, which could reverse or hide parts of a text, line separators, and letters that show nothing. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/u;
/** RFC 3986 §2. Others could turn around an address that the consent page shows, or show another host. */
const VISIBLE = /^[\x21-\x7e]*$/;

/** Stops at the first problem. */
class Refused extends Error {}

function refuse(field: string, message: string): never {
  throw new Refused(`${field} ${message}`);
}

/**
 * Reads a registration, within what the settings let such applications have. Scopes, grants and response types that they may not have are left
 * out, as long as something remains; everything else that cannot be had is refused.
 */
export function readRegistration(given: Metadata, limits: RegistrationLimits): ReadRegistration {
  try {
    return { metadata: read(given, limits) };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return { problem: error.message };
  }
}

function read(given: Metadata, limits: RegistrationLimits): Metadata {
  const known: Record<string, unknown> = {};
  for (const name of REGISTRABLE) {
    const value = Object.hasOwn(given, name) ? given[name] : undefined;
    if (value !== undefined && value !== null && value !== '') known[name] = value;
  }
  checkSizes(known);
  const ofName = strangerNameProblem(known['client_name']);
  if (ofName !== undefined) refuse('client_name', ofName);
  const method = known['token_endpoint_auth_method'] ?? 'client_secret_basic';
  if (typeof method !== 'string' || !METHODS.includes(method)) {
    refuse('token_endpoint_auth_method', `must be one of ${METHODS.join(', ')}`);
  }
  const metadata = {
    ...known,
    token_endpoint_auth_method: method,
    application_type: known['application_type'] ?? applicationTypeOf({ ...known, token_endpoint_auth_method: method }),
    grant_types: allowed('grant_types', known['grant_types'], GRANTS),
    response_types: allowed('response_types', known['response_types'], RESPONSE_TYPES),
    scope: scopeOf(known['scope'], limits.scopes),
  };
  checkBySettings(metadata);
  checkAddresses(metadata, limits);
  return metadata;
}

/** Those of a list that are offered; the first one if none was given, which is the default of the specification. */
function allowed(field: string, given: unknown, offered: readonly string[]): readonly string[] {
  const [first = ''] = offered;
  if (given === undefined) return [first];
  if (!Array.isArray(given) || !given.every((each) => typeof each === 'string'))
    refuse(field, 'must be a list of texts');
  const names = given.map((each: string) => (field === 'response_types' ? ordered(each) : each));
  const kept = offered.filter((each) => names.includes(each));
  if (kept.length === 0 && names.length > 0) refuse(field, `must have ${offered.join(' or ')}`);
  return kept.includes(first) ? kept : [first, ...kept];
}

/** RFC 7591 §2: without `scope`, the server may choose. Scopes of resources are no part of it. */
function scopeOf(given: unknown, offered: readonly string[]): string {
  if (given === undefined) return offered.join(' ');
  if (typeof given !== 'string') refuse('scope', 'must be a text, with a space between the scopes');
  const asked = new Set(given.split(' '));
  const kept = offered.filter((scope) => asked.has(scope));
  return (kept.length === 0 ? offered : kept).join(' ');
}

function checkSizes(known: Metadata): void {
  for (const [field, most] of Object.entries(LONGEST_LISTS)) {
    const list = known[field];
    if (Array.isArray(list) && list.length > most) refuse(field, `must have ${most} members at most`);
  }
  const texts = Object.entries(known).flatMap(([field, value]) => [value].flat().map((each) => [field, each] as const));
  for (const [field, text] of texts) {
    if (typeof text !== 'string') continue;
    if (text.length > LONGEST_URI) refuse(field, `must have ${LONGEST_URI} characters at most`);
    const problem = /_uris?$/.test(field) ? strangerUriProblem(text) : undefined;
    if (problem !== undefined) refuse(field, problem);
  }
  const { keys } = (known['jwks'] ?? {}) as { readonly keys?: unknown };
  if (Array.isArray(keys) && keys.length > MOST_KEYS) refuse('jwks', `must have ${MOST_KEYS} keys at most`);
}

/** Why an app that nobody checked cannot have this name; `undefined` if it can. */
export function strangerNameProblem(name: unknown): string | undefined {
  if (name === undefined) return undefined;
  if (typeof name !== 'string') return 'must be a text';
  if (name.length > LONGEST_NAME) return `must have ${LONGEST_NAME} characters at most`;
  if (UNSEEN.test(name)) return 'must not have control or formatting characters';
  if (name.trim() === '') return 'must not be empty';
  return OWN_NAMES.has(lookAlikeKey(name)) ? 'is the name of this server: choose another' : undefined;
}

/** Why an app that nobody checked cannot have this address, whatever it is for; `undefined` if it can. */
export function strangerUriProblem(uri: string): string | undefined {
  if (uri.length > LONGEST_URI) return `must have ${LONGEST_URI} characters at most`;
  return VISIBLE.test(uri) ? undefined : 'must have visible ASCII characters only: encode all others';
}

/** Applies the rules of the configuration file. A placeholder stands for the secret, which is generated later. */
function checkBySettings(metadata: Metadata): void {
  const parsed = clientSettingsShape.safeParse({
    ...metadata,
    client_id: 'registered',
    ...(String(metadata['token_endpoint_auth_method']).startsWith('client_secret') && {
      client_secret: 'x'.repeat(43),
    }),
  });
  const [issue] = parsed.error?.issues ?? [];
  if (issue === undefined) return;
  const [field = 'request', ...place] = issue.path;
  refuse(String(field), [...place.map((each) => `[${String(each)}]`), issue.message].join(' '));
}

function checkAddresses(metadata: Metadata, { ownOrigins, schemes = [] }: RegistrationLimits): void {
  for (const field of ['redirect_uris', 'post_logout_redirect_uris']) {
    for (const uri of (metadata[field] ?? []) as readonly string[]) {
      const url = new URL(uri);
      // Codes for apps that nobody checked never travel in the clear, except on the person's own machine.
      if (url.protocol === 'http:' && !isLoopback(url.hostname)) refuse(field, 'must be https, or a loopback address');
      if (ownOrigins.includes(url.origin)) refuse(field, 'must not be an address of this server');
      const problem = privateSchemeProblem(uri, schemes);
      if (problem !== undefined) refuse(field, problem);
    }
  }
  const { subject_type: subjects, sector_identifier_uri: sector, redirect_uris: uris } = metadata;
  const isWeb = (uris as readonly string[]).every((uri) => URL.parse(uri)?.protocol === 'https:');
  // Such a host is nobody's proof: the app would learn the subjects of whom it names.
  if (subjects === 'pairwise' && sector === undefined && !isWeb) {
    refuse('subject_type', 'can only be pairwise with sector_identifier_uri, or if all redirect_uris are https');
  }
  for (const field of SHOWN) checkWebAddress(field, metadata[field]);
  for (const field of REQUESTED) {
    const url = checkWebAddress(field, metadata[field]);
    if (url === undefined) continue;
    if (url.protocol !== 'https:') refuse(field, 'must be an https address');
    const host = url.hostname.replace(/^\[|\]$/g, '');
    const isInside = isIP(host) === 0 ? /(?:^|\.)localhost\.?$/i.test(host) : isSpecialAddress(host);
    if (isInside || ownOrigins.includes(url.origin)) refuse(field, 'must be at a public address');
  }
}

function checkWebAddress(field: string, value: unknown): URL | undefined {
  if (typeof value !== 'string') return undefined;
  const url = URL.parse(value);
  if (url === null || !/^https?:$/.test(url.protocol)) refuse(field, 'must be an http or https address');
  if (url.username !== '' || url.password !== '') refuse(field, 'must not hold a user name or a password');
  return url;
}

function isLoopback(host: string): boolean {
  return ['localhost', '127.0.0.1', '[::1]'].includes(host);
}
