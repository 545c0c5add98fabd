import { AssumeRoleWithWebIdentity$ } from '@aws-sdk/client-sts';
import type { StaticOperationSchema, StaticStructureSchema } from '@smithy/types';

/**
 * The schemas of the STS operations that MinIO adds to AWS's, with its parameters and elements. `RoleArn` is optional everywhere, and
 * the answers also have AWS's `AssumedRoleUser`, which clients of MinIO ignore.
 */
const NAMESPACE = 'com.amazonaws.sts';
const TEXT = 0;
const NUMBER = 1;
/** A text that is never logged. */
const SECRET = [0, NAMESPACE, 'secretType', 8, 0] as const;

type Members = Readonly<Record<string, unknown>>;

/** Declares a structure; the required members come first. */
function structure(name: string, required: Members, optional: Members): StaticStructureSchema {
  const members = { ...required, ...optional };
  const count = Object.keys(required).length;
  return [
    3,
    NAMESPACE,
    name,
    0,
    Object.keys(members),
    Object.values(members),
    count,
  ] as unknown as StaticStructureSchema;
}

const COMMON_INPUT: Members = { RoleArn: TEXT, Policy: TEXT, DurationSeconds: NUMBER, TokenRevokeType: TEXT };
const { Credentials, AssumedRoleUser, PackedPolicySize, SourceIdentity } = membersOf(AssumeRoleWithWebIdentity$[5]);
const COMMON_OUTPUT: Members = { Credentials, AssumedRoleUser, PackedPolicySize, SourceIdentity };

interface Declaration {
  readonly required?: Members;
  readonly optional?: Members;
  readonly output?: Members;
}

function operation(name: string, { required = {}, optional = {}, output = {} }: Declaration): StaticOperationSchema {
  const input = structure(`${name}Request`, required, { ...COMMON_INPUT, ...optional });
  return [9, NAMESPACE, name, 0, () => input, () => structure(`${name}Response`, {}, { ...COMMON_OUTPUT, ...output })];
}

export const AssumeRoleWithClientGrants$ = operation('AssumeRoleWithClientGrants', {
  required: { Token: [() => SECRET, 0] },
  output: { SubjectFromClientGrantsToken: TEXT, Provider: TEXT, Audience: TEXT },
});

export const AssumeRoleWithCertificate$ = operation('AssumeRoleWithCertificate', {});

export const AssumeRoleWithCustomToken$ = operation('AssumeRoleWithCustomToken', {
  required: { Token: [() => SECRET, 0] },
  output: { AssumedUser: TEXT },
});

export const AssumeRoleWithLDAPIdentity$ = operation('AssumeRoleWithLDAPIdentity', {
  required: { LDAPUsername: TEXT, LDAPPassword: [() => SECRET, 0] },
  optional: { LDAPConfigName: TEXT, ConfigName: TEXT },
  output: { SubjectFromToken: TEXT },
});

/** AWS's operation with optional `RoleArn` and `RoleSessionName`, for servers with default roles. */
export const AssumeRoleWithWebIdentityOfDefaultRole$: StaticOperationSchema = withoutRole();

function withoutRole(): StaticOperationSchema {
  const [, namespace, name, traits, request, output] = AssumeRoleWithWebIdentity$;
  const { WebIdentityToken, ...optional } = membersOf(request);
  const input = structure(`${name}Request`, { WebIdentityToken }, optional);
  return [9, namespace, name, traits, () => input, output];
}

/** The members of a structure of AWS's, by name. Only the schemas of operations can be imported: the build has no others. */
function membersOf(reference: StaticOperationSchema[4]): Members {
  const [, , , , names, types] = (typeof reference === 'function' ? reference() : reference) as StaticStructureSchema;
  return Object.fromEntries(names.map((member, index) => [member, types[index]]));
}
