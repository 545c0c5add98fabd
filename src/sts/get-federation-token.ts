import {
  GetFederationToken$,
  type GetFederationTokenRequest,
  type GetFederationTokenResponse,
} from '@aws-sdk/client-sts';
import type { Target } from '../authorize/target.ts';
import type { Tag } from '../identity/documents/entity.ts';
import { type Caller, userStampOf } from '../identity/sessions/caller.ts';
import type { SessionRequest } from '../identity/sessions/mint.ts';
import { federatedUserArn } from '../kernel/arn.ts';
import { ServiceError } from '../kernel/service-error.ts';
import type { Decoded } from '../operations/decoded.ts';
import { type SignedOperation, signedOperation } from '../operations/operation.ts';
import { credentialsAnswer } from './answers.ts';
import { packedPolicySize } from './packed-policy-size.ts';
import { readSessionPolicies, readSessionTags } from './role-session.ts';
import { sessionUserOf } from './session-user.ts';
import type { StsDependencies } from './sts-dependencies.ts';

type Input = Decoded<GetFederationTokenRequest>;

/** What the request names, resolved before it is authorised. */
interface Prepared {
  /** The ARN of the new session. */
  readonly arn: string;
  readonly tags: readonly Tag[];
}

const DEFAULT_DURATION = 43_200;
/** A session of the root user lasts at most one hour, whatever duration is requested. */
const ROOT_DURATION = 3600;

/**
 * Issues temporary credentials for a federated user, with the permissions that both the calling user's own policies
 * and the session policies allow; none without session policies. Session tags also require `sts:TagSession`.
 * Callers with temporary credentials are refused after they were authorised, as at AWS.
 */
export function getFederationTokenOperation(
  deps: StsDependencies,
): SignedOperation<Input, GetFederationTokenResponse, Prepared> {
  return signedOperation({
    schema: GetFederationToken$,
    // Changes nothing in the store: the credentials are derived, not stored.
    readOnly: true,

    authorize(input, { caller: { accountId } }) {
      const arn = federatedUserArn(accountId, input.Name);
      const tags = readSessionTags(input.Tags);
      const actions = tags.length > 0 ? ['sts:GetFederationToken', 'sts:TagSession'] : ['sts:GetFederationToken'];
      const targets = actions.map(
        (action): Target => ({ action, resource: arn, resourceAccountId: accountId, requestTags: tags }),
      );
      return { targets, subject: { arn, tags } };
    },

    async handle(input, { caller }, { arn, tags }) {
      requireLongTermKeys(caller);
      const { accountId } = caller;
      const policies = await readSessionPolicies(deps.store, accountId, input);
      const user = userStampOf(caller);
      const session = { tags, transitiveTagKeys: [], ...policies, ...(user !== undefined && { user }) };
      const PackedPolicySize = packedPolicySize(session);
      const asked = input.DurationSeconds ?? DEFAULT_DURATION;
      const duration = caller.type === 'Account' ? Math.min(asked, ROOT_DURATION) : asked;
      const credentials = await deps.mint(sessionOf(caller, input.Name, session), duration);
      return {
        Credentials: credentialsAnswer(credentials),
        FederatedUser: { FederatedUserId: `${accountId}:${input.Name}`, Arn: arn },
        PackedPolicySize,
      };
    },
  });
}

type Federator = Extract<Caller, { type: 'Account' | 'User' }>;

function requireLongTermKeys(caller: Caller): asserts caller is Federator {
  if (caller.session === undefined && (caller.type === 'Account' || caller.type === 'User')) return;
  throw new ServiceError('AccessDenied', 'Cannot call GetFederationToken with session credentials');
}

function sessionOf(caller: Federator, sessionName: string, session: SessionRequest['session']): SessionRequest {
  const { accountId } = caller;
  const common = { type: 'FederatedUser', accountId, sessionName, session } as const;
  return caller.type === 'Account' ? common : { ...common, user: sessionUserOf(caller) };
}
