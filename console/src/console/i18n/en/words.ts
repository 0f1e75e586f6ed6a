import type { words as Spanish } from '../es/words.ts';

/** The words that every page shares: roles, states, actions, policies. */
export const words: typeof Spanish = {
  role: { ADMINISTRATOR: 'Administrator', SECONDARY: 'Secondary user' },
  person: { disabled: 'User disabled' },
  status: {
    PENDING_ENROLLMENT: 'Not enrolled',
    ACTIVE: 'Active',
    BLOCKED: 'Blocked',
    RELEASED: 'Released',
    ENABLED: 'Enabled',
    DISABLED: 'Disabled',
  },
  action: { RELEASE: 'Release', BLOCK: 'Block', UNBLOCK: 'Unblock' },
  actionNoun: { RELEASE: 'Release', BLOCK: 'Block', UNBLOCK: 'Unblock' },
  actionText: {
    RELEASE: 'Takes the token off the phone so that it can be enrolled on another. Authorized in the app first.',
    BLOCK: 'Stops the token at once. Unblocking it is authorized in the app.',
    UNBLOCK: 'Returns the token to what it was before the block. Authorized in the app first.',
  },
  blockSupersedes: 'Stops the token at once and cancels any change that your company has in progress.',
  policy: {
    REQUESTER: 'The administrator who asked, on their phone',
    OTHER_ADMINISTRATOR: 'Another administrator of the company',
    HOLDER: 'The user who holds the token',
    BANK: 'Two persons of the bank',
  },
};
