import type { signIn as english } from '../en/sign-in.ts';
import type { Translated } from '../message-text.ts';

export const signIn: Translated<typeof english> = {
  title: 'Iniciar sesión',
  account: 'ID o alias de la cuenta',
  leaveEmpty: 'Déjelo vacío para iniciar sesión con una dirección de correo electrónico',
  name: 'Nombre de usuario o correo electrónico',
  password: 'Contraseña',
  usePasskey: 'Usar una llave de acceso',
  or: 'o',
  continueWith: 'Continuar con {provider}',
  signInWith: 'Iniciar sesión con {provider}',
  nameAt: 'Nombre de usuario en {provider}',
  inAccount: 'Cuenta: {account}',
  anotherName: 'Usar otro nombre',
  anotherWay: 'Iniciar sesión de otra forma',
  enterCode: 'Introduzca su código',
  showFactor: 'Presente su segundo factor',
  protectedByApp:
    'Su cuenta está protegida por un segundo factor. Abra su aplicación de autenticación e introduzca los seis dígitos que muestra ahora.',
  protectedByPasskey:
    'Su cuenta está protegida por un segundo factor. Tenga a mano su llave de acceso o llave de seguridad.',
  protectedByBoth:
    'Su cuenta está protegida por un segundo factor. Use su llave de acceso o llave de seguridad, o introduzca los seis dígitos que muestra ahora su aplicación de autenticación.',
  usePasskeyOrKey: 'Usar una llave de acceso o de seguridad',
  noPasskeysHere: 'Este navegador no puede usar llaves de acceso aquí, o no ejecuta scripts.',
  mfaCode: 'Código MFA',
  useRecoveryCode: 'Usar un código de recuperación',
  recoveryCode: 'Código de recuperación',
  recoveryCodeHint: 'Uno de los diez códigos que guardó. Cada uno sirve una sola vez.',
  continueWithRecoveryCode: 'Continuar con el código de recuperación',
  held: 'Ha habido demasiados intentos fallidos con este nombre en dispositivos donde no se había usado antes. Para iniciar sesión en uno de esos dispositivos, introduzca los seis dígitos que muestra ahora su aplicación de autenticación o use un código de recuperación. Si no tiene ninguno de los dos, use un dispositivo en el que ya haya iniciado sesión, o inténtelo de nuevo en {wait}.',
  chooseNewPassword: 'Elija una nueva contraseña',
  passwordExpired: 'Su contraseña ha caducado: elija otra para continuar.',
  passwordReset: 'Un administrador estableció su contraseña: elija una propia para continuar.',
  goodPassword: 'Unas cuantas palabras sin relación entre sí forman una buena contraseña.',
  userName: 'Nombre de usuario',
  changePassword: 'Cambiar contraseña',
  passwordsDiffer: 'Las dos contraseñas no coinciden.',
  alreadyAnswered: 'Ya respondido',
  youAnswered: 'Ya ha respondido',
  firstAnswerCounts: 'Ha enviado este formulario dos veces o ha vuelto a él. Se tiene en cuenta su primera respuesta.',
  firstAnswerCountsAs:
    'Ha enviado este formulario dos veces o ha vuelto a él. Se tiene en cuenta su primera respuesta: ha iniciado sesión como {person}.',
  accountInText: 'su cuenta',
  appInText: 'la aplicación',
  finishedTitle: 'Inicio de sesión finalizado',
  finished: 'Este inicio de sesión ya ha finalizado',
  goBackTo:
    'Ha enviado un formulario dos veces o ha vuelto a una página antigua. Para continuar, vuelva a {app}. Si no tiene la sesión iniciada allí, vuelva a iniciarla desde allí.',
  openTo:
    'Ha enviado un formulario dos veces o ha vuelto a una página antigua. Para continuar, abra {app}. Si no tiene la sesión iniciada allí, vuelva a iniciarla desde allí.',
  openApp: 'Abrir {app}',
  wrong: 'La cuenta, el nombre o la contraseña no son correctos.',
  noName: 'Introduzca su nombre de usuario o correo electrónico.',
  noAccount: 'Indique también la cuenta, o su dirección de correo electrónico en lugar del nombre de usuario.',
  disabled: 'Su cuenta está deshabilitada. Consulte a su administrador.',
  passkeyUnusable:
    'No se ha podido usar esta llave de acceso o de seguridad. Inténtelo de nuevo o inicie sesión de otra forma.',
  passkeyRefused: 'No puede iniciar sesión aquí con esta llave de acceso. Inicie sesión de otra forma.',
  expired: 'Su contraseña ha caducado. Pida una nueva a su administrador.',
  keyCopied:
    'Es posible que se haya copiado esta llave de seguridad: se ha usado más veces en otro lugar. Use otro factor y elimine este.',
  wrongCode: 'El código no es correcto. Cada código sirve una sola vez.',
  thisPage: 'Esta página',
  requiresPasskey: '{app} exige una llave de acceso o de seguridad. Use la suya para continuar.',
  asksForPasskey: '{app} solicita una llave de acceso o de seguridad. Use la suya si puede.',
};
