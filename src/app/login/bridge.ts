import type { Registry } from 'prom-client';
import type { BridgeDependencies } from '../../bridge/context/bridge-dependencies.ts';
import { openBridge } from '../../bridge/open-bridge.ts';
import { samlKeys } from '../../identity/documents/account-keys/saml-key.ts';
import { openSamlKeys } from '../../identity/saml-keys/open-saml-keys.ts';
import type { CollectionStore } from '../../ports/collections.ts';
import type { OpenProtocol } from '../../sign-in/protocol-pages.ts';
import { registerLabelledCount } from '../health/register-labelled-count.ts';

/** The identity providers of the accounts, for apps that speak SAML, with their metrics. */
export function openAppBridge(
  deps: Omit<BridgeDependencies, 'samlKeys' | 'observe' | 'observeLogout'> & { readonly collections: CollectionStore },
  registry: Registry,
): OpenProtocol {
  const signOns = registerLabelledCount(registry, {
    name: 'rolecall_saml_app_sign_ons_total',
    help: 'Sign-ons to SAML applications: issued, the status code of the refusal, or the check that failed.',
    label: 'outcome',
  });
  const logouts = registerLabelledCount(registry, {
    name: 'rolecall_saml_app_sign_outs_total',
    help: 'Sign-outs at SAML applications: complete, partial, or the check that failed.',
    label: 'outcome',
  });
  const { collections, keyRing, clock } = deps;
  const keys = openSamlKeys({ collection: collections.open(samlKeys), sealer: keyRing.sealer, clock });
  const bridge = { ...deps, samlKeys: keys, observe: signOns.add, observeLogout: logouts.add };
  return (browsers) => openBridge(bridge, browsers);
}
