import { readActivationLink } from '../common/activation-link.ts';

const KEY = 'llavero.linked-code';

/** Takes the activation code out of the address that opened the page, and keeps it in this tab through the sign-in. */
export function keepLinkedCode(): void {
  const code = readActivationLink(location.href);
  if (code === undefined) return;
  sessionStorage.setItem(KEY, code);
  // Neither going back nor a copied address has it.
  history.replaceState(null, '', '/');
}

/** The code of the link that opened the page, until the enrolment has it. */
export function linkedCode(): string | undefined {
  return sessionStorage.getItem(KEY) ?? undefined;
}

/** The enrolment has the code, or there is none to make. */
export function forgetLinkedCode(): void {
  sessionStorage.removeItem(KEY);
}
