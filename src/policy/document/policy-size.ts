/** The size of a policy as IAM's quotas count it: characters without white space. */
export function policySize(text: string): number {
  return text.replace(/\s+/g, '').length;
}
