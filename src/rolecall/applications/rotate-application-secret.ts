import { refuse } from '../connectors/given-connector.ts';
import type { RolecallDependencies } from '../rolecall-dependencies.ts';
import { declaredOperation, declareOperation } from '../shapes/declare-operation.ts';
import { shape } from '../shapes/shape.ts';
import { applicationChanged, CHANGE_ERRORS } from './application-errors.ts';
import { APPLICATION, CLIENT_SECRET, NAMED_APPLICATION } from './application-shapes.ts';
import { authorizeNamed, requireFound, requireOfApi } from './named-application.ts';
import { shownApplication } from './shown-application.ts';

/** In seconds. */
const DEFAULT_OVERLAP = 24 * 3600;
const LONGEST_OVERLAP = 30 * 24 * 3600;

/** Gives an OpenID Connect client another secret. */
export const RotateApplicationSecret = declareOperation({
  name: 'RotateApplicationSecret',
  documentation:
    'Generates another client secret. The one before it stays valid for the overlap, so that the client can be changed without interruption; then, or at the next rotation, only the two newest count. The permission is checked on `arn:aws:rolecall::<account>:application/<id>`.',
  readOnly: false,
  input: {
    ...NAMED_APPLICATION,
    OverlapSeconds: shape.optional(
      shape.integer('OverlapSeconds', { range: [0, LONGEST_OVERLAP] }),
      'How long the present secret stays valid, in seconds. 0 ends it at once, for one that leaked. Default: 86400.',
    ),
  },
  output: {
    Application: shape.required(APPLICATION, 'The application, with the time at which the former secret expires.'),
    ClientSecret: shape.required(CLIENT_SECRET, 'The new secret. It is never shown again.'),
  },
  errors: CHANGE_ERRORS,
});

export function rotateApplicationSecretOperation({ store, applications, clock }: RolecallDependencies) {
  return declaredOperation(RotateApplicationSecret, {
    authorize: ({ ApplicationId: id }, { caller: { accountId } }) =>
      authorizeNamed(store, RotateApplicationSecret, { accountId, id }),
    async handle({ ApplicationId: id, OverlapSeconds = DEFAULT_OVERLAP }, _call, subject) {
      const { editor } = applications;
      const found = requireFound(subject, id);
      requireOfApi(found);
      if (editor.secretOf(found) === undefined) refuse(['ApplicationId: the application has no client secret']);
      const secret = editor.newSecret();
      const rotated = await editor.rotate(found, secret, OverlapSeconds * 1000);
      if (rotated === 'changed') throw applicationChanged(id);
      return { Application: shownApplication(rotated, clock.now()), ClientSecret: secret };
    },
  });
}
