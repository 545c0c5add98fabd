import type { EnvironmentVariable } from '../src/config/environment.ts';
import type { JsonSchema, KnownKey } from '../src/config/known-keys.ts';

/** Descriptions that are not in the schema: OIDC client metadata, which its specification names and explains. */
const CLIENT_METADATA: Readonly<Record<string, string>> = {
  client_id: 'The id that the app sends.',
  client_secret: 'Its secret, 16 characters or more.',
  client_name: 'The name that people see on the consent page.',
  application_type: '`web`, or `native` for apps on a device (RFC 8252): loopback redirects with any port.',
  redirect_uris: 'Where codes may be sent; compared as exact strings.',
  post_logout_redirect_uris: 'Where the browser may go after signing out.',
  grant_types: 'What it may use at the token endpoint.',
  response_types: 'Only `code`.',
  token_endpoint_auth_method: 'How it authenticates; `none` is for apps that cannot keep a secret.',
  token_endpoint_auth_signing_alg: 'The algorithm of its assertions (`private_key_jwt`).',
  jwks: 'Its public keys, as a JWK Set.',
  'jwks.keys': 'The keys themselves.',
  jwks_uri: 'Where its public keys are fetched from.',
  scope: 'The scopes it may ask for, with spaces between them; absent: all.',
  subject_type: '`pairwise` gives each sector another `sub`.',
  sector_identifier_uri: 'The list of redirect URIs that share one pairwise `sub`.',
  id_token_signed_response_alg: 'The algorithm of its ID tokens.',
  require_pkce:
    '`false` lets a client that authenticates send authorization requests without PKCE (default `true`); not for `token_endpoint_auth_method` `none`.',
  require_pushed_authorization_requests: 'Refuses authorization requests that were not pushed (RFC 9126).',
  dpop_bound_access_tokens: 'Refuses token requests without a DPoP proof (RFC 9449).',
  default_max_age: 'Seconds after which a sign-in is too old for this client.',
  require_auth_time: 'Puts `auth_time` into every ID token.',
  backchannel_logout_uri: 'Where sign-outs are told to.',
  backchannel_logout_session_required: 'Puts `sid` into the logout token.',
  client_uri: 'Its home page, linked from the consent page.',
  logo_uri: 'Its logo.',
  policy_uri: 'Its privacy policy, linked from the consent page.',
  tos_uri: 'Its terms of service, linked from the consent page.',
  contacts: 'Who is responsible for it.',
  account_id: 'The account it belongs to; absent: the first account.',
  open_to: 'Whose people may sign in: those of its own account (default), or of every account.',
  resources: 'Services that it may ask access tokens for (RFC 8707).',
  'resources[].resource': 'The identifier of the service: the `aud` of its tokens.',
  'resources[].scopes': 'The scopes it may have there.',
};

const CLIENTS = 'oidc.clients[].';

/** The page that documents every key of the configuration file. @throws {Error} naming the keys without a description. */
export function configurationPage(keys: readonly KnownKey[], variables: readonly EnvironmentVariable[]): string {
  const missing = keys.filter((key) => describe(key) === '').map(({ path }) => path);
  if (missing.length > 0) throw new Error(`no description (use .describe() in the schema): ${missing.join(', ')}`);
  const rows = (wanted: readonly KnownKey[]): string => wanted.map((key) => row(key, variables)).join('\n');
  const leaves = keys.filter(({ schema }) => schema.properties === undefined);
  return `# Configuration

<!-- Made from the schemas by \`npx tsx scripts/make-configuration.ts --write\`; \`npm test\` compares. -->

Environment variables win over the JSON file that \`ROLECALL_CONFIG\` names, which wins over \`config/default.json\` and the defaults below. Unknown keys,
unknown \`ROLECALL_…\` variables and bad values stop the start; all problems are listed, each with its place. Dots stand for nesting: \`server.port\` is
\`{"server": {"port": 8080}}\`. An empty variable counts as unset.

**Secrets by file.** Each variable marked \`…_FILE\` may be given as \`NAME_FILE\` instead: the path of a file that holds the value, such as a mounted secret.
Setting both is an error. One line ending at the end of a secret is not part of it, in either form; other white space is. Files are read at the start only.

**At SIGHUP** the server reads its configuration again and applies \`log.level\` and \`oidc.clients\`; the log names other settings that changed and need a restart
([operations.md](operations.md)).

## Keys

| key | variable | default | |
|---|---|---|---|
${rows(leaves.filter(({ path }) => !path.startsWith(CLIENTS)))}

## OIDC clients

Each entry of \`oidc.clients\`, in the spelling of OpenID Connect Dynamic Client Registration 1.0 §2. How they work: [oidc.md](oidc.md).

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
  return `| \`${key.path}\` | ${name} | ${defaultOf(key)} | ${describe(key)} |`;
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
