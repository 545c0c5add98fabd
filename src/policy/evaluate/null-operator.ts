import { readBoolean } from './bool-operators.ts';
import type { PresenceOperator } from './operator.ts';

/** `Null`: `true` requires that the key has no value, `false` that it has one. */
export const NULL_OPERATOR: PresenceOperator = { kind: 'presence', name: 'Null', readWanted: readBoolean };
