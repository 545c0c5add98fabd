import { expect, test } from '@jest/globals';
import { parseForm } from '../../src/http/read-form.ts';
import { CODE_PATTERN, typedCode } from '../../src/sign-in/codes/typed-code.ts';

const typed = (code: string): string => typedCode(parseForm(new URLSearchParams({ code }).toString()), 'code');
const accepts = (code: string): boolean => new RegExp(`^(?:${CODE_PATTERN})$`, 'v').test(code);

test.each([
  ['123456'],
  [' 123 456\t'],
  ['123-456'],
  ['123\u2013456'],
  ['123\u00a0456'],
  ['123\u2011456'],
  ['\u200b123456\ufeff'],
  ['\uff11\uff12\uff13\uff14\uff15\uff16'],
  ['\uff11\uff12\uff13\u3000\uff14\uff15\uff16'],
  ['\uff11\uff12\uff13\uff0d\uff14\uff15\uff16'],
  ['\uff11\uff12\uff13\u30fc\uff14\uff15\uff16'],
])('[S28] %j is the code 123456, and the field accepts it', (text) => {
  expect([typed(text), accepts(text)]).toEqual(['123456', true]);
});

test.each([
  ['7K3M\u2013Q0ZX 9TVB', '7K3MQ0ZX9TVB'],
  ['\uff17\uff2b\uff13\uff2d\uff0d\uff31\uff10\uff3a\uff38\uff0d\uff19\uff34\uff36\uff22', '7K3MQ0ZX9TVB'],
])('[S29] a recovery code %j is %s', (text, code) => {
  expect(typed(text)).toBe(code);
});

test.each(['12345a', '123.456', '', '+123456', '1e5'])('other characters stay, and are refused: %j', (text) => {
  expect([typed(text), accepts(text)]).toEqual([text, false]);
});
