import { BRIDGE_PATHS } from '../../bridge/context/bridge-addresses.ts';
import { backchannelPath } from '../../federation/connectors/callback-path.ts';
import { SAML_PATHS } from '../../federation/connectors/saml/own-addresses.ts';
import { ISSUER_PATH } from '../../oidc/own-client.ts';

/** What programs call below the issuer: each is an endpoint of the discovery document that no browser navigates to. */
const ENDPOINTS = [
  '/token',
  '/token/introspection',
  '/token/revocation',
  '/me',
  '/jwks',
  '/request',
  '/device/auth',
  '/role-credentials',
].map((path) => ISSUER_PATH + path);

/** One segment of a path. */
const ANY = '[^/]+';

const PROGRAM_PATHS = new RegExp(
  `^(?:${[
    ...ENDPOINTS,
    `(?:${ISSUER_PATH})?/\\.well-known/.*`,
    // Read and sent by providers and apps.
    backchannelPath(ANY),
    SAML_PATHS.metadata(ANY),
    BRIDGE_PATHS.metadata(ANY),
  ].join('|')})/?$`,
  'i',
);

/** Whether only programs call a path, so that it must not wait with the pages. Everything else that is not the wire API is for browsers. */
export function isForPrograms(path: string): boolean {
  return PROGRAM_PATHS.test(path);
}
