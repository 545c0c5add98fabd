import { setTimeout as wait } from 'node:timers/promises';
import { Failure } from './failure.ts';
import { printable } from './printable.ts';
import { authorizeDevice, CLIENT_ID, Refused, redeemDeviceCode, type Server, type Tokens } from './server.ts';

/** What a server that is told to slow down wants added to the interval, in seconds (RFC 8628 §3.5). */
const SLOWER = 5;
/** The longest time between two polls, in seconds, however often the server does not answer. */
const LONGEST_PAUSE = 60;

export interface DeviceSignIn {
  readonly server: Server & { readonly deviceEndpoint: string };
  /** Tells the person something. */
  readonly say: (line: string) => void;
  readonly pause?: (ms: number) => Promise<unknown>;
  /** A clock that is never set back, in ms. */
  readonly elapsed?: () => number;
}

/**
 * Signs the person in with the browser of another device (RFC 8628): it shows a code, and asks the server until the person has allowed it.
 * @throws {Failure} if it was denied, or nobody answered in time.
 */
export async function signInByDevice({
  server,
  say,
  pause = wait,
  elapsed = () => performance.now(),
}: DeviceSignIn): Promise<Tokens> {
  const given = await authorizeDevice(server);
  const until = elapsed() + given.expiresIn * 1000;
  const minutes = Math.max(1, Math.floor(given.expiresIn / 60));
  say(
    `Sign in with a browser on any device. Open\n\n  ${printable(given.verificationUri)}\n\nand enter the code  ${printable(given.userCode)}\n`,
  );
  if (given.completeUri !== undefined) say(`Or open  ${printable(given.completeUri)}\n`);
  say(`It is valid for ${minutes} minutes. Give the code and the address to nobody else: they are for you alone.`);
  let interval = given.interval;
  for (;;) {
    await pause(Math.min(interval, LONGEST_PAUSE) * 1000);
    if (elapsed() >= until) throw new Failure('nobody allowed the sign-in in time');
    const answer = await poll(server, given.deviceCode);
    if (typeof answer !== 'string') return checked(server, answer);
    if (answer === 'slow-down') interval += SLOWER;
    // A server that does not answer is asked less and less often (RFC 8628 §3.5).
    if (answer === 'no-answer') interval *= 2;
  }
}

async function poll(server: Server, deviceCode: string): Promise<Tokens | 'pending' | 'slow-down' | 'no-answer'> {
  try {
    return await redeemDeviceCode(server, deviceCode);
  } catch (error) {
    if (error instanceof Refused) {
      if (error.code === 'authorization_pending') return 'pending';
      if (error.code === 'slow_down') return 'slow-down';
      if (error.code === 'access_denied') throw new Failure('the sign-in was denied', { cause: error });
      if (error.code === 'expired_token') throw new Failure('nobody allowed the sign-in in time', { cause: error });
      if (error.status < 500) throw error;
    }
    return 'no-answer';
  }
}

function checked({ issuer }: Server, tokens: Tokens): Tokens {
  const { iss, aud } = tokens.claims;
  if (iss === issuer && aud === CLIENT_ID) return tokens;
  throw new Failure('the ID token of the server is not for this command, so it is not used');
}
