import type { KoaContextWithOIDC } from 'oidc-provider';
import type { SignedIn } from '../account-page/signed-in.ts';

/** What our middleware found out before oidc-provider's route, and what the page found out in it. */
export interface DevicePageState {
  readonly found: SignedIn;
  /** The code in the link that led here. */
  readonly typed: string | undefined;
  /** Whether the code was looked up in vain. */
  wasWrong: boolean;
}

const STATE = 'devicePage';

export function setDevicePageState(ctx: KoaContextWithOIDC, state: DevicePageState): void {
  ctx.state[STATE] = state;
}

export function devicePageState(ctx: KoaContextWithOIDC): DevicePageState | undefined {
  return ctx.state[STATE] as DevicePageState | undefined;
}
