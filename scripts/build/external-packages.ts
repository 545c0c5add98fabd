/**
 * Packages that are not bundled but read from `node_modules`. They load native code from their own directory, and are loaded again
 * by threads (argon2) and by a separate process (lmdb). All other packages are bundled.
 */
export const EXTERNAL_PACKAGES: readonly string[] = ['@node-rs/argon2', 'lmdb'];
