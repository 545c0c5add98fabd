import type { consoleFederation as english } from '../en/console.ts';
import type { Translated } from '../message-text.ts';

export const consoleFederation: Translated<typeof english> = {
  continueAsOther: 'Als jemand anderes fortfahren?',
  linkContinues:
    'Dieser Browser ist als {present} angemeldet. Der Link, dem Sie gefolgt sind, fährt als {principal} des Kontos {account} fort.',
  linkFrom: 'Laut dem Link stammt er von {issuer}.',
  onlyIfAsked: 'Fahren Sie nur fort, wenn Sie dies selbst angefordert haben.',
  continueAs: 'Weiter als {principal}',
  signedIn: 'Als Rolle angemeldet',
  principal: 'Prinzipal',
  account: 'Konto',
  until: 'Bis',
  notSignedIn: 'Nicht als Rolle angemeldet',
  followNewLink:
    'In diesem Browser ist niemand über einen Link des Konsolenverbunds angemeldet, oder die Sitzung ist beendet. Folgen Sie einem neuen Link von dort, wo Sie ihn erhalten haben.',
};
