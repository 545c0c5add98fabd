import { describe, test } from '@jest/globals';
import { storesFor } from '../../harness/stores-of-tests.ts';

const isOnStores = Object.keys(storesFor('')).length > 0;

/**
 * For parts of a suite that the stores cannot make fail: skipped on store servers, since CI also runs the suite on the embedded store. Whole
 * suites like that are listed in `test/config/jest.clients.config.js`.
 */
export const describeOnEmbedded = isOnStores ? describe.skip : describe;

/** As {@link describeOnEmbedded}, for one test. */
export const testOnEmbedded = isOnStores ? test.skip : test;
