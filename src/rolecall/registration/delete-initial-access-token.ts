import { actionOf } from '../../operations/action-of.ts';
import type { RolecallDependencies } from '../rolecall-dependencies.ts';
import { declaredOperation, declareOperation } from '../shapes/declare-operation.ts';
import { shape } from '../shapes/shape.ts';
import { noSuchToken, TOKEN_ERRORS, TOKEN_ID, tokenArn } from './initial-access-token-shapes.ts';

/** Revokes an initial access token. */
export const DeleteInitialAccessToken = declareOperation({
  name: 'DeleteInitialAccessToken',
  documentation:
    'Revokes an initial access token: nothing can be registered with it any more. The applications that were registered with it stay. The permission is checked on `arn:aws:rolecall::<account>:initial-access-token/<id>`.',
  readOnly: false,
  input: { TokenId: shape.required(TOKEN_ID, 'The id of the token.') },
  output: {},
  errors: [TOKEN_ERRORS.NoSuchToken],
});

export function deleteInitialAccessTokenOperation({ store }: RolecallDependencies) {
  return declaredOperation(DeleteInitialAccessToken, {
    async authorize({ TokenId: id }, { caller: { accountId } }) {
      const action = actionOf(DeleteInitialAccessToken.schema);
      return {
        targets: [{ action, resource: tokenArn(accountId, id), resourceAccountId: accountId }],
        subject: undefined,
      };
    },
    async handle({ TokenId: id }, { caller: { accountId } }) {
      if ((await store.initialAccessTokens.remove([accountId, id])) === undefined) throw noSuchToken(id);
      return {};
    },
  });
}
