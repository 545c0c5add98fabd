import type { mailedCodes as english } from '../en/mailed-codes.ts';
import type { Translated } from '../message-text.ts';

export const mailedCodes: Translated<typeof english> = {
  confirmTitle: 'Bestätigen Sie, dass Sie es sind',
  confirmWhy:
    'Dieser Browser ist für Ihr Konto neu. Bevor Sie hier ändern, wie Sie sich anmelden, bestätigen Sie, dass E-Mails an {address} Sie erreichen.',
  sendCode: 'Code senden',
  sentTo: 'Wir haben einen Code an {address} gesendet. Er gilt zehn Minuten.',
  codeFromMail: 'Code aus der E-Mail',
  sendAnother: 'Neuen Code senden',
  wrongCode: 'Der Code ist nicht richtig. Nehmen Sie den aus der neuesten E-Mail.',
  codeVoid: 'Dieser Code gilt nicht mehr. Lassen Sie sich einen neuen senden.',
  tooManyMails: 'Es wurden zu viele Codes gesendet. Versuchen Sie es in {wait} noch einmal.',
  notSent: 'Die E-Mail konnte nicht gesendet werden. Versuchen Sie es später noch einmal.',
  title: 'E-Mail-Adresse',
  current: 'Ihre Adresse {address} ist bestätigt.',
  unconfirmed: 'Ihre Adresse {address} ist nicht bestätigt.',
  noAddress: 'Sie haben hier keine E-Mail-Adresse.',
  explained:
    'Hinweise zu Ihrem Konto gehen an eine bestätigte Adresse, und Sie können sich mit ihr anmelden. Um eine Adresse zu bestätigen, geben Sie einen Code ein, den wir dorthin senden.',
  confirmAddress: 'Code an diese Adresse senden',
  ifFree: 'Wenn Sie die Adresse {address} haben können, ist ein Code dorthin unterwegs. Er gilt zehn Minuten.',
  noMail:
    'Keine E-Mail erhalten? Sehen Sie im Spam-Ordner nach. An eine Adresse, die hier jemand anderes verwendet, wird kein Code gesendet.',
  notAnAddress: 'An diese Adresse können wir nicht schreiben. Prüfen Sie die Schreibweise.',
  alreadyConfirmed: 'Diese Adresse ist bereits bestätigt.',
  changed: 'Ihre E-Mail-Adresse ist jetzt {address}.',
  taken: 'Sie können diese Adresse nicht haben: Jemand anderes verwendet sie.',
  again: 'Sie haben sich erneut angemeldet. Sie können Ihre E-Mail-Adresse jetzt ändern.',
  isConfirmed: '{address} (bestätigt)',
  isNotConfirmed: '{address} (nicht bestätigt)',
};
