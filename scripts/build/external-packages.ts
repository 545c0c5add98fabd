/**
 * Packages that stay outside the bundle and are read from `node_modules`: they load native code from beside their own files, and are
 * loaded from there once more, by threads (argon2) and by a process of its own (lmdb). All other packages are bundled.
 */
export const EXTERNAL_PACKAGES: readonly string[] = ['@node-rs/argon2', 'lmdb'];
