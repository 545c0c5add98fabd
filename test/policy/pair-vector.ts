import type { ContextValue } from '../../src/policy/request.ts';
import type { ReferenceLayers } from '../reference/evaluate.ts';
import { CALLERS } from './callers.ts';
import type { Pair } from './generated.ts';

/** A case of `vectors/pairs.json`: a request, its policies, and what is right. */
export interface PairVector {
  readonly source: string;
  readonly name: string;
  readonly request: {
    /** One of `callers.ts`. */
    readonly principal: string;
    readonly action: string;
    readonly resource: string;
    readonly resourceAccountId: string;
    readonly context: Readonly<Record<string, ContextValue>>;
  };
  readonly layers: ReferenceLayers;
  readonly allowed: boolean;
}

/** A generated pair as such a case, without the context that its policies do not ask for. */
export function toPairVector({ request, layers }: Pair, allowed: boolean): PairVector {
  const principal = Object.entries(CALLERS).find(([, caller]) => caller === request.principal)?.[0];
  const text = JSON.stringify(layers).toLowerCase();
  const context = [...request.context].filter(([key]) => text.includes(JSON.stringify(key).slice(1, -1)));
  return {
    source: 'found',
    name: 'say what it is about',
    request: { ...request, principal: principal ?? '', context: Object.fromEntries(context) },
    layers,
    allowed,
  };
}
