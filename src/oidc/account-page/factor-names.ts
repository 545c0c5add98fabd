import type { Text } from '../../http/html.ts';
import { say } from '../../http/messages/say.ts';
import type { Factor } from '../../identity/credentials/credential-holder.ts';

/** What the pages call each kind of factor. */
export const KIND_NAMES: Readonly<Record<Factor['kind'], Text>> = {
  totp: say('factors.app'),
  passkey: say('factors.passkey'),
};

/** What a person calls a factor; by default, the last part of its serial number. */
export function nameOfFactor({ label, serialNumber }: Factor): string {
  return label ?? serialNumber.slice(serialNumber.lastIndexOf('/') + 1);
}
