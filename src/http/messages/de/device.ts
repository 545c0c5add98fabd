import type { device as english } from '../en/device.ts';
import type { Translated } from '../message-text.ts';

export const device: Translated<typeof english> = {
  allowDevice: 'Gerät erlauben',
  deniedTitle: 'Abgelehnt',
  tooManyTitle: 'Zu viele falsche Codes',
  title: 'Auf einem Gerät anmelden',
  enterCode: 'Geben Sie den Code ein, den das Gerät anzeigt.',
  unknown: 'Diesen Code gibt es nicht. Vergleichen Sie ihn mit dem Gerät. Ein Code gilt zehn Minuten.',
  expired: 'Dieser Code ist abgelaufen. Beginnen Sie auf dem Gerät neu; es zeigt dann einen anderen an.',
  used: 'Dieser Code wurde bereits verwendet. Beginnen Sie auf dem Gerät neu; es zeigt dann einen anderen an.',
  wasDenied: 'Die Anfrage wurde abgelehnt.',
  outOfDate: 'Diese Seite war nicht mehr aktuell. Geben Sie den Code erneut ein.',
  signedInAs: 'Sie sind als {person} des Kontos {account} angemeldet.',
  onlyYours: 'Geben Sie einen Code nur ein, wenn {device} ihn anzeigt. Niemand sonst darf Ihnen einen geben.',
  ownDevice: 'ein Gerät, das Sie selbst benutzen,',
  code: 'Code auf dem Gerät',
  codeHint: 'Zum Beispiel WDJB-MJHT',
  allowApp: '{app} auf einem anderen Gerät erlauben?',
  willBe: 'Dieses Gerät wird als {person} des Kontos {account} angemeldet.',
  requestedFrom: 'Angefragt von',
  sameNetwork: '{address} (das Netzwerk, in dem Sie sich befinden)',
  otherNetworkWarning: '(nicht das Netzwerk, in dem Sie sich befinden)',
  requestedAt: 'Angefragt am',
  ago: '{time}, {ago}',
  justNow: 'vor weniger als einer Minute',
  minutesAgo: { one: 'vor {count} Minute', other: 'vor {count} Minuten' },
  asksTo: 'Das Gerät möchte:',
  onlyIfStarted:
    'Erlauben Sie dies nur, wenn Sie es gerade eben selbst begonnen haben und das Gerät vor Ihnen diesen Code anzeigt.',
  ifSent:
    'Wenn Ihnen jemand einen Link oder einen Code geschickt hat, lehnen Sie ab: Diese Person wäre sonst in Ihrem Namen angemeldet.',
  mayRevoke: 'Sie können dies jederzeit auf Ihrer Kontoseite widerrufen. Client-ID: {client}',
  signedIn: 'Angemeldet',
  deviceSignedIn: 'Sie sind auf dem Gerät angemeldet',
  goBackTo: 'Kehren Sie zurück zu: {app}. Sie können diese Seite schließen.',
  denied: 'Sie haben die Anfrage abgelehnt',
  notSignedIn:
    'Das Gerät ist nicht angemeldet. Wenn jemand anderes Sie um die Erlaubnis gebeten hat, informieren Sie Ihren Administrator.',
  tooManyCodes: 'Es wurden zu viele Codes eingegeben, die es nicht gibt. Versuchen Sie es in {wait} erneut.',
};
