import type { Context } from 'koa';
import type { Html, Text } from '../../http/html.ts';
import type { Form } from '../../http/read-form.ts';
import type { PasskeyFactor } from '../../identity/credentials/credential-holder.ts';
import type { MfaDependencies } from '../../identity/factors/mfa-dependencies.ts';
import type { BrowserStanding } from '../../identity/own-browsers/browser-standing.ts';
import type { PasskeySettings } from '../../identity/passkeys/passkey-settings.ts';
import type { AccountRoutesDependencies } from '../account-page/account-routes.ts';
import type { SignedIn } from '../account-page/signed-in.ts';
import type { FactorRequest } from './factor-form.ts';
import type { OwnFactorAction, OwnFactorsRule } from './own-factors-rule.ts';

export interface FactorsRoutesDependencies extends AccountRoutesDependencies {
  readonly factors: MfaDependencies;
  readonly passkeys: PasskeySettings;
  readonly mayChangeOwnFactors: OwnFactorsRule;
  /** Whether a rule asks the person for a passkey that they have, and have not shown in this session. */
  readonly mustShowPasskey: (ctx: Context, found: SignedIn) => Promise<boolean>;
}

/** A result of a form: a page of its own, or the list with a notice. Without `found`, the person is no longer signed in. */
export type ActResult =
  | { readonly title: Text; readonly page: Html; readonly status?: number; readonly isShownOnce?: boolean }
  | {
      readonly notice: Text | undefined;
      readonly found: SignedIn | undefined;
      readonly status?: number;
      /** The passkey that was removed. The browser may still have it. */
      readonly removed?: PasskeyFactor;
    };

export interface ActCall {
  readonly ctx: Context;
  readonly found: SignedIn;
  readonly form: Form;
  readonly csrf: string;
  /** Whether the password alone may have led here. */
  readonly standing: BrowserStanding;
}

/** What one form of the page does. */
export interface FactorAct {
  /** The name of its audit event. */
  readonly event: string;
  /** Whether the person must have signed in, with all their factors, a moment ago (ASVS 7.5.1). */
  readonly needsProof: boolean;
  /** The form that begins to add a factor, for which a stolen password must not be enough; `undefined` if none is added. */
  readonly begunBy: FactorRequest | undefined;
  /** The operation of IAM that must not be denied to the person. */
  readonly action: OwnFactorAction | undefined;
  run(deps: FactorsRoutesDependencies, call: ActCall): Promise<ActResult>;
}
