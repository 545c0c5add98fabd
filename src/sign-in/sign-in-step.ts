import type { LoginRefused } from '../federation/connectors/login-refused.ts';
import type { Destination } from '../federation/connectors/redirect-connector.ts';
import type { Html, Text } from '../http/html.ts';
import type { Form } from '../http/read-form.ts';
import type { AttemptOrigin } from '../identity/attempts/sign-in-limits.ts';
import type { LoginOrigin } from '../identity/credentials/login-origin.ts';
import type { Person } from '../identity/credentials/people.ts';
import type { Strength } from '../identity/credentials/strength.ts';
import type { Connector } from '../identity/documents/connector.ts';
import type { SignIn } from '../identity/sign-in/sign-in.ts';
import type { SignInEnforcement } from './enforcement.ts';
import type { RecordSignInEvent, RequestFacts } from './events/sign-in-events.ts';
import type { FormTarget } from './pages/step-form.ts';
import type { TypedName } from './pages/typed-name.ts';
import type { PendingSignIn, PendingSignIns } from './pending-sign-in.ts';
import type { SignInNames } from './sign-in-names.ts';

export interface SignInDependencies {
  readonly signIn: SignIn;
  readonly pending: PendingSignIns;
  readonly recordEvent: RecordSignInEvent;
  readonly names: SignInNames;
  readonly connectors: ConnectorStarts;
  /** Where people go who have forgotten their password. Default: nowhere. */
  readonly recoverAt?: string | undefined;
  /** Default: every sign-in is allowed. */
  readonly enforcement?: SignInEnforcement | undefined;
}

/** Which connectors a person may use for an app. Nothing here depends on who exists. */
export interface OfferedConnectors {
  /** Those that the sign-in page has a button for. */
  buttons(app: SignInApp): Promise<readonly Connector[]>;
  byName(app: SignInApp, name: string): Promise<Connector | undefined>;
  /** Those for the domain of an e-mail address. */
  ofAddress(app: SignInApp, address: string): Promise<readonly Connector[]>;
}

export interface TypedPassword {
  readonly name: string;
  readonly password: string;
}

/** The outcome of a name and a password that a connector checked. */
export type PasswordOutcome =
  | { readonly passed: Progress }
  | { readonly refused: LoginRefused; readonly waitMs?: number | undefined };

/** Who links a login of which they enter the password here. */
export interface PasswordLink {
  readonly app: Pick<SignInApp, 'id'>;
  readonly source: RequestFacts;
  readonly origin: AttemptOrigin;
  readonly person: Person;
  /** Asked again once the password is checked, which takes its time. */
  readonly stillMayLink: () => Promise<boolean>;
}

/** Who links an outside login to themselves. */
export interface Linking {
  readonly subject: string;
  /** The session in which they asked for it. */
  readonly session: string;
}

/** What a way to a provider and back is bound to. */
export interface ConnectorCall extends Pick<SignInCall, 'id' | 'device' | 'reauthenticate' | 'asked'> {
  readonly app: Pick<SignInApp, 'id'>;
  /** Set if the login is to be linked to a user who is signed in. */
  readonly linking?: Linking;
}

/** Begins sign-ins through connectors. */
export interface ConnectorStarts {
  readonly offered: OfferedConnectors;
  /** Where the browser goes. @throws {LoginRefused} if the provider cannot be reached. */
  begin(call: ConnectorCall, connector: Connector, loginHint: string | undefined): Promise<Destination>;
  /** Whether people type their name and password here, instead of going to the provider. */
  takesPassword(connector: Connector): boolean;
  /** Checks a name and a password, and puts the outcome on record. */
  checkPassword(call: SignInCall, connector: Connector, typed: TypedPassword): Promise<PasswordOutcome>;
  /** Checks a name and a password, links the login to the user, and puts the outcome on record. */
  linkByPassword(
    call: PasswordLink,
    connector: Connector,
    typed: TypedPassword,
  ): Promise<{ readonly linked: true } | Extract<PasswordOutcome, { readonly refused: LoginRefused }>>;
  /** Puts on record that a sign-in could not begin. */
  refused(
    call: Pick<SignInCall, 'source'> & Pick<ConnectorCall, 'app'>,
    connector: Connector,
    refusal: LoginRefused,
  ): Promise<void>;
}

/** The app that a person signs in to, by whichever protocol. */
export interface SignInApp {
  readonly id: string;
  /** For display; `undefined` for our own pages. */
  readonly name: string | undefined;
  isOpenTo(accountId: string): boolean;
  /** The account that alone may use it; `undefined` if others may, too. */
  readonly onlyFor?: string | undefined;
}

/** A strength that an app asks for. */
export interface AskedStrength {
  readonly strength: Strength;
  /** Whether the app refuses a weaker sign-in. */
  readonly isRequired: boolean;
}

/** One request within a sign-in. */
export interface SignInCall {
  /** Known only to this browser. The stored state of the sign-in is found by it. */
  readonly id: string;
  readonly app: SignInApp;
  /** The name that the app expects to sign in. */
  readonly hint: string | undefined;
  /** The name typed on the first page. `undefined` before that, and if the person asks for the first page again. */
  readonly named: TypedName | undefined;
  /** What the first page is filled in with. The account is the one that was asked for; empty if none was. */
  readonly suggested: TypedName;
  /** The account that this browser last signed in to. */
  readonly rememberedAccount: string | undefined;
  /** The connector that the app asks for, by name. */
  readonly askedConnector: string | undefined;
  /** Whether the app wants the person to authenticate again. */
  readonly reauthenticate: boolean;
  /** How strong the app wants the sign-in to be. */
  readonly asked?: AskedStrength | undefined;
  /** When the request came in, ms since the epoch. */
  readonly begun: number;
  /** The stored state of a sign-in in progress, and its person; `undefined` once it is over. */
  readonly pending: (PendingSignIn & { readonly person: Person }) | undefined;
  readonly target: FormTarget;
  /** Where the person finds all ways to sign in. */
  readonly chooseAt: string;
  readonly source: RequestFacts;
  /** The id that the browser keeps, or will keep after a sign-in with it. */
  readonly device: string;
  /** Whether the browser sent no id, so that {@link device} was generated for this request. */
  readonly isNewDevice: boolean;
}

export interface PageShown {
  readonly show: Html;
  readonly title: Text;
  readonly status: number;
  /** When it may be tried again, in ms from now. */
  readonly waitMs?: number | undefined;
  /** The account of the person that the page is about, if they are signed in. */
  readonly accountId?: string | undefined;
}

/** Who signed in, and how. */
export interface SignedIn {
  readonly subject: string;
  /** RFC 8176. */
  readonly amr: readonly string[];
  /** Seconds since the epoch. */
  readonly at: number;
  /** The person's login generation when the password was entered. */
  readonly generation: number;
  /** The outside login by which the person came, if they did. */
  readonly origin?: LoginOrigin | undefined;
}

/** How far a person has come, once a step is done. */
export type Progress = Omit<PendingSignIn, 'subject'> & { readonly person: Person };

/** The browser goes to another server, from where it comes back. */
export interface Leaving {
  readonly leave: Destination;
}

/** The person has typed their name, and now chooses a way to prove it. Nothing has been looked up yet. */
export interface Named {
  readonly named: TypedName;
}

/** The result of a step: a page, the page of whichever step is due, another server, a name, or progress. */
export type StepResult = PageShown | { readonly next: true } | Leaving | Named | { readonly passed: Progress };

/** One step of a sign-in: a page with a form, and what the form does. */
export interface SignInStep {
  /** The purpose that the forms of its page name. */
  readonly name: string;
  /** Whether the step is due according to what is stored. */
  isDue(call: Pick<SignInCall, 'pending'>): boolean;
  page(deps: SignInDependencies, call: SignInCall): Promise<PageShown>;
  /** Called only if the step is due, unless {@link runsAnytime}. */
  run(deps: SignInDependencies, call: SignInCall, form: Form): Promise<StepResult>;
  /** Whether its form also works while another step is due, because it starts over or checks for itself what it continues. */
  readonly runsAnytime: boolean;
}
