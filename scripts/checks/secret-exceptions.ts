import type { SecretException } from './secrets.ts';

const KEYWORD = 'Secret Keyword';
const BASE64 = 'Base64 High Entropy String';
const HEX = 'Hex High Entropy String';

/** Findings that are no secrets; an exception that covers no finding fails the check. */
export const SECRET_EXCEPTIONS: readonly SecretException[] = [
  {
    files: /^(?:local\/.+|scripts\/stack|test\/.+)\.ts$/,
    kinds: [KEYWORD],
    hashes: ['a94a8fe5ccb19ba61c4c0873d391e987982fbbd3'],
    reason: 'The secret key of every local cloud is the word "test": it opens nothing beyond this machine.',
  },
  {
    files: /^local\/demo\.ts$/,
    kinds: [KEYWORD],
    hashes: ['977d9a5fa45627b73525ebf0f63d159dfb0de6e5'],
    reason: 'The password of the demo users, who exist in local clouds alone; the local cloud prints it.',
  },
  {
    files: /^console\/src\/(?:console|phone-page)\/i18n\/(?:en|es)(?:\/[\w-]+)?\.ts$/,
    kinds: [KEYWORD],
    reason: 'Texts of the pages: what this product calls a token is a thing that people have.',
  },
  {
    files: /^test\/.+\.ts$/,
    kinds: [KEYWORD],
    reason: 'Made-up tokens, codes and passwords of tests; a real key has a form, by which other kinds find it.',
  },
  {
    files: /^local\/engine\/.+\.py$/,
    kinds: [HEX],
    reason: 'Digests of the engine’s own functions, by which a patch knows what it is for.',
  },
  {
    files: /^(?:console\/README|docs\/(?:walkthrough|proof))\.md$/,
    kinds: [KEYWORD, HEX, BASE64],
    reason: 'Names of members, ids of changes and thumbprints of public keys, from runs on local clouds that are gone.',
  },
  {
    files: /^test\/data\/receipt(?:-block|-tampered)?\.json$/,
    kinds: [KEYWORD, BASE64, HEX, 'JSON Web Token'],
    reason: 'Receipts to verify: ids, hashes, public keys and signatures, made to be shown to anybody.',
  },
  {
    files: /^docs\/vectors\/.+\.jsonl?$/,
    kinds: [KEYWORD, BASE64, HEX, 'JSON Web Token'],
    reason:
      'Test vectors: everything in them is made to be shown, and their private keys to be signed with by anybody.',
  },
  {
    files: /^test\/data\/receipt-keys\.json$/,
    kinds: [BASE64],
    reason: 'The public keys that those receipts are verified with.',
  },
  {
    files: /^test\/(?:shared\/security\/verify-staff|functions\/runs)\.test\.ts$/,
    kinds: ['AWS Access Key'],
    hashes: ['65e8b2e68a379b9979324d91d7e254af0b7221db'],
    reason: 'A made-up temporary key, to be signed with and never sent.',
  },
  {
    files:
      /^(?:scripts\/import\/decide-person|shared\/(?:security\/activation-code|domain\/change-number)|test\/shared\/(?:domain\/change-number\.test|security\/(?:proofs\.test|verify-jws\.test|hostile-signatures)))\.ts$/,
    kinds: [BASE64],
    hashes: [
      '6a40fbb3bd3c0673c9bff6ad305c8181d648a9bb',
      '3ea6cf17f95e272933a3b927317b7210d1bac5d5',
      'e582429052cdb908833560f6f7582d232de37c4d',
    ],
    reason: 'Alphabets: of serials, of activation codes, of numbers to be read aloud, and of base64url.',
  },
  {
    files: /^local\/relay\/error-answer\.ts$/,
    kinds: [KEYWORD],
    hashes: ['de1403c8566abdf44c6cf222f9d578c8d2607230'],
    reason: 'The name of an error of Secrets Manager.',
  },
  {
    files: /^scripts\/model\/requirements\.txt$/,
    kinds: [HEX],
    hashes: ['1757bab9fcd6398b8cd768f5787bd7669c1d43f7'],
    reason: 'The hash that a package must have.',
  },
  {
    files: /^shared\/env\.ts$/,
    kinds: [KEYWORD],
    hashes: ['4892916904d7881e4b616ceca76f74059da57a78'],
    reason: 'The name of the setting HOLDS_PER_TOKEN.',
  },
  {
    files: /^shared\/(?:repositories\/administrators|use-cases\/verify-otp)\.ts$/,
    kinds: [KEYWORD],
    hashes: ['5041e019a68a138249dde0e6e042bf6399b0837f', 'fd15ceef94505de9abfa63ccc7ad6022e2afecbd'],
    reason: 'The beginning of the keys of tokens in the table, and a key that no token has.',
  },
  {
    files: /^phone\/commands\.ts$/,
    kinds: [KEYWORD],
    hashes: ['aadb550a529b49219efdcb8c2df14034c438d773'],
    reason: 'The beginning of the random push token of the command line’s phone.',
  },
  {
    files: /^package\.json$/,
    kinds: [KEYWORD],
    hashes: ['72833662ea4439a127c176793b64f09ca2372ccf'],
    reason: 'The name of the command that looks for secrets.',
  },
  {
    files: /^(?:docs\/(?:architecture|deployment)\.md|shared\/repositories\/listings\.ts)$/,
    kinds: [KEYWORD, BASE64],
    hashes: [
      'a6d1480965ac72ea2968a59272649db9dcefd06a',
      'd7f0162723ee15b4c917d120f69755c24fb48c6c',
      '6ae999552a0d2dca14d62e2bc8b764d377b1dd6c',
    ],
    reason: 'What an index sorts tokens by, and the name of a managed policy of AWS.',
  },
  {
    files:
      /^test\/(?:import\/file\/person-line|shared\/(?:domain\/(?:archive|search-words)|security\/keys))\.test\.ts$/,
    kinds: [HEX, BASE64],
    hashes: [
      '647fb4c8d64aae4d5cdb0608ddb806ebe5274478',
      'bb661c6a25b19f6ba9ce23155255803b44ec292e',
      'e582429052cdb908833560f6f7582d232de37c4d',
      '65dfa65d2cbe0b90b7e5d8508517b1b63cc44285',
      'dbeb889724b547c30599d3886f8b96d702150e01',
    ],
    reason: 'Made-up serials, the alphabet of base64url, and digests of made-up days.',
  },
  {
    files: /^(?:docs\/openapi\.json|client\/(?:README\.md|src\/api-schema\.ts)|scripts\/openapi\/.+\.ts)$/,
    kinds: [KEYWORD, BASE64, HEX, 'JSON Web Token'],
    reason: 'Names and descriptions of members, and made-up examples of them.',
  },
  {
    files: /^(?:docs\/decisions\/0096-.+\.md|console\/src\/console\/csv-download\.ts)$/,
    kinds: [KEYWORD],
    reason: 'What this product calls a token is a thing that people have.',
  },
  {
    files: /^scripts\/checks\/secret-exceptions\.ts$/,
    kinds: [HEX],
    reason: 'The SHA-1 of the values above.',
  },
];
