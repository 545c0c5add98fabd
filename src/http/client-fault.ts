/** Codes of connections that clients broke off. */
const BROKEN_OFF = new Set(['ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE']);

/**
 * Whether an error tells of nothing but a client that broke off, or that does not speak HTTP (`HPE_…`). Anybody can cause such
 * errors at will: they are no reason for an error line in the log.
 */
export function isClientFault(error: unknown): boolean {
  if (typeof error !== 'object' || error === null || !('code' in error)) return false;
  const { code } = error;
  return typeof code === 'string' && (code.startsWith('HPE_') || BROKEN_OFF.has(code));
}
