import type { Application } from '../../identity/documents/application.ts';
import { refuse } from '../connectors/given-connector.ts';
import type { RolecallDependencies } from '../rolecall-dependencies.ts';
import { declaredOperation, declareOperation } from '../shapes/declare-operation.ts';
import { shape } from '../shapes/shape.ts';
import { APPLICATION_ERRORS, applicationChanged, CHANGE_ERRORS, entityIdTaken } from './application-errors.ts';
import { APPLICATION, CHANGED, type ChangedSettings, CLIENT_SECRET } from './application-shapes.ts';
import { AssignApplication } from './assign-application.ts';
import { readApplication } from './given-application.ts';
import { addedResources, grantedResources, requireGrantable, resourceTargets } from './granted-resources.ts';
import { importedSettings } from './metadata-members.ts';
import { authorizeNamed, requireFound, requireOfApi } from './named-application.ts';
import { exchangeTargets } from './oidc/exchange-members.ts';
import { requireOwnAudience } from './own-audience.ts';
import { RotateApplicationSecret } from './rotate-application-secret.ts';
import { applicationTarget, shownApplication } from './shown-application.ts';

/** Changes an application of the caller's account. */
export const UpdateApplication = declareOperation({
  name: 'UpdateApplication',
  documentation:
    'Changes an application. Settings that are left out stay as they are, also within the structure of its protocol; lists are replaced as a whole. The change applies at once everywhere: a redirect URI that was removed gets no more codes, and a grant type that was removed issues no more tokens. If `ClientAuthentication` begins to need a secret, one is generated. The protocol cannot be changed. Applications of the configuration file cannot be changed here, and those that registered themselves only be disabled and enabled, until they are taken over (`AdoptApplication`). The permission is checked on `arn:aws:rolecall::<account>:application/<id>`. `OpenTo` decides who may use it, as assignments do, so it needs `rolecall:AssignApplication` as well; another `ClientAuthentication` may replace the secret, so it needs `rolecall:RotateApplicationSecret`. Each resource in `Oidc.Resources` that it does not have yet, or not with all these scopes, needs `rolecall:GrantResource` on `arn:aws:rolecall::<account>:resource/<resource>`; so does each of its resources if `Oidc.Claims` changes the claims of access tokens. Each client in `Oidc.TokenExchange` that is added needs `rolecall:GrantTokenExchange` on its own ARN. A resource that an application of another account lists is refused, and so are the addresses of this server.',
  readOnly: false,
  input: CHANGED,
  output: {
    Application: shape.required(APPLICATION, 'The application as it is now.'),
    ClientSecret: shape.optional(CLIENT_SECRET, 'The client secret, if one was generated. It is never shown again.'),
  },
  errors: [...CHANGE_ERRORS, APPLICATION_ERRORS.ApplicationExists],
});

export function updateApplicationOperation({ store, server, applications, clock }: RolecallDependencies) {
  return declaredOperation(UpdateApplication, {
    async authorize({ ApplicationId: id, OpenTo, Oidc }, { caller: { accountId } }) {
      const { targets, subject } = await authorizeNamed(store, UpdateApplication, { accountId, id });
      const ofPeople =
        OpenTo === undefined ? [] : [applicationTarget(AssignApplication, accountId, { id, found: subject })];
      const ofSecret = isOtherAuthentication(Oidc, subject)
        ? [applicationTarget(RotateApplicationSecret, accountId, { id, found: subject })]
        : [];
      const ofResources = resourceTargets(accountId, grantedResources({ Oidc }, subject));
      const ofExchange = exchangeTargets(accountId, Oidc, subject);
      return { targets: [...targets, ...ofPeople, ...ofSecret, ...ofResources, ...ofExchange], subject };
    },
    async handle({ ApplicationId: id, Enabled, ...input }, { caller: { accountId } }, subject) {
      const { editor, refusalOf, fetchMetadata } = applications;
      if (subject?.registration !== undefined && Enabled !== undefined && Object.values(input).every(isAbsent)) {
        const changed = await editor.enable(subject, Enabled);
        if (changed === 'changed') throw applicationChanged(id);
        return { Application: shownApplication(changed, clock.now()), ClientSecret: undefined };
      }
      const found = requireFound(subject, id);
      requireOfApi(found);
      const kept = editor.secretOf(found);
      const secret = kept ?? editor.newSecret();
      const imported = await importedSettings(input.Saml, found, { fetchMetadata, now: clock.now() });
      const seed = readApplication({ accountId, applicationId: id, found, input, imported, secret });
      const refusal = refusalOf(seed);
      if (refusal !== undefined) refuse([`${seed.settings.protocol === 'SAML' ? 'Saml' : 'Oidc'}: ${refusal}`]);
      await requireGrantable({ store, server }, accountId, addedResources(input, found));
      await requireOwnAudience(store, seed, found);
      const isEnabled = Enabled ?? found.disabledAt === undefined;
      const saved = await editor.replace(found, { seed, isEnabled });
      if (saved === 'changed') throw applicationChanged(id);
      if (saved === 'taken') throw entityIdTaken();
      return {
        Application: shownApplication(saved, clock.now()),
        ClientSecret: kept === undefined ? seed.secret : undefined,
      };
    },
  });
}

function isAbsent(value: unknown): boolean {
  return value === undefined;
}

/** Whether a client is to authenticate in another way. By way of one without a secret, it would get another secret. */
function isOtherAuthentication(given: ChangedSettings['Oidc'], found: Application | undefined): boolean {
  if (given?.ClientAuthentication === undefined || found?.settings.protocol !== 'OIDC') return false;
  const { token_endpoint_auth_method: method = 'client_secret_basic' } = found.settings.metadata;
  return given.ClientAuthentication.toLowerCase() !== method;
}
