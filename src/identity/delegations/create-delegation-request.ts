import type { Random } from '../../kernel/random.ts';
import { ServiceError } from '../../kernel/service-error.ts';
import { policySize } from '../../policy/document/policy-size.ts';
import { requireValidPolicy } from '../../policy/validate/require-valid-policy.ts';
import { DuplicateKeyError } from '../../ports/collections.ts';
import type { DelegationRequest } from '../documents/delegations/delegation-request.ts';
import { renderPolicy } from '../role-templates/render-template.ts';
import { IAM_ERRORS } from '../rules/iam-errors.ts';
import { QUOTAS, type Quota, requireWithin } from '../rules/quotas.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import { isForgotten, OPEN_STATES, STATE_LIFETIME, stateOf } from './delegation-state.ts';
import type { DelegationTemplates } from './delegation-template.ts';

/** How many requests of an account wait for an answer at most. */
const MOST_OPEN: Quota = { name: 'OpenDelegationRequestsPerAccount', limit: 100 };
/** How many of them wait for the same owner at most. */
const MOST_OPEN_FOR_OWNER: Quota = { name: 'OpenDelegationRequestsPerOwner', limit: 20 };
/** How many requests of an account are kept at most, with those that are over. */
const MOST_KEPT: Quota = { name: 'DelegationRequestsPerAccount', limit: 1000 };

/** What a requestor asks for. */
export type RequestedDelegation = Pick<
  DelegationRequest,
  | 'requestorAccountId'
  | 'requestorArn'
  | 'requestorWorkflowId'
  | 'ownerAccountId'
  | 'description'
  | 'requestMessage'
  | 'templateArn'
  | 'parameters'
  | 'sessionDuration'
  | 'redirectUrl'
  | 'notificationChannel'
  | 'onlySendByOwner'
>;

interface CreationDependencies {
  readonly store: IdentityStore;
  readonly random: Random;
  readonly templates: DelegationTemplates;
}

/**
 * Creates a request for access to another account. That the owner's account does not exist is not told: its requests just expire.
 * @throws {ServiceError} InvalidInput, EntityAlreadyExists, LimitExceeded
 */
export async function createDelegationRequest(
  { store, random, templates }: CreationDependencies,
  asked: RequestedDelegation,
  now: number,
): Promise<DelegationRequest> {
  const permissionPolicy = permissionsOf(templates, asked);
  await requireRoom(store, asked, now);
  const request: DelegationRequest = {
    ...asked,
    delegationRequestId: makeRequestId(random),
    ...{ permissionPolicy, state: 'UNASSIGNED', createdAt: now, updatedAt: now },
    expiresAt: now + STATE_LIFETIME.UNASSIGNED,
  };
  try {
    await store.delegationRequests.insert(request);
  } catch (error) {
    if (!(error instanceof DuplicateKeyError) || error.index !== 'byWorkflow') throw error;
    throw new ServiceError(
      IAM_ERRORS.EntityAlreadyExists,
      `A delegation request with the workflow id ${asked.requestorWorkflowId} already exists.`,
    );
  }
  return request;
}

/** The id is what lets an account claim a request that names none, so it cannot be guessed: 160 random bits. */
function makeRequestId(random: Random): string {
  return `dr-${random.bytes(20).toString('hex')}`;
}

function permissionsOf(templates: DelegationTemplates, asked: RequestedDelegation): string {
  const template = templates.get(asked.templateArn);
  const { requestorAccountId = asked.requestorAccountId } = template ?? {};
  // Those of other accounts are as if they did not exist.
  if (template === undefined || requestorAccountId !== asked.requestorAccountId)
    throw invalid(`The policy template ${asked.templateArn} cannot be found.`);
  for (const { name, values, isList } of asked.parameters)
    if (!isList && values.length !== 1) throw invalid(`The parameter ${name} of type string takes one value.`);
  const given = new Map(asked.parameters.map(({ name, values }) => [name, values]));
  if (given.size !== asked.parameters.length) throw invalid('A parameter is given twice.');
  const policy = renderPolicy(template.policy, template.parameters, Object.fromEntries(given));
  requireValidPolicy(policy, 'session');
  requireWithin(QUOTAS.policySize, policySize(policy));
  return policy;
}

async function requireRoom(
  store: IdentityStore,
  { requestorAccountId, ownerAccountId }: RequestedDelegation,
  now: number,
): Promise<void> {
  const { items } = await store.delegationRequests.find('byRequestor', [requestorAccountId], {
    limit: MOST_KEPT.limit + 1,
  });
  const forgotten = items.filter((each) => isForgotten(each, now));
  for (const { delegationRequestId } of forgotten) await store.delegationRequests.remove([delegationRequestId]);
  const open = items.filter((each) => OPEN_STATES.has(stateOf(each, now)));
  requireWithin(MOST_KEPT, items.length - forgotten.length + 1);
  requireWithin(MOST_OPEN, open.length + 1);
  if (ownerAccountId === undefined) return;
  requireWithin(MOST_OPEN_FOR_OWNER, open.filter((each) => each.ownerAccountId === ownerAccountId).length + 1);
}

function invalid(message: string): ServiceError {
  return new ServiceError(IAM_ERRORS.InvalidInput, message);
}
