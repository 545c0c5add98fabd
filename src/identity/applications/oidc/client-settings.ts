import * as z from 'zod';
import { clientProblems } from './client-problems.ts';
import { clientShape } from './client-shape.ts';

/** A client in the configuration file, named as in OpenID Connect Dynamic Client Registration 1.0 §2. */
export const clientSettingsShape = clientShape.superRefine((client, context) => {
  for (const [field, message, index] of clientProblems(client)) {
    context.addIssue({ code: 'custom', message, path: index === undefined ? [field] : [field, index] });
  }
});

/** The clients of the configuration file. Each client id may occur once. */
export const clientListShape = z.array(clientSettingsShape, 'must be a list').superRefine((clients, context) => {
  const seen = new Set<string>();
  for (const [index, { client_id }] of clients.entries()) {
    if (seen.has(client_id)) {
      context.addIssue({ code: 'custom', message: 'is listed twice', path: [index, 'client_id'] });
    }
    seen.add(client_id);
  }
});
