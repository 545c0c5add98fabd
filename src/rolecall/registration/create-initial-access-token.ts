import {
  createInitialAccessToken,
  INITIAL_ACCESS_TOKENS_PER_ACCOUNT,
} from '../../identity/applications/registration/initial-access-tokens.ts';
import type { InitialAccessToken } from '../../identity/documents/applications/initial-access-token.ts';
import type { Caller } from '../../identity/sessions/caller.ts';
import { actionOf } from '../../operations/action-of.ts';
import { APPLICATION_ERRORS, beyondQuota } from '../applications/application-errors.ts';
import type { RolecallDependencies } from '../rolecall-dependencies.ts';
import { declaredOperation, declareOperation } from '../shapes/declare-operation.ts';
import { shape } from '../shapes/shape.ts';
import {
  DESCRIPTION,
  INITIAL_ACCESS_TOKEN,
  LIFETIME,
  LIFETIMES,
  registrationDisabled,
  shownToken,
  TOKEN_ERRORS,
  TOKEN_TEXT,
  tokenArn,
  USES,
} from './initial-access-token-shapes.ts';

/** Creates a token with which applications register themselves. */
export const CreateInitialAccessToken = declareOperation({
  name: 'CreateInitialAccessToken',
  documentation:
    'Creates an initial access token, with which programs register applications at the registration endpoint (RFC 7591). These belong to the account, and only its users may sign in to them. The token is shown once, and only its hash is stored. It is no longer accepted once the user or role who created it is disabled or deleted. Whoever has it can register applications of any name, so the permission is like that of `rolecall:CreateApplication`. It is checked on `arn:aws:rolecall::<account>:initial-access-token/*`.',
  readOnly: false,
  input: {
    Description: shape.optional(DESCRIPTION, 'What it is for.'),
    Uses: shape.optional(USES, 'How many applications may be registered with it. Default: 1.'),
    LifetimeSeconds: shape.optional(LIFETIME, `After how many seconds it expires. Default: ${LIFETIMES.default}.`),
  },
  output: {
    InitialAccessToken: shape.required(INITIAL_ACCESS_TOKEN, 'The token, as it is listed.'),
    Token: shape.required(TOKEN_TEXT, 'The token itself. It is never shown again.'),
  },
  errors: [TOKEN_ERRORS.RegistrationDisabled, APPLICATION_ERRORS.LimitExceeded],
});

export function createInitialAccessTokenOperation({ store, clock, random, registration }: RolecallDependencies) {
  return declaredOperation(CreateInitialAccessToken, {
    async authorize(_input, { caller: { accountId } }) {
      const action = actionOf(CreateInitialAccessToken.schema);
      return {
        targets: [{ action, resource: tokenArn(accountId, '*'), resourceAccountId: accountId }],
        subject: undefined,
      };
    },
    async handle({ Description: description, Uses: uses = 1, LifetimeSeconds = LIFETIMES.default }, { caller }) {
      if (!registration.isOn) throw registrationDisabled();
      const { accountId } = caller;
      const limit = INITIAL_ACCESS_TOKENS_PER_ACCOUNT;
      if ((await store.initialAccessTokens.count('key', [accountId], { limit })) >= limit) {
        throw beyondQuota('InitialAccessTokensPerAccount', limit);
      }
      const { created, text } = await createInitialAccessToken(
        { store, clock, random },
        { accountId, description, uses, lifetimeMs: LifetimeSeconds * 1000, createdBy: creatorOf(caller) },
      );
      return { InitialAccessToken: shownToken(created, clock.now()), Token: text };
    },
  });
}

function creatorOf(caller: Caller): InitialAccessToken['createdBy'] {
  const { arn, accountId } = caller;
  if (caller.type === 'Account') return { arn, kind: 'account', uniqueId: accountId };
  if (caller.type === 'AssumedRole') return { arn, kind: 'role', uniqueId: caller.uniqueId };
  // The session of a federated user is one of the user who requested it.
  const isOfRoot = caller.type === 'FederatedUser' && caller.uniqueId === accountId;
  return { arn, kind: isOfRoot ? 'account' : 'user', uniqueId: caller.uniqueId };
}
