import type { Clock } from '../../kernel/clock.ts';
import type { Ephemeral } from '../../ports/ephemeral.ts';
import { type Application, applications } from '../documents/application.ts';
import type { OidcApplicationSettings } from '../documents/applications/oidc-application.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import { openKeptLists } from '../store/kept-lists.ts';
import { type ApplicationAccess, type ApplicationUser, isOfferedToEveryone, mayUse } from './may-use.ts';
import { signsPeopleIn } from './oidc/client-flows.ts';
import { clientStart } from './oidc/client-start.ts';
import { applicationTypeOf } from './oidc/client-uris.ts';

/** An application, as its users see it. */
export interface OwnApplication {
  readonly accountId: string;
  readonly applicationId: string;
  readonly displayName: string;
  readonly protocol: Application['settings']['protocol'];
  /** The address that opens it; `undefined` if only the application itself can begin, such as a native app. */
  readonly startUrl: string | undefined;
  /** The version of its icon, if it has one. */
  readonly iconVersion: number | undefined;
  readonly access: ApplicationAccess;
}

/** Finds the applications that a user is shown. Reads only what changed since the last time. */
export interface OwnApplications {
  /** Those of its own account first, then those of the configuration file that are open to everyone; each by display name. */
  find(user: ApplicationUser): Promise<readonly OwnApplication[]>;
  close(): void;
}

interface OwnApplicationsDependencies {
  readonly store: Pick<IdentityStore, 'applications'>;
  readonly feed: Pick<Ephemeral, 'subscribe' | 'completeUntil'>;
  readonly clock: Clock;
  readonly addresses: StartAddresses;
}

export interface StartAddresses {
  /** The issuer, which clients get as a parameter where sign-ins begin. */
  readonly issuer: string;
  /** Where a sign-in to a SAML application begins. */
  readonly samlStart: (accountId: string, applicationId: string) => string;
}

/** The list of the applications that users of every account are shown. Other lists are named by their account. */
const EVERYONE = '*';

export function openOwnApplications({ store, feed, clock, addresses }: OwnApplicationsDependencies): OwnApplications {
  const lists = openKeptLists<Application, OwnApplication>(
    {
      collection: store.applications,
      name: applications.name,
      query: (list) =>
        list === EVERYONE ? { index: 'byOpenTo', values: ['everyone'] } : { index: 'key', values: [list] },
      belongs: (application, list) =>
        isForPeople(application) &&
        (list === EVERYONE ? isOfferedToEveryone(application) : application.accountId === list),
      keep: (application) => kept(application, addresses),
      keyOf: ({ accountId, applicationId }) => [accountId, applicationId],
      positionOf: ({ displayName, accountId, applicationId }) =>
        JSON.stringify([displayName.toLowerCase(), accountId, applicationId]),
    },
    { feed, clock },
  );
  return {
    async find(user) {
      const [own, everyone] = await Promise.all([lists.get(user.accountId), lists.get(EVERYONE)]);
      const others = everyone.filter(({ accountId }) => accountId !== user.accountId);
      return [...own, ...others].filter(({ access }) => mayUse(access, user));
    },
    close: lists.close,
  };
}

/** Machines have no people, and nobody uses what is disabled. */
function isForPeople({ settings, disabledAt }: Application): boolean {
  if (disabledAt !== undefined) return false;
  if (settings.protocol === 'SAML') return true;
  return signsPeopleIn(settings.metadata);
}

function kept(application: Application, addresses: StartAddresses): OwnApplication {
  const { accountId, applicationId, displayName, settings, icon, updatedAt, openTo, assignments } = application;
  return {
    accountId,
    applicationId,
    displayName,
    protocol: settings.protocol,
    startUrl: webAddress(application.startUrl ?? startOf(application, addresses)),
    iconVersion: icon === undefined ? undefined : updatedAt,
    access: { accountId, openTo, assignments },
  };
}

function startOf(
  { settings, accountId, applicationId }: Application,
  { issuer, samlStart }: StartAddresses,
): string | undefined {
  if (settings.protocol !== 'SAML') return oidcStart(settings, issuer);
  return settings.idpInitiated === false ? undefined : samlStart(accountId, applicationId);
}

function oidcStart({ metadata }: OidcApplicationSettings, issuer: string): string | undefined {
  const textOf = (name: string): string | undefined => {
    const value = metadata[name];
    return typeof value === 'string' ? value : undefined;
  };
  const redirectUris = metadata['redirect_uris'];
  return clientStart(
    {
      initiateLoginUri: metadata['initiate_login_uri'],
      clientUri: textOf('client_uri'),
      applicationType: applicationTypeOf(metadata),
      redirectUris: Array.isArray(redirectUris) ? redirectUris.filter((uri) => typeof uri === 'string') : undefined,
    },
    issuer,
  );
}

/** Only web pages are linked to: another scheme could run a script or start a program. */
function webAddress(address: string | undefined): string | undefined {
  return address !== undefined && /^https?:$/.test(URL.parse(address)?.protocol ?? '') ? address : undefined;
}
