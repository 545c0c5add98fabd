import type { EnvironmentVariable } from '../src/config/environment.ts';
import type { JsonSchema, KnownKey } from '../src/config/known-keys.ts';

/** Descriptions that are not in the schema: OIDC client metadata, which its specification names and explains. */
const CLIENT_METADATA: Readonly<Record<string, string>> = {
  client_id: 'The id that the app sends.',
  client_secret: 'Its secret, 16 characters or more.',
  client_name: 'The name that people see on the consent page.',
  application_type:
    '`native` for apps on a device (RFC 8252): loopback redirects with any port. Default: `web`, or `native` for a public client whose redirect URIs are all on the machine.',
  redirect_uris: 'Where authorization codes may be sent; compared as exact strings.',
  post_logout_redirect_uris: 'Where the browser may go after signing out.',
  grant_types: 'The grant types that it may use at the token endpoint.',
  response_types: 'Only `code`.',
  token_endpoint_auth_method:
    'How it authenticates at the token endpoint; `none` is for apps that cannot keep a secret.',
  tls_client_auth_subject_dn:
    'The subject of its certificate (RFC 4514), for `tls_client_auth`, which needs exactly one of these five. Prefer an alternative name.',
  tls_client_auth_san_dns: 'A DNS name in its certificate, for `tls_client_auth`.',
  tls_client_auth_san_uri: 'A URI in its certificate, for `tls_client_auth`.',
  tls_client_auth_san_ip: 'An IP address in its certificate, for `tls_client_auth`.',
  tls_client_auth_san_email: 'An e-mail address in its certificate, for `tls_client_auth`.',
  token_endpoint_auth_signing_alg: 'The algorithm of its assertions (`private_key_jwt`).',
  jwks: 'Its public keys, as a JWK Set; for `self_signed_tls_client_auth` with its certificates (`x5c`).',
  'jwks.keys': 'The keys.',
  jwks_uri: 'The URL of its public keys.',
  scope: 'The scopes it may request, separated by spaces. Default: all.',
  subject_type: '`pairwise` gives each sector a different `sub`.',
  sector_identifier_uri: 'The URL of the list of redirect URIs that share one pairwise `sub`.',
  id_token_signed_response_alg: 'The algorithm of its ID tokens.',
  require_pkce:
    '`false` lets a client that authenticates send authorization requests without PKCE. Default: `true`. Not allowed with the `token_endpoint_auth_method` `none`.',
  require_pushed_authorization_requests: 'Whether authorization requests must be pushed (RFC 9126).',
  dpop_bound_access_tokens: 'Whether token requests must contain a DPoP proof (RFC 9449).',
  tls_client_certificate_bound_access_tokens:
    'Whether access tokens are bound to the client certificate that they were requested with (RFC 8705).',
  default_max_age: 'The maximum age, in seconds, of a sign-in for this client; older ones must be repeated.',
  max_sign_in_age:
    'The age of a sign-in, in seconds (60 to 2592000), after which the app’s requests ask the person to sign in again, whatever `max_age` they have.',
  refresh_token_idle_seconds: 'How long a refresh token may stay unused, in seconds (60 to 1209600).',
  refresh_token_max_seconds:
    'How long refresh tokens may be used after the sign-in, in seconds (60 to 1209600). Default: 14 days.',
  response_modes: 'How authorization responses may be sent. Default: in every way.',
  profile:
    'Holds the client to the FAPI 2.0 Security Profile (`fapi2`), to that with signed requests (`fapi2-message-signing`), or to FAPI-CIBA (`fapi-ciba`).',
  id_token_encrypted_response_alg: 'How the keys of its ID tokens are encrypted. Default: nothing is encrypted.',
  id_token_encrypted_response_enc: 'How the content of its ID tokens is encrypted. Default: `A128CBC-HS256`.',
  userinfo_signed_response_alg: 'The algorithm that signs its user info. Default: they are JSON.',
  userinfo_encrypted_response_alg: 'How the keys of its user info are encrypted. Default: nothing is encrypted.',
  userinfo_encrypted_response_enc: 'How the content of its user info is encrypted. Default: `A128CBC-HS256`.',
  authorization_signed_response_alg:
    'The algorithm that signs its authorization responses with a `response_mode` of JARM. Default: `RS256`.',
  authorization_encrypted_response_alg:
    'How the keys of its authorization responses with a `response_mode` of JARM are encrypted. Default: nothing is encrypted.',
  authorization_encrypted_response_enc:
    'How the content of its authorization responses with a `response_mode` of JARM is encrypted. Default: `A128CBC-HS256`.',
  introspection_signed_response_alg:
    'The algorithm that signs its introspection answers as JWTs (RFC 9701). Default: `RS256`.',
  introspection_encrypted_response_alg:
    'How the keys of its introspection answers as JWTs (RFC 9701) are encrypted. Default: nothing is encrypted.',
  introspection_encrypted_response_enc:
    'How the content of its introspection answers as JWTs (RFC 9701) is encrypted. Default: `A128CBC-HS256`.',
  request_object_signing_alg: 'The algorithm that its request objects must have. Default: any of these.',
  request_object_encryption_alg: 'How it encrypts the keys of its request objects, if it encrypts them.',
  request_object_encryption_enc: 'How it encrypts the content of its request objects, if it encrypts them.',
  require_signed_request_object: 'Whether authorization requests must be signed request objects (RFC 9101).',
  authorization_details_types:
    'The types of `authorization_details` that it may ask for, of those in `oidc.authorizationDetailsTypes`. Default: none.',
  default_acr_values: 'The `acr_values` of requests that have none.',
  require_auth_time: 'Whether every ID token contains `auth_time`.',
  backchannel_logout_uri: 'The URL that is notified of sign-outs.',
  backchannel_token_delivery_mode:
    'How it learns that a person has answered its request: `poll`, or `ping` ([ciba.md](ciba.md)).',
  backchannel_client_notification_endpoint: 'The `https` address that is notified with `ping`.',
  backchannel_authentication_request_signing_alg: 'The algorithm of its requests to people, which must then be signed.',
  backchannel_logout_session_required: 'Whether the logout token contains `sid`.',
  frontchannel_logout_uri:
    'The URL that the browser loads in a frame at a sign-out. It must have the origin of one of `redirect_uris`.',
  frontchannel_logout_session_required: 'Has no effect: the frame always gets `iss` and `sid`.',
  client_uri:
    'Its home page, shown on the consent page, and linked from the start page and from the page for a form that was sent twice.',
  initiate_login_uri:
    'The URL at which it starts sign-ins (OpenID Connect Core 1.0 §4), linked with the parameter `iss` from the start page and from the page for a form that was sent twice.',
  logo_uri: 'The URL of its logo.',
  policy_uri: 'Its privacy policy, linked from the consent page.',
  tos_uri: 'Its terms of service, linked from the consent page.',
  contacts: 'E-mail addresses of those responsible for it.',
  account_id: 'The account that it belongs to. Default: the first account.',
  open_to:
    'Whose users may sign in: those of its own account (default), of every account, or only those who are `assigned`.',
  resources: 'The services that it may request access tokens for (RFC 8707).',
  'resources[].resource': 'The identifier of the service: the `aud` of its tokens.',
  'resources[].scopes': 'The scopes that it may request for this service.',
  may_act:
    'The client that alone may act for people by their tokens for this one ([token-exchange.md](token-exchange.md)). Default: any that may exchange them.',
  icon: 'A PNG, WebP or SVG image as a `data:` URL in base64, for its tile on the start page.',
  start_url: 'Where people start, for its tile on the start page. Default: `initiate_login_uri`, or else `client_uri`.',
  claims: 'Claims of its own, beside those of the scopes ([applications.md](applications.md#claims-of-oidc-clients)).',
  'claims[].name': 'The name.',
  'claims[].for_groups': 'Values that only the members of a group get. They come before `values`.',
  'claims[].list':
    'Whether it is a list of all values. Otherwise it is a text: the first value, or all with `separator` between them.',
  'claims[].separator': 'Joins several values to one text.',
  'claims[].in': 'Where it is. `access_token`: in the tokens for `resources`.',
};

const CLIENTS = 'oidc.clients[].';

/** The page that documents every key of the configuration file. @throws {Error} naming the keys without a description. */
export function configurationPage(keys: readonly KnownKey[], variables: readonly EnvironmentVariable[]): string {
  const missing = keys.filter((key) => describe(key) === '').map(({ path }) => path);
  if (missing.length > 0) throw new Error(`no description (use .describe() in the schema): ${missing.join(', ')}`);
  const rows = (wanted: readonly KnownKey[]): string => wanted.map((key) => row(key, variables)).join('\n');
  const leaves = keys.filter(({ schema }) => schema.properties === undefined);
  return `# Configuration

<!-- Generated from the schemas by \`npx tsx scripts/make-configuration.ts --write\`; \`npm test\` compares. -->

Environment variables take precedence over the JSON file named by \`ROLECALL_CONFIG\`, which takes precedence over \`config/default.json\` and the defaults
below. The server does not start with unknown keys, unknown \`ROLECALL_…\` variables or invalid values; it lists all problems, each with its location. Dots
mean nesting: \`server.port\` is \`{"server": {"port": 8080}}\`. An empty variable counts as unset.

**Secrets from files.** Each variable marked \`…_FILE\` can be set as \`NAME_FILE\` instead: the path of a file with the value, such as a mounted secret.
Setting both is an error. In both cases, one line break at the end is ignored; other white space is part of the secret. Files are read only at startup.

**On SIGHUP** the server reads its configuration again and applies \`log.level\`, \`oidc.clients\`, \`saml.applications\`, \`federation.connectors\` and \`federation.minio\`; the log names other changed settings that need a restart
([operations.md](operations.md)).

## Keys

Keys that only some kinds of connectors have name the kinds in brackets.

| key | variable | default | |
|---|---|---|---|
${rows(leaves.filter(({ path }) => !path.startsWith(CLIENTS)))}

## OIDC clients

The members of each entry of \`oidc.clients\`, named as in OpenID Connect Dynamic Client Registration 1.0 §2. [oidc.md](oidc.md) explains them.

| key | value | default | |
|---|---|---|---|
${leaves
  .filter(({ path }) => path.startsWith(CLIENTS))
  .map(clientRow)
  .join('\n')}
`;
}

function row(key: KnownKey, variables: readonly EnvironmentVariable[]): string {
  const variable = variables.find(({ path }) => path === key.path);
  const name = variable === undefined ? '' : `\`${variable.name}\`${variable.isSecret ? ', `…_FILE`' : ''}`;
  return `| \`${key.path}\` | ${name} | ${defaultOf(key)} | ${kindsOf(key)}${describe(key)} |`;
}

function kindsOf({ kinds }: KnownKey): string {
  return kinds === undefined ? '' : `(${kinds.map((kind) => `\`${kind}\``).join(', ')}) `;
}

function clientRow(key: KnownKey): string {
  const path = key.path.slice(CLIENTS.length);
  return `| \`${path}\` | ${valuesOf(key.schema)} | ${key.isRequired && key.schema.default === undefined ? 'required' : defaultOf(key)} | ${describe(key)} |`;
}

function defaultOf({ schema }: KnownKey): string {
  return schema.default === undefined ? '' : `\`${JSON.stringify(schema.default).replace(/^"(.*)"$/, '$1')}\``;
}

function valuesOf(schema: JsonSchema): string {
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${String(value)}\``).join(', ');
  if (schema.const !== undefined) return `\`${String(schema.const)}\``;
  if (schema.items !== undefined) return `list: ${valuesOf(schema.items)}`;
  return schema.type === 'integer' ? 'whole number' : schema.type === 'string' ? 'text' : (schema.type ?? 'object');
}

function describe({ path, schema }: KnownKey): string {
  const own = path.startsWith(CLIENTS) ? CLIENT_METADATA[path.slice(CLIENTS.length)] : undefined;
  if (schema.properties !== undefined) return schema.description ?? own ?? 'a group';
  return (schema.description ?? own ?? '').replaceAll('|', '\\|');
}
