import { activation } from './es/activation.ts';
import { change } from './es/change.ts';
import { frame } from './es/frame.ts';
import { history } from './es/history.ts';
import { tokens } from './es/tokens.ts';
import { words } from './es/words.ts';

/** The console's texts in Spanish; those in English have the same keys, part by part. */
export const es = { ...frame, ...words, ...tokens, ...change, ...history, ...activation };
