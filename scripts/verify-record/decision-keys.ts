import { calculateJwkThumbprint } from 'jose';
import { canonical } from '../../shared/domain/canonical.ts';
import type { RecordedDecision } from '../../shared/domain/change.ts';
import type { Device } from '../../shared/domain/device.ts';
import { eventHash, type TokenEvent } from '../../shared/domain/event.ts';
import { changes, devices } from '../../shared/repositories/items.ts';
import { enrolmentEvent } from '../../shared/repositories/record.ts';
import type { Tables } from '../../shared/repositories/tables.ts';
import { DECISION_TYPE, decisionPayloadSchema } from '../../shared/security/verify-decision.ts';
import { verifyJws } from '../../shared/security/verify-jws.ts';

/** Phones whose enrolments are remembered: one administrator decides many changes. */
const REMEMBERED = 1000;

/** Verifies that each decision in a company's record was signed by the key that the deciding phone enrolled. */
export class DecisionKeys {
  private readonly tables: Tables;
  private readonly companyId: string;
  private readonly enrolments = new Map<string, TokenEvent | undefined>();

  constructor(tables: Tables, companyId: string) {
    this.tables = tables;
    this.companyId = companyId;
  }

  /** Tells why the event's decision is not proven by its phone; undefined where it is, or where no phone decided. */
  async findFault(tokenId: string, event: TokenEvent): Promise<string | undefined> {
    const { type, actor, change: told, details } = event;
    if ((type !== 'CHANGE_AUTHORIZED' && type !== 'CHANGE_REJECTED') || !told) return undefined;
    const { deviceId } = details;
    if (typeof deviceId !== 'string') {
      return type === 'CHANGE_AUTHORIZED' && details.policy !== 'BANK' ? 'no phone authorized the change' : undefined;
    }
    const { change, device } = await this.tables.read({
      change: changes.at(this.companyId, told.changeId),
      device: devices.at(actor.userId ?? '', deviceId),
    });
    const recorded = change?.authorization?.recorded;
    if (recorded?.kid !== deviceId) return `the change has no decision of the phone ${deviceId}`;
    if (!device) return `the phone ${deviceId} that decided is gone`;
    const enrolment = await this.findEnrolment(device);
    if (
      enrolment?.actor.userId !== actor.userId ||
      enrolment?.details.signingKeyThumbprint !== (await calculateJwkThumbprint(device.signingKey))
    ) {
      return `the key of the phone ${deviceId} that decided is not the one that its enrolment recorded`;
    }
    const subject = { companyId: this.companyId, tokenId, ...told };
    return (await isSigned(recorded, { device, subject, approves: type === 'CHANGE_AUTHORIZED' }))
      ? undefined
      : `the phone ${deviceId} has not signed this decision`;
  }

  /** The event by which the phone was enrolled; undefined where there is none that is whole. */
  private async findEnrolment(device: Device): Promise<TokenEvent | undefined> {
    const { deviceId } = device;
    if (!this.enrolments.has(deviceId)) {
      if (this.enrolments.size >= REMEMBERED) this.enrolments.clear();
      const event = await enrolmentEvent(this.tables, device, deviceId);
      this.enrolments.set(deviceId, event && isWhole(event) ? event : undefined);
    }
    return this.enrolments.get(deviceId);
  }
}

function isWhole({ hash, ...said }: TokenEvent): boolean {
  return eventHash(said) === hash;
}

/** True if the recorded decision is this phone's, of this change, and the one that the event tells of. */
async function isSigned(
  { jws }: RecordedDecision,
  { device, subject, approves }: { device: Device; subject: Record<string, unknown>; approves: boolean },
): Promise<boolean> {
  try {
    const payload = await verifyJws(jws, {
      key: device.signingKey,
      typ: DECISION_TYPE,
      payload: decisionPayloadSchema,
    });
    const { challenge, decision, sub, iss } = payload;
    const shown = Object.fromEntries(Object.keys(subject).map((member) => [member, challenge[member]]));
    return (
      sub === device.userId &&
      iss === device.deviceId &&
      decision === (approves ? 'APPROVE' : 'REJECT') &&
      canonical(shown) === canonical(subject)
    );
  } catch {
    return false;
  }
}
