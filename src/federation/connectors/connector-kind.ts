import type * as z from 'zod';
import type { OpenSettings } from '../../identity/connectors/connector-seed.ts';
import type {
  Connector,
  ConnectorKindName,
  ConnectorSettings,
  ProvisioningRules,
} from '../../identity/documents/connector.ts';
import type { Ephemeral } from '../../ports/ephemeral.ts';
import type { DirectoryAccess } from '../directory-client/directory-access.ts';
import type { IssuerSettings } from '../web-identity/issuer-settings.ts';
import type { IssuerKeys } from '../web-identity/key-cache.ts';
import type { DirectoryConnector } from './directory-connector.ts';
import type { FrontChannelLogout, LogoutConnector, ProviderSignOut } from './logout-connector.ts';
import type { PasswordConnector } from './password-connector.ts';
import type { RedirectConnector, RefreshConnector } from './redirect-connector.ts';
import type { LoginTester } from './tested-login.ts';

/** What a connector can do, by its kind and settings. */
export interface Capabilities {
  /** Signs people in by sending their browser to the provider. */
  readonly redirect?: RedirectConnector | undefined;
  /** Asks the provider again about logins. */
  readonly refresh?: RefreshConnector | undefined;
  /** Hears from the provider, without a browser, that people have signed out there. */
  readonly logout?: LogoutConnector | undefined;
  /** Signs people in by a name and a password that they type here. */
  readonly password?: PasswordConnector | undefined;
  /** Lists the people of the provider. */
  readonly directory?: DirectoryConnector | undefined;
  /** Hears from the provider of sign-outs through the person's browser. */
  readonly frontChannelLogout?: FrontChannelLogout | undefined;
  /** Signs people out at the provider when they sign out here. */
  readonly providerSignOut?: ProviderSignOut | undefined;
  /** Whether people may begin at the provider. */
  readonly startsAtProvider?: StartsAtProvider | undefined;
  /** The provider's signing certificates, as far as they are known by now; their dates are for the operator alone. */
  readonly signingCertificates?: (() => readonly SigningCertificate[]) | undefined;
  /** What the provider has to know of us, for anyone to read. */
  readonly publishedMetadata?: PublishedMetadata | undefined;
}

export type RollOverStep = 'begin' | 'finish';

/** Where people come to who begin at the provider. */
export interface StartsAtProvider {
  /** The client id of the app. Absent: the account page. */
  readonly app: string | undefined;
}

/** What people see of a provider's certificate. Its dates count for nothing else: an expired certificate still verifies. */
export interface SigningCertificate {
  /** SHA-256. */
  readonly fingerprint: string;
  /** Milliseconds since the epoch; NaN if the certificate has no readable date. */
  readonly notAfter: number;
}

/** A document that we publish about a connector. */
export interface PublishedMetadata {
  readonly contentType: string;
  text(): string;
}

/** A protection that is switched off for one provider, because the provider does not support it. */
export type Deviation = 'no-pkce' | 'no-nonce';

/** Something wrong with a setting, by its name in the configuration file. */
export type Problem = readonly [field: string, message: string];

/** Where settings come from. Only the configuration file may name files of this machine. */
export type SettingsOrigin = 'file' | 'api';

/**
 * Reads a file that a setting names. What is wrong with it is reported as a problem; then the result is `undefined`.
 * @param check throws an error that says what is wrong with the text.
 */
export type ReadSettingFile = (field: string, path: string, check?: (text: string) => unknown) => string | undefined;

/** What a kind makes of the settings that were given, and of its preset. */
export interface ReadSettings<Settings> {
  readonly settings: Settings;
  readonly secret: string | undefined;
  readonly defaults: {
    readonly displayName: string;
    readonly rules: Pick<ProvisioningRules, 'userName' | 'displayName' | 'email'>;
    /** The claim that lists groups, if the provider has a usual one. */
    readonly groupsClaim?: string | undefined;
  };
}

/** Addresses of a provider that this server calls. */
export interface CalledAddresses {
  readonly issuer: string;
  readonly addresses: readonly (readonly [field: string, url: string | undefined])[];
}

/** How providers may be reached, as the operator configured it. */
export interface ProviderAccess {
  readonly issuerSettings: (issuer: string) => IssuerSettings | undefined;
  /** Whether providers may be in private networks without being configured so. */
  readonly allowPrivate: boolean;
  readonly directories: DirectoryAccess;
}

/** What connectors work with. */
export interface ConnectorDependencies extends ProviderAccess {
  /** The keys of issuers, shared with all other verification of tokens. */
  readonly keys: IssuerKeys;
  /** A monotonic clock in ms. */
  readonly elapsed: () => number;
  /** Without a slash at its end. */
  readonly publicUrl: string;
  /** Tells the operator of what will soon need attention. Default: nobody is told. */
  readonly warn?: (message: string, facts: Readonly<Record<string, unknown>>) => void;
  /** Where messages that work once are marked as used. */
  readonly used: Pick<Ephemeral, 'setIfAbsent'>;
}

/** The connector whose logins are tested. */
export interface TestedConnector {
  readonly name: string;
  /** Opened only if the evidence needs it. */
  readonly secret: () => string | undefined;
}

type SettingsOf<Name extends ConnectorKindName> = Extract<ConnectorSettings, { readonly kind: Name }>;
type Given<Fields extends z.ZodRawShape> = z.output<z.ZodObject<Fields>>;

/**
 * A kind of connector: a row of the table `kinds.ts`. Settings are *given* in the names of the configuration file, flat and with presets, and
 * *stored* with everything filled in.
 */
export interface ConnectorKind<
  Name extends ConnectorKindName = ConnectorKindName,
  Fields extends z.ZodRawShape = z.ZodRawShape,
  Settings = OpenSettings<SettingsOf<Name>>,
> {
  /** The settings of this kind in the configuration file, `kind` among them. Names that end in `File` exist only there. */
  readonly fields: Fields;
  /** What is wrong with the settings beyond the types of {@link fields}. */
  problems(given: Given<Fields>, origin: SettingsOrigin): readonly Problem[];
  /** Fills in what the preset knows. */
  read(given: Given<Fields>, readFile: ReadSettingFile): ReadSettings<Settings>;
  /** What {@link read} makes these settings of, so that a change can replace a part. Contains no secret. */
  givenAgain(settings: Settings): Readonly<Record<string, unknown>>;
  /** The field that holds the secret, if these settings need one. */
  secretField(given: Readonly<Record<string, unknown>>): string | undefined;
  /** The setting by which the secret would go to another server than before. The old secret must not go there. */
  secretMovedBy(old: Settings, settings: Settings): string | undefined;
  /** Protections that are switched off for this provider. Administrators and the audit log see them. */
  deviations(settings: Settings): readonly Deviation[];
  /** Generates a secret of our own, if the connector has one. It is kept by changes. `now`: ms since the epoch. */
  generateSecret?(name: string, now: number): Promise<string>;
  /** A step of a roll-over of the generated secret: new keys are published beside the old ones, then the old ones are dropped. */
  rollOver?(
    secret: string,
    step: RollOverStep,
    named: { readonly name: string; readonly now: number },
  ): Promise<string>;
  /** The path to which the provider sends the browser back. Default: `callback-path.ts`. */
  answerPath?(name: string): string;
  /** Whether a subject still means the same person after a change. */
  hasSameSubjects(old: Settings, settings: Settings): boolean;
  /** The addresses of the provider that get secrets or send keys, by the setting that gives them. They must not be without TLS. */
  addresses(settings: Settings): readonly (readonly [field: string, url: string])[];
  /**
   * The addresses that this server itself calls, by the setting that gives them, and the issuer as which the operator configures the provider.
   * `undefined` if none is reached as the operator configured an issuer.
   */
  called(settings: Settings): CalledAddresses | undefined;
  /**
   * Tries whether a connector can work, as far as that is possible without a person. Takes 10 seconds at most.
   * @throws {ProviderUnusable}
   */
  tryProvider(
    access: ProviderAccess,
    connector: { readonly settings: Settings; readonly secret: string | undefined },
  ): Promise<void>;
  /** The part that tests logins without a person. */
  tester(deps: ConnectorDependencies, settings: Settings, tested: TestedConnector): LoginTester;
  /** The working part of a stored connector. */
  open(
    deps: ConnectorDependencies,
    opened: { readonly settings: Settings; readonly secret: string | undefined; readonly connector: Connector },
  ): Capabilities;
}
