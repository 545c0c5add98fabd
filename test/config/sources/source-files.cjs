const { readdirSync } = require('node:fs');
const { join, sep } = require('node:path');

/** The programs among the sources, which tests run as processes. */
const PROGRAMS = ['src/app/main.ts'];

function filesIn(root, directory) {
  return readdirSync(join(root, directory), { recursive: true })
    .map((name) => join(directory, name))
    .filter((path) => path.endsWith('.ts'))
    .sort();
}

/** The files of `src` that tests import, as paths from the root. */
module.exports.sourceFiles = (root) => filesIn(root, 'src').filter((path) => !PROGRAMS.includes(path));

/** The scripts that tests run as other processes. */
module.exports.childFiles = (root) =>
  filesIn(root, 'test').filter((path) => path.includes(`${sep}children${sep}`) && !path.endsWith('run-child.ts'));
