import type { DirectoryIdentity } from '../../federation/directory-identities/directory-identity.ts';
import { claimKeys } from '../../federation/web-identity/claim-conditions.ts';
import { ServiceError } from '../../kernel/service-error.ts';
import type { UnsignedOperation } from '../../operations/operation.ts';
import type { DirectorySource } from '../minio-dependencies.ts';
import { sessionNameOfPerson } from '../session-name.ts';
import type { StsDependencies } from '../sts-dependencies.ts';
import { notConfigured, type OutsideIdentity, type OutsideInput, outsideOperation } from './outside-operation.ts';
import { AssumeRoleWithLDAPIdentity$ } from './schemas.ts';
import { sourceArn, sourceName } from './source-names.ts';

interface Input extends OutsideInput {
  readonly LDAPUsername: string;
  readonly LDAPPassword: string;
  /** Which directory; MinIO's documentation and its SDK disagree on the name of the parameter. */
  readonly LDAPConfigName?: string;
  readonly ConfigName?: string;
}

/** Opens a role session for a person whose password an LDAP connector verifies. */
export function assumeRoleWithLDAPIdentityOperation(deps: StsDependencies): UnsignedOperation<Input, object, unknown> {
  return outsideOperation<Input>(deps, {
    schema: AssumeRoleWithLDAPIdentity$,
    action: 'sts:AssumeRoleWithLDAPIdentity',
    defaultRole: (input) => directoryOf(deps, input).defaultRole,
    async verify(input, _accountId, { now, source: { ip } }) {
      const { connector, verify } = directoryOf(deps, input);
      const { LDAPUsername: name, LDAPPassword: password } = input;
      return identityOf(await verify({ connectorName: connector, name, password, ip, now }), name);
    },
  });
}

/** The directory that the request names, or the first one. */
function directoryOf({ minio }: StsDependencies, { LDAPConfigName, ConfigName }: Input): DirectorySource {
  const directories = minio?.directories ?? [];
  const wanted = LDAPConfigName ?? ConfigName;
  const found = wanted === undefined ? directories[0] : directories.find(({ connector }) => connector === wanted);
  if (found !== undefined) return found;
  if (directories.length === 0) throw notConfigured('AssumeRoleWithLDAPIdentity', 'federation.minio.ldap');
  throw new ServiceError('ValidationError', 'LDAPConfigName names no directory that is configured for this operation.');
}

function identityOf(
  { connector, subject, claims, userName, login }: DirectoryIdentity,
  typed: string,
): OutsideIdentity {
  const source = sourceName('connector', connector.name);
  // A connector belongs to one account, so it has one ARN.
  const providerArn = sourceArn(connector.accountId, source);
  return {
    principal: {
      type: 'Directory',
      arn: '',
      accountId: connector.accountId,
      uniqueId: `${providerArn}:${subject}`,
      federated: [providerArn],
    },
    providerArn,
    sessionName: sessionNameOfPerson({ userName, typed, subject }),
    conditions: claimKeys(source, { ...claims, sub: subject }),
    sessionClaims: { [`${source}:sub`]: subject },
    tags: [],
    transitiveTagKeys: [],
    ...(login !== undefined && { login }),
    answer: { SubjectFromToken: subject },
  };
}
