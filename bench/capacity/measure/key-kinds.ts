/** Ids of one release by what they are the id of. */
export type Ids = Readonly<Record<string, string>>;

const TIME = /\d{4}-\d\d-\d\dT[\d:.]+Z/g;
const DIGEST = /\b[0-9a-f]{64}\b/g;
const UUID = /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g;

/**
 * A key with its ids replaced by what they are the id of, so that equal keys of different releases are one kind:
 * `COMPANY#{company}`, `CHANGE#{change}`.
 */
export function kindOf(key: string, ids: Ids): string {
  let kind = key;
  // The longest first, for one id may be the beginning of another.
  for (const [name, id] of Object.entries(ids).sort(([, a], [, b]) => b.length - a.length)) {
    kind = kind.replaceAll(id, `{${name}}`);
  }
  return kind
    .replace(TIME, '{time}')
    .replace(DIGEST, '{digest}')
    .replace(UUID, '{uuid}')
    .replace(/^(OPEN#)\d+$/, '$1{shard}')
    .replace(/^(EVENT#)\d+$/, '$1{seq}')
    .replace(/^(NOTICE#.*#)\d+$/, '$1{seq}')
    .replace(/^(KEY#)[\w-]+$/, '$1{thumbprint}')
    .replace(/^(TOKEN#)[\w-]{22}$/, '$1{other}')
    .replace(/(#TOKEN#)[\w-]{22}$/, '$1{other}')
    .replace(/^[\p{Ll}\d .{}-]+#\{token\}$/u, '{name}#{token}');
}
