import type { NoticeText } from './notice.ts';

/** A mail, ready to be sent. */
export interface Mail {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** The mail of a notice: every language one after the other, as plain text and as HTML. */
export function noticeMail(texts: readonly NoticeText[]): Mail {
  return {
    subject: texts.map(({ headline }) => headline).join(' · '),
    text: texts.map(plainText).join('\n\n----\n\n'),
    html: `<!doctype html><html lang="es"><head><meta charset="utf-8"><title>Llavero</title></head><body style="${BODY}">${texts.map(section).join('<hr>')}</body></html>`,
  };
}

const BODY = 'margin:0 auto;max-width:36rem;padding:1rem;font:16px/1.5 sans-serif;color:#1a1a1a;background:#ffffff';

function plainText({ headline, effect, facts, adviceTitle, advice }: NoticeText): string {
  return [
    headline,
    effect,
    facts.map(({ label, value }) => `${label}: ${value}`).join('\n'),
    [adviceTitle, ...advice.map((line) => `- ${line}`)].join('\n'),
  ].join('\n\n');
}

function section({ language, headline, effect, facts, adviceTitle, advice }: NoticeText): string {
  const rows = facts.map(
    ({ label, value }) =>
      `<tr><th scope="row" align="left" valign="top">${escapeHtml(label)}</th><td>${escapeHtml(value)}</td></tr>`,
  );
  const lines = advice.map((line) => `<li>${escapeHtml(line)}</li>`);
  return [
    `<div lang="${language}"><h1 style="font-size:1.25rem">${escapeHtml(headline)}</h1><p>${escapeHtml(effect)}</p>`,
    `<table cellpadding="4">${rows.join('')}</table>`,
    `<p><strong>${escapeHtml(adviceTitle)}</strong></p><ul>${lines.join('')}</ul></div>`,
  ].join('');
}

const ENTITIES = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&#39;'],
]);

/** Names and notes are what people typed: none of it may become markup. */
function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES.get(character) ?? '');
}
