/** What went wrong between us and a directory: a closed list, because each has its own message. */
export type DirectoryFaultKind =
  | 'address'
  | 'name'
  | 'connection'
  | 'plain'
  | 'start-tls'
  | 'certificate'
  | 'timeout'
  | 'closed'
  | 'malformed'
  | 'too-much'
  | 'result'
  | 'referral';

const LONGEST = 300;

/** A directory could not be asked, or did not answer. The message says what was tried and what came back; it contains no secret. */
export class DirectoryFault extends Error {
  override readonly name = 'DirectoryFault';
  readonly kind: DirectoryFaultKind;
  /** The result code, if the server answered with one (RFC 4511 appendix A). */
  readonly code: number | undefined;

  constructor(kind: DirectoryFaultKind, message: string, { code, cause }: { code?: number; cause?: unknown } = {}) {
    // Control characters would break lines of logs.
    const plain = message.replace(/\p{Cc}+/gu, ' ');
    super(plain.length > LONGEST ? `${plain.slice(0, LONGEST)}…` : plain, { cause });
    this.kind = kind;
    this.code = code;
  }
}

const BUSY = 51;
const UNAVAILABLE = 52;

/** Whether another server of the same directory may do better. */
export function isServerDown({ kind, code }: DirectoryFault): boolean {
  if (kind === 'result') return code === BUSY || code === UNAVAILABLE;
  return kind === 'name' || kind === 'connection' || kind === 'timeout' || kind === 'closed';
}
