import { readFile } from 'node:fs/promises';
import { styleText } from 'node:util';
import { type Step, StepFailedError } from '../../shared/security/receipt-step.ts';
import { fromWhereCalled, runCommand, UsageError } from '../../tools/command-line.ts';
import { parseKeyFile } from './key-file.ts';
import { NotAReceiptError } from './malformation.ts';
import { describeProof } from './proven.ts';
import { LANGUAGES, type Language, TEXTS } from './texts.ts';
import { verifyReceipt } from './verify.ts';

const HELP = `Verifica un comprobante sin conexión · Verifies a receipt offline (docs/receipt.md).

  npm run verify-receipt -- FILE --key KEYS [--lang es|en]

  FILE          el comprobante, tal como lo entregó el servicio · the receipt as the service gave it
  --key KEYS    las llaves en que usted confía · the keys that you trust: npm run receipt-keys
  --lang es|en  idioma (es) · language (es)
  --help        este texto · this text

Termina con 0 si es válido, 1 si falla un paso, 2 si no hay llave o no es un comprobante.
Ends with 0 where it is valid, 1 where a step fails, 2 without a key or where it is no receipt.
`;

await runCommand(
  {
    help: HELP,
    options: {
      key: { type: 'string' },
      lang: { type: 'string', default: 'es' },
    },
    allowPositionals: true,
  },
  async (values, positionals) => {
    const language = parseLanguage(values.lang);
    const [file, ...others] = positionals;
    if (file === undefined || others.length > 0) throw new UsageError('Give the one receipt to verify');
    if (values.key === undefined) {
      throw new UsageError('Give --key, the file of the keys that you trust: a key inside a receipt proves nothing');
    }
    const keys = parseKeyFile((await read(values.key)).toString('utf8'), values.key);
    await explain(file, await read(file), keys, language);
  },
);

function parseLanguage(text: string): Language {
  const language = LANGUAGES.find((known) => known === text);
  if (!language) throw new UsageError(`--lang "${text}" is not es or en`);
  return language;
}

async function read(path: string): Promise<Buffer> {
  try {
    return await readFile(fromWhereCalled('verify-receipt', path));
  } catch (cause) {
    throw new UsageError(`The file ${path} cannot be read`, { cause });
  }
}

async function explain(
  file: string,
  bytes: Uint8Array,
  keys: Parameters<typeof verifyReceipt>[1],
  language: Language,
): Promise<void> {
  const texts = TEXTS[language];
  const tell = (step: Step) => console.log(`${styleText('green', '✔')} ${texts.steps[step]}`);
  try {
    const receipt = await verifyReceipt(bytes, keys, tell);
    console.log(`\n${styleText('green', texts.valid)}`);
    for (const line of [...texts.about(receipt), ...describeProof(receipt, language)]) console.log(`  ${line}`);
  } catch (error) {
    if (error instanceof NotAReceiptError) throw new UsageError(`${file} ${texts.malformations[error.malformation]}`);
    if (!(error instanceof StepFailedError)) throw error;
    console.log(`${styleText('red', '✘')} ${texts.steps[error.step]}`);
    console.error(styleText('red', `${texts.invalid(error.step)} ${texts.failures[error.failure]}`));
    process.exitCode = 1;
  }
}
