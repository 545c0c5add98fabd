import { errorTable } from '../kernel/service-error.ts';

/** Why a login at an identity provider is refused. Messages may repeat the token, so they are not audited unless they say so. */
export const FEDERATION_ERRORS = errorTable({
  ExpiredTokenException: { status: 400, recorded: true },
  IDPCommunicationError: { status: 400 },
  IDPRejectedClaim: { status: 403 },
  InvalidIdentityToken: { status: 400 },
});
