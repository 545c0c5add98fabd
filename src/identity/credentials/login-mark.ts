import { createHmac } from 'node:crypto';
import type { LoginStamp } from './login-generation.ts';

/** The ID token claim that holds the mark of the login. */
export const LOGIN_CLAIM = 'lgn';

/** The purpose under which the secret for marks is derived. */
export const LOGIN_SECRET = 'login-marks';

/** Identifies a login without telling apps whose it is or how many came before it. */
export type LoginMark = (login: LoginStamp) => string;

export function loginMark(secret: Buffer): LoginMark {
  return ({ subject, generation }) =>
    createHmac('sha256', secret).update(`${subject}\n${generation}`).digest('base64url').slice(0, 22);
}
