import type { ServerResponse } from 'node:http';
import type { WireAnswer } from '../../operations/wire-answer.ts';
import { PLAIN_HEADERS } from './plain-answer.ts';

/** Headers of every answer, including successful ones. */
const ALWAYS_SENT: ReadonlySet<string> = new Set(['Cache-Control', 'X-Content-Type-Options']);
/** The other `PLAIN_HEADERS`, sent with errors, as a flat list. */
const ERROR_HEADERS = Object.entries(PLAIN_HEADERS)
  .filter(([name]) => !ALWAYS_SENT.has(name))
  .flat();

/** Properties of a wire API answer besides its content. */
export interface AnswerExtras {
  /** Whether to close the connection. */
  readonly isLast?: boolean;
  /** A flat list of names and values. */
  readonly headers?: readonly string[];
}

/** Sends a wire API answer. */
export function sendAnswer(response: ServerResponse, answer: WireAnswer, extras?: AnswerExtras): void {
  const { status, requestId, body, contentType } = answer;
  const length = Buffer.byteLength(body);
  // A flat list of names and values is the cheapest form for Node. A successful answer adds nothing, so the list never grows.
  const headers = [
    'Content-Type',
    contentType,
    'Content-Length',
    String(length),
    'x-amzn-RequestId',
    requestId,
    // Answers contain credentials: caches must not store them, and browsers must not treat them as pages.
    'Cache-Control',
    'no-store',
    'X-Content-Type-Options',
    'nosniff',
  ];
  if (status !== 200) headers.push(...ERROR_HEADERS);
  if (extras?.isLast === true) headers.push('Connection', 'close');
  if (extras?.headers !== undefined) headers.push(...extras.headers);
  if (answer.errorType !== undefined) headers.push('x-amzn-ErrorType', answer.errorType);
  response.writeHead(status, headers);
  // Corked, so that head and body go out in one piece. `end(body)` would send an additional empty chunk, which costs extra.
  response.cork();
  // If every character is one byte, `latin1` spares Node the encoding.
  response.write(body, length === body.length ? 'latin1' : 'utf8');
  response.uncork();
  response.end();
}
