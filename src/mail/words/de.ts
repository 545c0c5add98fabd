import type { MailTexts } from './mail-texts.ts';

export const DE: MailTexts = {
  named: ' ({detail})',
  test: {
    subject: 'Test-E-Mail von Rolecall',
    sent: 'Dies ist eine Test-E-Mail. Mit diesen Einstellungen kann Rolecall E-Mails senden.',
  },
  invitation: {
    subject: 'Ihre Einladung: {account}',
    invited: 'Sie wurden eingeladen, sich bei {account} als {person} anzumelden.',
    open: 'Öffnen Sie diese Seite, um Ihre E-Mail-Adresse zu bestätigen und zu wählen, wie Sie sich anmelden:',
    until: 'Der Link gilt einmal, bis {time}.',
    ignore: 'Wenn Sie diese Einladung nicht erwartet haben, ignorieren Sie diese E-Mail.',
  },
  recovery: {
    subject: 'Ihre Anmeldung: {account}',
    asked: 'Für {person} im Konto {account} wurde ein neues Passwort angefordert.',
    byProvider:
      'Sie haben hier kein Passwort: Sie melden sich über den Anbieter Ihrer Organisation an. Verwenden Sie seine Schaltfläche auf der Anmeldeseite, oder fragen Sie dort nach einem neuen Passwort.',
    byAdministrator: 'Ihr Passwort kann nur Ihr Administrator setzen. Wenden Sie sich an ihn.',
    choose: 'Wählen Sie es auf dieser Seite. Wenn Sie einen zweiten Faktor haben, fragt die Seite danach:',
    until: 'Der Link gilt einmal, bis {time}.',
    ignore: 'Wenn Sie das nicht angefordert haben, ignorieren Sie diese E-Mail. Es hat sich nichts geändert.',
  },
  code: {
    subject: 'Ihr Code für {account}',
    address: 'Mit diesem Code bestätigen Sie, dass dies die E-Mail-Adresse von {person} im Konto {account} ist:',
    browser:
      '{person} möchte in einem neuen Browser die Anmeldung am Konto {account} ändern. Wenn Sie das sind, geben Sie dort diesen Code ein:',
    until: 'Der Code gilt einmal, bis {time}.',
    keep: 'Geben Sie ihn nur auf der Seite ein, die danach fragt. Niemand fragt Sie sonst danach.',
    ignore: 'Wenn Sie das nicht angefordert haben, ignorieren Sie diese E-Mail. Es hat sich nichts geändert.',
    notYou:
      'Wenn Sie das nicht sind, kann sich jemand anderes als Sie anmelden: Ändern Sie Ihr Passwort und informieren Sie Ihren Administrator.',
  },
  request: {
    subject: '{app} möchte Sie anmelden',
    asks: '{app} fragt, ob Sie als {person} des Kontos {account} angemeldet werden dürfen.',
    answer: 'Sehen Sie sich die Anfrage auf dieser Seite an, und erlauben Sie sie oder lehnen Sie ab:',
    until: 'Sie kann bis {time} beantwortet werden.',
    ignore:
      'Wenn Sie das nicht gerade eben selbst begonnen haben, lehnen Sie ab. Ohne Ihre Erlaubnis geschieht nichts.',
  },
  credential: {
    key: {
      ending: 'Einer Ihrer Zugriffsschlüssel in {account} wird deaktiviert',
      ended: 'Einer Ihrer Zugriffsschlüssel in {account} wurde deaktiviert',
      will: 'Der Zugriffsschlüssel {key} von {person} im Konto {account} wird deaktiviert: {time}.',
      was: 'Der Zugriffsschlüssel {key} von {person} im Konto {account} wurde deaktiviert.',
      advice:
        'Falls ein Programm ihn noch verwendet, stellen Sie es auf temporäre Zugangsdaten einer Rolle um, oder auf einen neuen Zugriffsschlüssel, wenn das Konto es erlaubt.',
      adviceAfter:
        'Falls ein Programm ihn noch verwendet, stellen Sie es auf temporäre Zugangsdaten einer Rolle um, oder auf einen neuen Zugriffsschlüssel, wenn das Konto es erlaubt.',
    },
    password: {
      ending: 'Ihr Passwort in {account} wird deaktiviert',
      ended: 'Ihr Passwort in {account} wurde deaktiviert',
      will: 'Das Passwort von {person} im Konto {account} wird deaktiviert: {time}.',
      was: 'Das Passwort von {person} im Konto {account} wurde deaktiviert.',
      advice: 'Um es zu behalten, melden Sie sich vorher damit an.',
      adviceAfter: 'Um sich wieder mit einem Passwort anzumelden, bitten Sie Ihren Administrator um ein neues.',
    },
    reasons: {
      age: 'Zugriffsschlüssel dieses Kontos dürfen {days} Tage lang verwendet werden.',
      unused: 'Er oder es wurde {days} Tage lang nicht verwendet; länger erlaubt das Konto nicht.',
      'temporary-only': 'Benutzer dieses Kontos verwenden nur temporäre Zugangsdaten.',
    },
  },
  notice: {
    subject: '{what} ({account})',
    ifYou: 'Wenn Sie das waren, müssen Sie nichts tun.',
    tellAdministrator: 'Wenn Sie das nicht waren, informieren Sie Ihren Administrator.',
    secure: 'Wenn Sie das nicht waren, sichern Sie Ihr Konto auf dieser Seite:',
    check: 'Prüfen Sie im Audit-Protokoll, was getan wurde.',
  },
  notices: {
    'new-device': {
      subject: 'Neue Anmeldung bei Ihrem Konto',
      happened: '{person} hat sich auf einem neuen Gerät{named} angemeldet: {time}, im Konto {account}.',
    },
    'password-changed': {
      subject: 'Ihr Passwort wurde geändert',
      happened: 'Das Passwort von {person}{named} wurde geändert: {time}, im Konto {account}.',
    },
    'password-reset': {
      subject: 'Ein Administrator hat Ihr Passwort zurückgesetzt',
      happened: 'Ein Administrator hat das Passwort von {person}{named} zurückgesetzt: {time}, im Konto {account}.',
    },
    'factor-added': {
      subject: 'Ein Faktor für die Anmeldung wurde hinzugefügt',
      happened:
        'Für {person} wurde ein Passkey, ein Sicherheitsschlüssel oder eine Authentifizierungs-App{named} hinzugefügt: {time}, im Konto {account}.',
    },
    'factor-removed': {
      subject: 'Ein Faktor für die Anmeldung wurde entfernt',
      happened:
        'Ein Passkey, ein Sicherheitsschlüssel oder eine Authentifizierungs-App{named} von {person} wurde entfernt: {time}, im Konto {account}.',
    },
    'factor-reset-announced': {
      subject: 'Ein Administrator möchte Ihre Faktoren für die Anmeldung entfernen',
      happened:
        'Ein Administrator hat angekündigt, einen Passkey, einen Sicherheitsschlüssel oder eine Authentifizierungs-App{named} von {person} zu entfernen: {time}, im Konto {account}. Nach einer Wartezeit ist das möglich.',
    },
    'login-linked': {
      subject: 'Eine Anmeldung wurde mit Ihrem Konto verknüpft',
      happened:
        'Eine externe Anmeldung{named} wurde mit {person} verknüpft und kann nun verwendet werden: {time}, im Konto {account}.',
    },
    'login-unlinked': {
      subject: 'Die Verknüpfung einer Anmeldung mit Ihrem Konto wurde aufgehoben',
      happened:
        'Die Verknüpfung einer externen Anmeldung{named} mit {person} wurde aufgehoben: {time}, im Konto {account}.',
    },
    'recovery-code-used': {
      subject: 'Ein Wiederherstellungscode wurde verwendet',
      happened: '{person} hat sich mit einem Wiederherstellungscode{named} angemeldet: {time}, im Konto {account}.',
    },
    'email-changed': {
      subject: 'Ihre E-Mail-Adresse wurde geändert',
      happened: 'Die E-Mail-Adresse von {person}{named} wurde geändert: {time}, im Konto {account}.',
    },
    'root-used': {
      subject: 'Der Root-Benutzer wurde verwendet',
      happened: 'Der Root-Benutzer des Kontos {account} wurde verwendet{named}: {time}.',
    },
    'emergency-access-used': {
      subject: 'Der Notfallzugang wurde verwendet',
      happened: '{person} hat den Notfallzugang verwendet{named}: {time}, im Konto {account}.',
    },
  },
};
