import { createHash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { envelopeReader } from '../../../../src/wire/protocols/query/envelope.ts';

const request = (body: Buffer) => ({ method: 'POST', path: '/', rawQuery: '', headers: {}, body });

test.each([
  ['two that are read as one text', 'Action=GetUser\xfe&Version=2010-05-08', 'Action=GetUser\xff&Version=2010-05-08'],
  ['the same twice', 'Action=GetUser&Version=2010-05-08', 'Action=GetUser&Version=2010-05-08'],
])('[S42] the cached hash of a body is that of its exact bytes: %s', (_, ...bodies) => {
  const read = envelopeReader();
  for (const text of bodies) {
    const body = Buffer.from(text, 'latin1');
    const { version, bodyHash } = read(request(body));
    expect([version, bodyHash]).toEqual(['2010-05-08', createHash('sha256').update(body).digest('hex')]);
  }
});

test('anything that may contain a secret is not cached', () => {
  const read = envelopeReader();
  const body = Buffer.from('Action=ChangePassword&Version=2010-05-08&NewPassword=x');
  expect([read(request(body)), read(request(body))].map(({ bodyHash }) => bodyHash)).toEqual([undefined, undefined]);
});
