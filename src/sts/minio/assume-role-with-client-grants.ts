import { webIdentityQuestion } from '../../federation/trust-question.ts';
import { issuerOfToken } from '../../federation/web-identity/read-token.ts';
import type { UnsignedOperation } from '../../operations/operation.ts';
import { sessionClaims } from '../session-claims.ts';
import { sessionNameOf } from '../session-name.ts';
import type { StsDependencies } from '../sts-dependencies.ts';
import { notConfigured, type OutsideInput, outsideOperation } from './outside-operation.ts';
import { AssumeRoleWithClientGrants$ } from './schemas.ts';

interface Input extends OutsideInput {
  readonly Token: string;
}

/**
 * Opens a role session for an application that shows an access token of a registered OIDC provider, a JWT (the client credentials
 * grant). It is an action of its own, because access tokens are also seen by every server that they are sent to.
 */
export function assumeRoleWithClientGrantsOperation(deps: StsDependencies): UnsignedOperation<Input, object, unknown> {
  return outsideOperation<Input>(deps, {
    schema: AssumeRoleWithClientGrants$,
    action: 'sts:AssumeRoleWithClientGrants',
    defaultRole({ Token, RoleArn }) {
      const role = RoleArn ?? deps.minio?.roleOfIssuer.get(issuerOfToken(Token));
      if (role === undefined) throw notConfigured('AssumeRoleWithClientGrants', 'federation.minio.webIdentity');
      return role;
    },
    async verify({ Token }, accountId, { now }) {
      const identity = await deps.verifyAccessToken(accountId, Token, now);
      const { provider, subject, audience, conditions, tags, transitiveTagKeys, sourceIdentity } = identity;
      return {
        principal: webIdentityQuestion(accountId, identity, undefined).principal,
        providerArn: provider.arn,
        sessionName: sessionNameOf(subject),
        conditions,
        sessionClaims: sessionClaims(identity),
        tags,
        transitiveTagKeys,
        sourceIdentity,
        answer: { SubjectFromClientGrantsToken: subject, Provider: provider.arn, Audience: audience },
      };
    },
  });
}
