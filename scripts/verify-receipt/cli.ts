import { readFile } from 'node:fs/promises';
import { styleText } from 'node:util';
import type { PinnedKeys } from '../../shared/security/key-set.ts';
import { type Step, StepFailedError } from '../../shared/security/receipt-step.ts';
import { fromWhereCalled, runCommand, UsageError } from '../../tools/command-line.ts';
import { compareReceipts, type NamedReceipt } from './compare-receipts.ts';
import { COMPARISON_TEXTS } from './comparison-texts.ts';
import { compareWithExport } from './exported-record.ts';
import { readKeyFile } from './key-file.ts';
import { NotAReceiptError } from './malformation.ts';
import { describeProof } from './proven.ts';
import { LANGUAGES, type Language, TEXTS } from './texts.ts';
import { verifyReceipt } from './verify.ts';
import { DayProofError, verifyDayProof } from './verify-day-proof.ts';

const HELP = `Verifica comprobantes sin conexión · Verifies receipts offline (docs/receipt.md).

  npm run verify-receipt -- FILE... --key KEYS [--record FOLDER] [--day FILE] [--lang es|en]

  FILE             el comprobante, tal como lo entregó el servicio · the receipt as the service gave it
                   varios de un mismo token se comparan entre sí · several of one token are compared
  --key KEYS       las llaves en que usted confía · the keys that you trust: npm run receipt-keys
  --record FOLDER  el registro exportado del que deben ser los eventos · the exported record that the events must be of
  --day FILE       el documento que lo ata a días firmados · the document that ties the one receipt to signed days
  --lang es|en     idioma (es) · language (es)
  --help           este texto · this text

Termina con 0 si todo es válido, 1 si falla un paso, 2 si no hay llave o algo no es lo que se pide.
Ends with 0 where all is valid, 1 where a step fails, 2 without a key or where a file is not what is asked for.
`;

await runCommand(
  {
    help: HELP,
    options: {
      key: { type: 'string' },
      record: { type: 'string' },
      day: { type: 'string' },
      lang: { type: 'string', default: 'es' },
    },
    allowPositionals: true,
  },
  async (values, files) => {
    const language = parseLanguage(values.lang);
    if (files.length === 0) throw new UsageError('Give the receipts to verify');
    if (values.day !== undefined && files.length > 1) throw new UsageError('--day is of one receipt: give that alone');
    if (values.key === undefined) {
      throw new UsageError('Give --key, the file of the keys that you trust: a key inside a receipt proves nothing');
    }
    const keys = await readKeyFile('verify-receipt', values.key);
    const valid: NamedReceipt[] = [];
    for (const file of files) {
      if (files.length > 1) console.log(`\n${file}`);
      const receipt = await explain(file, await read(file), keys, language);
      if (receipt) valid.push({ file, receipt });
    }
    explainComparison(valid, language);
    const [first] = valid;
    if (values.day !== undefined && first) await explainDays(await read(values.day), keys, first, language);
    if (values.record !== undefined && valid.length > 0) await explainRecord(values.record, keys, valid, language);
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

/** Verifies one receipt; undefined where a step failed. */
async function explain(
  file: string,
  bytes: Uint8Array,
  keys: PinnedKeys,
  language: Language,
): Promise<NamedReceipt['receipt'] | undefined> {
  const texts = TEXTS[language];
  const tell = (step: Step) => console.log(`${styleText('green', '✔')} ${texts.steps[step]}`);
  try {
    const receipt = await verifyReceipt(bytes, keys, tell);
    console.log(`\n${styleText('green', texts.valid)}`);
    for (const line of [...texts.about(receipt), ...describeProof(receipt, language)]) console.log(`  ${line}`);
    return receipt;
  } catch (error) {
    if (error instanceof NotAReceiptError) throw new UsageError(`${file} ${texts.malformations[error.malformation]}`);
    if (!(error instanceof StepFailedError)) throw error;
    refuse(texts.steps[error.step], [`${texts.invalid(error.step)} ${texts.failures[error.failure]}`]);
    return undefined;
  }
}

function explainComparison(receipts: readonly NamedReceipt[], language: Language): void {
  const texts = COMPARISON_TEXTS[language];
  const { forks, tokens } = compareReceipts(receipts);
  if (forks.length > 0) refuse(texts.compared, forks.map(texts.fork));
  else for (const [tokenId, common] of tokens) console.log(`\n${texts.agree(tokenId, common)}`);
}

async function explainRecord(
  folder: string,
  keys: PinnedKeys,
  receipts: readonly NamedReceipt[],
  language: Language,
): Promise<void> {
  const texts = COMPARISON_TEXTS[language];
  const mismatches = await compareWithExport(fromWhereCalled('verify-receipt', folder), keys, receipts);
  if (mismatches.length > 0) refuse(texts.record, mismatches.map(texts.mismatch));
  else console.log(`\n${styleText('green', '✔')} ${texts.record}`);
}

async function explainDays(
  bytes: Buffer,
  keys: PinnedKeys,
  { receipt }: NamedReceipt,
  language: Language,
): Promise<void> {
  const texts = COMPARISON_TEXTS[language];
  try {
    const days = await verifyDayProof(bytes, receipt, keys);
    console.log(`\n${styleText('green', '✔')} ${texts.days} (${days.join(', ')})`);
  } catch (error) {
    if (!(error instanceof DayProofError)) throw error;
    refuse(texts.days, [texts.dayFailures[error.failure]]);
  }
}

function refuse(step: string, causes: readonly string[]): void {
  console.log(`${styleText('red', '✘')} ${step}`);
  for (const cause of causes) console.error(styleText('red', cause));
  process.exitCode = 1;
}
