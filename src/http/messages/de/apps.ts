import type { apps as english } from '../en/apps.ts';
import type { Translated } from '../message-text.ts';

export const apps: Translated<typeof english> = {
  noAccess: 'Kein Zugriff',
  noAccessTo: 'Sie haben keinen Zugriff auf {app}',
  askAccess:
    'Sie sind als {person} angemeldet, und diese App ist Ihnen nicht zugewiesen. Bitten Sie Ihren Administrator um Zugriff.',
  returnTo: 'Zurück zu {app}',
  asSomeoneElse: 'Als jemand anderes anmelden',
  notAccepted:
    'Die Nachricht der App wurde nicht akzeptiert. Nennen Sie dem Administrator der App die Einzelheiten unten.',
  reason: 'Grund',
  app: 'App',
  mayStillBe:
    'Bei diesen Apps sind Sie möglicherweise noch angemeldet. Schließen Sie den Browser oder melden Sie sich dort ab:',
  requestFailed: 'Diese Anfrage ist fehlgeschlagen',
  signInEnded: 'Diese Anmeldung ist beendet',
  tryShortly: 'Versuchen Sie es in Kürze erneut',
  wrongRedirect:
    '{app} wollte Sie an eine Adresse (redirect_uri) zurückleiten, die nicht für die App registriert ist. Beide müssen Zeichen für Zeichen übereinstimmen.',
  wrongSignOutRedirect:
    '{app} wollte Sie nach der Abmeldung an eine Adresse (post_logout_redirect_uri) weiterleiten, die nicht für die App registriert ist. Beide müssen Zeichen für Zeichen übereinstimmen.',
  unknownClient: 'Unter dem gesendeten Namen (client_id) ist hier keine App registriert, oder sie wurde deaktiviert.',
  theApp: 'Die App',
  appMistake: 'Der App, die Sie hierher geleitet hat, ist ein Fehler unterlaufen.',
  appMistakeDetail: 'Der App, die Sie hierher geleitet hat, ist ein Fehler unterlaufen: {detail}.',
  strongerTitle: 'Eine stärkere Anmeldung ist erforderlich',
  strongerNeeded: '{app} verlangt eine stärkere Anmeldung',
  notAsRequired: 'Sie sind als {person} angemeldet, aber nicht so, wie {app} es verlangt. {advice}',
  needsPasskey:
    'Verlangt wird ein Passkey oder Sicherheitsschlüssel, und Sie haben keinen, der akzeptiert wird. {link} und melden Sie sich dann erneut an.',
  needsFactor: 'Verlangt wird ein zweiter Faktor, und Sie haben keinen. {link} und melden Sie sich dann erneut an.',
  addFactor: 'Fügen Sie Ihrem Konto einen hinzu',
  usePasskey: 'Melden Sie sich erneut an und verwenden Sie Ihren Passkey oder Sicherheitsschlüssel.',
  unknownDemand: 'Die App verlangt etwas, das dieser Server nicht kennt. Informieren Sie die Betreiber der App.',
};
