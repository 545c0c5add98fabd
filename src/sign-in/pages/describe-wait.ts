import type { Text } from '../../http/html.ts';
import { say } from '../../http/messages/say.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Describes how long to wait, rounded up so that it is long enough. */
export function describeWait(ms: number): Text {
  return ms > 2 * HOUR
    ? say('frame.hours', { count: Math.ceil(ms / HOUR) })
    : say('frame.minutes', { count: Math.max(1, Math.ceil(ms / MINUTE)) });
}

/** The message after too many failures. */
export function tooManyFailures(waitMs: number): Text {
  return say('frame.tooManyFailures', { wait: describeWait(waitMs) });
}
