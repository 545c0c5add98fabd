import { isUsable } from '../../identity/applications/registration/initial-access-tokens.ts';
import type { InitialAccessToken } from '../../identity/documents/applications/initial-access-token.ts';
import { errorTable, ServiceError } from '../../kernel/service-error.ts';
import { rolecallArn } from '../rolecall-service.ts';
import type { DeclaredError } from '../shapes/declare-operation.ts';
import { shape, type ValueOf } from '../shapes/shape.ts';

const { boolean, integer, optional, required, structure, text, timestamp } = shape;

export const MOST_USES = 10_000;
/** In seconds. */
export const LIFETIMES = { least: 60, most: 366 * 24 * 3600, default: 24 * 3600 } as const;

export const TOKEN_ID = text('InitialAccessTokenId', { length: [5, 64], pattern: 'iat-[0-9a-f]+', audited: true });
export const USES = integer('InitialAccessTokenUses', { range: [1, MOST_USES] });
export const LIFETIME = integer('InitialAccessTokenLifetime', { range: [LIFETIMES.least, LIFETIMES.most] });
export const DESCRIPTION = text('InitialAccessTokenDescription', {
  length: [1, 256],
  pattern: String.raw`[^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+`,
  audited: true,
});
/** Shown once. */
export const TOKEN_TEXT = text('InitialAccessTokenText', { length: [1, 256], sensitive: true });

export const INITIAL_ACCESS_TOKEN = structure(
  'InitialAccessToken',
  {
    TokenId: required(TOKEN_ID, 'Its id. It gives no access.'),
    Arn: required(text('InitialAccessTokenArn', { length: [1, 2048] }), 'Its ARN, for policies.'),
    Description: optional(DESCRIPTION, 'What it is for.'),
    Uses: required(USES, 'How many applications it was made for.'),
    UsesLeft: required(integer('InitialAccessTokenUsesLeft', { range: [0, MOST_USES] }), 'How many of them are left.'),
    Usable: required(
      boolean('InitialAccessTokenUsable'),
      'Whether uses are left and it has not expired. It is refused all the same if its creator was disabled or deleted.',
    ),
    CreatedBy: required(
      text('InitialAccessTokenCreator', { length: [1, 2048] }),
      'The ARN of the caller who created it.',
    ),
    CreatedAt: required(timestamp('InitialAccessTokenCreatedAt'), 'When it was created.'),
    ExpiresAt: required(timestamp('InitialAccessTokenExpiresAt'), 'When it expires.'),
    LastUsedAt: optional(timestamp('InitialAccessTokenLastUsedAt'), 'When an application was last registered with it.'),
  },
  { documentation: 'A token with which applications register themselves (RFC 7591).' },
);

const ROWS = errorTable({
  NoSuchInitialAccessTokenException: { status: 404, recorded: true },
  RegistrationDisabledException: { status: 409, recorded: true },
});

export const TOKEN_ERRORS = {
  NoSuchToken: {
    ...ROWS.NoSuchInitialAccessTokenException,
    documentation: 'The account has no initial access token with this id.',
  },
  RegistrationDisabled: {
    ...ROWS.RegistrationDisabledException,
    documentation: 'Applications cannot register themselves here, because `oidc.registration.mode` is `off`.',
  },
} as const satisfies Record<string, DeclaredError>;

export function noSuchToken(id: string): ServiceError {
  return new ServiceError(TOKEN_ERRORS.NoSuchToken, `There is no initial access token with the id ${id}.`);
}

export function registrationDisabled(): ServiceError {
  return new ServiceError(
    TOKEN_ERRORS.RegistrationDisabled,
    'Applications cannot register themselves here: set oidc.registration.mode to tokens or open in the configuration file.',
  );
}

export function tokenArn(accountId: string, id: string): string {
  return rolecallArn(accountId, `initial-access-token/${id}`);
}

export function shownToken(token: InitialAccessToken, now: number): ValueOf<typeof INITIAL_ACCESS_TOKEN> {
  const { accountId, tokenId, description, lastUsedAt } = token;
  return {
    TokenId: tokenId,
    Arn: tokenArn(accountId, tokenId),
    ...(description !== undefined && { Description: description }),
    Uses: token.uses,
    UsesLeft: token.usesLeft,
    Usable: isUsable(token, now),
    CreatedBy: token.createdBy.arn,
    CreatedAt: new Date(token.createdAt),
    ExpiresAt: new Date(token.expiresAt),
    ...(lastUsedAt !== undefined && { LastUsedAt: new Date(lastUsedAt) }),
  };
}
