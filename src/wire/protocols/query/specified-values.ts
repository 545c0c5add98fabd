/** How AWS describes valid values of the IAM shapes whose patterns it does not show in messages [aws-behaviour 21]. */
const NAME = 'It must contain only alphanumeric characters and/or the following: +=,.@_-';
const PATH = 'It must begin and end with / and contain only alphanumeric characters and/or / characters.';
const PATH_PREFIX = 'It must begin with the / character and contain only alphanumeric characters and/or / characters.';
const DOCUMENT = 'It must contain only printable ASCII characters.';

const SENTENCES: ReadonlyMap<string, string> = new Map([
  ['accessKeyIdType', 'It must contain only alphanumeric characters.'],
  ['existingUserNameType', NAME],
  ['groupNameType', NAME],
  ['instanceProfileNameType', NAME],
  ['policyNameType', NAME],
  ['roleNameType', NAME],
  ['serverCertificateNameType', NAME],
  ['userNameType', NAME],
  ['virtualMFADeviceName', NAME],
  ['pathType', PATH],
  ['policyPathType', PATH],
  ['pathPrefixType', PATH_PREFIX],
  ['policyDocumentType', DOCUMENT],
]);

/** The message for a member whose value does not match its shape's pattern; `undefined` if the pattern is shown instead. */
export function specifiedValueMessage(shapeName: string | undefined, shownMember: string): string | undefined {
  const sentence = shapeName === undefined ? undefined : SENTENCES.get(shapeName);
  if (sentence === undefined) return undefined;
  // The models of some list operations give `pathPrefix` the shape of a path instead of a prefix.
  const rule = sentence === PATH && shownMember === 'pathPrefix' ? PATH_PREFIX : sentence;
  return `The specified value for ${shownMember} is invalid. ${rule}`;
}
