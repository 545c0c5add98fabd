import { createHash } from 'node:crypto';

/** IAM API reference, userNameType. */
const VALID = /^[\w+=,.@-]{1,64}$/;
const LONGEST = 64;
const SUFFIX = 8;

/**
 * A valid user name for what the provider calls a person. A name that had to be changed ends with a part of the subject's hash, so that
 * look-alikes in other scripts never get the plain name that they imitate.
 */
export function proposeUserName(wanted: string | undefined, subject: string): string {
  if (wanted !== undefined && VALID.test(wanted)) return wanted;
  const plain = (wanted ?? '')
    .normalize('NFKD')
    .replace(/[^\w+=,.@-]+/g, '-')
    .replace(/^-+|-+$/g, '');
  const suffix = createHash('sha256').update(subject).digest('hex').slice(0, SUFFIX);
  return `${plain.slice(0, LONGEST - SUFFIX - 1) || 'user'}-${suffix}`;
}
