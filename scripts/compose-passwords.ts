import { z } from 'zod';

/** The parts of a store's service in compose.yaml that are checked. */
export const storeService = z.object({
  environment: z.record(z.string(), z.string()),
  command: z.array(z.string()),
});

type StoreServices = Readonly<Record<'mongo' | 'redis', z.output<typeof storeService>>>;

const PASSWORDS = [
  ['mongo', 'MONGODB_ROOT_PASSWORD'],
  ['mongo', 'MONGODB_PASSWORD'],
  ['redis', 'REDIS_PASSWORD'],
] as const;

/** Where a store of compose.yaml would start without a password from the operator, or with one written in a file. */
export function passwordProblems(services: StoreServices, storesEnv: string): readonly string[] {
  const problems: string[] = [];
  for (const [service, name] of PASSWORDS) {
    const { command, environment } = services[service];
    const inside = Object.keys(environment).find((key) => environment[key] === `\${${name}:-}`);
    if (inside === undefined) problems.push(`compose.yaml does not take ${name} of ${service} from the operator alone`);
    else if (!command.join('\n').includes(`$\${${inside}:?`)) problems.push(`${service} starts without ${name}`);
  }
  const inUris = [...storesEnv.matchAll(/:\/\/\w*:([^@]*)@/g)].map(([, password]) => password);
  if (inUris.join() !== '${MONGODB_PASSWORD},${REDIS_PASSWORD}')
    problems.push('compose.stores.env does not take the passwords of both URIs from the environment');
  return problems;
}
