import type { Application } from '../documents/application.ts';
import type { OidcApplicationSettings } from '../documents/applications/oidc-application.ts';
import type { ApplicationSeed } from './application-seed.ts';

/** An OIDC client of the configuration file. */
export interface ClientSeed {
  readonly accountId: string;
  readonly clientId: string;
  readonly clientSecret?: string | undefined;
  readonly openTo?: Application['openTo'] | undefined;
  readonly resources?: OidcApplicationSettings['resources'] | undefined;
  readonly claims?: OidcApplicationSettings['claims'];
  readonly icon?: string | undefined;
  readonly startUrl?: string | undefined;
  readonly metadata: Readonly<Record<string, unknown>>;
}

export function seedOfClient(client: ClientSeed): ApplicationSeed {
  const {
    accountId,
    clientId,
    clientSecret,
    openTo = 'account',
    resources = [],
    claims,
    icon,
    startUrl,
    metadata,
  } = client;
  const { client_name: name } = metadata;
  return {
    accountId,
    applicationId: clientId,
    displayName: typeof name === 'string' ? name : clientId,
    ...(icon !== undefined && { icon }),
    ...(startUrl !== undefined && { startUrl }),
    openTo,
    secret: clientSecret,
    settings: {
      protocol: 'OIDC',
      resources: [...resources],
      ...(claims !== undefined && claims.length > 0 && { claims }),
      metadata: { ...metadata },
    },
  };
}
