import type { DelegationRequest as ShownRequest } from '@aws-sdk/client-iam';
import { stateOf } from '../../identity/delegations/delegation-state.ts';
import type { DelegationTemplates } from '../../identity/delegations/delegation-template.ts';
import type { DelegationRequest } from '../../identity/documents/delegations/delegation-request.ts';

/** A request as GetDelegationRequest and ListDelegationRequests show it. */
export function shownRequest(request: DelegationRequest, templates: DelegationTemplates, now: number): ShownRequest {
  const { ownerAccountId, owner, approval, requestMessage, redirectUrl, notes, rejectionReason } = request;
  const boundaries = boundariesIn(request.permissionPolicy);
  return {
    DelegationRequestId: request.delegationRequestId,
    ...(ownerAccountId !== undefined && { OwnerAccountId: ownerAccountId }),
    Description: request.description,
    ...(requestMessage !== undefined && { RequestMessage: requestMessage }),
    Permissions: {
      PolicyTemplateArn: request.templateArn,
      Parameters: request.parameters.map(({ name, values, isList }) => ({
        ...{ Name: name, Values: values, Type: isList ? 'stringList' : 'string' },
      })),
    },
    PermissionPolicy: request.permissionPolicy,
    ...(boundaries.length > 0 && { RolePermissionRestrictionArns: boundaries }),
    ...(owner !== undefined && { OwnerId: owner.arn }),
    ...(approval !== undefined && { ApproverId: approval.arn }),
    State: stateOf(request, now),
    ExpirationTime: new Date(request.expiresAt),
    RequestorId: request.requestorAccountId,
    RequestorName: templates.get(request.templateArn)?.requestorName ?? request.requestorAccountId,
    CreateDate: new Date(request.createdAt),
    SessionDuration: request.sessionDuration,
    ...(redirectUrl !== undefined && { RedirectUrl: redirectUrl }),
    ...(notes !== undefined && { Notes: notes }),
    ...(rejectionReason !== undefined && { RejectionReason: rejectionReason }),
    OnlySendByOwner: request.onlySendByOwner,
    UpdatedTime: new Date(request.updatedAt),
  };
}

/** The boundaries that the policy's conditions name for roles to be created. */
function boundariesIn(policy: string): string[] {
  const found = new Set<string>();
  const visit = (node: unknown, isBoundary: boolean): void => {
    if (typeof node === 'string') {
      if (isBoundary) found.add(node);
    } else if (Array.isArray(node)) {
      for (const each of node) visit(each, isBoundary);
    } else if (typeof node === 'object' && node !== null) {
      for (const [key, value] of Object.entries(node))
        visit(value, isBoundary || key.toLowerCase() === 'iam:permissionsboundary');
    }
  };
  visit(JSON.parse(policy), false);
  return [...found];
}
