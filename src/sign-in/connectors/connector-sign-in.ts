import { answerPath, deviationsOf } from '../../federation/connectors/kinds.ts';
import { LoginRefused } from '../../federation/connectors/login-refused.ts';
import type { OpenConnector } from '../../federation/connectors/open-connector.ts';
import type { Destination, RedirectConnector } from '../../federation/connectors/redirect-connector.ts';
import type { VerifiedLogin } from '../../federation/connectors/verified-login.ts';
import { countedFactor, phishingResistantFactor } from '../../federation/provisioning/trusted-factors.ts';
import type { KeptRefreshTokens } from '../../federation/rechecks/kept-refresh-tokens.ts';
import type { Connectors } from '../../identity/connectors/open-connectors.ts';
import type { LoginOrigin } from '../../identity/credentials/login-origin.ts';
import type { People } from '../../identity/credentials/people.ts';
import type { Connector } from '../../identity/documents/connector.ts';
import type { UpstreamLogins } from '../../identity/links/upstream-logins.ts';
import { stepsAfterConnector } from '../../identity/sign-in/admit-person.ts';
import type { IdentityStore } from '../../identity/store/identity-store.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Random } from '../../kernel/random.ts';
import { hashedId } from '../../keys/hashed-id.ts';
import type { Sealer } from '../../keys/key-ring.ts';
import type { Ephemeral } from '../../ports/ephemeral.ts';
import type { RecordSignInEvent } from '../events/sign-in-events.ts';
import type { ConnectorCall, ConnectorStarts, Linking, Progress } from '../sign-in-step.ts';
import { type ArrivedLogin, admitLogin, type LoginNotes } from './admit-login.ts';
import { auditConnectorStart, type ObserveConnector } from './audit-connector.ts';
import { type ConnectorAttempt, type ConnectorAttempts, openConnectorAttempts } from './connector-attempts.ts';
import { type HeldAnswers, nobodyWaits, openHeldAnswers } from './held-answers.ts';
import { linkByPassword } from './link-by-password.ts';
import { offeredConnectors } from './offered-connectors.ts';
import { passwordCheck } from './password-check.ts';
import { openPostedStates, type PostedStates } from './posted-states.ts';
import type { ProviderSessions } from './provider-sessions.ts';

/** The answer of a provider, as the browser brought it. */
export interface ConnectorAnswer {
  /** The connector that the address names. */
  readonly connector: string;
  /** The path at which it arrived. */
  readonly path: string;
  /** The state of the sign-in, as the answer has it. */
  readonly state: string;
  readonly parameters: Readonly<Record<string, string>>;
  /** The id that the browser sent. */
  readonly device: string | undefined;
  /** Set if the browser posted it and came back for it: the attempt that was taken out together with the answer. */
  readonly posted?: { readonly attempt: ConnectorAttempt | undefined };
}

/** What is known of an answer, as far as its checks came. */
export interface AnswerFacts extends LoginNotes {
  attempt?: ConnectorAttempt;
  connector?: Connector;
}

/** The outcome of an answer, with what is known of it in either case. */
export type ConnectorOutcome =
  | { readonly facts: Readonly<AnswerFacts>; readonly signIn: string; readonly passed: Progress }
  | { readonly facts: Readonly<AnswerFacts>; readonly toLink: LoginToLink }
  | { readonly facts: Readonly<AnswerFacts>; readonly refused: LoginRefused };

/** A verified login that is to be linked to the user who asked for it. */
export interface LoginToLink {
  readonly linking: Linking;
  readonly connector: Connector;
  readonly login: VerifiedLogin;
}

/** Signing in through connectors, independent of the provider's protocol and the app's. */
export interface ConnectorSignIn {
  readonly starts: ConnectorStarts;
  finish(answer: ConnectorAnswer): Promise<ConnectorOutcome>;
  /** Answers that browsers post. */
  readonly held: HeldAnswers;
}

export interface ConnectorSignInDependencies {
  readonly connectors: Connectors;
  readonly open: OpenConnector;
  readonly store: IdentityStore;
  readonly people: People;
  readonly ephemeral: Ephemeral;
  readonly upstreamLogins: UpstreamLogins;
  readonly providerSessions: ProviderSessions;
  readonly refreshTokens: Pick<KeptRefreshTokens, 'keep'>;
  readonly clock: Clock;
  readonly random: Random;
  readonly sealer: Sealer;
  /** 32 bytes, for the states of sign-ins whose answer is posted. */
  readonly stateSecret: Uint8Array;
  /** Without a slash at its end. */
  readonly publicUrl: string;
  readonly recordEvent: RecordSignInEvent;
  readonly observe: ObserveConnector;
}

export function openConnectorSignIn(deps: ConnectorSignInDependencies): ConnectorSignIn {
  const attempts = openConnectorAttempts(deps.ephemeral);
  const states = openPostedStates({ ...deps, secret: deps.stateSecret });
  const { recordEvent, observe } = deps;
  return {
    starts: {
      offered: offeredConnectors(deps.connectors),
      begin: (call, connector, loginHint) => begin({ ...deps, attempts, states }, call, { connector, loginHint }),
      refused: auditConnectorStart({ recordEvent, observe }),
      takesPassword: (connector) => deps.open(connector).password !== undefined,
      checkPassword: passwordCheck(deps),
      linkByPassword: linkByPassword(deps),
    },
    held: openHeldAnswers({ ...deps, attempts, states }),
    async finish(answer) {
      const facts: AnswerFacts = {};
      try {
        const { posted } = answer;
        const attempt = posted === undefined ? await attempts.take(answer.state) : posted.attempt;
        if (attempt === undefined) throw nobodyWaits();
        facts.attempt = attempt;
        if ((posted !== undefined) !== (attempt.answersByPost ?? false)) {
          throw new LoginRefused('parameters', `the answer came ${posted === undefined ? 'in the URL' : 'by POST'}`);
        }
        const { connector, login, at } = await verify(deps, answer, { attempt, facts });
        const { signIn, linking } = attempt;
        if (linking !== undefined) {
          await login.redeemed;
          return { facts, toLink: { linking, connector, login } };
        }
        const { person, origin } = await admitLogin(deps, connector, { login, at, notes: facts });
        await keepForLater(deps, connector, { login, origin, at });
        // What the provider says of its factors proves none here, unless the connector names it: a person with a device shows a code (S30).
        const trustedFactor = countedFactor(connector.settings, login);
        if (trustedFactor !== undefined) facts.login = { ...facts.login, trustedFactor };
        const phishingResistant = phishingResistantFactor(connector.settings, login);
        if (phishingResistant !== undefined) facts.login = { ...facts.login, phishingResistant };
        const amr = trustedFactor === undefined ? [] : ['mfa'];
        const steps = stepsAfterConnector(person, trustedFactor !== undefined);
        const { loginGeneration: generation } = person;
        const stamped = phishingResistant === undefined ? origin : withStrength(origin, login);
        return { facts, signIn, passed: { person, generation, amr, steps, origin: stamped } };
      } catch (error) {
        if (error instanceof LoginRefused) return { facts, refused: error };
        throw error;
      }
    },
  };
}

/** The login as one with a factor that cannot be phished, which was shown when the provider says that it authenticated the person. */
function withStrength(origin: LoginOrigin, { authTime }: VerifiedLogin): LoginOrigin {
  return { ...origin, strength: 'phr', ...(authTime !== undefined && { strengthAt: authTime * 1000 }) };
}

/** Keeps what this server needs to ask the provider again, or to sign the person out there. */
async function keepForLater(
  { open, providerSessions, refreshTokens }: ConnectorSignInDependencies,
  connector: Connector,
  { login, origin, at }: Omit<ArrivedLogin, 'notes'> & { readonly origin: LoginOrigin },
): Promise<void> {
  const { connectorId } = connector;
  const { providerSession, refreshToken: token } = login;
  const client = open(connector).refresh?.client;
  await Promise.all([
    providerSession !== undefined && providerSessions.keep(origin, { connectorId, ...providerSession }),
    token !== undefined &&
      client !== undefined &&
      refreshTokens.keep(origin, { connectorId, client, token, checkedAt: at }),
  ]);
}

type Beginning = ConnectorSignInDependencies & {
  readonly attempts: ConnectorAttempts;
  readonly states: PostedStates;
};

function redirectUri({ publicUrl }: ConnectorSignInDependencies, connector: Connector): string {
  return `${publicUrl}${answerPath(connector)}`;
}

async function begin(
  deps: Beginning,
  call: ConnectorCall,
  { connector, loginHint }: { readonly connector: Connector; readonly loginHint: string | undefined },
): Promise<Destination> {
  const { clock, random, attempts, states } = deps;
  const { connectorId, name } = connector;
  const redirect = redirectConnector(deps, connector);
  const { answersByPost = false } = redirect;
  const state = answersByPost ? states.make(name) : random.bytes(32).toString('base64url');
  const { kept, ...destination } = await redirect.begin({
    state,
    redirectUri: redirectUri(deps, connector),
    loginHint,
    reauthenticate: call.reauthenticate,
    now: clock.now(),
  });
  const browser = hashedId(call.device);
  const named = { signIn: call.id, appId: call.app.id, asked: call.asked ?? null, connector: name, connectorId };
  const attempt = { ...named, browser, kept, answersByPost, ...(call.linking && { linking: call.linking }) };
  if (!(await attempts.keep(state, attempt))) {
    throw new LoginRefused('state', 'this sign-in has gone to providers too often');
  }
  return destination;
}

/** @throws {LoginRefused} if people do not sign in by going to the provider. */
function redirectConnector({ open }: ConnectorSignInDependencies, connector: Connector): RedirectConnector {
  const { redirect } = open(connector);
  if (redirect === undefined) throw new LoginRefused('connector', `${connector.name} redirects nobody`);
  return redirect;
}

/** Checks whose an answer is, and what the provider says. @throws {LoginRefused} */
async function verify(
  deps: ConnectorSignInDependencies,
  answer: ConnectorAnswer,
  { attempt, facts }: { readonly attempt: ConnectorAttempt; readonly facts: AnswerFacts },
): Promise<Omit<ArrivedLogin, 'notes'> & { readonly connector: Connector }> {
  const connector = await connectorOf(deps, answer, attempt);
  facts.connector = connector;
  const deviations = deviationsOf(connector.settings);
  if (deviations.length > 0) facts.login = { deviations: deviations.join(' ') };
  const at = deps.clock.now();
  const login = await redirectConnector(deps, connector).finish({
    parameters: answer.parameters,
    redirectUri: redirectUri(deps, connector),
    state: answer.state,
    kept: attempt.kept,
    now: at,
  });
  const { subject, amr, acr, authTime } = login;
  facts.login = { ...facts.login, subject, amr: amr.join(' '), acr, authTime };
  // The provider took its time: the connector may have been disabled, deleted or changed since.
  const current = await connectorOf(deps, answer, attempt);
  return { connector: current, login, at };
}

/** The connector that an answer came through, if it came to the browser and the address that it was meant for. */
async function connectorOf(
  { connectors }: ConnectorSignInDependencies,
  { connector: name, path, device }: ConnectorAnswer,
  attempt: ConnectorAttempt,
): Promise<Connector> {
  if (attempt.connector !== name) {
    throw new LoginRefused('mix-up', `the sign-in began at ${attempt.connector}, not at ${name}`);
  }
  if (device === undefined || hashedId(device) !== attempt.browser) {
    throw new LoginRefused('browser', 'the sign-in began in another browser');
  }
  const found = (await connectors.enabled()).find(({ connectorId }) => connectorId === attempt.connectorId);
  if (found === undefined) throw new LoginRefused('disabled', 'the connector takes no sign-ins any more');
  if (answerPath(found) !== path) throw new LoginRefused('mix-up', `the answer arrived at ${path}`);
  return found;
}
