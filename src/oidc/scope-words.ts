import type { Text } from '../http/html.ts';
import { say } from '../http/messages/say.ts';

/** The meaning of each scope, as shown on the consent page. */
export const SCOPE_WORDS: Readonly<Record<string, Text>> = {
  openid: say('consent.openid'),
  profile: say('consent.profile'),
  email: say('consent.email'),
  phone: say('consent.phone'),
  address: say('consent.address'),
  groups: say('consent.groups'),
  rolecall: say('consent.rolecall'),
  offline_access: say('consent.offlineAccess'),
};

/** The meaning of a scope; its own name if it is another service's. */
export function scopeWords(scope: string): string | Text {
  return SCOPE_WORDS[scope] ?? scope;
}
