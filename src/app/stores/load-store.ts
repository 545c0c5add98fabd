/** Loads each store's module only when it is used, because the drivers take megabytes of memory and slow down the start. */
export const loadStore = {
  embedded: async () => (await import('../../store/embedded/open-embedded-store.ts')).openEmbeddedStore,
  mongo: async () => (await import('../../store/mongo/open-mongo-store.ts')).openMongoStore,
  redis: async () => (await import('../../store/redis/open-redis-store.ts')).openRedisStore,
};
