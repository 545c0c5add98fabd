import type { ServerFacts } from './server/get-server-info.ts';

/** What the operations need. */
export interface RolecallDependencies {
  readonly server: ServerFacts;
}
