import { afterAll } from '@jest/globals';
import { closeLeftovers } from './leftovers.ts';

// Of each test file (test/config/jest.config.js): a test that timed out leaves no server, store or process behind for the next file.
afterAll(closeLeftovers);
