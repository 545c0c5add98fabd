import { declareKey } from './ephemeral-key.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const CODES = 'identity/mailed-codes/mailed-codes';
const BROWSERS = 'identity/own-browsers/own-browsers';

/** The entries of codes that are mailed, and of the browsers that are a person's own. Part of `EPHEMERAL_KEYS`. */
export const MAILED_CODE_KEYS = {
  mailedCode: declareKey('value', 'mailed-code/<purpose>/<person>/<session>', {
    lifetime: 10 * MINUTE,
    owner: CODES,
    meaning: 'a code that was mailed to a person for one session, as a keyed hash; a new one replaces it',
  }),
  mailedCodeTries: declareKey('counter', 'mailed-code-tries/<code>', {
    lifetime: 10 * MINUTE,
    owner: CODES,
    meaning: 'how often a mailed code was guessed',
  }),
  codesOfPerson: declareKey('counter', 'mailed-codes/person/<purpose>/<person>/<network>', {
    lifetime: 60 * MINUTE,
    owner: CODES,
    meaning: 'how many codes a person asked for from one network',
  }),
  codesToAddress: declareKey('counter', 'mailed-codes/address/<purpose>/<address>/<network>', {
    lifetime: 60 * MINUTE,
    owner: CODES,
    meaning: 'how many codes to an address were asked for from one network',
  }),
  dailyCodesToAddress: declareKey('counter', 'mailed-codes/address-day/<purpose>/<address>', {
    lifetime: DAY,
    owner: CODES,
    meaning:
      'how many codes to an address were asked for in a day, without those that people asked for in their own browsers',
  }),
  codesOfOwnBrowser: declareKey('counter', 'mailed-codes/own-browser/<purpose>/<person>/<browser>', {
    lifetime: 60 * MINUTE,
    owner: CODES,
    meaning: 'how many codes a person asked for in a browser of their own',
  }),
  dailyCodesOfOwnBrowser: declareKey('counter', 'mailed-codes/own-browser-day/<purpose>/<person>/<browser>', {
    lifetime: DAY,
    owner: CODES,
    meaning: 'the same, for a day',
  }),
  codesOfNetwork: declareKey('counter', 'mailed-codes/network/<network>', {
    lifetime: 60 * MINUTE,
    owner: CODES,
    meaning: 'how many codes were asked for from one network',
  }),
  ownBrowser: declareKey('value', 'sign-in/own-browser/<person>/<device>', {
    lifetime: 400 * DAY,
    owner: BROWSERS,
    meaning: 'when the person first completed a sign-in in this browser, or confirmed it by mail',
  }),
  browsersDoubted: declareKey('value', 'sign-in/browsers-doubted/<person>', {
    lifetime: 400 * DAY,
    owner: BROWSERS,
    meaning: 'until when the browsers of a person count for nothing, because the password may have been stolen',
  }),
} as const;
