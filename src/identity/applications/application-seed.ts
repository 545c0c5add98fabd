import type { Clock } from '../../kernel/clock.ts';
import type { Sealer } from '../../keys/key-ring.ts';
import type { Application, ApplicationSettings } from '../documents/application.ts';
import type { OidcApplicationSettings } from '../documents/applications/oidc-application.ts';
import { sealedClientSecret } from './oidc/client-secrets.ts';

/** Settings without sealed secrets. */
export type OpenSettings =
  | Exclude<ApplicationSettings, { protocol: 'OIDC' }>
  | Omit<OidcApplicationSettings, 'secrets'>;

/** What the configuration file or the API decides about an application. */
export interface ApplicationSeed
  extends Pick<
    Application,
    'accountId' | 'applicationId' | 'displayName' | 'icon' | 'startUrl' | 'openTo' | 'entityId'
  > {
  readonly settings: OpenSettings;
  /** The client secret. */
  readonly secret: string | undefined;
}

/** What is needed to make an application of a seed. */
export interface SealApplicationDependencies {
  readonly sealer: Sealer;
  readonly clock: Clock;
}

/** A new application. */
export function applicationOf(
  { sealer, clock }: SealApplicationDependencies,
  { secret, settings, ...seed }: ApplicationSeed,
  origin: Application['origin'],
): Application {
  const createdAt = clock.now();
  const secrets =
    secret === undefined ? [] : [sealedClientSecret(sealer, { clientId: seed.applicationId, secret, createdAt })];
  return {
    ...seed,
    settings: settings.protocol === 'OIDC' ? { ...settings, secrets } : settings,
    assignments: { users: [], groups: [] },
    origin,
    createdAt,
    updatedAt: createdAt,
  };
}

/** The application with the settings of another version of it. Who is assigned, and the tags, change on their own. */
export function withSettingsOf(
  current: Application,
  { clock }: Pick<SealApplicationDependencies, 'clock'>,
  made: Application,
): Application {
  const { assignments, tags, createdAt, endedAt } = current;
  return {
    ...made,
    assignments,
    ...(tags !== undefined && { tags }),
    ...(endedAt !== undefined && { endedAt }),
    createdAt,
    updatedAt: nextVersion(current, clock),
  };
}

/** The time of a change, which identifies the version: two changes never have the same. */
export function nextVersion({ updatedAt }: Pick<Application, 'updatedAt'>, clock: Clock): number {
  return Math.max(clock.now(), updatedAt + 1);
}
