import type { Registry } from 'prom-client';
import type { DoorOutcomes } from '../../oidc/door-outcomes.ts';
import { registerLabelledCount } from '../health/register-labelled-count.ts';

/** Registers the metrics of passkeys, console federation, role credentials and other ways in. */
export function doorMetrics(registry: Registry): DoorOutcomes {
  const count = (name: string, help: string, shown: readonly string[] = []) =>
    registerLabelledCount(registry, { name, help, label: 'outcome', shown }).add;
  return {
    passkey: count('rolecall_passkeys_total', 'Passkeys shown or added: ok, or the check that failed.'),
    consoleFederation: count(
      'rolecall_console_federation_total',
      'Console federation: token-issued, signed-in, signed-out, or the code of the error.',
    ),
    backchannelSignIn: count(
      'rolecall_backchannel_sign_ins_total',
      'Requests of apps to people (CIBA): begun, allowed, denied, expired, or why nobody was asked.',
    ),
    mailedLink: count('rolecall_mailed_links_total', 'Forms of mailed links: what became of them.', [
      'not-me-reported',
    ]),
    tokenExchange: count('rolecall_token_exchanges_total', 'Token exchanges: ok, or the error.'),
    roleCredentials: count('rolecall_role_credentials_total', 'Role credentials for rolecall login: ok, or the error.'),
  };
}
