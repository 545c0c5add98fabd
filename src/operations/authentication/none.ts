import { type StrangerLimit, throttled } from '../stranger-limit.ts';

/**
 * Admits a call of an operation that accepts unsigned requests: nobody is authenticated, so the call counts against the
 * limit of its address. The operation proves who calls by itself, for example by a web identity token.
 * @throws {ServiceError} Throttling.
 */
export function admitUnsigned(strangers: StrangerLimit, ip: string, now: number): void {
  if (!strangers.take(ip, now)) throw throttled();
}
