import type { AnyOperation } from '../operations/operation.ts';
import { type LookupDependencies, lookupEventsOperation } from './lookup-events.ts';

/** Every CloudTrail operation (version 2013-11-01) of this server. */
export function cloudtrailOperations(deps: LookupDependencies): readonly AnyOperation[] {
  return [lookupEventsOperation(deps)];
}
