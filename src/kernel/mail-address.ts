/**
 * An address as we write to it: one mailbox without a display name, comment or quoting (a subset of RFC 5321 §4.1.2). Everything that a
 * header or an SMTP command could read as more than one address is left out.
 */
const ADDRESS = /^[\p{L}\p{N}!#$%&'*+/=?^_`{|}~.-]{1,64}@(?=.{1,253}$)[\p{L}\p{N}](?:[\p{L}\p{N}.-]*[\p{L}\p{N}])?$/u;

/** Whether a text is one plain e-mail address. */
export function isMailAddress(text: string): boolean {
  return ADDRESS.test(text) && !text.includes('..') && !/^\.|\.@/.test(text);
}
