import { APPLICATIONS_PER_ACCOUNT } from '../../identity/applications/edit-applications.ts';
import {
  APPLICATION_ERRORS,
  applicationChanged,
  beyondQuota,
  noSuchApplication,
} from '../applications/application-errors.ts';
import { APPLICATION, NAMED_APPLICATION } from '../applications/application-shapes.ts';
import { resourceTargets } from '../applications/granted-resources.ts';
import { authorizeNamed } from '../applications/named-application.ts';
import { shownApplication } from '../applications/shown-application.ts';
import type { RolecallDependencies } from '../rolecall-dependencies.ts';
import { declaredOperation, declareOperation } from '../shapes/declare-operation.ts';
import { shape } from '../shapes/shape.ts';

/** Takes over an application that registered itself. */
export const AdoptApplication = declareOperation({
  name: 'AdoptApplication',
  documentation:
    'Takes over an application that registered itself, with its id, secret, consents and tokens: from then on it is an application like those of `CreateApplication`. Its registration access token ends, it is not removed when it is unused, and the consent page no longer calls it unverified. It keeps the resources that `oidc.registration.resources` gives to such applications, which needs `rolecall:GrantResource` for each of them. The permission is checked on `arn:aws:rolecall::<account>:application/<id>`.',
  readOnly: false,
  input: NAMED_APPLICATION,
  output: { Application: shape.required(APPLICATION, 'The application as it is now.') },
  errors: [
    APPLICATION_ERRORS.NoSuchApplication,
    APPLICATION_ERRORS.ConcurrentModification,
    APPLICATION_ERRORS.LimitExceeded,
  ],
});

export function adoptApplicationOperation({ store, applications, registration, clock }: RolecallDependencies) {
  return declaredOperation(AdoptApplication, {
    async authorize({ ApplicationId: id }, { caller: { accountId } }) {
      const { targets, subject } = await authorizeNamed(store, AdoptApplication, { accountId, id });
      const resources = registration.settings.resources.map(({ resource }) => resource);
      return { targets: [...targets, ...resourceTargets(accountId, resources)], subject };
    },
    async handle({ ApplicationId: id }, { caller: { accountId } }, found) {
      if (found?.registration === undefined) throw noSuchApplication(id);
      const { editor } = applications;
      if (await editor.isBeyondQuota(accountId)) throw beyondQuota('ApplicationsPerAccount', APPLICATIONS_PER_ACCOUNT);
      const adopted = await editor.adopt(found, registration.settings);
      if (adopted === 'changed') throw applicationChanged(id);
      return { Application: shownApplication(adopted, clock.now()) };
    },
  });
}
