import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { type Authorization, createKeys, enrolmentRequest, openSeed } from '../../../phone/protocol/index.ts';
import type { SeededRandom } from '../../world/seeded-random.ts';
import type { Answer } from '../support/http.ts';
import { type BankSystem, computeCode } from '../support/otp.ts';
import { type Administrator, type App, approval, makePhone, type Phone, REJECTION } from '../support/phone.ts';
import { activationSchema, type Change, changeSchema, type Token, tokenSchema } from '../support/shapes.ts';
import { BLOCK, RELEASE, UNBLOCK, type Web } from '../support/web.ts';
import { type Chronicle, isUnclear } from './chronicle.ts';
import type { Crew, Decision, DecisionKind, Request } from './crew.ts';

/** Times that a call is repeated whose answer leaves open what became of it. */
const TRIES = 8;

/** Pages that one administrator has open. */
const AT_ONCE = 3;

const BODIES = { RELEASE, BLOCK, UNBLOCK } as const;
const ACTIONS = ['RELEASE', 'BLOCK', 'UNBLOCK'] as const;
/** The ways in which held changes end: the right code, also with a cancellation at once or a wrong code before. */
const WAYS = ['APPROVE', 'REJECT', 'BOTH', 'LEAVE', 'WRONG_ONCE', 'CANCEL', 'APPROVE', 'WRONG_ALWAYS'] as const;
type Way = (typeof WAYS)[number];

const WRONG_CODES = ['000001', '000002', '000003'];

const authorizationsSchema = z.object({
  items: z.array(z.custom<Authorization>((item) => typeof item === 'object' && item !== null)),
});
const enrolledSchema = z.object({ deviceId: z.string(), tokenId: z.string(), seed: z.string() });

/** The clients of one company, who go on until they are told to stop asking. */
export class Clients {
  private readonly crew: Crew;
  private readonly chronicle: Chronicle;
  private readonly random: SeededRandom;
  private ended: number;
  private readonly tasks: Promise<void>[] = [];
  /** Tokens whose release was authorized: their holders enrol again. */
  private readonly released: string[] = [];

  constructor(crew: Crew, chronicle: Chronicle, random: SeededRandom) {
    this.crew = crew;
    this.chronicle = chronicle;
    this.random = random;
    this.ended = random.below(WAYS.length);
  }

  /** Works until the moment given, and ends what was begun by then. */
  async work(until: number, system: BankSystem): Promise<void> {
    const loops = [
      ...this.crew.administrators.flatMap((administrator) =>
        Array.from({ length: AT_ONCE }, () => () => this.administrate(administrator)),
      ),
      () => this.enrolAgain(),
      () => this.enrolAgain(),
      () => this.verifyCode(system),
      () => this.watch(),
    ];
    await Promise.all(
      loops.map(async (turn) => {
        while (Date.now() < until) {
          await turn();
          await sleep(this.random.below(200));
        }
      }),
    );
    while (this.tasks.length > 0) await this.tasks.pop();
  }

  private async administrate(administrator: Administrator): Promise<void> {
    const token = await this.look(administrator.web);
    if (!token) return;
    const held = token.availableActions.filter((each) => each !== 'BLOCK');
    // A block ends what is held, and of what is blocked there is little to be had.
    const action = held.length > 0 && this.random.below(6) > 0 ? this.random.pick(held) : this.random.pick(ACTIONS);
    const note = `storm ${randomUUID()}`;
    const { tokenId } = token;
    const request: Request = {
      note,
      key: randomUUID(),
      tokenId,
      requester: administrator,
      body: { ...BODIES[action], note },
    };
    this.crew.requests.push(request);
    const times = this.random.below(4) === 0 ? 2 : 1;
    const answers = await Promise.all(
      Array.from({ length: times }, () => this.repeat(() => ask(this.chronicle, request))),
    );
    const accepted = answers.find((answer) => answer && answer.status < 300);
    if (!accepted) return;
    const change = changeSchema.parse(accepted.body);
    request.changeId = change.changeId;
    if (change.bindingCode) this.tasks.push(this.end(request, change));
  }

  /** A token of the company; those of administrators less often, as nobody could authorize without them. */
  private async look(web: Web): Promise<Token | undefined> {
    const isRare = this.random.below(12) === 0;
    const isAdministrator = ({ userId }: App) => this.crew.administrators.some(({ phone }) => phone.userId === userId);
    const app = this.random.pick(this.crew.apps.filter((each) => isAdministrator(each) === isRare));
    const answer = await this.chronicle.call(web.person.username, web.send, ['GET', `/tokens/${app.tokenId}`]);
    return answer?.status === 200 ? tokenSchema.parse(answer.body) : undefined;
  }

  private async repeat(call: () => Promise<Answer | undefined>): Promise<Answer | undefined> {
    for (let tries = 1; ; tries++) {
      const answer = await call();
      if (!isUnclear(answer) || tries === TRIES) return answer;
      await sleep(this.random.below(100 * 2 ** Math.min(tries, 4)));
    }
  }

  /** Ends a held change in the next of the ways that there are. */
  private async end(request: Request, change: Change): Promise<void> {
    const way = WAYS[this.ended++ % WAYS.length] ?? 'LEAVE';
    await sleep(this.random.below(1_200));
    await Promise.all([
      ...(way === 'CANCEL' || way === 'BOTH' ? [this.cancel(change)] : []),
      ...(way === 'CANCEL' || way === 'LEAVE' ? [] : [this.answer(request, change, way)]),
    ]);
  }

  private cancel({ changeId }: Change): Promise<Answer | undefined> {
    const { web } = this.random.pick(this.crew.administrators);
    const path = `/changes/${changeId}/cancellation`;
    return this.repeat(() => this.chronicle.call(web.person.username, web.send, ['POST', path]));
  }

  private async answer(request: Request, change: Change, way: Exclude<Way, 'CANCEL' | 'LEAVE'>): Promise<void> {
    const phone = this.approver(request, change);
    const waiting = phone && (await this.pull(phone, change.changeId));
    if (!phone || !waiting) return;
    if (this.random.below(3) === 0) await this.impose(waiting);
    if (way === 'REJECT') return this.decide('REJECT', phone, waiting, await phone.sign(waiting, REJECTION));
    for (const bindingCode of WRONG_CODES.slice(0, { APPROVE: 0, BOTH: 0, WRONG_ONCE: 1, WRONG_ALWAYS: 3 }[way])) {
      if (bindingCode === change.bindingCode) continue;
      await this.decide('WRONG_CODE', phone, waiting, await phone.sign(waiting, { decision: 'APPROVE', bindingCode }));
    }
    await this.decide('APPROVE', phone, waiting, await phone.sign(waiting, approval(change)));
  }

  /** The phone that the change asks, as it is now. */
  private approver({ requester, tokenId }: Request, { authorization }: Change): Phone | undefined {
    const users = {
      REQUESTER: [requester.phone.userId],
      HOLDER: this.crew.apps.filter((app) => app.tokenId === tokenId).map(({ userId }) => userId),
      OTHER_ADMINISTRATOR: this.crew.administrators
        .filter((each) => each !== requester)
        .map(({ phone }) => phone.userId),
      BANK: [],
    }[authorization?.policy ?? 'BANK'];
    return users.length > 0 ? this.crew.phones.get(this.random.pick(users)) : undefined;
  }

  private async pull(phone: Phone, changeId: string): Promise<Authorization | undefined> {
    for (let tries = 0; tries < 4; tries++) {
      const answer = await this.chronicle.call(namePhone(phone), phone.send, ['GET', '/app/authorizations']);
      if (answer?.status === 200) {
        const { items } = authorizationsSchema.parse(answer.body);
        const found = items.find((item) => item.changeId === changeId);
        if (found) return found;
      }
      await sleep(100);
    }
    return undefined;
  }

  /** Any other phone, of old or of somebody else, signs what it was never asked. */
  private async impose(waiting: Authorization): Promise<void> {
    const asked = [...this.crew.phones.values()].map(({ deviceId }) => deviceId);
    const retired = this.crew.allPhones.filter(({ deviceId }) => !asked.includes(deviceId));
    const holders = this.crew.allPhones.filter(
      ({ userId }) =>
        userId !== waiting.challenge.holder.userId &&
        !this.crew.administrators.some(({ phone }) => phone.userId === userId),
    );
    const phone = this.random.pick([...retired, ...holders]);
    await this.decide('IMPOSTOR', phone, waiting, await phone.sign(waiting, REJECTION));
  }

  private async decide(
    kind: DecisionKind,
    phone: Phone,
    { changeId, challenge }: Authorization,
    decision: string,
  ): Promise<void> {
    const sent: Decision = { kind, changeId, phone, sentAt: Date.now() };
    this.crew.decisions.push(sent);
    const path = `/app/authorizations/${changeId}/decision`;
    const answer = await this.repeat(() =>
      this.chronicle.call(namePhone(phone), phone.send, ['POST', path, { body: { decision } }], phone.deviceId),
    );
    if (!answer) return;
    sent.status = answer.status;
    if (kind === 'APPROVE' && answer.status === 200 && challenge.action === 'RELEASE') {
      this.released.push(challenge.tokenId);
    }
  }

  /** Enrols again whoever has no phone any more, with a code of an administrator. */
  private async enrolAgain(): Promise<void> {
    const { web } = this.random.pick(this.crew.administrators);
    const tokenId = this.released.shift();
    const app = this.crew.apps.find((each) => each.tokenId === tokenId);
    if (!app) return;
    const path = `/tokens/${app.tokenId}/activation-codes`;
    const made = await this.chronicle.call(web.person.username, web.send, ['POST', path]);
    if (made?.status !== 201) {
      // The release is not applied yet, or no answer came: later.
      if (made?.status !== 429) this.released.push(app.tokenId);
      return;
    }
    const { activationCode } = activationSchema.parse(made.body);
    if (this.random.below(4) === 0) await this.enrol(app, 'WRONGWRONGWRONG1');
    await this.enrol(app, activationCode);
  }

  private async enrol(app: App, activationCode: string): Promise<void> {
    const { userId, person } = app;
    const [keys, pushToken] = [await createKeys(), `push-${randomUUID()}`];
    const enrolment = { userId, activationCode, name: 'Celular Demo', platform: 'ANDROID', pushToken } as const;
    const body = await enrolmentRequest(enrolment, keys);
    const answer = await this.repeat(() =>
      this.chronicle.call(`${person.username}'s new phone`, app.send, ['POST', '/app/devices', { body }], app.tokenId),
    );
    if (answer?.status !== 201) return;
    const { seed: sealedSeed, ...enrolled } = enrolledSchema.parse(answer.body);
    const seed = await openSeed(sealedSeed, keys.encryption.privateKey);
    const phone = makePhone(app, { ...enrolled, sealedSeed, seed }, { keys, pushToken });
    this.crew.allPhones.push(phone);
    this.crew.phones.set(userId, phone);
  }

  /** One of the bank's systems asks about a code, once or twice at the same moment. */
  private async verifyCode(system: BankSystem): Promise<void> {
    const phone = this.random.pick(this.crew.allPhones);
    const code = this.random.below(8) === 0 ? '000000' : await computeCode(phone);
    const path = '/otp/verifications';
    const verify = async () => {
      const answer = await this.chronicle.call(
        'a system of the bank',
        () => system.verify(phone.userId, code),
        ['POST', path],
        phone.deviceId,
      );
      const { valid = false } = z.object({ valid: z.boolean().optional() }).parse(answer?.body ?? {});
      if (valid) this.crew.goodCodes.push(`${phone.deviceId} ${code}`);
    };
    await Promise.all(Array.from({ length: 1 + this.random.below(2) }, verify));
  }

  /** Looks at a change as anybody of the company may, alone or in a list. */
  private async watch(): Promise<void> {
    const { web } = this.random.pick(this.crew.administrators);
    const known = this.crew.requests.flatMap(({ changeId }) => changeId ?? []);
    const isList = known.length === 0 || this.random.below(4) === 0;
    const path = isList ? '/changes?limit=100' : `/changes/${this.random.pick(known)}`;
    await this.chronicle.call(web.person.username, web.send, ['GET', path]);
  }
}

/** Asks with the one key of the request. */
export function ask(
  chronicle: Chronicle,
  { tokenId, body, key, note, requester: { web } }: Request,
): Promise<Answer | undefined> {
  const options = { body, headers: { 'idempotency-key': key } };
  return chronicle.call(web.person.username, web.send, ['POST', `/tokens/${tokenId}/changes`, options], note);
}

const namePhone = ({ person }: Phone) => `${person.username}'s phone`;
