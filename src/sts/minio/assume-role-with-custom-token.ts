import { claimKeys } from '../../federation/web-identity/claim-conditions.ts';
import { readSourceIdentity, readTokenTags } from '../../federation/web-identity/token-tags.ts';
import type { UnsignedOperation } from '../../operations/operation.ts';
import { sessionNameOf } from '../session-name.ts';
import type { StsDependencies } from '../sts-dependencies.ts';
import { notConfigured, type OutsideInput, outsideOperation } from './outside-operation.ts';
import { AssumeRoleWithCustomToken$ } from './schemas.ts';
import { sourceArn, sourceName } from './source-names.ts';

interface Input extends OutsideInput {
  readonly Token: string;
}

const NAME = 'AssumeRoleWithCustomToken';
const SETTING = 'federation.minio.customToken';

/** Opens a role session for the bearer of a token that the operator's own webhook verifies (MinIO's identity management plugin). */
export function assumeRoleWithCustomTokenOperation(deps: StsDependencies): UnsignedOperation<Input, object, unknown> {
  return outsideOperation<Input>(deps, {
    schema: AssumeRoleWithCustomToken$,
    action: 'sts:AssumeRoleWithCustomToken',
    defaultRole() {
      const { customToken } = deps.minio ?? {};
      if (customToken === undefined) throw notConfigured(NAME, SETTING);
      return customToken.defaultRole;
    },
    async verify({ Token }, accountId, { now }) {
      const { customToken } = deps.minio ?? {};
      if (customToken === undefined) throw notConfigured(NAME, SETTING);
      const { user, claims, maxValiditySeconds } = await customToken.verify(Token);
      const source = sourceName('token-provider', customToken.name);
      const providerArn = sourceArn(accountId, source);
      const { tags, transitiveTagKeys } = readTokenTags(claims);
      const conditions = claimKeys(source, { ...claims, sub: user });
      return {
        principal: {
          type: 'CustomToken',
          arn: '',
          accountId,
          uniqueId: `${providerArn}:${user}`,
          federated: [providerArn],
        },
        providerArn,
        sessionName: sessionNameOf(user),
        conditions,
        sessionClaims: { [`${source}:sub`]: user },
        tags,
        transitiveTagKeys,
        sourceIdentity: readSourceIdentity(claims),
        endsAt: now + maxValiditySeconds * 1000,
        answer: { AssumedUser: `custom:${user}` },
      };
    },
  });
}
