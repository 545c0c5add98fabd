import type { LoginCheck, LoginRefused } from '../../federation/connectors/login-refused.ts';

const EXPIRED =
  'This sign-in has expired, was used already, or began in another browser. Go back to the app and start again.';
/** The same whether there is such a person or not. */
const WRONG = 'The name or password is not right.';
const NOT_VERIFIED = (provider: string): string =>
  `The answer of ${provider} could not be verified. Try again. If it happens again, give your administrator the reference below.`;

const MESSAGES: Readonly<Partial<Record<LoginCheck, (provider: string) => string>>> = {
  state: () => EXPIRED,
  browser: () => EXPIRED,
  replay: () => EXPIRED,
  'in-response-to': () => EXPIRED,
  'authn-context': (provider) =>
    `You signed in at ${provider} in a way that is not accepted here. Try again in another way, or give your administrator the reference below.`,
  disabled: (provider) =>
    `Signing in with ${provider} is switched off. Sign in another way, or ask your administrator.`,
  declined: (provider) => `You did not finish signing in with ${provider}. Try again, or sign in another way.`,
  unreachable: (provider) => `${provider} cannot be reached at the moment. Try again shortly, or sign in another way.`,
  metadata: (provider) =>
    `${provider} is not set up correctly here. Sign in another way, or give your administrator the reference below.`,
  'hosted-domain': (provider) =>
    `This login with ${provider} does not belong to an organisation that may sign in here. Choose another account.`,
  'disabled-user': () => 'Your account is disabled. Ask your administrator.',
  condition: (provider) =>
    `This login with ${provider} may not be used here. Choose another account, or give your administrator the reference below.`,
  credentials: () => WRONG,
  ambiguous: () => WRONG,
  throttled: () => 'There were too many failed attempts. Try again later.',
  busy: () => 'Too many people are signing in at the moment. Wait a minute, then try again.',
  'password-due': (provider) =>
    `Your password at ${provider} has expired or must be changed. Change it there, and then sign in here.`,
  'account-state': (provider) => `Your account at ${provider} may not sign in now. Ask your administrator.`,
  'not-linked': (provider) =>
    `This login with ${provider} is not linked to a user here. Ask your administrator, or sign in another way and link it on your account page if that offers it.`,
  'linked-elsewhere': (provider) =>
    `This login with ${provider} is linked to another user here. Choose another account, or unlink it there first.`,
  linking: () =>
    'You are no longer signed in as the user who asked for this, or may not link this login. Nothing was linked. Start again.',
  user: () => 'Your user here cannot sign in. Give your administrator the reference below.',
};

/** What a person is told about a refusal. Never which check failed in detail: that is in the audit log. */
export function connectorMessage({ check }: LoginRefused, provider = 'the provider'): string {
  return (MESSAGES[check] ?? NOT_VERIFIED)(provider);
}

/** The HTTP status of a refusal. */
export function connectorStatus({ check }: LoginRefused): number {
  if (check === 'throttled' || check === 'busy') return 429;
  return check === 'unreachable' || check === 'metadata' || check === 'provider-error' ? 502 : 400;
}
