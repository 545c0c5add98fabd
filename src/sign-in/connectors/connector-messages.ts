import type { LoginCheck, LoginRefused } from '../../federation/connectors/login-refused.ts';
import type { Text } from '../../http/html.ts';
import { say } from '../../http/messages/say.ts';

const EXPIRED = (): Text => say('connectors.expired');
/** The same whether there is such a person or not. */
const WRONG = (): Text => say('connectors.wrong');

/** A message, from the name of the provider. */
type Message = (provider: string | Text) => Text;

const MESSAGES: Readonly<Partial<Record<LoginCheck, Message>>> = {
  state: EXPIRED,
  browser: EXPIRED,
  replay: EXPIRED,
  'in-response-to': EXPIRED,
  disabled: (provider) => say('connectors.disabled', { provider }),
  declined: (provider) => say('connectors.declined', { provider }),
  unreachable: (provider) => say('connectors.unreachable', { provider }),
  'hosted-domain': (provider) => say('connectors.hostedDomain', { provider }),
  'disabled-user': () => say('connectors.disabledUser'),
  credentials: WRONG,
  ambiguous: WRONG,
  throttled: () => say('connectors.throttled'),
  busy: () => say('connectors.busy'),
  'password-due': (provider) => say('connectors.passwordDue', { provider }),
  'account-state': (provider) => say('connectors.accountState', { provider }),
  'not-linked': (provider) => say('connectors.notLinked', { provider }),
  'linked-elsewhere': (provider) => say('connectors.linkedElsewhere', { provider }),
  linking: () => say('connectors.linking'),
};

/** Messages that send people to their administrator, with a reference to the audit log. */
const WITH_REFERENCE: Readonly<Partial<Record<LoginCheck, Message>>> = {
  'authn-context': (provider) => say('connectors.authnContext', { provider }),
  metadata: (provider) => say('connectors.metadata', { provider }),
  condition: (provider) => say('connectors.condition', { provider }),
  user: () => say('connectors.user'),
};

/** What a person is told about a refusal. Never which check failed in detail: that is in the audit log. */
export function connectorMessage(
  { check }: LoginRefused,
  provider: string | Text = say('connectors.theProvider'),
): Text {
  const message = MESSAGES[check] ?? WITH_REFERENCE[check];
  return message === undefined ? say('connectors.notVerified', { provider }) : message(provider);
}

/** Whether the message asks the person to pass on a reference. */
export function asksForReference({ check }: LoginRefused): boolean {
  return MESSAGES[check] === undefined;
}

/** The HTTP status of a refusal. */
export function connectorStatus({ check }: LoginRefused): number {
  if (check === 'throttled' || check === 'busy') return 429;
  return check === 'unreachable' || check === 'metadata' || check === 'provider-error' ? 502 : 400;
}
