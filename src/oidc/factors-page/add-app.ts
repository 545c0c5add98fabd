import type { Text } from '../../http/html.ts';
import { say } from '../../http/messages/say.ts';
import { otpauthUri } from '../../identity/factors/create-virtual-mfa-device.ts';
import { outlineQrCode } from '../../identity/factors/draw-qr-code.ts';
import { beginOwnTotp, confirmOwnTotp, type ShownSeed } from '../../identity/factors/own-totp.ts';
import { typedCode } from '../../sign-in/codes/typed-code.ts';
import { addAppPage } from './add-app-page.ts';
import { continueSession } from './continue-session.ts';
import type { ActCall, ActResult, FactorAct, FactorsRoutesDependencies } from './factor-act.ts';

const TITLE = say('factors.addApp');
const EVENT = 'EnableMFADevice';

const NOTICES = {
  enrolled: say('factors.appAdded'),
  'too-many': say('factors.tooManyCodes'),
  expired: say('factors.appExpired'),
} as const;
const WRONG = say('factors.wrongCode');

interface Shown {
  readonly seed: ShownSeed;
  readonly label: string;
  readonly error?: Text;
}

async function showSeed({ found, csrf }: ActCall, { seed, label, error }: Shown): Promise<ActResult> {
  const { accountAlias, accountId, name } = found.person;
  const { base32Seed } = seed;
  const uri = otpauthUri({ deviceName: name, accountName: accountAlias ?? accountId, base32Seed, issuer: 'Rolecall' });
  const page = addAppPage({ csrf, qr: await outlineQrCode(uri), key: base32Seed, uri, label, error });
  return error === undefined
    ? { title: TITLE, page }
    : { title: say('frame.errorTitle', { title: TITLE }), page, status: 400 };
}

async function confirm(deps: FactorsRoutesDependencies, call: ActCall): Promise<ActResult> {
  const { ctx, found, form, standing } = call;
  const { person, session } = found;
  const code = typedCode(form, 'code');
  const label = form.get('label') ?? '';
  const now = deps.clock.now();
  const result = await confirmOwnTotp(deps.factors, { holder: person, session: session.uid }, { code, label, now });
  const isEnrolled = result.outcome === 'enrolled';
  await deps.recordEvent({
    name: EVENT,
    outcome: isEnrolled ? 'allowed' : 'refused',
    source: deps.factsOf(ctx.req),
    person,
    method: 'session',
    errorCode: isEnrolled ? undefined : result.outcome,
    ...(isEnrolled && {
      request: { serialNumber: result.factor.serialNumber, label: result.factor.label, browser: standing },
    }),
  });
  if (isEnrolled) deps.browsers.added(person, standing);
  if (result.outcome === 'wrong-code') return await showSeed(call, { seed: result.seed, label, error: WRONG });
  if (result.outcome === 'gone') return { notice: undefined, found: undefined };
  if (result.outcome !== 'enrolled') return { notice: NOTICES[result.outcome], found, status: 400 };
  const { loginGeneration: generation } = result.holder;
  // The sign-in is fresh, and the code was shown in it.
  const still = await continueSession(deps, ctx, { found, generation, amr: ['otp', 'mfa'] });
  return { notice: NOTICES.enrolled, found: still };
}

export const ADD_APP: FactorAct = {
  event: EVENT,
  needsProof: true,
  begunBy: 'add-app',
  action: 'iam:EnableMFADevice',
  async run({ factors }, call) {
    const { person, session } = call.found;
    return await showSeed(call, {
      seed: await beginOwnTotp(factors, { holder: person, session: session.uid }),
      label: '',
    });
  },
};

export const CONFIRM_APP: FactorAct = {
  ...ADD_APP,
  run: confirm,
};
