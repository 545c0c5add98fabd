import type { Random } from '../../kernel/random.ts';
import { DuplicateKeyError } from '../../ports/collections.ts';
import type { Application } from '../documents/application.ts';
import type { SealedClientSecret } from '../documents/applications/oidc-application.ts';
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
  readonly store: Pick<IdentityStore, 'applications'>;
  readonly random: Random;
}

/** A change of an application. */
export interface ApplicationChange {
  readonly seed: ApplicationSeed;
  readonly isEnabled: boolean;
}

/** Changes the applications that the API manages. */
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
  /** @returns `false` if the application is no longer as `old`. */
  remove(old: Application): Promise<boolean>;
}

/** Stops a write, because the document is not what was decided about. */
class Changed extends Error {}

export function openApplicationEditor(deps: EditApplicationsDependencies): ApplicationEditor {
  const { store, sealer, clock, random } = deps;
  const { applications } = store;
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

    async remove(old) {
      const removed = await unlessChanged(() =>
        applications.remove(keyOf(old), (current) => requireSame(current, old)),
      );
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
