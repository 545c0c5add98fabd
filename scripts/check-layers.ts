import { spawnSync } from 'node:child_process';
import { basename, dirname } from 'node:path';
import type { ICruiseResult } from 'dependency-cruiser';

/**
 * Checks the import table of the architecture (`.dependency-cruiser.cjs`), and what its rules cannot say: that the folders of a layer do not
 * import each other in a circle. Such folders are one folder, or need a third one below both.
 *
 * The files beside subfolders are of two kinds: some stand below the subfolders (shared types), the others above them (what combines them).
 * They count as two folders: `iam` for those that the subfolders import, directly or through each other, and `iam (above)` for the rest.
 */

/** `explain` takes decisions apart that `combine` makes and asks for. Matching is to move below both. */
const ALLOWED = new Set(['src/policy/combine', 'src/policy/explain']);

type Imports = ReadonlyMap<string, readonly string[]>;

function analyse(): ICruiseResult {
  // A process of its own: the package does not find imports if it is loaded by tsx.
  const command = ['src', '--config', '.dependency-cruiser.cjs', '--output-type', 'json'];
  const { stdout, stderr } = spawnSync('node_modules/.bin/depcruise', command, {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout) as ICruiseResult;
}

/** The imports within layers. */
function importsOf({ modules }: ICruiseResult): Imports {
  return new Map(
    modules
      .filter(({ source }) => source.startsWith('src/'))
      .map(({ source, dependencies }) => [
        source,
        dependencies.map(({ resolved }) => resolved).filter((path) => layerOf(path) === layerOf(source)),
      ]),
  );
}

const layerOf = (path: string): string => path.split('/').slice(0, 2).join('/');

/** The files beside subfolders that any file in these needs. */
function filesBelow(imports: Imports): ReadonlySet<string> {
  const below = new Set<string>();
  const add = (path: string): void => {
    if (below.has(path)) return;
    below.add(path);
    for (const next of imports.get(path) ?? []) if (dirname(next) === dirname(path)) add(next);
  };
  for (const [path, needed] of imports) {
    for (const other of needed) if (dirname(path).startsWith(`${dirname(other)}/`)) add(other);
  }
  return below;
}

interface Edge {
  readonly to: string;
  readonly because: string;
}

function folderGraph(imports: Imports): ReadonlyMap<string, readonly Edge[]> {
  const paths = [...imports.keys()];
  const parents = new Set(paths.flatMap((path) => dirname(dirname(path))));
  const below = filesBelow(imports);
  const folderOf = (path: string): string => {
    const folder = dirname(path);
    return parents.has(folder) && !below.has(path) ? `${folder} (above)` : folder;
  };
  const graph = new Map<string, Edge[]>();
  for (const [path, needed] of imports) {
    const edges = graph.get(folderOf(path)) ?? [];
    graph.set(folderOf(path), edges);
    for (const other of needed) {
      const to = folderOf(other);
      if (to === folderOf(path) || (ALLOWED.has(to) && ALLOWED.has(dirname(path)))) continue;
      if (!edges.some((edge) => edge.to === to)) edges.push({ to, because: `${path} imports ${basename(other)}` });
    }
  }
  return graph;
}

/** The shortest way along imports from a folder back to itself, as a line for each import. */
function circleFrom(start: string, graph: ReadonlyMap<string, readonly Edge[]>): readonly string[] | undefined {
  const ways = new Map<string, readonly string[]>([[start, []]]);
  for (const [folder, way] of ways) {
    for (const { to, because } of graph.get(folder) ?? []) {
      const longer = [...way, `  ${folder} → ${to}: ${because}`];
      if (to === start) return longer;
      if (!ways.has(to)) ways.set(to, longer);
    }
  }
  return undefined;
}

const result = analyse();
const { violations } = result.summary;
for (const { rule, from, to } of violations) console.error(`${rule.severity} ${rule.name}: ${from} → ${to}`);

const graph = folderGraph(importsOf(result));
const circles = new Map<string, readonly string[]>();
for (const folder of graph.keys()) {
  const circle = circleFrom(folder, graph);
  // One report for all folders of a circle.
  if (circle !== undefined) circles.set([...circle].sort().join('\n'), circle);
}
for (const circle of circles.values()) {
  console.error(['folders that import each other in a circle:', ...circle].join('\n'));
}

const { totalCruised } = result.summary;
console.log(`${totalCruised} modules, ${violations.length} violations; ${graph.size} folders, ${circles.size} circles`);
process.exitCode = violations.length + circles.size === 0 ? 0 : 1;
