import type { ClientCertificate } from '../../federation/client-certificates/client-certificate.ts';
import type { UnsignedOperation } from '../../operations/operation.ts';
import type { ContextValue } from '../../policy/request.ts';
import { sessionNameOf } from '../session-name.ts';
import type { StsDependencies } from '../sts-dependencies.ts';
import { notConfigured, type OutsideInput, outsideOperation } from './outside-operation.ts';
import { AssumeRoleWithCertificate$ } from './schemas.ts';
import { sourceArn, sourceName } from './source-names.ts';

const NAME = 'AssumeRoleWithCertificate';
const SETTING = 'federation.minio.certificate';

/**
 * Opens a role session for the holder of a client certificate, which a trusted proxy passes on. The session bears the certificate's
 * common name, and ends no later than the certificate.
 */
export function assumeRoleWithCertificateOperation(
  deps: StsDependencies,
): UnsignedOperation<OutsideInput, object, unknown> {
  return outsideOperation<OutsideInput>(deps, {
    schema: AssumeRoleWithCertificate$,
    action: 'sts:AssumeRoleWithCertificate',
    defaultRole() {
      const { certificate } = deps.minio ?? {};
      if (certificate === undefined) throw notConfigured(NAME, SETTING);
      return certificate.defaultRole;
    },
    async verify(_input, accountId, { now, source: { clientCertificate } }) {
      const { certificate } = deps.minio ?? {};
      if (certificate === undefined) throw notConfigured(NAME, SETTING);
      const verified = await certificate.verify(clientCertificate?.(), now);
      const { commonName, endsAt } = verified;
      const source = sourceName('certificate-provider', certificate.name);
      const providerArn = sourceArn(accountId, source);
      return {
        principal: {
          type: 'Certificate',
          arn: '',
          accountId,
          uniqueId: `${providerArn}:${commonName}`,
          federated: [providerArn],
        },
        providerArn,
        sessionName: sessionNameOf(commonName),
        conditions: conditionsOf(source, verified),
        sessionClaims: { [`${source}:cn`]: commonName },
        tags: [],
        transitiveTagKeys: [],
        endsAt,
        answer: {},
      };
    },
  });
}

function conditionsOf(source: string, { attributes }: ClientCertificate): ReadonlyMap<string, ContextValue> {
  return new Map(Object.entries(attributes).map(([attribute, value]) => [`${source}:${attribute}`, value]));
}
