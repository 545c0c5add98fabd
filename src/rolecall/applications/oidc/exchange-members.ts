import type { Target } from '../../../authorize/target.ts';
import {
  EXCHANGE_GRANT,
  MOST_EXCHANGED,
  type TokenExchangeSettings,
} from '../../../identity/applications/oidc/exchange-settings.ts';
import type { Application } from '../../../identity/documents/application.ts';
import { rolecallArn } from '../../rolecall-service.ts';
import { type StructureOf, shape } from '../../shapes/shape.ts';

const { boolean, list, optional, required, structure, text } = shape;

export { EXCHANGE_GRANT };

const CLIENT_ID = text('ExchangeClientId', { length: [1, 255], pattern: String.raw`[\x20-\x7E]+`, audited: true });
const MEMBERS = {
  Subjects: optional(
    list(
      'ExchangeSubjectList',
      structure('ExchangeSubject', {
        ClientId: required(CLIENT_ID, 'The client whose tokens it may exchange.'),
        Impersonation: optional(
          boolean('ExchangeImpersonation'),
          'Whether new tokens name the person alone, and not this client as the party that acts. Default: no.',
        ),
      }),
      { length: [0, MOST_EXCHANGED] },
    ),
    'The clients whose tokens it may exchange, besides those that were issued to it or for it.',
  ),
  Audiences: optional(
    list('ExchangeAudienceList', CLIENT_ID, { length: [0, MOST_EXCHANGED] }),
    'The clients that new tokens may be for, besides itself. Services are in `Resources`.',
  ),
};
type Given = StructureOf<typeof MEMBERS>;

export const TOKEN_EXCHANGE = structure('ClientTokenExchange', MEMBERS, {
  documentation: 'What a client may exchange tokens for (RFC 8693).',
});
export const MAY_ACT = text('ClientMayAct', { length: [0, 255], audited: true });

/** The settings that were given; `undefined` if they allow nothing. */
export function givenExchange({ Subjects = [], Audiences = [] }: Given): TokenExchangeSettings | undefined {
  if (Subjects.length + Audiences.length === 0) return undefined;
  const subjects = Subjects.map(({ ClientId, Impersonation }) => ({
    client_id: ClientId,
    ...(Impersonation !== undefined && { impersonation: Impersonation }),
  }));
  return { subjects, audiences: [...Audiences] };
}

export function shownExchange({ subjects = [], audiences = [] }: TokenExchangeSettings): Given {
  return {
    Subjects: subjects.map(({ client_id, impersonation }) => ({ ClientId: client_id, Impersonation: impersonation })),
    Audiences: audiences,
  };
}

interface GivenOidc {
  readonly TokenExchange?: Given | undefined;
}

/**
 * The permissions to let a client exchange tokens: `rolecall:GrantTokenExchange` on each application that is added. Without this, a caller who may
 * change one application could act for the people of all others.
 */
export function exchangeTargets(
  accountId: string,
  Oidc: GivenOidc | undefined,
  found?: Application,
): readonly Target[] {
  const before = found?.settings.protocol === 'OIDC' ? found.settings.metadata['token_exchange'] : undefined;
  const known = new Set(namedIn(shownExchange((before as TokenExchangeSettings | undefined) ?? {})));
  const added = namedIn(Oidc?.TokenExchange ?? {}).filter((name) => !known.has(name));
  return [...new Set(added.map((name) => name.slice(name.indexOf(' ') + 1)))].map((id) => ({
    action: 'rolecall:GrantTokenExchange',
    resource: rolecallArn(accountId, `application/${id}`),
    resourceAccountId: accountId,
  }));
}

/** Each client with what it is named for. */
function namedIn({ Subjects = [], Audiences = [] }: Given): readonly string[] {
  return [
    ...Subjects.map(
      ({ ClientId, Impersonation }) => `${Impersonation === true ? 'impersonate' : 'subject'} ${ClientId}`,
    ),
    ...Audiences.map((id) => `audience ${id}`),
  ];
}
