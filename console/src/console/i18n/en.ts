import { activation } from './en/activation.ts';
import { change } from './en/change.ts';
import { frame } from './en/frame.ts';
import { history } from './en/history.ts';
import { tokens } from './en/tokens.ts';
import { words } from './en/words.ts';
import type { es } from './es.ts';

/** The console's texts in English. */
export const en: typeof es = { ...frame, ...words, ...tokens, ...change, ...history, ...activation };
