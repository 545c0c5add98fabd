import type { Authorizer } from '../authorize/authorizer.ts';
import type { IsProtected } from '../authorize/privileged-member.ts';
import type { RoleFinder } from '../evaluation/role-finder.ts';
import type { OpenLoginTester } from '../federation/connectors/open-login-testers.ts';
import type { TryProvider } from '../federation/connectors/try-provider.ts';
import type { PasswordTrials } from '../federation/directory-identities/password-trials.ts';
import type { DirectorySyncs } from '../federation/directory-sync/open-syncs.ts';
import type { FetchMetadata } from '../federation/saml/service-providers/import-service-provider.ts';
import type { TokenVerifiers } from '../federation/token-verifiers.ts';
import type { LastUsed } from '../identity/access-keys/last-used.ts';
import type { ListActivity } from '../identity/activity/activity.ts';
import type { ApplicationSeed } from '../identity/applications/application-seed.ts';
import type { AdoptedSettings, ApplicationEditor } from '../identity/applications/edit-applications.ts';
import type { OwnApplications } from '../identity/applications/own-applications.ts';
import type { ConnectorOutcomes } from '../identity/connectors/connector-outcomes.ts';
import type { ConnectorEditor } from '../identity/connectors/edit-connectors.ts';
import type { People } from '../identity/credentials/people.ts';
import type { User } from '../identity/documents/user.ts';
import type { ProfileAttribute } from '../identity/documents/users/profile.ts';
import type { InvitationSender } from '../identity/invitations/send-invitation.ts';
import type { RoleDirectory } from '../identity/roles/role-directory.ts';
import type { PersonSessions } from '../identity/sign-in/person-sessions.ts';
import type { SignInJudge } from '../identity/sign-in-policy/judge-sign-in.ts';
import type { IdentityStore } from '../identity/store/identity-store.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Random } from '../kernel/random.ts';
import type { LoadServices } from '../policy/catalogue/service-catalogue.ts';

/** What the operations that change connectors work with. */
export interface ConnectorAdministration {
  readonly editor: ConnectorEditor;
  readonly outcomes: Pick<ConnectorOutcomes, 'last'>;
  readonly tryProvider: TryProvider;
  /** Whether the operator allows this issuer to be reached without TLS. */
  readonly mayBePlain: (issuer: string) => boolean;
  /** Whether the operator allows private networks for this issuer, and not for all. */
  readonly mayBePrivate: (issuer: string) => boolean;
}

/** What the tests of logins work with. */
export interface LoginTests extends TokenVerifiers {
  readonly openTester: OpenLoginTester;
  readonly passwords: PasswordTrials;
  readonly roles: Pick<RoleDirectory, 'find'>;
  /** Decides what a test may show to its caller. */
  readonly authorizer: Pick<Authorizer, 'decide'>;
}

/** What the operations that change applications work with. */
export interface ApplicationAdministration {
  readonly editor: ApplicationEditor;
  /** What the OIDC library refuses about an application; `undefined` if it can be a client. */
  readonly refusalOf: (seed: ApplicationSeed) => string | undefined;
  /** Fetches the metadata of service providers. */
  readonly fetchMetadata: FetchMetadata;
}

/** What the operations on applications that register themselves work with. */
export interface RegistrationAdministration {
  /** Whether applications can register themselves. */
  readonly isOn: boolean;
  /** What such applications get. */
  readonly settings: AdoptedSettings;
}

/** What simulated sign-ins are judged with. */
export interface SignInSimulation {
  readonly judge: Pick<SignInJudge, 'simulate' | 'hasPasskeys' | 'lists'>;
  readonly people: Pick<People, 'bySubject' | 'byUserName'>;
}

/** What the operations need. */
export interface RolecallDependencies {
  readonly store: IdentityStore;
  /** The attributes of their profile that people may change themselves. */
  readonly ownProfileAttributes: ReadonlySet<ProfileAttribute>;
  /** Tells who is protected, for one call. */
  readonly protection: () => IsProtected;
  /** Whether people can be mailed codes that confirm their browser. */
  readonly sendsMail: boolean;
  readonly clock: Clock;
  readonly lastUsed: Pick<LastUsed, 'lastUse'>;
  readonly random: Random;
  readonly server: { readonly PublicUrl: string };
  readonly connectors: ConnectorAdministration;
  readonly applications: ApplicationAdministration;
  readonly registration: RegistrationAdministration;
  readonly loginTests: LoginTests;
  readonly roleFinder: RoleFinder;
  /** The services that policies can be about. */
  readonly services: LoadServices;
  readonly ownApplications: Pick<OwnApplications, 'find'>;
  readonly signIns: SignInSimulation;
  readonly syncs: Pick<DirectorySyncs, 'start' | 'report'>;
  readonly invitations: InvitationSender;
  readonly userSessions: PersonSessions;
  readonly activity: {
    readonly list: ListActivity;
    /** The country of an address, as far as it is known. */
    readonly countryOf: (ip: string) => string | undefined;
  };
  /** The limits of browser sessions in the server's configuration, in seconds. */
  readonly sessionLimits: { readonly idleSeconds: number; readonly absoluteSeconds: number };
  /** Sets the date on which a user ends. @returns `undefined` if the user is gone. */
  readonly setEndDate: (
    user: Pick<User, 'accountId' | 'userId'>,
    endsAt: number | undefined,
  ) => Promise<User | undefined>;
}
