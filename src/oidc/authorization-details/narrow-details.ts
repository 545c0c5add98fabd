import { isDeepStrictEqual } from 'node:util';
import type { Detail } from './check-detail.ts';

/**
 * Whether a detail asks for no more than a granted one: the same type and the same members with the same values. Of a list, it may have only
 * some values. Members that are left out could mean anything to the service, so that they must be there as well.
 */
export function isWithin(asked: Detail, granted: Detail): boolean {
  const names = Object.keys(granted);
  return (
    Object.keys(asked).length === names.length &&
    names.every((name) => Object.hasOwn(asked, name) && isPart(asked[name], granted[name]))
  );
}

function isPart(asked: unknown, granted: unknown): boolean {
  if (!Array.isArray(asked) || !Array.isArray(granted)) return isDeepStrictEqual(asked, granted);
  return asked.length > 0 && asked.every((each) => granted.includes(each));
}
