import { readBoolean } from './bool-operators.ts';
import type { PresenceOperator } from './operator.ts';

/** `Null`: `true` wants the key to have no value, `false` wants it to have one. */
export const NULL_OPERATOR: PresenceOperator = { kind: 'presence', name: 'Null', readWanted: readBoolean };
