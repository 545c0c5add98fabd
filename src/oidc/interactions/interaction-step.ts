import type Provider from 'oidc-provider';
import type { Client, InteractionResults } from 'oidc-provider';
import type { Html } from '../../http/html.ts';
import type { Form } from '../../http/read-form.ts';
import type { Person } from '../../identity/credentials/people.ts';
import type { SignIn } from '../../identity/sign-in/sign-in.ts';
import type { RecordSignInEvent, RequestFacts } from '../sign-in-events.ts';
import type { PendingSignIn, PendingSignIns } from '../storage/pending-sign-in.ts';
import type { FormTarget } from './interaction-form.ts';
import type { SignInNames } from './sign-in-names.ts';

/** oidc-provider's record of what it asks the person for. */
export type Interaction = Awaited<ReturnType<Provider['interactionDetails']>>;

/** What the pages of an interaction work with. */
export interface InteractionDependencies {
  readonly signIn: SignIn;
  readonly pending: PendingSignIns;
  readonly recordEvent: RecordSignInEvent;
  readonly names: SignInNames;
}

/** One request to one interaction. */
export interface InteractionCall {
  readonly provider: Provider;
  readonly interaction: Interaction;
  readonly client: Client;
  /** The client's name for people; `undefined` for our own pages. */
  readonly clientName: string | undefined;
  /** When the request came in, ms since the epoch. */
  readonly begun: number;
  /** A sign-in that has come half way, and whose it is; none, where it is over. */
  readonly pending: (PendingSignIn & { readonly person: Person }) | undefined;
  readonly target: FormTarget;
  readonly source: RequestFacts;
  /** The id that the browser keeps, or will keep after a sign-in with it. */
  readonly device: string;
  /** Whether the browser sent no id, so that {@link device} was generated for this request. */
  readonly isNewDevice: boolean;
}

/** What a step comes to: a page to show, the next page of this interaction, or the end of it. */
export type StepResult = PageShown | { readonly next: true } | { readonly finish: InteractionResults };

export interface PageShown {
  readonly show: Html;
  readonly title: string;
  readonly status: number;
  /** Ms after which it may be tried again. */
  readonly waitMs?: number | undefined;
}

/** What is done with a form of an interaction. */
export type Step = (deps: InteractionDependencies, call: InteractionCall, form: Form) => Promise<StepResult>;
