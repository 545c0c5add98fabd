/** The size of a policy as IAM's quotas count it: characters, white space left out. */
export function policySize(text: string): number {
  return text.replace(/\s+/g, '').length;
}
