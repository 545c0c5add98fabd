import { APPLICATIONS_PER_ACCOUNT } from '../../identity/applications/edit-applications.ts';
import { refuse } from '../connectors/given-connector.ts';
import type { RolecallDependencies } from '../rolecall-dependencies.ts';
import { declaredOperation, declareOperation } from '../shapes/declare-operation.ts';
import { shape } from '../shapes/shape.ts';
import { taggedCreation } from '../tags/tagged-creation.ts';
import { givenTags } from '../tags/tags.ts';
import { APPLICATION_ERRORS, beyondQuota, entityIdTaken } from './application-errors.ts';
import { APPLICATION, CLIENT_SECRET, CREATED } from './application-shapes.ts';
import { AssignApplication } from './assign-application.ts';
import { readApplication } from './given-application.ts';
import { addedResources, grantedResources, requireGrantable, resourceTargets } from './granted-resources.ts';
import { importedSettings } from './metadata-members.ts';
import { exchangeTargets } from './oidc/exchange-members.ts';
import { requireOwnAudience } from './own-audience.ts';
import { applicationTarget, shownApplication } from './shown-application.ts';

/** Creates an application in the caller's account. */
export const CreateApplication = declareOperation({
  name: 'CreateApplication',
  documentation:
    'Creates an application, with a generated id that is never given again; for an OpenID Connect client, it is the client id. The protocol is that of the structure that is given, `Oidc` or `Saml`; exactly one is needed. The settings have the rules and defaults of the configuration file. The permission is checked on `arn:aws:rolecall::<account>:application/*`; tags need `rolecall:TagResource` as well, `OpenTo`, which decides who may use it, `rolecall:AssignApplication`, and each resource in `Oidc.Resources` needs `rolecall:GrantResource` on `arn:aws:rolecall::<account>:resource/<resource>`. Each client in `Oidc.TokenExchange` that is added needs `rolecall:GrantTokenExchange` on its own ARN. A resource that an application of another account lists is refused, and so are the addresses of this server.',
  readOnly: false,
  input: CREATED,
  output: {
    Application: shape.required(APPLICATION, 'The application.'),
    ClientSecret: shape.optional(
      CLIENT_SECRET,
      'The client secret, if the client authenticates with one. It is never shown again.',
    ),
  },
  errors: [APPLICATION_ERRORS.ApplicationExists, APPLICATION_ERRORS.LimitExceeded],
});

export function createApplicationOperation({ store, server, applications, clock }: RolecallDependencies) {
  return declaredOperation(CreateApplication, {
    async authorize({ Tags, OpenTo, Oidc }, { caller: { accountId } }) {
      const target = applicationTarget(CreateApplication, accountId, { id: '*' });
      const ofPeople = OpenTo === undefined ? [] : [applicationTarget(AssignApplication, accountId, { id: '*' })];
      const ofResources = resourceTargets(accountId, grantedResources({ Oidc }));
      const ofExchange = exchangeTargets(accountId, Oidc);
      return {
        targets: [...taggedCreation(target, Tags), ...ofPeople, ...ofResources, ...ofExchange],
        subject: undefined,
      };
    },
    async handle({ Tags, ...input }, { caller: { accountId } }) {
      const { editor, refusalOf, fetchMetadata } = applications;
      const secret = editor.newSecret();
      const imported = await importedSettings(input.Saml, undefined, { fetchMetadata, now: clock.now() });
      const seed = readApplication({ accountId, applicationId: editor.newId(), input, imported, secret });
      const refusal = refusalOf(seed);
      if (refusal !== undefined) refuse([`${seed.settings.protocol === 'SAML' ? 'Saml' : 'Oidc'}: ${refusal}`]);
      await requireGrantable({ store, server }, accountId, addedResources(input));
      await requireOwnAudience(store, seed);
      if (await editor.isBeyondQuota(accountId)) throw beyondQuota('ApplicationsPerAccount', APPLICATIONS_PER_ACCOUNT);
      const created = await editor.create(seed, givenTags(Tags));
      if (created === undefined) throw entityIdTaken();
      return { Application: shownApplication(created, clock.now()), ClientSecret: seed.secret };
    },
  });
}
