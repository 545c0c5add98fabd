import { pageOf } from '../../identity/rules/paging.ts';
import { readWholeIndex } from '../../identity/store/read-whole-index.ts';
import { actionOf } from '../../operations/action-of.ts';
import type { RolecallDependencies } from '../rolecall-dependencies.ts';
import { declaredOperation, declareOperation } from '../shapes/declare-operation.ts';
import { shape } from '../shapes/shape.ts';
import { INITIAL_ACCESS_TOKEN, shownToken, tokenArn } from './initial-access-token-shapes.ts';

const LIST = 'ListInitialAccessTokens';

/** Lists the initial access tokens of the caller's account. */
export const ListInitialAccessTokens = declareOperation({
  name: LIST,
  documentation:
    'Lists the initial access tokens of the account, without the tokens themselves. Those that have expired are listed for 30 days. The permission is checked on `arn:aws:rolecall::<account>:initial-access-token/*`.',
  readOnly: true,
  input: shape.pageRequest,
  output: {
    InitialAccessTokens: shape.required(
      shape.list('InitialAccessTokenList', INITIAL_ACCESS_TOKEN),
      'The tokens, by id.',
    ),
    ...shape.pageResponse,
  },
  pageOf: 'InitialAccessTokens',
});

export function listInitialAccessTokensOperation({ store, clock }: RolecallDependencies) {
  return declaredOperation(ListInitialAccessTokens, {
    async authorize(_input, { caller: { accountId } }) {
      const action = actionOf(ListInitialAccessTokens.schema);
      return {
        targets: [{ action, resource: tokenArn(accountId, '*'), resourceAccountId: accountId }],
        subject: undefined,
      };
    },
    async handle({ NextToken, MaxResults }, { caller: { accountId } }) {
      const { items, marker } = pageOf(await readWholeIndex(store.initialAccessTokens, 'key', [accountId]), {
        list: LIST,
        positionOf: ({ tokenId }) => tokenId,
        request: { marker: NextToken, maxItems: MaxResults },
      });
      return {
        InitialAccessTokens: items.map((token) => shownToken(token, clock.now())),
        ...(marker !== undefined && { NextToken: marker }),
      };
    },
  });
}
