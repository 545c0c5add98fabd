export type { Decoded, NoOutput } from '../operations/decoded.ts';
