import { lookAlikeKey } from '../../../identity/applications/registration/look-alikes.ts';
import type { Application } from '../../../identity/documents/application.ts';
import type { Registration } from '../../../identity/documents/applications/registration.ts';
import { shape, type ValueOf } from '../../shapes/shape.ts';

const { boolean, enumeration, optional, required, structure, text, timestamp } = shape;

/** How an application registered itself. */
export const REGISTRATION = structure(
  'ApplicationRegistration',
  {
    Kind: required(
      enumeration('RegistrationKind', ['INITIAL_ACCESS_TOKEN', 'OPEN'], {
        documentation: 'How an application was registered.',
      }),
      'Whether it was registered with an initial access token, or by anyone.',
    ),
    InitialAccessTokenId: optional(
      text('RegistrationTokenId', { length: [1, 64] }),
      'The id of the initial access token.',
    ),
    Used: required(boolean('RegistrationUsed'), 'Whether anyone has signed in to it.'),
    LastUsedAt: required(
      timestamp('RegistrationLastUsedAt'),
      'When it last got tokens, within half a day; when it was registered, if it never did. It is removed a while after that (`oidc.registration.unusedDays`).',
    ),
    LookAlikeGroup: required(
      text('LookAlikeGroup', { length: [0, 512] }),
      'The same for all applications whose names look alike, whatever letters they are written with.',
    ),
    LooksLike: optional(
      text('LooksLikeApplication', { length: [1, 255] }),
      'The id of an application of the administrators whose name looks the same. Only in lists.',
    ),
  },
  { documentation: 'How an application registered itself (RFC 7591), unless it was taken over.' },
);

export function shownRegistration(
  { via, tokenId, isUsed, lastUsedAt }: Registration,
  { displayName }: Pick<Application, 'displayName'>,
): ValueOf<typeof REGISTRATION> {
  return {
    Kind: via === 'open' ? 'OPEN' : 'INITIAL_ACCESS_TOKEN',
    ...(tokenId !== undefined && { InitialAccessTokenId: tokenId }),
    Used: isUsed,
    LastUsedAt: new Date(lastUsedAt),
    LookAlikeGroup: lookAlikeKey(displayName),
  };
}
