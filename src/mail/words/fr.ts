import type { MailTexts } from './mail-texts.ts';

export const FR: MailTexts = {
  named: ' ({detail})',
  test: {
    subject: 'E-mail de test de Rolecall',
    sent: 'Ceci est un e-mail de test. Rolecall peut envoyer des e-mails avec ces réglages.',
  },
  invitation: {
    subject: 'Votre invitation\u00a0: {account}',
    invited: 'Vous avez été invité à vous connecter à {account} en tant que {person}.',
    open: 'Ouvrez cette page pour confirmer votre adresse e-mail et choisir comment vous connecter\u00a0:',
    until: 'Le lien fonctionne une seule fois, jusqu’au {time}.',
    ignore: 'Si vous n’attendiez pas cette invitation, ignorez cet e-mail.',
  },
  recovery: {
    subject: 'Votre connexion\u00a0: {account}',
    asked: 'Un nouveau mot de passe a été demandé pour {person} dans le compte {account}.',
    byProvider:
      'Vous n’avez pas de mot de passe ici\u00a0: vous vous connectez par le fournisseur de votre organisation. Utilisez son bouton sur la page de connexion, ou demandez-y un nouveau mot de passe.',
    byAdministrator: 'Seul votre administrateur peut définir votre mot de passe. Adressez-vous à lui.',
    choose: 'Choisissez-le sur cette page. Si vous avez un second facteur, la page vous le demande\u00a0:',
    until: 'Le lien fonctionne une seule fois, jusqu’au {time}.',
    ignore: 'Si vous n’avez rien demandé, ignorez cet e-mail. Rien n’a changé.',
  },
  code: {
    subject: 'Votre code pour {account}',
    address: 'Ce code confirme que cette adresse e-mail est celle de {person} dans le compte {account} :',
    browser:
      '{person} s’apprête à modifier sa façon de se connecter au compte {account}, dans un nouveau navigateur. Si c’est vous, saisissez-y ce code :',
    until: 'Le code fonctionne une seule fois, jusqu’au {time}.',
    keep: 'Saisissez-le uniquement sur la page qui le demande. Personne ne vous le demandera autrement.',
    ignore: 'Si vous n’avez rien demandé, ignorez ce message. Rien n’a changé.',
    notYou:
      'Si ce n’est pas vous, quelqu’un d’autre peut se connecter à votre place : changez votre mot de passe et prévenez votre administrateur.',
  },
  request: {
    subject: '{app} demande à vous connecter',
    asks: '{app} demande l’autorisation de vous connecter en tant que {person} du compte {account}.',
    answer: 'Consultez la demande sur cette page, puis autorisez-la ou refusez-la\u00a0:',
    until: 'Vous pouvez y répondre jusqu’au {time}.',
    ignore: 'Si vous ne venez pas de la lancer vous-même, refusez-la. Rien ne se passe sans votre autorisation.',
  },
  credential: {
    key: {
      ending: 'L’une de vos clés d’accès dans {account} sera désactivée',
      ended: 'L’une de vos clés d’accès dans {account} a été désactivée',
      will: 'La clé d’accès {key} de {person} dans le compte {account} sera désactivée le {time}.',
      was: 'La clé d’accès {key} de {person} dans le compte {account} a été désactivée.',
      advice:
        'Si un programme l’utilise encore, passez aux identifiants temporaires d’un rôle, ou à une nouvelle clé d’accès si le compte l’autorise.',
      adviceAfter:
        'Si un programme l’utilise encore, passez aux identifiants temporaires d’un rôle, ou à une nouvelle clé d’accès si le compte l’autorise.',
    },
    password: {
      ending: 'Votre mot de passe dans {account} sera désactivé',
      ended: 'Votre mot de passe dans {account} a été désactivé',
      will: 'Le mot de passe de {person} dans le compte {account} sera désactivé le {time}.',
      was: 'Le mot de passe de {person} dans le compte {account} a été désactivé.',
      advice: 'Pour le conserver, connectez-vous avec lui avant cette date.',
      adviceAfter: 'Pour vous connecter de nouveau avec un mot de passe, demandez-en un à votre administrateur.',
    },
    reasons: {
      age: 'Les clés d’accès de ce compte peuvent être utilisées pendant {days} jours.',
      unused: 'Aucune utilisation depuis {days} jours, le maximum que ce compte autorise.',
      'temporary-only': 'Les utilisateurs de ce compte n’utilisent que des identifiants temporaires.',
    },
  },
  notice: {
    subject: '{what} ({account})',
    ifYou: 'Si c’était vous, vous n’avez rien à faire.',
    tellAdministrator: 'Si ce n’était pas vous, informez-en votre administrateur.',
    secure: 'Si ce n’était pas vous, sécurisez votre compte sur cette page\u00a0:',
    check: 'Vérifiez dans le journal d’audit ce qui a été fait.',
  },
  notices: {
    'new-device': {
      subject: 'Nouvelle connexion à votre compte',
      happened: '{person} s’est connecté depuis un nouvel appareil{named} le {time}, dans le compte {account}.',
    },
    'password-changed': {
      subject: 'Votre mot de passe a été modifié',
      happened: 'Le mot de passe de {person}{named} a été modifié le {time}, dans le compte {account}.',
    },
    'password-reset': {
      subject: 'Un administrateur a réinitialisé votre mot de passe',
      happened:
        'Un administrateur a réinitialisé le mot de passe de {person}{named} le {time}, dans le compte {account}.',
    },
    'factor-added': {
      subject: 'Un facteur de connexion a été ajouté',
      happened:
        'Une clé d’accès, une clé de sécurité ou une application d’authentification{named} a été ajoutée pour {person} le {time}, dans le compte {account}.',
    },
    'factor-removed': {
      subject: 'Un facteur de connexion a été supprimé',
      happened:
        'Une clé d’accès, une clé de sécurité ou une application d’authentification{named} de {person} a été supprimée le {time}, dans le compte {account}.',
    },
    'factor-reset-announced': {
      subject: 'Un administrateur va supprimer vos facteurs de connexion',
      happened:
        'Le {time}, un administrateur a demandé la suppression d’une clé d’accès, d’une clé de sécurité ou d’une application d’authentification{named} de {person}, dans le compte {account}. Elle sera possible après un délai d’attente.',
    },
    'login-linked': {
      subject: 'Un identifiant a été associé à votre compte',
      happened:
        'Un identifiant externe{named} a été associé à {person} le {time}, dans le compte {account}. Il permet désormais de se connecter.',
    },
    'login-unlinked': {
      subject: 'Un identifiant a été dissocié de votre compte',
      happened: 'Un identifiant externe{named} a été dissocié de {person} le {time}, dans le compte {account}.',
    },
    'recovery-code-used': {
      subject: 'Un code de récupération a été utilisé',
      happened: '{person} s’est connecté avec un code de récupération{named} le {time}, dans le compte {account}.',
    },
    'email-changed': {
      subject: 'Votre adresse e-mail a été modifiée',
      happened: 'L’adresse e-mail de {person}{named} a été modifiée le {time}, dans le compte {account}.',
    },
    'root-used': {
      subject: 'L’utilisateur racine a été utilisé',
      happened: 'L’utilisateur racine du compte {account} a été utilisé{named} le {time}.',
    },
    'emergency-access-used': {
      subject: 'L’accès d’urgence a été utilisé',
      happened: '{person} a utilisé l’accès d’urgence{named} le {time}, dans le compte {account}.',
    },
  },
};
