/** Error codes of connections that clients aborted. */
const BROKEN_OFF = new Set(['ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE']);

/**
 * Whether an error only means that a client aborted the connection or does not speak HTTP (`HPE_…`). Anyone can cause such errors
 * at will, so they are not logged as errors.
 */
export function isClientFault(error: unknown): boolean {
  if (typeof error !== 'object' || error === null || !('code' in error)) return false;
  const { code } = error;
  return typeof code === 'string' && (code.startsWith('HPE_') || BROKEN_OFF.has(code));
}
