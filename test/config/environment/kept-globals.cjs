const FIELDS = ['value', 'get', 'set', 'writable', 'enumerable'];

/** What stays from one test file to the next: what the scripts hand over to each other. */
const KEPT = new Set([Symbol.for('rolecall.test-packages')]);

/** Notes what a global object has. The function that it answers removes what was added, and puts back what was changed or removed. */
module.exports.keepGlobals = function keepGlobals(global) {
  const kept = Object.getOwnPropertyDescriptors(global);
  return function restore() {
    for (const key of Reflect.ownKeys(global))
      if (!Object.hasOwn(kept, key) && !KEPT.has(key)) Reflect.deleteProperty(global, key);
    for (const key of Reflect.ownKeys(kept)) {
      const now = Object.getOwnPropertyDescriptor(global, key);
      if (now === undefined || FIELDS.some((field) => now[field] !== kept[key][field]))
        Reflect.defineProperty(global, key, kept[key]);
    }
  };
};
