import stores from './jest.stores.config.js';

/**
 * The failure matrix, and what must hold while several processes race: what `npm run test:failures` runs again and again. Nothing here
 * may depend on luck.
 */
export default {
  ...stores,
  testMatch: [
    '<rootDir>/test/servers/{mongo-failures,mongo-races,mongo-replica-set}.test.ts',
    '<rootDir>/test/servers/{redis-failures,redis-failover,redis-feed}.test.ts',
    '<rootDir>/test/servers/{disk-full,first-start,outages,workers}.test.ts',
    '<rootDir>/test/processes/embedded-processes.test.ts',
  ],
};
