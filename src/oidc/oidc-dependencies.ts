import type { ClientAddress } from '../http/client-address.ts';
import type { OutboundFetch } from '../http/outbound-fetch.ts';
import type { Credentials } from '../identity/access-keys/credentials.ts';
import type { Passwords } from '../identity/passwords/passwords.ts';
import type { SignInJudge } from '../identity/sign-in-policy/judge-sign-in.ts';
import type { IdentityStore } from '../identity/store/identity-store.ts';
import type { RecordAuditEvent } from '../kernel/audit-event.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Random } from '../kernel/random.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import type { SessionAuthenticationDependencies } from '../operations/authentication/session.ts';
import type { InvokedUnsigned } from '../operations/invoked-by.ts';
import type { Ephemeral } from '../ports/ephemeral.ts';
import type { Mailer } from '../ports/mailer.ts';
import type { OpenProtocol } from '../sign-in/protocol-pages.ts';
import type { StartSources } from '../sign-in/start/start-sources.ts';
import type { DescribeServer, OwnAddressRule, OwnLinksRule, OwnPasswordRule } from './account-page/account-routes.ts';
import type { OwnProfile } from './account-page/own-profile.ts';
import type { ActivitySources } from './activity-page/activity-routes.ts';
import type { DeviceOutcome } from './device/device-events.ts';
import type { DoorOutcomes } from './door-outcomes.ts';
import type { OwnFactorsRule } from './factors-page/own-factors-rule.ts';
import type { MutualTls } from './features/certificates/mutual-tls.ts';
import type { DocumentSettings } from './features/clients/metadata-documents.ts';
import type { Advise } from './features/refresh-advice.ts';
import type { RoleCredentialsDependencies } from './features/role-credentials.ts';
import type { SessionLimits } from './features/sessions.ts';
import type { ConnectorDependencies } from './interactions/connector-pages.ts';
import type { AccessTokenCaller } from './library/exchange/exchanged-tokens.ts';
import type { RegistrationSettings } from './registration/registration-settings.ts';
import type { OidcSettings } from './settings.ts';
import type { ExchangeDependencies } from './token-exchange/open-exchange.ts';

/** What the OpenID provider and its pages work with. */
export interface OidcDependencies {
  /** Without a trailing slash. */
  readonly publicUrl: string;
  /** Sends the mails of people who have forgotten their password. Default: they cannot recover by mail. */
  readonly recoveryMailer?: Mailer | undefined;
  /** Sends the codes that confirm e-mail addresses and browsers. Default: none are asked for. */
  readonly mailer?: Mailer | undefined;
  /** The host name that passkeys are bound to. Default: that of the public URL. */
  readonly passkeyRpId?: string | undefined;
  /** Other origins that may use the passkeys of the RP ID. Default: none. */
  readonly passkeyOrigins?: readonly string[];
  readonly ephemeral: Ephemeral;
  readonly identities: IdentityStore;
  readonly keyRing: KeyRing;
  readonly passwords: Passwords;
  readonly record: RecordAuditEvent;
  readonly clock: Clock;
  readonly random: Random;
  /** Called with failures that neither the person nor the app caused. */
  readonly logError: (error: unknown, requestId: string) => void;
  /** Called with advice for the operator about an app's requests. Default: dropped. */
  readonly advise?: Advise;
  readonly clientAddress: ClientAddress;
  /** Judges sign-ins, on the store as one request sees it. Default: every sign-in is allowed. */
  readonly openJudge?: (ephemeral: Ephemeral) => SignInJudge;
  /** Whether a person may change their password on the account page. */
  readonly mayChangeOwnPassword: OwnPasswordRule;
  /** Whether a person may link and unlink outside logins of their own. */
  readonly mayChangeOwnLinks: OwnLinksRule;
  /** Whether a person may confirm or change their own e-mail address. */
  readonly mayChangeOwnAddress: OwnAddressRule;
  /** What people may change in their profile themselves. */
  readonly ownProfile: OwnProfile;
  /** Whether a person may add and remove second factors of their own. */
  readonly mayChangeOwnFactors: OwnFactorsRule;
  readonly describeServer: DescribeServer;
  /** What happened to people's accounts, and where addresses are. */
  readonly activity: ActivitySources;
  /** What the start page shows and does. */
  readonly start: StartSources;
  readonly currentCaller: SessionAuthenticationDependencies['currentCaller'];
  /** Finds the credentials that a broker sends for console federation. */
  readonly credentials: Pick<Credentials, 'find'>;
  readonly connectors: ConnectorDependencies;
  /** Adds the pages of another protocol, for apps that do not speak OpenID Connect. */
  readonly protocol?: OpenProtocol;
  /** Receives how passkeys, console federation and role credentials ended. Default: dropped. */
  readonly observeDoors?: DoorOutcomes;
  readonly sessionLimits?: SessionLimits;
  /** Default: enabled, for 12 hours. */
  readonly commandLine?: OidcSettings['commandLine'];
  /** Whether apps may be registered for access tokens in the browser. Default: they may not. */
  readonly frontChannelTokens?: boolean;
  /** The types of authorization details. Default: none. */
  readonly authorizationDetailsTypes?: OidcSettings['authorizationDetailsTypes'];
  /** Which apps with a client id metadata document are accepted. Default: none. */
  readonly clientIdMetadataDocuments?: DocumentSettings;
  /** Whether apps may register themselves, and for what. Default: they may not. */
  readonly registration?: RegistrationSettings;
  /** The account of apps that registered themselves openly, unless the settings name one. */
  readonly firstAccount: () => Promise<string>;
  /** Requests addresses of apps that registered themselves. Default: as for other apps, but never in private networks. */
  readonly fetchForStranger?: OutboundFetch;
  /** PEM certificates of the only certificate authorities to trust in requests to apps' servers. Default: Node's list. */
  readonly appAuthorities?: string;
  /** Counts what becomes of sign-ins of devices. */
  readonly observeDevice?: (outcome: DeviceOutcome) => void;
  readonly assumeRole: RoleCredentialsDependencies['assumeRole'];
  readonly assumeRoleWithWebIdentity: ExchangeDependencies['assumeRoleWithWebIdentity'];
  readonly proveIdentity: ExchangeDependencies['proveIdentity'];
  /** Whether an IAM principal may get an access token. */
  readonly mayGetAccessToken: (asked: AccessTokenCaller, source: InvokedUnsigned['source']) => Promise<boolean>;
  /** Whether clients may have their keys, and receive notices of sign-outs, at addresses in private networks. */
  readonly allowPrivateNetworks?: boolean;
  /** Client certificates of apps. Default: none can arrive. */
  readonly mutualTls?: MutualTls | undefined;
}
