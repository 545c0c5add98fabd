import { X509Certificate } from 'node:crypto';
import type { Context } from 'koa';
import type { PostedForm } from '../../federation/connectors/redirect-connector.ts';
import type { EncryptionTarget } from '../../federation/saml/outgoing/encrypt-element.ts';
import type { CanonicalSigning } from '../../federation/saml/outgoing/sign-canonical.ts';
import type { Text } from '../../http/html.ts';
import { say } from '../../http/messages/say.ts';
import { showPage } from '../../http/page.ts';
import { decidingGroups, readSubjectFacts, valuesFor } from '../../identity/applications/mapping/subject-facts.ts';
import { mayUse } from '../../identity/applications/may-use.ts';
import { chosenNameProblem } from '../../identity/applications/saml/chosen-names.ts';
import { leaveFor } from '../../sign-in/connectors/leave-for.ts';
import type { BrowserLogin } from '../../sign-in/protocol-pages.ts';
import { formatFor, sessionIndexOf } from '../answers/name-id.ts';
import {
  loginResponse,
  newMessageId,
  type ResponseEnvelope,
  refusalResponse,
  type StatusCode,
} from '../answers/response.ts';
import { attributesFor, nameIdFor } from '../answers/subject-values.ts';
import { BRIDGE_PATHS, bridgeAddresses } from '../context/bridge-addresses.ts';
import type { Bridge } from '../context/bridge-dependencies.ts';
import { auditBridge, MessageRefused } from '../pages/bridge-audit.ts';
import { deniedPage } from '../pages/denied-page.ts';
import { hasSecondFactor } from '../requests/authn-context.ts';
import type { SignOn } from '../stores/pending-sign-ons.ts';
import type { SamlApplication } from '../stores/saml-applications.ts';
import { decideSignOn, type SignOnDecision } from './decide-sign-on.ts';

/** Begins the state of a sign-in for an application. The id of the sign-on follows. */
export const SIGN_ON_STATE = 'saml:';
/** The query with which a person signs in as somebody else. */
export const SWITCH = 'switch';

export const SIGN_ON_ENDED = 'this sign-in has ended: start again at the app';

/** A sign-on with its application. */
interface Answered {
  readonly signOn: SignOn;
  readonly application: SamlApplication;
}

/** Answers a sign-on: a page that posts the response, a page that says why not, or the way to sign in. @throws {MessageRefused} */
export async function answerSignOn(bridge: Bridge, ctx: Context, signOn: SignOn, id?: string): Promise<void> {
  const application = await bridge.applications.byId(signOn.accountId, signOn.applicationId);
  if (application === undefined) {
    throw new MessageRefused('application', 'the app is not registered any more', signOn.applicationId);
  }
  // Addresses may have been taken off the list while the person was signing in.
  if (!application.settings.acs.some(({ url }) => url === signOn.acs)) {
    throw new MessageRefused('recipient', 'the address of the app is not registered any more', application.entityId);
  }
  refuseChosenName(signOn, application);
  const answered = { signOn, application };
  const login = await bridge.browsers.current(ctx);
  const decision = decideSignOn({
    ...answered,
    login,
    mayUse: ({ person }) => mayUse(application, person),
    now: bridge.clock.now(),
  });
  if (decision.kind === 'sign-in') return await signIn(bridge, ctx, { signOn, id, login, decision });
  if (decision.kind === 'refuse') return await refuse(bridge, ctx, answered, { status: decision.status, login });
  if (login === undefined) throw new Error('a decision about nobody');
  if (decision.kind === 'denied') return await deny(bridge, ctx, answered, { login, id });
  if (!(await bridge.browsers.mayOpen(ctx, login, { id: application.applicationId }))) {
    if (signOn.request?.isPassive === true) return await refuse(bridge, ctx, answered, { status: 'NoPassive', login });
    return await signIn(bridge, ctx, { signOn, id, login, decision: { reauthenticate: true, hint: undefined } });
  }
  await issue(bridge, ctx, answered, { login, decision, id });
}

/** Refuses a NameID that people could change to that of another person. It can no longer be saved, but may be stored from before. */
function refuseChosenName({ request }: SignOn, { settings: { nameId }, entityId }: SamlApplication): void {
  const isUsed = formatFor(request?.nameIdPolicy, { own: nameId.format, entityId }) === nameId.format;
  const problem = isUsed ? chosenNameProblem(nameId) : undefined;
  if (problem !== undefined) {
    throw new MessageRefused('InvalidNameIDPolicy', `the NameID of the app ${problem}`, entityId);
  }
}

async function signIn(
  { browsers, pending }: Bridge,
  ctx: Context,
  {
    signOn,
    id,
    login,
    decision: { reauthenticate, hint },
  }: {
    readonly signOn: SignOn;
    readonly id: string | undefined;
    readonly login: BrowserLogin | undefined;
    readonly decision: Pick<Extract<SignOnDecision, { kind: 'sign-in' }>, 'reauthenticate' | 'hint'>;
  },
): Promise<void> {
  const asked = { ...signOn, askedOver: { holder: login?.holder } };
  if (id !== undefined && !(await pending.replace(id, signOn, asked))) throw new MessageRefused('ended', SIGN_ON_ENDED);
  const state = SIGN_ON_STATE + (id ?? (await pending.keep(asked)));
  ctx.redirect(browsers.urlFor({ state, hint, reauthenticate }));
  ctx.status = 303;
}

/** Signs in as somebody else for the same sign-on. */
export async function switchPerson(bridge: Bridge, ctx: Context, signOn: SignOn, id: string): Promise<void> {
  const login = await bridge.browsers.current(ctx);
  await signIn(bridge, ctx, { signOn, id, login, decision: { reauthenticate: true, hint: undefined } });
}

async function signingOf({ samlKeys }: Bridge, { signOn, application }: Answered): Promise<CanonicalSigning> {
  const [active] = await samlKeys.of(signOn.accountId);
  return {
    privateKey: active.privateKey(),
    certificate: active.certificate,
    algorithm: application.settings.signatureAlgorithm,
  };
}

function encryptionOf({
  encryptionCertificate: certificate,
  keyEncryption = 'RSA_OAEP',
}: SamlApplication['settings']): EncryptionTarget | undefined {
  if (certificate === undefined) return undefined;
  return { publicKey: new X509Certificate(Buffer.from(certificate, 'base64')).publicKey, keyEncryption };
}

function envelopeOf({ publicUrl, clock }: Bridge, { signOn }: Answered): ResponseEnvelope {
  return {
    id: newMessageId(),
    issuer: bridgeAddresses(publicUrl, signOn.accountId).entityId,
    acs: signOn.acs,
    inResponseTo: signOn.request?.id,
    now: clock.now(),
  };
}

function formOf({ acs, relayState }: SignOn, xml: string): PostedForm {
  return {
    action: acs,
    fields: {
      SAMLResponse: Buffer.from(xml).toString('base64'),
      ...(relayState !== undefined && { RelayState: relayState }),
    },
  };
}

async function refusalForm(bridge: Bridge, answered: Answered, status: StatusCode): Promise<PostedForm> {
  const signing = await signingOf(bridge, answered);
  return formOf(answered.signOn, refusalResponse(envelopeOf(bridge, answered), status, signing));
}

/** What is audited of every answer. */
function auditedOf({ signOn, application }: Answered, login: BrowserLogin | undefined) {
  return {
    name: 'SamlSignOn',
    accountId: signOn.accountId,
    person: login?.person,
    mfa: login !== undefined && hasSecondFactor(login),
    applicationId: application.applicationId,
    request: {
      entityId: application.entityId,
      acs: signOn.acs,
      ...(signOn.request !== undefined && { requestId: signOn.request.id }),
    },
  } as const;
}

async function auditRefusal(
  bridge: Bridge,
  ctx: Context,
  answered: Answered,
  { status, login }: { readonly status: StatusCode; readonly login: BrowserLogin | undefined },
): Promise<void> {
  bridge.observe(status);
  await auditBridge(bridge, ctx, { ...auditedOf(answered, login), outcome: 'refused', errorCode: status });
}

async function refuse(
  bridge: Bridge,
  ctx: Context,
  answered: Answered,
  why: { readonly status: StatusCode; readonly login: BrowserLogin | undefined },
): Promise<void> {
  const form = await refusalForm(bridge, answered, why.status);
  await auditRefusal(bridge, ctx, answered, why);
  leaveFor(ctx, { post: form }, headingOf(answered));
}

async function deny(
  bridge: Bridge,
  ctx: Context,
  answered: Answered,
  { login, id }: { readonly login: BrowserLogin; readonly id: string | undefined },
): Promise<void> {
  const { signOn, application } = answered;
  const answer = await refusalForm(bridge, answered, 'RequestDenied');
  const kept = id ?? (await bridge.pending.keep(signOn));
  await auditRefusal(bridge, ctx, answered, { status: 'RequestDenied', login });
  ctx.status = 403;
  showPage(ctx, {
    title: say('apps.noAccess'),
    body: deniedPage({
      appName: application.displayName,
      userName: login.person.name,
      answer,
      switchAt: `${BRIDGE_PATHS.continue(signOn.accountId, kept)}?${SWITCH}=1`,
    }),
  });
}

async function issue(
  bridge: Bridge,
  ctx: Context,
  answered: Answered,
  {
    login,
    decision,
    id,
  }: {
    readonly login: BrowserLogin;
    readonly decision: Extract<SignOnDecision, { readonly kind: 'issue' }>;
    readonly id: string | undefined;
  },
): Promise<void> {
  const { signOn, application } = answered;
  const { settings, entityId, applicationId } = application;
  const { accountId, request } = signOn;
  const facts = await readSubjectFacts(bridge.identities, login.person);
  const valuesOf = valuesFor(facts);
  const { secret } = bridge;
  const nameId = nameIdFor(facts, valuesOf, { format: decision.format, settings, entityId, accountId, secret });
  // Without a name, the application could not tell people apart.
  if (nameId === undefined) return await refuse(bridge, ctx, answered, { status: 'InvalidNameIDPolicy', login });
  if (request?.subject !== undefined && request.subject.value !== nameId.value) {
    return await refuse(bridge, ctx, answered, { status: 'UnknownPrincipal', login });
  }
  // A sign-on leads to one assertion: opening its address again must not give another one.
  if (id !== undefined && !(await bridge.pending.end(id))) throw new MessageRefused('ended', SIGN_ON_ENDED, entityId);
  const envelope = envelopeOf(bridge, answered);
  const sessionIndex = sessionIndexOf(secret, { entityId, uid: login.uid });
  const { sessionSeconds } = settings;
  const content = {
    ...envelope,
    id: newMessageId(),
    nameId,
    entityId,
    audience: settings.audience ?? entityId,
    authenticatedAt: login.signedInAt,
    sessionIndex,
    sessionEndsAt: sessionSeconds === undefined ? undefined : envelope.now + sessionSeconds * 1000,
    classRef: decision.classRef,
    attributes: attributesFor(settings, valuesOf, decidingGroups(facts, accountId)),
  };
  const xml = loginResponse(envelope, content, {
    signing: await signingOf(bridge, answered),
    signResponse: settings.signResponse,
    signAssertion: settings.signAssertion,
    encryption: encryptionOf(settings),
  });
  const session = { uid: login.uid, subject: login.person.subject };
  await bridge.sessions.add(session, { accountId, applicationId, entityId, nameId, sessionIndex });
  const audited = auditedOf(answered, login);
  const { format } = nameId;
  const { classRef, id: assertionId } = content;
  const details = { ...audited.request, assertionId, nameIdFormat: format, authnContext: classRef };
  await auditBridge(bridge, ctx, { ...audited, outcome: 'allowed', request: details });
  bridge.observe('issued');
  leaveFor(ctx, { post: formOf(signOn, xml) }, headingOf(answered));
}

const headingOf = ({ application }: Answered): Text => say('frame.continueTo', { app: application.displayName });
