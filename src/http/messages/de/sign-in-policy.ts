import type { signInPolicy as english } from '../en/sign-in-policy.ts';
import type { Translated } from '../message-text.ts';

export const signInPolicy: Translated<typeof english> = {
  addFactor: 'Zweiten Faktor hinzufügen',
  asksForFactor:
    'Ihr Konto verlangt von {person} einen zweiten Faktor. Fügen Sie jetzt einen hinzu, um fortzufahren. Sie benötigen ihn auch beim nächsten Mal.',
  asksForPasskey:
    'Ihr Konto verlangt von {person} einen Passkey oder Sicherheitsschlüssel. Fügen Sie jetzt einen hinzu, um fortzufahren. Sie benötigen ihn auch beim nächsten Mal.',
  askedForBy: 'Verlangt von: {rules}',
  whatPasskeysAre:
    'Ein Passkey wird von diesem Gerät oder Ihrem Passwortmanager aufbewahrt. Ein Sicherheitsschlüssel wird eingesteckt oder an das Gerät gehalten.',
  anotherBrowser: 'Melden Sie sich mit einem anderen Browser an, um einen hinzuzufügen.',
  tooManyCodes: 'Es gab zu viele falsche Codes. Versuchen Sie es später erneut.',
  usePasskey: 'Passkey verwenden',
  showNewPasskey: 'Ihr Passkey oder Sicherheitsschlüssel wurde hinzugefügt. Verwenden Sie ihn einmal, um fortzufahren.',
  showPasskey:
    'Ihr Konto verlangt für diese Anmeldung Ihren Passkey oder Sicherheitsschlüssel. Wenn Sie ihn verloren haben, melden Sie sich erneut mit einem Wiederherstellungscode an oder bitten Sie Ihren Administrator, Ihre Faktoren zurückzusetzen.',
  refusedTitle: 'Anmeldung abgelehnt',
  refused: 'Ihr Konto lässt diese Anmeldung nicht zu',
  refusedWhy:
    'Wir wissen, wer Sie sind, aber die Anmelderichtlinie Ihres Kontos lässt eine solche Anmeldung nicht zu. Das kann vom Ort, vom Gerät, von der Zeit oder von Ihren Faktoren abhängen. Versuchen Sie es auf andere Weise, oder wenden Sie sich an Ihren Administrator und nennen Sie die Referenz.',
  rule: 'Regel',
  reference: 'Referenz',
  anotherWay: 'Auf andere Weise anmelden',
  enrolmentRule: 'Administratoren richten einen Passkey ein',
  passkeyDue:
    'Sie dürfen ändern, was andere dürfen. Deshalb verlangt die Anmeldung ab {time} einen Passkey oder Sicherheitsschlüssel von Ihnen. Sie haben noch keinen.',
  factorDue:
    'Sie dürfen ändern, was andere dürfen. Deshalb verlangt die Anmeldung ab {time} einen zweiten Faktor von Ihnen. Sie haben noch keinen.',
  passkeyDueForRoles:
    'Ab {time} verlangen Rollen mit Administratorrechten einen Passkey oder Sicherheitsschlüssel von Ihnen. Sie haben noch keinen.',
  factorDueForRoles:
    'Ab {time} verlangen Rollen mit Administratorrechten einen zweiten Faktor von Ihnen. Sie haben noch keinen.',
  addOneNow: 'Jetzt hinzufügen',
};
