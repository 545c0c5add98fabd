import type { IncomingMessage } from 'node:http';
import type { ClientMetadata, Configuration } from 'oidc-provider';
import {
  applicationTypeOf,
  privateSchemeProblem,
  returnUriProblem,
} from '../../../identity/applications/oidc/client-uris.ts';
import { networksOf } from '../../../identity/attempts/networks.ts';
import type { OidcApplicationSettings } from '../../../identity/documents/applications/oidc-application.ts';
import { BoundedCache } from '../../../kernel/bounded-cache.ts';
import type { Clock } from '../../../kernel/clock.ts';
import type { ClientAccess } from '../../clients/client-metadata.ts';
import type { OidcProviderLibrary } from '../../library/load-oidc-provider.ts';
import { strangerNameProblem, strangerUriProblem } from '../../registration/registration-metadata.ts';

/** Which clients with a document are accepted. */
export interface DocumentSettings {
  readonly enabled: boolean;
  /** Hosts, with a port if it is not 443. Empty: any. */
  readonly hosts: readonly string[];
  readonly scopes: readonly string[];
  /** Schemes of redirect URIs that are accepted without a dot. Default: none. */
  readonly schemes?: readonly string[] | undefined;
  /** The services for which they may request access tokens. */
  readonly resources: OidcApplicationSettings['resources'];
}

/** What a document may decide. Everything else in it is ignored. */
const MEMBERS = [
  'client_id',
  'client_name',
  'client_uri',
  'policy_uri',
  'tos_uri',
  'contacts',
  'redirect_uris',
  'application_type',
  'token_endpoint_auth_signing_alg',
  'jwks',
  'jwks_uri',
  'id_token_signed_response_alg',
  'dpop_bound_access_tokens',
] as const;
/** In seconds. Within these limits, the document's own `Cache-Control` decides. */
const CACHED = { min: 60, max: 24 * 3600 };
const LONGEST_ID = 1024;
/** Documents fetched for one network, by one process, in a minute. */
const FETCHES_PER_MINUTE = 60;
const MINUTE = 60_000;
const MAX_NETWORKS = 20_000;

interface DocumentDependencies {
  readonly clock: Clock;
  readonly clientAddress: (request: IncomingMessage) => string;
}

/**
 * Clients that no one registered: their id is an https URL, at which they publish their metadata (OAuth Client ID Metadata Document, draft 2).
 * @param settings which of them are accepted, and for what.
 */
export function metadataDocuments(
  settings: DocumentSettings,
  { clock, clientAddress }: DocumentDependencies,
): Configuration {
  if (!settings.enabled) return {};
  const { hosts } = settings;
  const counts = new BoundedCache<string, { since: number; count: number }>(MAX_NETWORKS);
  const mayFetchFor = (address: string): boolean => {
    const [{ name }] = networksOf(address);
    const known = counts.get(name);
    if (known !== undefined && clock.now() - known.since < MINUTE) return ++known.count <= FETCHES_PER_MINUTE;
    counts.set(name, { since: clock.now(), count: 1 });
    return true;
  };
  return {
    features: {
      clientIdMetadataDocument: {
        enabled: true,
        ack: 'draft-02',
        cacheDuration: CACHED,
        // Our own pages, which may be on another process than the request of the app, look clients up without a request of the library.
        allowFetch: async (ctx: { readonly req: IncomingMessage } | undefined, id: string) =>
          id.length <= LONGEST_ID &&
          (hosts.length === 0 || hosts.includes(new URL(id).host)) &&
          (ctx === undefined || mayFetchFor(clientAddress(ctx.req))),
      },
    },
  } as Configuration;
}

/**
 * Reads a document: its members that are known here, within what the settings let such clients have. Like every client that nobody checked, it
 * can only use the code flow with PKCE.
 * @throws InvalidClientMetadata if a person could be sent to an address that a registered client may not have either.
 */
export function documentReader(
  { errors }: OidcProviderLibrary,
  settings: DocumentSettings & { readonly ownOrigins: readonly string[] },
) {
  const access: ClientAccess = {
    accountId: '',
    openTo: 'everyone',
    assignments: { users: [], groups: [] },
    origin: 'api',
  };
  return (document: ClientMetadata): ClientMetadata => {
    const given: Readonly<Record<string, unknown>> = document;
    const known = Object.fromEntries(MEMBERS.flatMap((name) => (name in given ? [[name, given[name]]] : [])));
    // A secret would have to be published.
    const method = given['token_endpoint_auth_method'] ?? 'none';
    const type = applicationTypeOf({ ...known, token_endpoint_auth_method: method });
    const uris = Array.isArray(known['redirect_uris']) ? known['redirect_uris'] : [];
    const ofName = strangerNameProblem(known['client_name']);
    if (ofName !== undefined) throw new errors.InvalidClientMetadata(`client_name ${ofName}`);
    for (const field of ['client_uri', 'policy_uri', 'tos_uri']) {
      const problem = typeof known[field] === 'string' ? strangerUriProblem(known[field]) : undefined;
      if (problem !== undefined) throw new errors.InvalidClientMetadata(`${field} ${problem}`);
    }
    for (const uri of uris) {
      const problem =
        typeof uri === 'string'
          ? (strangerUriProblem(uri) ??
            plainHttp(uri) ??
            returnUriProblem(uri, type) ??
            privateSchemeProblem(uri, settings.schemes ?? []) ??
            (settings.ownOrigins.includes(new URL(uri).origin) ? 'must not be an address of this server' : undefined))
          : 'must be a text';
      if (problem !== undefined) throw new errors.InvalidClientMetadata(`redirect_uris ${problem}`);
    }
    const grants = ['authorization_code', 'refresh_token'].filter((grant) =>
      listOf(given['grant_types']).includes(grant),
    );
    const scopes = typeof given['scope'] === 'string' ? given['scope'].split(' ') : settings.scopes;
    return {
      ...known,
      application_type: type,
      token_endpoint_auth_method: method,
      grant_types: [...new Set(['authorization_code', ...grants])],
      response_types: ['code'],
      scope: settings.scopes.filter((scope) => scopes.includes(scope)).join(' '),
      access,
      resources: settings.resources,
    } as unknown as ClientMetadata;
  };
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Codes for clients that nobody checked never travel in the clear, except on the person's own machine. */
function plainHttp(uri: string): string | undefined {
  const url = URL.parse(uri);
  const isLoopback = url !== null && ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  return url?.protocol === 'http:' && !isLoopback ? 'must be https' : undefined;
}
