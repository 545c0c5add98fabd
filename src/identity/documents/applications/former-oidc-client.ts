import * as z from 'zod';
import type { CollectionDeclaration } from '../../../ports/collections.ts';
import { applicationResourceShape } from './oidc-application.ts';

/** An OIDC client as versions before `applications` stored it. Nothing reads it: the configuration file has them all. */
const formerOidcClientShape = z.object({
  accountId: z.string(),
  clientId: z.string(),
  sealedSecret: z.string().optional(),
  openTo: z.enum(['account', 'everyone']),
  resources: z.array(applicationResourceShape),
  metadata: z.record(z.string(), z.unknown()),
  createdAt: z.number(),
  disabledAt: z.number().optional(),
});

/** Declared so that exports of those versions can be imported. */
export const formerOidcClients: CollectionDeclaration<z.infer<typeof formerOidcClientShape>> = {
  name: 'oidcClients',
  shape: formerOidcClientShape,
  key: ['accountId', 'clientId'],
  unique: { byClientId: ['clientId'] },
  indexes: {},
};
