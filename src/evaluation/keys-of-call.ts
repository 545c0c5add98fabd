/**
 * The condition keys, in lower case, that depend on how a person calls: from where, when and with which parameters and session. Nobody can
 * know them ahead of the call.
 */
const KEYS_OF_CALL: ReadonlySet<string> = new Set([
  'aws:sourceip',
  'aws:useragent',
  'aws:referer',
  'aws:securetransport',
  'aws:requestedregion',
  'aws:multifactorauthpresent',
  'aws:multifactorauthage',
  'aws:tokenissuetime',
  'aws:tagkeys',
  'aws:sourceidentity',
  'rolecall:hourofday',
  'rolecall:dayofweek',
  'sts:externalid',
  'sts:rolesessionname',
  'sts:sourceidentity',
  'sts:transitivetagkeys',
]);
const FAMILY = 'aws:requesttag/';

/** Whether only the call itself decides the value of a condition key. */
export function isKeyOfCall(lowerCaseKey: string): boolean {
  return KEYS_OF_CALL.has(lowerCaseKey) || lowerCaseKey.startsWith(FAMILY);
}
