import { type ConditionKey, NUMERIC, STRING } from './condition-key.ts';

const OWN =
  'sessions of people who signed in at this server: pages, role sessions from them, and ID tokens of this server at STS';

/** The condition keys of a session that come from the sign-in behind it. Access keys and other providers' tokens have none of them. */
export const SESSION_SIGN_IN_KEYS = [
  {
    name: 'signin:Strength',
    ...STRING,
    origin: 'session',
    presence: `${OWN}: \`phishing-resistant\`, \`multi-factor\` or \`single-factor\``,
  },
  { name: 'signin:Acr', ...STRING, origin: 'session', presence: `${OWN}: \`1fa\`, \`mfa\`, \`phr\` or \`phrh\`` },
  {
    name: 'signin:Age',
    ...NUMERIC,
    origin: 'session',
    presence: `${OWN}: seconds since the factors were shown; absent if an outside provider does not say when`,
  },
  {
    name: 'signin:Connector',
    ...STRING,
    origin: 'session',
    presence: `${OWN}: the name of the connector, if they came through one`,
  },
] as const satisfies readonly ConditionKey[];
