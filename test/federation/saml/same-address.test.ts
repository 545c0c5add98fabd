import { expect, test } from '@jest/globals';
import { isSameAddress } from '../../../src/federation/saml/incoming/same-address.ts';

const SLO = 'https://id.example.com/saml/corp/slo';

test.each([
  [SLO, true],
  ['https://id.example.com:443/saml/corp/slo', true],
  ['https://id.example.com:8443/saml/corp/slo', false],
  ['https://id.example.com:80/saml/corp/slo', false],
  ['http://id.example.com:80/saml/corp/slo', false],
  [`${SLO}/`, false],
  [`${SLO}?x=1`, false],
  ['https://ID.example.com/saml/corp/slo', false],
  ['https://id.example.com@evil.example:443/saml/corp/slo', false],
  ['', false],
])('[S16] %s names our address: %s', (address, expected) => {
  expect(isSameAddress(address, SLO)).toBe(expected);
});
