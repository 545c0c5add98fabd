import {
  DisableOutboundWebIdentityFederation$,
  EnableOutboundWebIdentityFederation$,
  type EnableOutboundWebIdentityFederationResponse,
  GetOutboundWebIdentityFederationInfo$,
  type GetOutboundWebIdentityFederationInfoResponse,
} from '@aws-sdk/client-iam';
import {
  disableOutboundFederation,
  enableOutboundFederation,
  outboundIssuer,
  requireIssuerId,
} from '../../identity/outbound/outbound-federation.ts';
import { type AnyOperation, signedOperation } from '../../operations/operation.ts';
import { onAccount } from '../account-target.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { accountChange, accountRead } from './account-operation.ts';

/** The operations that let an account's principals get tokens for others (`sts:GetWebIdentityToken`), or no longer. */
export function outboundFederationOperations({ store, random, publicUrl }: IamDependencies): readonly AnyOperation[] {
  return [
    signedOperation<unknown, EnableOutboundWebIdentityFederationResponse, undefined>({
      schema: EnableOutboundWebIdentityFederation$,
      readOnly: false,
      authorize: (_input, { caller }) => onAccount(EnableOutboundWebIdentityFederation$, caller.accountId),
      async handle(_input, { caller }) {
        const issuerId = await enableOutboundFederation(store, caller.accountId, random);
        return { IssuerIdentifier: outboundIssuer(publicUrl, issuerId) };
      },
    }),
    accountChange(DisableOutboundWebIdentityFederation$, (_input, accountId) =>
      disableOutboundFederation(store, accountId),
    ),
    accountRead(
      GetOutboundWebIdentityFederationInfo$,
      async (_input, accountId): Promise<GetOutboundWebIdentityFederationInfoResponse> => ({
        IssuerIdentifier: outboundIssuer(publicUrl, await requireIssuerId(store, accountId)),
        JwtVendingEnabled: true,
      }),
    ),
  ];
}
