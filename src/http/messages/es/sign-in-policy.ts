import type { signInPolicy as english } from '../en/sign-in-policy.ts';
import type { Translated } from '../message-text.ts';

export const signInPolicy: Translated<typeof english> = {
  addFactor: 'Añadir un segundo factor',
  asksForFactor:
    'Su cuenta pide a {person} un segundo factor. Añada uno ahora para continuar. También lo necesitará la próxima vez.',
  asksForPasskey:
    'Su cuenta pide a {person} una llave de acceso o de seguridad. Añada una ahora para continuar. También la necesitará la próxima vez.',
  askedForBy: 'Solicitado por: {rules}',
  whatPasskeysAre:
    'Una llave de acceso se guarda en este dispositivo o en su gestor de contraseñas. Una llave de seguridad se conecta o se acerca al dispositivo.',
  anotherBrowser: 'Inicie sesión con otro navegador para añadir una.',
  tooManyCodes: 'Ha habido demasiados códigos incorrectos. Inténtelo de nuevo más tarde.',
  usePasskey: 'Use su llave de acceso',
  showNewPasskey: 'Su llave de acceso o de seguridad se ha añadido. Úsela una vez para continuar.',
  showPasskey:
    'Su cuenta pide su llave de acceso o de seguridad para este inicio de sesión. Si la ha perdido, vuelva a iniciar sesión con un código de recuperación o pida a su administrador que restablezca sus factores.',
  refusedTitle: 'Inicio de sesión rechazado',
  refused: 'Su cuenta no permite este inicio de sesión',
  refusedWhy:
    'Sabemos quién es usted, pero la política de inicio de sesión de su cuenta rechaza un inicio de sesión como este. Puede depender del lugar, del dispositivo, de la hora o de los factores que tenga. Inténtelo de otra forma, o consulte a su administrador e indíquele la referencia.',
  rule: 'Regla',
  reference: 'Referencia',
  anotherWay: 'Iniciar sesión de otra forma',
  enrolmentRule: 'los administradores registran una llave de acceso',
  passkeyDue:
    'Usted puede cambiar los permisos de otras personas. Por eso, a partir del {time}, se le pedirá una llave de acceso o de seguridad al iniciar sesión. Aún no tiene ninguna.',
  factorDue:
    'Usted puede cambiar los permisos de otras personas. Por eso, a partir del {time}, se le pedirá un segundo factor al iniciar sesión. Aún no tiene ninguno.',
  passkeyDueForRoles:
    'A partir del {time}, los roles con permisos de administrador le pedirán una llave de acceso o de seguridad. Aún no tiene ninguna.',
  factorDueForRoles:
    'A partir del {time}, los roles con permisos de administrador le pedirán un segundo factor. Aún no tiene ninguno.',
  addOneNow: 'Añadir ahora',
};
