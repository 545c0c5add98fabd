import type { ServerResponse } from 'node:http';
import type { WireAnswer } from '../../operations/wire-answer.ts';
import { PLAIN_HEADERS } from './plain-answer.ts';

/** Headers that every answer has, also a successful one. */
const ALWAYS_SENT: ReadonlySet<string> = new Set(['Cache-Control', 'X-Content-Type-Options']);
/** The others of `PLAIN_HEADERS`, for errors, as a flat list. */
const ERROR_HEADERS = Object.entries(PLAIN_HEADERS)
  .filter(([name]) => !ALWAYS_SENT.has(name))
  .flat();

/** What an answer of the wire API carries beside what is in it. */
export interface AnswerExtras {
  /** Closes the connection. */
  readonly isLast?: boolean;
  /** Flat names and values. */
  readonly headers?: readonly string[];
}

/** Sends an answer of the wire API. */
export function sendAnswer(response: ServerResponse, answer: WireAnswer, extras?: AnswerExtras): void {
  const { status, requestId, body, contentType } = answer;
  const length = Buffer.byteLength(body);
  // A flat list of names and values is the form that costs Node least. A successful answer adds nothing, so the list never grows.
  const headers = [
    'Content-Type',
    contentType,
    'Content-Length',
    String(length),
    'x-amzn-RequestId',
    requestId,
    // Answers hold credentials: no cache may keep one, and no browser may take one for a page.
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
  // Written before the end is said, head and body go out as one: `end(body)` sends an empty piece behind them, and two pieces cost 2 µs more.
  response.cork();
  // Where every character is a byte, saying so spares Node the encoding.
  response.write(body, length === body.length ? 'latin1' : 'utf8');
  response.uncork();
  response.end();
}
