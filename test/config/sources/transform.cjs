const { createHash } = require('node:crypto');
const { readFileSync } = require('node:fs');
const { join, relative, sep } = require('node:path');
const swc = require('@swc/jest');

const ROOT = join(__dirname, '../../..');
let shims;

/** The module that stands for a source file (bundle-sources.ts), if there are any. */
function shimOf(path) {
  const { TEST_SOURCES: directory } = process.env;
  if (directory === undefined || !path.startsWith(join(ROOT, 'src') + sep)) return undefined;
  shims ??= JSON.parse(readFileSync(join(directory, 'shims.json'), 'utf8'));
  return shims[relative(ROOT, path)];
}

/** Jest's transformer: takes the sources from their bundle, and has swc compile everything else. */
module.exports.createTransformer = function createTransformer(options) {
  const compiler = swc.createTransformer(options);
  const take = (path) => {
    const code = shimOf(path);
    return code === undefined ? undefined : { code };
  };
  return {
    ...compiler,
    process: (text, path, ...rest) => take(path) ?? compiler.process(text, path, ...rest),
    processAsync: async (text, path, ...rest) => take(path) ?? (await compiler.processAsync(text, path, ...rest)),
    getCacheKey(text, path, ...rest) {
      const known = shimOf(path);
      if (known === undefined) return compiler.getCacheKey(text, path, ...rest);
      return createHash('sha256').update(known).digest('hex');
    },
  };
};
