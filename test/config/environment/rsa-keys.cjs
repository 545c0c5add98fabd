const crypto = require('node:crypto');
const { mkdirSync, readFileSync, renameSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { promisify } = require('node:util');

const CACHE = join(__dirname, '../../../node_modules/.cache/rolecall-test-keys');
const { generateKeyPair, generateKeyPairSync } = crypto;

/** By size. */
const kept = new Map();
/** How many keys of each size the present test file has. */
const given = new Map();

/**
 * Gives tests RSA keys that are generated once and kept, since that is most of what a server costs that they start. Within a test file, all
 * keys are different.
 */
crypto.generateKeyPairSync = (type, options) =>
  isPlain(type, options) ? nextKey(options.modulusLength) : generateKeyPairSync(type, options);

crypto.generateKeyPair = (type, options, done) => {
  if (!isPlain(type, options)) return generateKeyPair(type, options, done);
  const { publicKey, privateKey } = nextKey(options.modulusLength);
  setImmediate(done, null, publicKey, privateKey);
};
crypto.generateKeyPair[promisify.custom] = async (type, options) =>
  isPlain(type, options) ? nextKey(options.modulusLength) : promisify(generateKeyPair)(type, options);

/** The next test file may have the same keys. */
module.exports.startOver = () => given.clear();

const isPlain = (type, options) => type === 'rsa' && Object.keys(options).join() === 'modulusLength';

function nextKey(size) {
  const keys = kept.get(size) ?? [];
  kept.set(size, keys);
  const n = given.get(size) ?? 0;
  given.set(size, n + 1);
  keys[n] ??= readKey(size, n) ?? generateKey(size, n);
  return keys[n];
}

const pathOf = (size, n) => join(CACHE, `${size}-${n}.pem`);

function readKey(size, n) {
  try {
    const privateKey = crypto.createPrivateKey(readFileSync(pathOf(size, n)));
    return { publicKey: crypto.createPublicKey(privateKey), privateKey };
  } catch {
    return undefined;
  }
}

function generateKey(size, n) {
  const pair = generateKeyPairSync('rsa', { modulusLength: size });
  mkdirSync(CACHE, { recursive: true });
  // Under a temporary name first, since several processes may do this at once.
  const temporary = `${pathOf(size, n)}.${process.pid}`;
  writeFileSync(temporary, pair.privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  renameSync(temporary, pathOf(size, n));
  return pair;
}
