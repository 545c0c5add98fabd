import { isDeepStrictEqual } from 'node:util';
import type { Detail } from './check-detail.ts';

/**
 * Whether a detail asks for no more than a granted one: the same type and the same members with the same values. Of a list, it may have only
 * some values. Members that are left out could mean anything to the service, so that they must be there as well.
 */
function isWithin(asked: Detail, granted: Detail): boolean {
  const names = Object.keys(granted);
  return (
    Object.keys(asked).length === names.length &&
    names.every((name) => Object.hasOwn(asked, name) && isPart(asked[name], granted[name]))
  );
}

function isPart(asked: unknown, granted: unknown): boolean {
  if (!Array.isArray(asked) || !Array.isArray(granted)) return isDeepStrictEqual(asked, granted);
  const isSome = asked.length > 0 && asked.every((each) => granted.includes(each));
  return isDeepStrictEqual(asked, granted) || (isSome && new Set(asked).size === asked.length);
}

/**
 * Whether details ask for no more than the granted ones: each within one of them, and no two within the same. A service may take two payments of
 * a token for two payments, where the person allowed one.
 */
export function areWithin(asked: readonly Detail[], granted: readonly Detail[]): boolean {
  // Augmenting paths: a detail that fits two granted ones leaves to others the one that they need.
  const takers = new Map<number, number>();
  const place = (index: number, tried: Set<number>): boolean =>
    granted.some((held, at) => {
      const detail = asked[index];
      if (detail === undefined || tried.has(at) || !isWithin(detail, held)) return false;
      tried.add(at);
      const taker = takers.get(at);
      if (taker !== undefined && !place(taker, tried)) return false;
      takers.set(at, index);
      return true;
    });
  return asked.every((_, index) => place(index, new Set()));
}
