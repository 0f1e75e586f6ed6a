import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeProof } from '../../../scripts/verify-receipt/proven.ts';
import { TEXTS } from '../../../scripts/verify-receipt/texts.ts';
import { type Receipt, receiptSchema } from '../../../shared/domain/receipt.ts';

const read = (name: string): Receipt =>
  receiptSchema.parse(
    JSON.parse(readFileSync(join(import.meta.dirname, `../../../docs/vectors/receipts/${name}.json`), 'utf8')),
  );

const REQUESTED = '- that this person requested it: a requester signs nothing';
const AUTHORIZED = '- the times, the policy and that whoever authorized was entitled to';
const BANK = 'On the bank’s word, by its signature:';
const BY_PHONE = [
  '- that this key approved exactly this challenge: action, token, holder, reason, note, requester, request and expiry',
  '- that the approval bears six digits; that they were those of the web is the bank’s word',
];

describe('what the verifier says is proven, and by whom', () => {
  it('is the approval by the phone’s signature, and all else by the bank’s word', () => {
    const receipt = read('release');
    const { device, keyId } = receipt;
    expect(describeProof(receipt, 'en')).toEqual([
      `Proven by the phone’s signature, which the bank cannot make, with the device ${device?.deviceId}:`,
      ...BY_PHONE,
      '- that the app said it verified the person by biometrics',
      BANK,
      REQUESTED,
      AUTHORIZED,
      '- that the token was released, and its seed destroyed if it says so',
      '- that the phone and its key were those of Demo Primera Administradora (user-first)',
      `key of the phone: ${device?.enrolment.details.signingKeyThumbprint}`,
      `signed by the bank with the key: ${keyId}`,
    ]);
  });

  it('is not said of the person where the app did not say it', () => {
    const lines = describeProof(read('unblock'), 'en');
    expect(lines.filter((line) => line.includes('person'))).toEqual([
      '- the app did not say if it verified the person',
      REQUESTED,
    ]);
    expect(lines).toContain('- that the token was unblocked');
  });

  it('is nothing by a phone of a block and of a rescue', () => {
    const block = read('block');
    expect(describeProof(block, 'en')).toEqual([
      'No phone signed it: nobody authorizes a block, and everything is the bank’s word.',
      BANK,
      REQUESTED,
      '- the times',
      '- that the token was blocked',
      `signed by the bank with the key: ${block.keyId}`,
    ]);
    const rescue = read('rescue');
    expect(describeProof(rescue, 'en')).toEqual([
      'No phone signed it: two persons of the bank authorized it, and everything is the bank’s word.',
      BANK,
      REQUESTED,
      AUTHORIZED,
      '- that the token was released, and its seed destroyed if it says so',
      `signed by the bank with the key: ${rescue.keyId}`,
    ]);
  });

  it.each(['release', 'unblock', 'block', 'rescue'])('is said in Spanish in as many lines: %s', (name) => {
    const receipt = read(name);
    const spanish = describeProof(receipt, 'es');
    expect(spanish).toHaveLength(describeProof(receipt, 'en').length);
    expect(spanish.join('\n')).toMatch(/palabra del banco/);
  });

  it('has the note, quoted, and the policy beside it', () => {
    const { about } = TEXTS.es;
    expect(about(read('release')).slice(1, 3)).toEqual([
      expect.stringContaining('causal PHONE_CHANGED, nota "Cambió de celular: “nuevo” – número 2"'),
      expect.stringContaining(
        'autorizado por Demo Primera Administradora: 2026-01-05T15:00:24.000Z, política REQUESTER',
      ),
    ]);
    const { change, ...rest } = read('block');
    const forged = { ...rest, change: { ...change, note: 'x\nVÁLIDO' } };
    expect(about(forged)[1]).toContain('nota "x\\nVÁLIDO"');
    expect(about(read('block'))[1]).toContain('sin nota');
  });
});
