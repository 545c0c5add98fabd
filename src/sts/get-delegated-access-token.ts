import {
  GetDelegatedAccessToken$,
  type GetDelegatedAccessTokenRequest,
  type GetDelegatedAccessTokenResponse,
} from '@aws-sdk/client-sts';
import { delegatedSession } from '../identity/delegations/approver.ts';
import { openDelegationToken } from '../identity/delegations/delegation-token.ts';
import { findForRequestor } from '../identity/delegations/find-delegation-request.ts';
import type { DelegationRequest } from '../identity/documents/delegations/delegation-request.ts';
import type { SessionRequest } from '../identity/sessions/mint.ts';
import { ServiceError } from '../kernel/service-error.ts';
import { actionOf } from '../operations/action-of.ts';
import type { Decoded } from '../operations/decoded.ts';
import { type SignedOperation, signedOperation } from '../operations/operation.ts';
import { credentialsAnswer } from './answers.ts';
import type { StsDependencies } from './sts-dependencies.ts';
import { STS_ERRORS } from './sts-errors.ts';

type Input = Decoded<GetDelegatedAccessTokenRequest>;

/**
 * Trades in the token of an approved delegation request for credentials: those of the approver, limited to what the request grants, until its
 * time is over. Only callers of the account that asked can, as often as they like in that time: an answer may be lost, and a second one gives
 * nothing that the first did not.
 */
export function getDelegatedAccessTokenOperation(
  deps: StsDependencies,
): SignedOperation<Input, GetDelegatedAccessTokenResponse, undefined> {
  return signedOperation({
    schema: GetDelegatedAccessToken$,
    // Changes nothing in the store: the credentials are derived, not stored.
    readOnly: true,
    authorize: (_input, { caller: { accountId } }) => ({
      targets: [{ action: actionOf(GetDelegatedAccessToken$), resource: '*', resourceAccountId: accountId }],
      subject: undefined,
    }),
    async handle({ TradeInToken }, { caller: { accountId }, now }) {
      const { request, session } = await requireApproved(deps, { token: TradeInToken, accountId, now });
      const left = Math.floor(((request.accessEndsAt ?? 0) - now) / 1000);
      if (left < 1) throw expired();
      const delegated = session.session.delegation;
      // The approver may be gone, disabled or signed out everywhere, so that the credentials would be dead from the start.
      if (delegated === undefined || !(await deps.delegatedSessionHolds(session, now))) throw invalid();
      return {
        Credentials: credentialsAnswer(await deps.mint(session, left)),
        ...(request.approval !== undefined && { AssumedPrincipal: request.approval.arn }),
      };
    },
  });
}

interface Presented {
  readonly token: string;
  readonly accountId: string;
  readonly now: number;
}

/** One answer for every token that is not good, so that nobody learns why. */
async function requireApproved(
  { store, sealer }: StsDependencies,
  { token, accountId, now }: Presented,
): Promise<{ request: DelegationRequest; session: SessionRequest }> {
  const opened = openDelegationToken(sealer, accountId, token);
  if (opened === undefined) throw invalid();
  const request = await findForRequestor(store, { requestId: opened.requestId, accountId, now });
  const session = request && delegatedSession(request);
  if (request === undefined || session === undefined) throw invalid();
  if (request.state !== 'FINALIZED' || request.approval?.at !== opened.acceptedAt) throw invalid();
  return { request, session };
}

function invalid(): ServiceError {
  return new ServiceError('AccessDenied', 'The trade-in token is not valid.');
}

function expired(): ServiceError {
  return new ServiceError(
    STS_ERRORS.ExpiredTradeInTokenException,
    'The trade-in token has expired. Ask for access again.',
  );
}
