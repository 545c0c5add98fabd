import { GetSessionToken$, type GetSessionTokenRequest, type GetSessionTokenResponse } from '@aws-sdk/client-sts';
import { type Caller, type SessionFacts, userStampOf } from '../identity/sessions/caller.ts';
import type { SessionRequest } from '../identity/sessions/mint.ts';
import { ServiceError } from '../kernel/service-error.ts';
import { type SignedOperation, signedOperation } from '../operations/operation.ts';
import { credentialsAnswer } from './answers.ts';
import { sessionUserOf } from './session-user.ts';
import type { StsDependencies } from './sts-dependencies.ts';

const DEFAULT_DURATION = 43_200;
/** A root user's session lasts at most one hour, whatever duration is requested. */
const ROOT_DURATION = 3600;

/** Issues temporary credentials for the calling user itself. Requires no permission [aws-behaviour 17]. */
export function getSessionTokenOperation(
  deps: StsDependencies,
): SignedOperation<GetSessionTokenRequest, GetSessionTokenResponse, undefined> {
  return signedOperation({
    schema: GetSessionToken$,
    readOnly: true,
    authorize: () => ({ targets: [], subject: undefined }),
    async handle({ DurationSeconds, SerialNumber, TokenCode }, { caller, now, source }) {
      if (caller.session !== undefined) {
        throw new ServiceError('AccessDenied', 'Cannot call GetSessionToken with session credentials');
      }
      if ((SerialNumber === undefined) !== (TokenCode === undefined)) {
        throw new ServiceError('ValidationError', 'SerialNumber and TokenCode must be given together.');
      }
      const withMfa = SerialNumber !== undefined && TokenCode !== undefined;
      if (withMfa) {
        await deps.verifyMfa(caller, { serialNumber: SerialNumber, code: TokenCode, ip: source.ip, now });
      }
      const asked = DurationSeconds ?? DEFAULT_DURATION;
      const duration = caller.type === 'Account' ? Math.min(asked, ROOT_DURATION) : asked;
      const user = userStampOf(caller);
      const session = {
        tags: [],
        transitiveTagKeys: [],
        sessionPolicies: [],
        sessionPolicyArns: [],
        ...(withMfa && { mfaAuthenticatedAt: now }),
        ...(user !== undefined && { user }),
      };
      const credentials = await deps.mint(sessionOf(caller, session), duration);
      return { Credentials: credentialsAnswer(credentials) };
    },
  });
}

function sessionOf(caller: Caller, session: Omit<SessionFacts, 'issuedAt' | 'expiresAt'>): SessionRequest {
  const { accountId } = caller;
  switch (caller.type) {
    case 'Account':
      return { type: 'Account', accountId, session };
    case 'User': {
      return { type: 'User', accountId, ...sessionUserOf(caller), session };
    }
    case 'AssumedRole':
    case 'FederatedUser':
      throw new ServiceError('AccessDenied', 'Cannot call GetSessionToken with session credentials');
  }
}
