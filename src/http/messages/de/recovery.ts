import type { recovery as english } from '../en/recovery.ts';
import type { Translated } from '../message-text.ts';

export const recovery: Translated<typeof english> = {
  forgot: 'Passwort vergessen?',
  title: 'Neues Passwort anfordern',
  explained:
    'Geben Sie den Namen ein, mit dem Sie sich anmelden. Sie erhalten eine E-Mail mit einem Link, über den Sie ein neues Passwort wählen.',
  sendMail: 'Link senden',
  lookAtMail: 'Sehen Sie in Ihren E-Mails nach',
  ifKnown:
    'Wenn zu diesem Namen eine bestätigte E-Mail-Adresse gehört, haben wir eine E-Mail dorthin gesendet. Der Link darin gilt eine Stunde.',
  noMail:
    'Keine E-Mail erhalten? Sehen Sie im Spam-Ordner nach oder wenden Sie sich an Ihren Administrator. Wir senden nur wenige E-Mails pro Stunde.',
  factorFirst:
    'Sie haben für {person} im Konto {account} ein neues Passwort angefordert. Verwenden Sie zuerst einen zweiten Faktor: Die E-Mail allein genügt nicht.',
  noFactor: 'Wenn Sie keinen zweiten Faktor zur Hand haben, wenden Sie sich an Ihren Administrator.',
  newPassword: 'Neues Passwort wählen',
  signsOut: 'Für {person} im Konto {account}. Sie werden überall abgemeldet.',
  setPassword: 'Neues Passwort festlegen',
  done: 'Ihr neues Passwort ist festgelegt',
  doneExplained:
    'Melden Sie sich als {person} im Konto {account} mit Ihrem neuen Passwort an, und mit Ihrem zweiten Faktor, falls Sie einen haben.',
  closedWhy:
    'Er wurde bereits verwendet, ist abgelaufen, oder Sie haben sich seither überall abgemeldet oder Ihr Passwort geändert. Fordern Sie auf der Anmeldeseite einen neuen an.',
  factorAgain: 'Das hat zu lange gedauert. Verwenden Sie Ihren zweiten Faktor noch einmal.',
  wrongCode: 'Der Code ist nicht richtig. Versuchen Sie es noch einmal.',
};
