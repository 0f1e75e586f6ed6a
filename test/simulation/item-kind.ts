/** The names of the kinds of stored items, by the form of their keys. */
const KINDS: readonly (readonly [kind: string, pk: RegExp, sk: RegExp])[] = [
  ['event', /^COMPANY#/, /^EVENT#/],
  ['seed', /^TOKEN#/, /^SEED$/],
  ['company', /^COMPANY#/, /^PROFILE$/],
  ['token', /^COMPANY#/, /^TOKEN#/],
  ['change', /^COMPANY#/, /^CHANGE#/],
  ['administrator', /^COMPANY#/, /^ADMINISTRATOR#/],
  ['approver', /^COMPANY#/, /^APPROVER#/],
  ['suspension', /^COMPANY#/, /^SUSPENSIONS#/],
  ['user', /^USER#/, /^PROFILE$/],
  ['later id', /^USER#/, /^LATER$/],
  ['device', /^USER#/, /^DEVICE#/],
  ['activation', /^USER#/, /^ACTIVATION$/],
  ['refusals', /^USER#/, /^REFUSALS$/],
  ['blocks', /^USER#/, /^BLOCKS$/],
  ['otp', /^USER#/, /^OTP$/],
  ['waiting', /^(USER|COMPANY)#/, /^WAITING#/],
  ['hold', /^CHANGE#/, /^HOLD$/],
  ['key', /^KEY#/, /^OWNER$/],
  ['endpoint', /^ENDPOINT#/, /^OWNER$/],
  ['username', /^USERNAME#/, /^OWNER$/],
];

/** Which kind of stored item a key is of. */
export function itemKind({ pk, sk }: { readonly pk?: unknown; readonly sk?: unknown }): string {
  return KINDS.find(([, partition, sort]) => partition.test(String(pk)) && sort.test(String(sk)))?.[0] ?? 'other';
}
