import i18next, { type i18n } from 'i18next';
import { initReactI18next } from 'react-i18next';

export type Language = 'es' | 'en';

const LANGUAGE_KEY = 'llavero.language';

/** Spanish unless the person chose otherwise here; the other language is fetched only when asked for. */
export async function startI18n(messages: Record<Language, () => Promise<object>>): Promise<i18n> {
  const language = storedLanguage();
  await i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: 'es',
    resources: { [language]: { translation: await messages[language]() } },
    partialBundledLanguages: true,
    interpolation: { escapeValue: false },
  });
  document.documentElement.lang = language;
  i18next.on('languageChanged', (changed) => {
    document.documentElement.lang = changed;
  });
  return i18next;
}

/** Changes the language and remembers it on this device. */
export async function chooseLanguage(language: Language, messages: () => Promise<object>): Promise<void> {
  if (!i18next.hasResourceBundle(language, 'translation')) {
    i18next.addResourceBundle(language, 'translation', await messages());
  }
  localStorage.setItem(LANGUAGE_KEY, language);
  await i18next.changeLanguage(language);
}

function storedLanguage(): Language {
  return localStorage.getItem(LANGUAGE_KEY) === 'en' ? 'en' : 'es';
}

/** A text the service gives in both languages. */
export function localized(text: { readonly es: string; readonly en: string }, language: string): string {
  return language === 'en' ? text.en : text.es;
}
