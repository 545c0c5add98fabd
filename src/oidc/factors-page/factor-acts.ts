import { ADD_APP, CONFIRM_APP } from './add-app.ts';
import { ADD_PASSKEY, CONFIRM_PASSKEY } from './add-passkey.ts';
import type { FactorAct } from './factor-act.ts';
import type { FactorRequest } from './factor-form.ts';
import { CONFIRM_REMOVE, REMOVE } from './remove-factor.ts';
import { MAKE_CODES, RENAME } from './small-acts.ts';

const ACTS: Readonly<Record<FactorRequest, FactorAct>> = {
  'add-app': ADD_APP,
  'confirm-app': CONFIRM_APP,
  'add-passkey': ADD_PASSKEY,
  'confirm-passkey': CONFIRM_PASSKEY,
  rename: RENAME,
  remove: REMOVE,
  'confirm-remove': CONFIRM_REMOVE,
  'make-codes': MAKE_CODES,
};

/** What the forms of the page do, by what they ask for. */
export const FACTOR_ACTS: ReadonlyMap<string, FactorAct> = new Map(Object.entries(ACTS));
