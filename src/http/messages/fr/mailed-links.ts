import type { mailedLinks as english } from '../en/mailed-links.ts';
import type { Translated } from '../message-text.ts';

export const mailedLinks: Translated<typeof english> = {
  invitationTitle: 'Accepter votre invitation',
  welcome: 'Bienvenue, {person}',
  invited:
    'Vous avez été invité à rejoindre le compte {account} avec l’adresse {email}. Choisissez le mot de passe avec lequel vous vous connecterez.',
  invitedToChoose:
    'Vous avez été invité dans le compte {account} avec l’adresse {email}. Choisissez comment vous vous connecterez.',
  withPasskey: 'Avec une clé d’accès (recommandé)',
  whatPasskeysDo:
    'Cet appareil, votre gestionnaire de mots de passe ou une clé de sécurité la conserve et vérifie votre doigt, votre visage ou votre code PIN. Vous n’avez alors pas besoin de mot de passe.',
  acceptWithPasskey: 'Accepter avec une clé d’accès',
  withPassword: 'Avec un mot de passe',
  needsPasskey:
    'Votre compte exige une clé d’accès ou une clé de sécurité. Si vous choisissez ici un mot de passe, vous ajouterez la clé lors de votre première connexion.',
  needsFactor:
    'Votre compte exige un second facteur. Une clé d’accès suffit. Si vous choisissez ici un mot de passe, vous ajouterez le second facteur lors de votre première connexion.',
  accept: 'Accepter l’invitation',
  canSignIn: 'Vous pouvez maintenant vous connecter',
  signInAs:
    'Connectez-vous au compte {account} en tant que {person}. Ajoutez ensuite une clé d’accès ou un autre second facteur à votre compte.',
  signInByPasskey:
    'Connectez-vous au compte {account} en tant que {person} avec votre clé d’accès. Créez ensuite des codes de récupération ou ajoutez une autre clé, au cas où vous perdriez celle-ci.',
  invitationClosed: 'Cette invitation ne peut pas être utilisée',
  invitationClosedWhy:
    'Elle a déjà été utilisée, a expiré, a été retirée ou envoyée de nouveau. Si vous ne pouvez pas vous connecter, demandez une nouvelle invitation à votre administrateur.',
  addressTaken: 'Un autre utilisateur a déjà votre adresse e-mail. Contactez votre administrateur.',
  wasThisYou: 'Était-ce vous\u00a0?',
  toldYou: 'Nous vous avons signalé l’événement suivant\u00a0: {event} ({person}, compte {account}).',
  newDevice: 'connexion depuis un nouvel appareil',
  passwordChanged: 'modification du mot de passe',
  passwordReset: 'réinitialisation du mot de passe',
  factorAdded: 'ajout d’une clé d’accès, d’une clé de sécurité ou d’une application d’authentification',
  factorRemoved: 'suppression d’une clé d’accès, d’une clé de sécurité ou d’une application d’authentification',
  factorResetAnnounced:
    'annonce par un administrateur de la suppression de votre clé d’accès, clé de sécurité ou application d’authentification',
  loginLinked: 'association d’un identifiant externe',
  loginUnlinked: 'dissociation d’un identifiant externe',
  recoveryCodeUsed: 'utilisation d’un code de récupération',
  emailChanged: 'modification de l’adresse e-mail',
  rootUsed: 'utilisation de l’utilisateur racine',
  emergencyAccessUsed: 'utilisation de l’accès d’urgence',
  ifNotYou: 'Si ce n’était pas vous, sécurisez le compte maintenant\u00a0:',
  sessionsEnd: 'Toutes les sessions et tous les jetons prennent fin, sur tous les appareils.',
  passwordStops: 'Le mot de passe cesse de fonctionner. Votre administrateur vous en donnera un nouveau.',
  addedIsRemoved:
    'Ce qui a été ajouté depuis, ou dans l’heure qui précède, est supprimé : clés d’accès, clés de sécurité, applications d’authentification, codes de récupération et identifiants associés.',
  addressComesBack: 'Si votre adresse e-mail a été modifiée, la précédente est rétablie.',
  secure: 'Ce n’était pas moi\u00a0: sécuriser le compte',
  ifYou: 'Si c’était vous, fermez cette page. Rien n’a changé.',
  secured: 'Le compte est sécurisé',
  sessionsEnded:
    'Toutes les sessions de {person} dans le compte {account} ont pris fin, et le mot de passe ne fonctionne plus.',
  tellAdministrator:
    'Informez votre administrateur de ce qui s’est passé et demandez-lui un nouveau mot de passe. Si vous avez une clé d’accès, vous pouvez vous connecter avec elle et choisir vous-même un nouveau mot de passe. Vérifiez aussi les liens de nos autres e-mails\u00a0: chacun concerne une seule modification.',
  linkClosed: 'Ce lien ne peut pas être utilisé',
  linkClosedWhy:
    'Il a déjà été utilisé ou a expiré. Si quelqu’un d’autre utilise peut-être votre compte, informez-en votre administrateur dès maintenant.',
};
