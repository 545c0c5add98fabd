import type { Random } from '../../kernel/random.ts';
import { DuplicateKeyError } from '../../ports/collections.ts';
import type { Application } from '../documents/application.ts';
import type { OidcApplicationSettings, SealedClientSecret } from '../documents/applications/oidc-application.ts';
import type { Tag } from '../documents/entity.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import {
  type ApplicationSeed,
  applicationOf,
  nextVersion,
  type SealApplicationDependencies,
  withSettingsOf,
} from './application-seed.ts';
import { clientSecretsOf, sealedClientSecret } from './oidc/client-secrets.ts';

/** How many applications an account may have. Those of the configuration file count, but are never refused. */
export const APPLICATIONS_PER_ACCOUNT = 500;

export interface EditApplicationsDependencies extends SealApplicationDependencies {
  readonly store: Pick<IdentityStore, 'applications' | 'registeredApplications'>;
  readonly random: Random;
}

/** A change of an application. */
export interface ApplicationChange {
  readonly seed: ApplicationSeed;
  readonly isEnabled: boolean;
}

/** What the settings of the server give to applications that registered themselves. */
export interface AdoptedSettings {
  readonly resources: OidcApplicationSettings['resources'];
  readonly requirePkce: boolean;
}

/** Changes the applications that the API manages, and those that registered themselves. */
export interface ApplicationEditor {
  /** A new id. No application ever had it, so that nobody inherits what was issued to another one. */
  newId(): string;
  newSecret(): string;
  /** The secret that is in use. Never shown again. */
  secretOf(application: Application): string | undefined;
  isBeyondQuota(accountId: string): Promise<boolean>;
  /** @returns `undefined` if the account has an application with the same entity id. */
  create(seed: ApplicationSeed, tags: readonly Tag[]): Promise<Application | undefined>;
  /**
   * Disabling ends whatever was issued to it.
   * @returns `'changed'` if the application is no longer as `old`, `'taken'` if another one has the entity id.
   */
  replace(old: Application, change: ApplicationChange): Promise<Application | 'changed' | 'taken'>;
  /** Gives a client another secret. The one before it is accepted for `overlapMs` more; older ones no longer. */
  rotate(old: Application, secret: string, overlapMs: number): Promise<Application | 'changed'>;
  /** Changes what does not belong to the settings, whatever manages the application. @returns `undefined` if it is gone. */
  amend(
    application: Application,
    change: (current: Application) => Partial<Pick<Application, 'tags' | 'assignments'>>,
  ): Promise<Application | undefined>;
  /** Disables or enables an application that registered itself. @returns `'changed'` if it is no longer as `old`. */
  enable(old: Application, isEnabled: boolean): Promise<Application | 'changed'>;
  /**
   * Makes an application that registered itself one that the API manages, with what the settings let such ones have.
   * @returns `'changed'` if it is no longer as `old`.
   */
  adopt(old: Application, settings: AdoptedSettings): Promise<Application | 'changed'>;
  /** @returns `false` if the application is no longer as `old`. */
  remove(old: Application): Promise<boolean>;
}

/** Stops a write, because the document is not what was decided about. */
class Changed extends Error {}

export function openApplicationEditor(deps: EditApplicationsDependencies): ApplicationEditor {
  const { store, sealer, clock, random } = deps;
  const { applications, registeredApplications } = store;
  return {
    newId: () => `app-${random.bytes(16).toString('hex')}`,
    newSecret: () => random.bytes(32).toString('base64url'),
    secretOf: (application) => clientSecretsOf(sealer, application)[0]?.secret,

    async isBeyondQuota(accountId) {
      const limit = APPLICATIONS_PER_ACCOUNT;
      return (await applications.count('key', [accountId], { limit })) >= limit;
    },

    async create(seed, tags) {
      const created = applicationOf(deps, seed, 'api');
      const application = tags.length === 0 ? created : { ...created, tags: [...tags] };
      try {
        await applications.insert(application);
        return application;
      } catch (error) {
        if (error instanceof DuplicateKeyError) return undefined;
        throw error;
      }
    },

    async replace(old, { seed, isEnabled }) {
      const made = applicationOf(deps, seed, 'api');
      try {
        return await unlessChanged(() =>
          applications.update(keyOf(old), (current) => {
            requireSame(current, old);
            const changed = withSecretsOf(current, withSettingsOf(current, deps, made), seed.secret);
            if (isEnabled) return changed;
            const now = clock.now();
            return { ...changed, disabledAt: current.disabledAt ?? now, endedAt: current.disabledAt ?? now };
          }),
        );
      } catch (error) {
        if (error instanceof DuplicateKeyError) return 'taken';
        throw error;
      }
    },

    rotate: (old, secret, overlapMs) =>
      unlessChanged(() =>
        applications.update(keyOf(old), (current) => {
          requireSame(current, old);
          const { applicationId: clientId, settings } = current;
          if (settings.protocol !== 'OIDC') throw new TypeError('only OIDC applications have secrets');
          const now = clock.now();
          const [former] = settings.secrets;
          const kept: SealedClientSecret[] =
            former === undefined || overlapMs === 0 ? [] : [{ ...former, expiresAt: now + overlapMs }];
          const secrets = [sealedClientSecret(sealer, { clientId, secret, createdAt: now }), ...kept];
          return { ...current, settings: { ...settings, secrets }, updatedAt: nextVersion(current, clock) };
        }),
      ),

    amend: (application, change) =>
      applications.update(keyOf(application), (current) => ({
        ...current,
        ...change(current),
        updatedAt: nextVersion(current, clock),
      })),

    enable: (old, isEnabled) =>
      unlessChanged(() =>
        registeredApplications.update(keyOf(old), (current) => {
          requireSame(current, old);
          const { disabledAt, ...enabled } = current;
          const changed = { ...enabled, updatedAt: nextVersion(current, clock) };
          const since = disabledAt ?? clock.now();
          return isEnabled ? changed : { ...changed, disabledAt: since, endedAt: since };
        }),
      ),

    async adopt(old, settings) {
      // First ends its own management: after a crash here, it can be adopted again, and is found in one place at a time.
      const ended = await unlessChanged(() =>
        registeredApplications.update(keyOf(old), (current) => {
          requireSame(current, old);
          if (current.registration === undefined) throw new Changed();
          const { managementHash: _ended, ...registration } = current.registration;
          return { ...current, registration };
        }),
      );
      if (ended === 'changed') return 'changed';
      const { registration: _former, ...application } = ended;
      const adopted: Application = {
        ...application,
        origin: 'api',
        settings: adoptedSettings(application.settings, settings),
        updatedAt: nextVersion(ended, clock),
      };
      try {
        await applications.insert(adopted);
      } catch (error) {
        // Another call, or one that crashed, has adopted it already.
        if (!(error instanceof DuplicateKeyError)) throw error;
      }
      await registeredApplications.remove(keyOf(old));
      return (await applications.get(keyOf(old))) ?? 'changed';
    },

    async remove(old) {
      const collection = old.registration === undefined ? applications : registeredApplications;
      const removed = await unlessChanged(() => collection.remove(keyOf(old), (current) => requireSame(current, old)));
      return removed !== 'changed';
    },
  };
}

function keyOf({ accountId, applicationId }: Application): readonly string[] {
  return [accountId, applicationId];
}

/** Keeps the stored secrets, including a former one, unless the secret is another one. */
function withSecretsOf(current: Application, made: Application, isGiven: string | undefined): Application {
  const { settings: before } = current;
  const { settings } = made;
  if (settings.protocol !== 'OIDC' || before.protocol !== 'OIDC' || before.secrets.length === 0) return made;
  return isGiven === undefined ? made : { ...made, settings: { ...settings, secrets: before.secrets } };
}

function requireSame(current: Application, old: Application): void {
  if (current.createdAt !== old.createdAt || current.updatedAt !== old.updatedAt) throw new Changed();
}

async function unlessChanged(write: () => Promise<Application | undefined>): Promise<Application | 'changed'> {
  try {
    return (await write()) ?? 'changed';
  } catch (error) {
    if (error instanceof Changed) return 'changed';
    throw error;
  }
}

function adoptedSettings(
  settings: Application['settings'],
  { resources, requirePkce }: AdoptedSettings,
): Application['settings'] {
  if (settings.protocol !== 'OIDC') return settings;
  const isPublic = settings.metadata['token_endpoint_auth_method'] === 'none';
  const metadata = { ...settings.metadata, ...(!requirePkce && !isPublic && { require_pkce: false }) };
  return { ...settings, resources: [...resources], metadata };
}
