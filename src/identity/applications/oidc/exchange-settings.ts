import * as z from 'zod';

/** The grant type by which a client exchanges a token for another one (RFC 8693 §2.1). */
export const EXCHANGE_GRANT = 'urn:ietf:params:oauth:grant-type:token-exchange';

/** The most clients that one client may name in each list. */
export const MOST_EXCHANGED = 50;

/** The id of another client. */
export const exchangeClientId = () =>
  z
    .string('must be a text')
    .min(1, 'must not be empty')
    .max(255, 'must have 255 characters at most')
    .regex(/^[\x20-\x7e]+$/, 'must have visible ASCII characters only');

/** Clients whose tokens a client may exchange, besides those that were issued to it or for it. */
const subjectClientShape = z.strictObject({
  client_id: exchangeClientId().describe('The client whose tokens may be exchanged.'),
  impersonation: z
    .boolean('must be true or false')
    .optional()
    .describe('Whether new tokens name the person alone, and not this client as the party that acts. Default: no.'),
});

/** What a client may exchange tokens for (RFC 8693). */
export const tokenExchangeShape = z
  .strictObject({
    subjects: z
      .array(subjectClientShape, 'must be a list')
      .max(MOST_EXCHANGED, `must name ${MOST_EXCHANGED} clients at most`)
      .optional()
      .describe('The clients whose tokens it may exchange, besides those that were issued to it or for it.'),
    audiences: z
      .array(exchangeClientId(), 'must be a list')
      .max(MOST_EXCHANGED, `must name ${MOST_EXCHANGED} clients at most`)
      .optional()
      .describe('The clients that new tokens may be for, besides itself. Services are in `resources`.'),
  })
  .superRefine(({ subjects = [] }, context) => {
    const seen = new Set<string>();
    for (const [index, { client_id }] of subjects.entries()) {
      if (seen.has(client_id)) {
        context.addIssue({ code: 'custom', message: 'is listed twice', path: ['subjects', index, 'client_id'] });
      }
      seen.add(client_id);
    }
  });
export type TokenExchangeSettings = z.output<typeof tokenExchangeShape>;

interface ExchangingClient {
  readonly grant_types?: readonly string[] | undefined;
  readonly token_endpoint_auth_method?: string | undefined;
  readonly token_exchange?: TokenExchangeSettings | undefined;
}

type ExchangeProblem = readonly [field: 'grant_types' | 'token_exchange', message: string];

/** What contradicts itself in the settings of a client. */
export function exchangeProblems(client: ExchangingClient): ExchangeProblem[] {
  const mayExchange = client.grant_types?.includes(EXCHANGE_GRANT) === true;
  if (!mayExchange) {
    if (client.token_exchange === undefined) return [];
    return [['token_exchange', `needs ${EXCHANGE_GRANT} in grant_types`]];
  }
  if (client.token_endpoint_auth_method !== 'none') return [];
  return [['grant_types', `${EXCHANGE_GRANT} needs a client that authenticates, not token_endpoint_auth_method none`]];
}
