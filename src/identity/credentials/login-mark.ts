import { createHmac } from 'node:crypto';
import type { LoginStamp } from './login-generation.ts';

/** The claim of ID tokens in which the mark of their login stands. */
export const LOGIN_CLAIM = 'lgn';

/** The purpose of the secret that marks are made with. */
export const LOGIN_SECRET = 'login-marks';

/** A login in a form that tells apps nothing: neither who it is of, nor how many there were before. */
export type LoginMark = (login: LoginStamp) => string;

export function loginMark(secret: Buffer): LoginMark {
  return ({ subject, generation }) =>
    createHmac('sha256', secret).update(`${subject}\n${generation}`).digest('base64url').slice(0, 22);
}
