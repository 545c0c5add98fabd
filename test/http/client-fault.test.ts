import { expect, test } from '@jest/globals';
import { isClientFault } from '../../src/http/client-fault.ts';

test.each([
  [{ code: 'ECONNRESET' }, true],
  [{ code: 'HPE_INVALID_METHOD' }, true],
  [{ code: 'EPIPE' }, true],
  [{ code: 'ENOSPC' }, false],
  [{ code: 42 }, false],
  [new Error('ours'), false],
  [undefined, false],
  [null, false],
  ['ECONNRESET', false],
])('%j is the client’s: %j', (error, expected) => {
  expect(isClientFault(error)).toBe(expected);
});
