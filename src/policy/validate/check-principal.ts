import type { PrincipalEntry } from '../document/policy-document.ts';
import type { Refuse } from './malformed-policy.ts';

/** The valid forms of an `AWS` principal. Wildcards are not allowed inside a name. */
const AWS_PRINCIPALS: readonly RegExp[] = [
  /^\*$/,
  // an account
  /^(?:\d{12}|arn:aws:iam::\d{12}:root)$/,
  // a user or role, including its path
  /^arn:aws:iam::\d{12}:(?:user|role)\/(?:[!-)+->@-~]+\/)?[\w+=,.@-]+$/,
  // a session of a role, or a federated user
  /^arn:aws:sts::\d{12}:(?:assumed-role\/[\w+=,.@-]+|federated-user)\/[\w+=,.@-]+$/,
  // the id of a user or role
  /^A(?:IDA|ROA)[A-Z\d]+$/,
];
/** A provider's ARN, or the domain (optionally with port and path) whose tokens are trusted. */
const FEDERATED_PRINCIPALS: readonly RegExp[] = [
  /^arn:aws:iam::\d{12}:(?:saml|oidc)-provider\/[^\s*?]+$/,
  // the sources of MinIO's STS operations
  /^arn:aws:rolecall::\d{12}:(?:certificate-provider|token-provider|connector)\/[\w-]+$/,
  /^[a-z\d](?:[a-z\d.-]*[a-z\d])?(?::\d+)?(?:\/[^\s*?]*)?$/i,
];
const SERVICE_PRINCIPALS: readonly RegExp[] = [/^[a-z\d-]+(?:\.[a-z\d-]+)+$/];

/** A principal must have a valid form. Whether it exists is not checked here. */
export function checkPrincipal({ type, text, at }: PrincipalEntry, refuse: Refuse): void {
  const isOneOf = (forms: readonly RegExp[]): boolean => forms.some((form) => form.test(text));
  if (type === 'Federated' && !isOneOf(FEDERATED_PRINCIPALS)) {
    refuse('Federated principals must be valid domain names or SAML metadata ARNs', at);
  }
  if ((type === 'AWS' && !isOneOf(AWS_PRINCIPALS)) || (type === 'Service' && !isOneOf(SERVICE_PRINCIPALS))) {
    refuse(`Invalid principal in policy: "${type.toUpperCase()}":"${text}"`, at, 'verbatim');
  }
}
