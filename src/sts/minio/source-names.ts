/** The resource of a source in its ARN, which is also the prefix of its condition keys (`certificate-provider/clients:cn`). */
export function sourceName(kind: 'certificate-provider' | 'token-provider' | 'connector', name: string): string {
  return `${kind}/${name}`;
}

/** The ARN by which a role's trust policy names a source. Each account names it under its own id. */
export function sourceArn(accountId: string, source: string): string {
  return `arn:aws:rolecall::${accountId}:${source}`;
}
