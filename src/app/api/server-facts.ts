import { ISSUER_PATH } from '../../oidc/own-client.ts';
import type { Feature, ServerFacts } from '../../rolecall/server/get-server-info.ts';
import { maxAuditBytes } from '../health/max-audit-bytes.ts';
import { productVersion } from '../product-version.ts';
import type { Settings } from '../settings/settings.ts';

/** Whether each feature is turned on. Does not compile if one is missing. */
const IS_ON: Readonly<Record<Feature, (settings: Settings) => boolean>> = {
  AUDIT_RETENTION: (settings) => settings.audit.keepDays !== undefined || maxAuditBytes(settings) !== undefined,
  CALLER_RATE_LIMIT: ({ server }) => server.callsPerSecond > 0,
  HOST_PINNING: ({ server }) => server.allowedHosts.length > 0,
  POLICY_ERROR_POSITIONS: ({ policies }) => policies.errorPositions,
  PRIVATE_NETWORK_ACCESS: ({ oidc }) => oidc.allowPrivateNetworks,
  UNSIGNED_RATE_LIMIT: ({ server }) => server.unsignedCallsPerSecond > 0,
};

/** What GetServerInfo tells about a server with these settings. */
export function serverFacts(settings: Settings): ServerFacts {
  const { publicUrl } = settings.server;
  const features = Object.keys(IS_ON) as Feature[];
  return {
    Version: productVersion(),
    Issuer: `${publicUrl}${ISSUER_PATH}`,
    PublicUrl: publicUrl,
    Stores: {
      Identities: settings.stores.mongodbUri === undefined ? 'EMBEDDED' : 'MONGODB',
      Sessions: settings.stores.redisUrl === undefined ? 'EMBEDDED' : 'REDIS',
    },
    Features: features.filter((feature) => IS_ON[feature](settings)).sort(),
  };
}

const STORE_NAMES = { EMBEDDED: 'the embedded store', MONGODB: 'MongoDB', REDIS: 'Redis' } as const;

/** The server in a few words, for the account page. */
export function serverSummary({ Version, Stores: { Identities, Sessions } }: Omit<ServerFacts, 'Features'>): string {
  const isOne = Identities === Sessions;
  const stores = isOne
    ? `on ${STORE_NAMES[Identities]}`
    : `identities in ${STORE_NAMES[Identities]}, sessions in ${STORE_NAMES[Sessions]}`;
  return `Rolecall ${Version}, ${stores}`;
}
