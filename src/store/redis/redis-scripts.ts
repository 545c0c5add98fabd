/**
 * Operations without a command of their own, as scripts that Redis runs atomically. Each has a single key, so that it belongs to
 * one cluster slot. Lua numbers cannot hold all counters exactly, so counters are returned as Redis's own texts.
 */
export const REDIS_SCRIPTS = {
  /** key; expected, value, ttl → 1 or 0 */
  replaceIfEqual: `
    if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
    redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
    return 1`,
  /** key; by, ttl → the new value. Sets the ttl when the counter is created, which is when it has none. */
  addToCounter: `
    local value = redis.call('INCRBY', KEYS[1], ARGV[1])
    if redis.call('PTTL', KEYS[1]) < 0 then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
    return value`,
  /** key; member, ttl. The longest ttl wins; a new set has none, which is less than any. */
  addMember: `
    redis.call('SADD', KEYS[1], ARGV[1])
    if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[2]) then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end`,
  /** log; topic, message, token, limit, channel → the message's id */
  publishMessage: `
    local fields = { 'topic', ARGV[1], 'message', ARGV[2], 'token', ARGV[3] }
    local id = redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[4], '*', unpack(fields))
    redis.call('PUBLISH', ARGV[5], '')
    return id`,
  /** log; token → its last message. Starts the log if it does not exist, so that there always is a last message. */
  lastMessage: `
    local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)
    if #last > 0 then return last end
    redis.call('XADD', KEYS[1], '*', 'topic', '', 'message', '', 'token', ARGV[1])
    return redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)`,
} as const;

/** A message of the log: its id and its fields (name, value, name, value, …). */
export type LogReply = readonly (readonly [id: string, fields: readonly string[]])[];

/** The commands and scripts used here, which both ioredis clients (single server and cluster) have. */
export interface RedisCommands {
  get(key: string): Promise<string | null>;
  getdel(key: string): Promise<string | null>;
  set(key: string, value: string, unit: 'PX', ttlMs: number): Promise<unknown>;
  set(key: string, value: string, unit: 'PX', ttlMs: number, only: 'NX' | 'XX'): Promise<'OK' | null>;
  del(key: string): Promise<number>;
  exists(key: string): Promise<number>;
  smembers(key: string): Promise<string[]>;
  srem(key: string, member: string): Promise<number>;
  xrange(key: string, from: string, to: '+', count: 'COUNT', limit: number): Promise<LogReply>;
  subscribe(channel: string): Promise<unknown>;

  replaceIfEqual(key: string, expected: string, value: string, ttlMs: number): Promise<number>;
  addToCounter(key: string, by: number, ttlMs: number): Promise<number>;
  addMember(key: string, member: string, ttlMs: number): Promise<unknown>;
  publishMessage(
    ...args: readonly [key: string, topic: string, message: string, token: string, limit: number, channel: string]
  ): Promise<string>;
  lastMessage(key: string, token: string): Promise<LogReply>;
}
