/** Imports a file into a new embedded store, telling each batch; is killed in the midst of it. */
import { importStore } from '../../../src/app/commands/import-store.ts';
import { readSettings } from '../../../src/app/settings/read-settings.ts';

const [file = ''] = process.argv.slice(2);
const told = (text: string): void => console.log(text);
await importStore(readSettings(process.env, '/no/such/default.json'), file, {
  say: told,
  progress: (text) => told(text()),
  onFault: (fault) => told(String(fault)),
});
