import type { Language } from '../../common/i18n.ts';

/** Each language's texts, fetched when asked for. */
export const MESSAGES: Record<Language, () => Promise<object>> = {
  es: async () => (await import('./es.ts')).es,
  en: async () => (await import('./en.ts')).en,
};
