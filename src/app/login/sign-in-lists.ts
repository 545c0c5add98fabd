import { readFileSync } from 'node:fs';
import { ConfigError } from '../../config/load-config.ts';
import { readAddressList } from '../../identity/sign-in-policy/address-list.ts';
import { openPlaces } from '../../identity/sign-in-policy/places.ts';
import type { FactSources } from '../../identity/sign-in-policy/sign-in-facts.ts';
import type { Settings } from '../settings/settings.ts';

type Lists = ReturnType<FactSources['lists']>;

/** The files that sign-in policies go by. */
export interface SignInLists {
  readonly current: FactSources['lists'];
  /** Reads the files again. @returns what puts them into use. @throws {ConfigError} if one cannot be read; then the former ones stay. */
  replacement(settings: Pick<Settings, 'signIn'>): () => void;
}

/** @throws {ConfigError} naming every file that cannot be read. */
export function openSignInLists(settings: Pick<Settings, 'signIn'>): SignInLists {
  let lists = readLists(settings);
  return {
    current: () => lists,
    replacement(changed) {
      const read = readLists(changed);
      return () => {
        lists = read;
      };
    },
  };
}

function readLists({ signIn: { geoDatabase, addressList } }: Pick<Settings, 'signIn'>): Lists {
  const problems: string[] = [];
  const read = <Read>(setting: string, path: string | undefined, open: (file: Buffer) => Read): Read | undefined => {
    if (path === undefined) return undefined;
    try {
      return open(readFileSync(path));
    } catch (error) {
      problems.push(`signIn.${setting}: ${path} cannot be used: ${(error as Error).message}`);
      return undefined;
    }
  };
  const lists = {
    places: read('geoDatabase', geoDatabase, openPlaces),
    addresses: read('addressList', addressList, (file) => readAddressList(file.toString('utf8'))),
  };
  if (problems.length > 0) throw new ConfigError(problems);
  return lists;
}
