import { readFileSync } from 'node:fs';
import semver from 'semver';

/**
 * Checks that no package requires a newer Node than package.json promises: the server's packages run on every version that
 * `engines` allows, and development packages on the oldest one. Development packages that exclude a later version are listed.
 */
const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'));
const ours = JSON.parse(readFileSync('package.json', 'utf8')).engines.node;
const oldest = semver.minVersion(ours);
const problems = [];
const leftOut = new Map();
const asking = Object.entries(packages).filter(([path, { engines }]) => path !== '' && engines?.node !== undefined);

for (const [path, { version, engines, dev }] of asking) {
  const name = `${path.replace(/^.*node_modules\//, '')}@${version}`;
  if (semver.subset(ours, engines.node)) continue;
  if (dev !== true) problems.push(`${name} asks for Node ${engines.node}, which is not ${ours}`);
  else if (!semver.satisfies(oldest, engines.node))
    problems.push(`${name} asks for Node ${engines.node}, not ${oldest}`);
  else leftOut.set(engines.node, [...(leftOut.get(engines.node) ?? []), name]);
}
for (const [range, names] of leftOut)
  console.log(`development only: ${names.length} ask for Node ${range}: ${names[0]} …`);
for (const problem of problems) console.error(problem);
console.log(`${asking.length} packages name versions of Node, ${problems.length} of them newer ones than ${ours}`);
process.exitCode = problems.length === 0 ? 0 : 1;
