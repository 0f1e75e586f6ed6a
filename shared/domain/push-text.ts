import type { AskedAs } from './change.ts';

/** The texts of pushes, by the names under which the app has them in its languages: generic, for anyone reads them. */
export type PushText = `llavero_prompt_${Lowercase<AskedAs>}` | 'llavero_token_changed';

export const PUSH_TITLE = 'llavero_title';

/** The text that fits who is asked. */
export const PROMPT_TEXTS: Readonly<Record<AskedAs, PushText>> = {
  REQUESTER: 'llavero_prompt_requester',
  HOLDER: 'llavero_prompt_holder',
  APPROVER: 'llavero_prompt_approver',
};
