import type { Registry } from 'prom-client';
import type { SamlLogins } from '../../federation/saml/saml-identity.ts';
import { type SamlLoginDependencies, samlLogins } from '../../federation/saml/saml-logins.ts';
import { registerLabelledCount } from '../health/register-labelled-count.ts';

/** Verification of SAML responses, with its metrics. */
export function openSamlLogins(deps: Omit<SamlLoginDependencies, 'refused'>, registry: Registry): SamlLogins {
  const refusals = registerLabelledCount(registry, {
    name: 'rolecall_saml_refusals_total',
    help: 'Refused SAML responses, by the check that failed.',
    label: 'check',
  });
  return samlLogins({ ...deps, refused: (check) => refusals.add(check) });
}
