import { CIBA_GRANT } from './client-flows.ts';

type Metadata = Readonly<Record<string, unknown>>;
type Problem = readonly [field: string, message: string];

const SETTINGS = [
  'backchannel_token_delivery_mode',
  'backchannel_client_notification_endpoint',
  'backchannel_authentication_request_signing_alg',
] as const;

/** What is wrong with the settings of a client that asks people by the back channel (OpenID Connect CIBA Core 1.0 §4). */
export function backchannelProblems(client: Metadata): readonly Problem[] {
  const { grant_types: grants } = client;
  if (!Array.isArray(grants) || !grants.includes(CIBA_GRANT)) {
    return SETTINGS.filter((field) => client[field] !== undefined).map((field) => [
      field,
      `needs the grant type ${CIBA_GRANT}`,
    ]);
  }
  const problems: Problem[] = [];
  const { backchannel_token_delivery_mode: mode, backchannel_client_notification_endpoint: endpoint } = client;
  if (client['token_endpoint_auth_method'] === 'none') {
    // Anyone could ask people in the name of the client.
    problems.push(['token_endpoint_auth_method', `must not be none with ${CIBA_GRANT}: the client must authenticate`]);
  }
  if (mode === undefined)
    problems.push(['backchannel_token_delivery_mode', `is needed with ${CIBA_GRANT}: poll or ping`]);
  if (mode === 'ping' && endpoint === undefined) {
    problems.push(['backchannel_client_notification_endpoint', 'is needed with backchannel_token_delivery_mode ping']);
  }
  if (mode === 'poll' && endpoint !== undefined) {
    problems.push(['backchannel_client_notification_endpoint', 'is for backchannel_token_delivery_mode ping only']);
  }
  const { backchannel_authentication_request_signing_alg: alg, jwks, jwks_uri } = client;
  if (alg !== undefined && jwks === undefined && jwks_uri === undefined) {
    problems.push(['jwks', 'or jwks_uri is needed with backchannel_authentication_request_signing_alg']);
  }
  return problems;
}
