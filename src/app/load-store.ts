/** What opens each store, loaded only where it is used: a driver takes megabytes of memory, and its share of the time of a start. */
export const loadStore = {
  embedded: async () => (await import('../store/embedded/open-embedded-store.ts')).openEmbeddedStore,
  mongo: async () => (await import('../store/mongo/open-mongo-store.ts')).openMongoStore,
  redis: async () => (await import('../store/redis/open-redis-store.ts')).openRedisStore,
};
