import type { AnyShape, Members } from './shape.ts';

/**
 * The names of the input members that audit events show, at any depth. A name that means something audited in one
 * structure and something else in another is left out.
 */
export function auditedMembers(members: Members): ReadonlySet<string> {
  const names = new Map<string, boolean>();
  collect(members, names);
  return new Set([...names].filter(([, isAudited]) => isAudited).map(([name]) => name));
}

function collect(members: Members, names: Map<string, boolean>): void {
  for (const [name, { shape }] of Object.entries(members)) {
    names.set(name, isAudited(shape) && names.get(name) !== false);
    const inner = innermost(shape);
    if (inner.kind === 'structure') collect(inner.members, names);
  }
}

function innermost(shape: AnyShape): AnyShape {
  return shape.kind === 'list' ? innermost(shape.element) : shape;
}

/** Members of structures are judged one by one; maps have keys that the caller chooses, so their values stay out. */
function isAudited(shape: AnyShape): boolean {
  const inner = innermost(shape);
  switch (inner.kind) {
    case 'text':
      return inner.audited === true && inner.sensitive !== true;
    case 'blob':
    case 'map':
      return false;
    default:
      return true;
  }
}
