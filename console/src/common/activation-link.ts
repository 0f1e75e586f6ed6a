const PATH = '/habilitar';
const MEMBER = 'codigo';

/**
 * The address that opens the phone's enrolment with the code filled in. The code is in the fragment, which a browser
 * sends to no server and no log of one has.
 */
export function buildActivationLink(phoneUrl: string, activationCode: string): string {
  const link = new URL(PATH, phoneUrl);
  link.hash = new URLSearchParams({ [MEMBER]: activationCode }).toString();
  return link.href;
}

/** Reads the code of such an address; undefined of any other. */
export function readActivationLink(address: string): string | undefined {
  if (!URL.canParse(address)) return undefined;
  const { pathname, hash } = new URL(address);
  return pathname === PATH ? (new URLSearchParams(hash.slice(1)).get(MEMBER) ?? undefined) : undefined;
}
