import { readFileSync, writeFileSync } from 'node:fs';
import { EXTERNAL_PACKAGES } from './external-packages.ts';

/**
 * Removes bundled packages from `package.json`, so that `npm prune` deletes them: the built server does not read them from
 * `node_modules`. Only for the image; a checkout keeps its file.
 */
const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as { dependencies: Record<string, string> };
const kept = Object.entries(manifest.dependencies).filter(([name]) => EXTERNAL_PACKAGES.includes(name));
writeFileSync('package.json', `${JSON.stringify({ ...manifest, dependencies: Object.fromEntries(kept) }, null, 2)}\n`);
