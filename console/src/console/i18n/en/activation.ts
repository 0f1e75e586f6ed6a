import type { activation as Spanish } from '../es/activation.ts';

/** Activation codes and their letters. */
export const activation: typeof Spanish = {
  activation: {
    title: 'Activation code',
    open: 'Activation code',
    ask: 'Create a code for {{name}} to enrol the virtual token on their phone. An earlier code, if any, stops working.',
    create: 'Create code',
    creating: 'Creating…',
    shown: 'Shown only once. Hand it to {{name}} only.',
    how: 'Read the QR with the phone’s camera, or type this code in the app.',
    expires: 'Expires on {{date}}',
    qr: 'QR code that opens the app with the activation code',
    done: 'I have handed it over',
    signedOut: 'Sign in again to create the code.',
    uncertain:
      'The service did not confirm whether it created a code. If you create another, any earlier one stops working.',
    print: 'Print letter',
    closeTitle: 'The code is not shown again',
    closeText: 'If you close before handing it over, you will have to create another.',
    closeStay: 'Keep the code on the screen',
    closeAnyway: 'Close anyway',
  },
  ownActivation: {
    hurry: 'Enrol a new phone: you have 30 minutes from your authorization',
    until:
      'Until {{time}} you can create the activation code of your own token. After that you have to ask another administrator or the bank.',
    another: 'You cannot create the code of your own token',
    anotherText: 'Ask another administrator of your company. If there is none, call the bank:',
  },
  letter: {
    title: 'Activate your virtual token',
    company: 'Company',
    name: 'Name',
    username: 'Username',
    expires: 'Expires',
    steps: {
      a: 'Read the QR code with your phone’s camera. It opens the app with the code filled in. You can also open the app and type it.',
      b: 'Sign in with your username and enrol the phone.',
      c: 'Destroy this letter when you are done.',
    },
    secret: 'The code is yours alone and works once. Share it with nobody: the bank will not ask for it.',
  },
};
