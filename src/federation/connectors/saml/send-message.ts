import { redirectUrl } from '../../saml/redirect-binding.ts';
import { signMessage } from '../../saml/sign-message.ts';
import type { Destination } from '../redirect-connector.ts';
import type { BindingName } from './bindings.ts';
import type { OwnKey } from './own-keys.ts';

export interface SentMessage {
  readonly binding: BindingName;
  readonly location: string;
  readonly parameter: 'SAMLRequest' | 'SAMLResponse';
  readonly xml: string;
  readonly relayState: string | undefined;
  /** Absent: the message is not signed. */
  readonly key: OwnKey | undefined;
}

/** How the browser takes a message to the provider, signed as its binding has it. */
export function sendMessage({ binding, location, parameter, xml, relayState, key }: SentMessage): Destination {
  if (binding === 'redirect') {
    return { url: redirectUrl({ location, parameter, xml, relayState, signingKey: key?.privateKey }) };
  }
  const text = key === undefined ? xml : signMessage(xml, key);
  return {
    post: {
      action: location,
      fields: {
        [parameter]: Buffer.from(text).toString('base64'),
        ...(relayState !== undefined && { RelayState: relayState }),
      },
    },
  };
}
