import { hashedId } from '../../keys/hashed-id.ts';
import type { LoginOrigin } from '../credentials/login-origin.ts';

/** Identifies one outside login, for what is stored of it. */
export function loginId({ link, session, at }: LoginOrigin): string {
  return hashedId(JSON.stringify([link, session, at]));
}
