/** The last part of an ARN: the name of a user or role, without its path. */
export function arnName(arn: string | undefined): string | undefined {
  return arn?.slice(arn.lastIndexOf('/') + 1);
}
