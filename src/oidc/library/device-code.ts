import type { KoaContextWithOIDC } from 'oidc-provider';

export { DEVICE_GRANT } from '../../identity/applications/oidc/client-flows.ts';

/** A pending sign-in of a device. */
export interface DeviceRequest {
  readonly clientId: string;
  /** The parameters of its request. */
  readonly params: Readonly<Record<string, unknown>>;
  /** What `deviceInfo` noted of its request. */
  readonly deviceInfo: Readonly<Record<string, unknown>>;
  /** Seconds since the epoch. */
  readonly iat: number;
  readonly isExpired: boolean;
  readonly accountId?: string | undefined;
  readonly error?: string | undefined;
  readonly inFlight?: boolean | undefined;
}

/** The device's request that the browser's request is about. */
export function deviceRequestOf(ctx: KoaContextWithOIDC): DeviceRequest | undefined {
  return ctx.oidc.entities.DeviceCode as unknown as DeviceRequest | undefined;
}

/** A user code as oidc-provider stores it (RFC 8628 §6.1: neither case nor punctuation counts). */
export function normalUserCode(typed: string): string {
  return typed.replace(/\W/g, '').toUpperCase();
}

/** A user code as the device shows it. */
export function shownUserCode(typed: string): string {
  const code = normalUserCode(typed);
  return `${code.slice(0, 4)}-${code.slice(4)}`;
}

/** Finds a device's request by its user code. */
export async function findDeviceRequest(ctx: KoaContextWithOIDC, userCode: string): Promise<DeviceRequest | undefined> {
  const options = { ignoreExpiration: true };
  const found = await ctx.oidc.provider.DeviceCode.findByUserCode(normalUserCode(userCode), options);
  return found as unknown as DeviceRequest | undefined;
}

/** Why oidc-provider shows the page for a code again. */
export type CodeProblem = 'none' | 'unknown' | 'expired' | 'used' | 'denied' | 'error';

/** By the names of the library's errors, which it does not export. */
const PROBLEMS: ReadonlyMap<string, CodeProblem> = new Map([
  ['NoCodeError', 'none'],
  ['NotFoundError', 'unknown'],
  ['ExpiredError', 'expired'],
  ['AlreadyUsedError', 'used'],
  ['AbortedError', 'denied'],
]);

export function codeProblem(error: unknown): CodeProblem {
  return error instanceof Error ? (PROBLEMS.get(error.name) ?? 'error') : 'error';
}

/** The state of the page in the browser's session: the secret of its forms, and who was signed in when it was shown. */
interface PageState {
  readonly secret: string;
  readonly person?: string | undefined;
}

/** Notes in the session for whom the page is shown, and returns the secret of its forms. */
export function bindPage(ctx: KoaContextWithOIDC): string {
  const { session } = ctx.oidc;
  if (session === undefined) throw new TypeError('the page for a code needs a session');
  const { secret } = session.state as unknown as PageState;
  const state: PageState = { secret, person: session.accountId };
  Object.assign(session, { state });
  return secret;
}

/** Whether the page was shown to another person, who has signed out in this browser since. */
export function wasShownToAnother(session: {
  readonly state?: unknown;
  readonly accountId?: string | undefined;
}): boolean {
  const { person } = (session.state ?? {}) as Partial<PageState>;
  return person !== undefined && person !== session.accountId;
}
