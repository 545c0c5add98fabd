import { actionOf } from '../../operations/action-of.ts';
import { rolecallArn } from '../rolecall-service.ts';
import { declaredOperation, declareOperation } from '../shapes/declare-operation.ts';
import { type StructureOf, shape, type ValueOf } from '../shapes/shape.ts';

const { enumeration, list, required, structure, text, timestamp } = shape;

const FEATURE = enumeration(
  'Feature',
  [
    'AUDIT_RETENTION',
    'CALLER_RATE_LIMIT',
    'HOST_PINNING',
    'POLICY_ERROR_POSITIONS',
    'PRIVATE_NETWORK_ACCESS',
    'UNSIGNED_RATE_LIMIT',
  ],
  { documentation: 'Something that the configuration turns on or off.' },
);

const STORES = structure(
  'Stores',
  {
    Identities: required(
      enumeration('IdentityStoreKind', ['EMBEDDED', 'MONGODB']),
      'Where accounts, users, roles, policies and audit events are stored.',
    ),
    Sessions: required(
      enumeration('SessionStoreKind', ['EMBEDDED', 'REDIS']),
      'Where sign-in sessions, codes, tokens and counters are stored.',
    ),
  },
  { documentation: 'The kinds of stores that the server uses.' },
);

const URL_TEXT = text('Url', { length: [1, 2048] });

/** Describes the server, for its administrators. */
export const GetServerInfo = declareOperation({
  name: 'GetServerInfo',
  documentation:
    'Returns the version of the server, the issuer of its tokens, the kinds of its stores, and the features that are turned on. The permission is checked on `arn:aws:rolecall::<account>:server`.',
  readOnly: true,
  input: {},
  output: {
    Version: required(text('ServerVersion', { length: [1, 128] }), 'The version of Rolecall.'),
    AccountId: required(text('AccountId', { length: [12, 12], pattern: '\\d+' }), "The caller's account."),
    Issuer: required(URL_TEXT, 'The OpenID Connect issuer. Apps find the discovery document below it.'),
    PublicUrl: required(
      URL_TEXT,
      'The URL under which people and apps reach the server; the issuer of session tokens.',
    ),
    Stores: required(STORES, 'The kinds of its stores.'),
    Features: required(list('FeatureList', FEATURE), 'The features that are turned on, in alphabetical order.'),
    ServerTime: required(
      timestamp('ServerTime'),
      'The time on the server. Signatures are accepted within 15 minutes of it.',
    ),
  },
});

export type Feature = ValueOf<typeof FEATURE>;

/** What the operation tells; the same for all callers. */
export type ServerFacts = Omit<StructureOf<(typeof GetServerInfo)['output']>, 'AccountId' | 'ServerTime'>;

export function getServerInfoOperation({ server }: { readonly server: ServerFacts }) {
  return declaredOperation(GetServerInfo, {
    async authorize(_input, { caller: { accountId } }) {
      const resource = rolecallArn(accountId, 'server');
      const target = { action: actionOf(GetServerInfo.schema), resource, resourceAccountId: accountId };
      return { targets: [target], subject: undefined };
    },
    async handle(_input, { caller, now }) {
      return { ...server, AccountId: caller.accountId, ServerTime: new Date(now) };
    },
  });
}
