import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError } from '../../config/load-config.ts';
import { describedService, serviceFileShape } from '../../identity/services/service-file.ts';
import type { ServiceDescription } from '../../policy/catalogue/service-catalogue.ts';

/** Services that this server decides about itself; a file must not describe them. */
const RESERVED: ReadonlySet<string> = new Set(['iam', 'sts', 'rolecall', 'signin']);

/**
 * Reads the operator's services: the JSON files of a directory, a service each.
 * @throws {ConfigError} naming every file that is not valid.
 */
export async function readServiceFiles(directory: string | undefined): Promise<readonly ServiceDescription[]> {
  if (directory === undefined) return [];
  const problems: string[] = [];
  const report = (file: string, what: string) => void problems.push(`policies.servicesDirectory: ${file}: ${what}`);
  const services = new Map<string, ServiceDescription>();
  for (const file of await jsonFiles(directory)) {
    const read = await readJson(join(directory, file));
    if ('fault' in read) {
      report(file, read.fault);
      continue;
    }
    const parsed = serviceFileShape.safeParse(read.json);
    if (!parsed.success) {
      for (const { path, message } of parsed.error.issues)
        report(file, `${path.map(String).join('.') || 'the file'}: ${message}`);
      continue;
    }
    const { Name: prefix } = parsed.data;
    if (RESERVED.has(prefix)) report(file, `Name: ${prefix} is a service of this server`);
    else if (services.has(prefix)) report(file, `Name: another file describes ${prefix}`);
    else services.set(prefix, describedService(parsed.data));
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return [...services.values()];
}

async function jsonFiles(directory: string): Promise<readonly string[]> {
  try {
    return (await readdir(directory)).filter((file) => file.endsWith('.json')).sort();
  } catch (error) {
    throw new ConfigError([`policies.servicesDirectory: cannot be read: ${codeOf(error)}`]);
  }
}

async function readJson(path: string): Promise<{ readonly json: unknown } | { readonly fault: string }> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    return { fault: `cannot be read: ${codeOf(error)}` };
  }
  try {
    return { json: JSON.parse(text) as unknown };
  } catch {
    return { fault: 'is not JSON' };
  }
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'unknown';
}
