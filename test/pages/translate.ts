import i18next, { type TFunction } from 'i18next';

/** Gives the texts of one language as a page does. */
export function translate(language: 'es' | 'en', messages: object): TFunction {
  const instance = i18next.createInstance();
  void instance.init({
    lng: language,
    resources: { [language]: { translation: messages } },
    interpolation: { escapeValue: false },
    initAsync: false,
  });
  return instance.t;
}
