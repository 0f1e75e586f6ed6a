import { type Signer, signPushToken } from '../../../phone/protocol/index.ts';
import type { Device } from '../../../shared/domain/device.ts';
import { devices, endpoints } from '../../../shared/repositories/items.ts';
import { dropRetiredEndpoints } from '../../../shared/use-cases/drop-endpoints.ts';
import { updatePushToken } from '../../../shared/use-cases/update-push-token.ts';
import { emittedBy } from '../../emitted.ts';
import { aHolder, aToken, later, NOW } from '../../fixtures.ts';
import { given, stored } from '../../world/given.ts';
import { enrolledPhone } from '../../world/phone.ts';
import { type MemoryWorld, meanwhile, memoryWorld, refuse } from '../../world/world.ts';

process.env.POWERTOOLS_LOG_LEVEL = 'SILENT';

let world: MemoryWorld;
let signer: Signer;
let first: string;

beforeEach(async () => {
  world = memoryWorld();
  given(world, aHolder(), aToken({ status: 'PENDING_ENROLLMENT', device: null }));
  await emittedBy(async () => {
    signer = (await enrolledPhone(world, aHolder())).signer;
  });
  first = phone().endpointArn ?? '';
});

function phone(): Device {
  const device = stored(world, devices.at('user-holder', signer.deviceId));
  if (!device) throw new Error('There is none');
  return device;
}

/** The phone's request, signed now or some seconds away. */
async function request(pushToken: string, seconds = 0) {
  const proof = await signPushToken(pushToken, signer, new Date(world.clock.now().getTime() + seconds * 1000));
  return { ...proof, userId: 'user-holder', deviceId: signer.deviceId };
}

const update = async (pushToken: string, seconds?: number) => updatePushToken(world, await request(pushToken, seconds));
const known = () => [...world.services.push.endpoints.keys()];
/** The endpoints that the phone notes. */
const noted = () => ({ endpointArn: phone().endpointArn, left: phone().leftEndpointArn });

it('keeps the endpoint of the same token', async () => {
  await update('push-token');
  expect([noted(), known()]).toEqual([{ endpointArn: first, left: undefined }, [first]]);
});

describe('is refused, and moves nothing,', () => {
  afterEach(() => expect(noted()).toEqual({ endpointArn: first, left: undefined }));

  it('for a user who is disabled', async () => {
    given(world, aHolder({ enabled: false }));
    await expect(update('other')).rejects.toMatchObject({ code: 'USER_DISABLED' });
  });

  it('for a phone that is not there, or another user’s', async () => {
    const asked = await request('other');
    await expect(updatePushToken(world, { ...asked, deviceId: 'phone-9' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    given(world, aHolder({ userId: 'user-other' }));
    await expect(updatePushToken(world, { ...asked, userId: 'user-other' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  it('with a proof of another token', async () => {
    const asked = { ...(await request('other')), pushToken: 'third' };
    await expect(updatePushToken(world, asked)).rejects.toMatchObject({ code: 'PROOF_REFUSED' });
  });

  it.each([-301, 301])('with a proof of %i seconds away', async (seconds) => {
    await expect(update('other', seconds)).rejects.toMatchObject({ code: 'PROOF_REFUSED' });
  });

  it('for a retired phone', async () => {
    given(world, { ...phone(), retiredAt: NOW.toISOString() });
    await expect(update('other')).rejects.toMatchObject({ code: 'PROOF_REFUSED' });
  });

  it('where the phone is retired at the same moment', async () => {
    meanwhile(world, 'TransactWrite', () => given(world, { ...phone(), retiredAt: NOW.toISOString() }));
    await expect(update('other')).rejects.toMatchObject({ code: 'PROOF_REFUSED' });
  });

  it('where the user is disabled at the same moment', async () => {
    meanwhile(world, 'TransactWrite', () => given(world, aHolder({ enabled: false })));
    await expect(update('other')).rejects.toMatchObject({ code: 'USER_DISABLED' });
  });

  it.each(['CreatePlatformEndpoint', 'SetEndpointAttributes'])(
    'where SNS does not answer %s: the phone tries again',
    async (operation) => {
      refuse(world, operation, new Error('no answer'));
      await expect(update('other')).rejects.toMatchObject({ code: 'UNAVAILABLE', retryAfter: 5 });
    },
  );

  it('where SNS takes no such token', async () => {
    given(world, { ...phone(), platform: 'IOS' });
    await expect(update('no-hex')).rejects.toMatchObject({ code: 'VALIDATION_FAILED' });
  });
});

it('takes no proof twice, nor one that is older than the last', async () => {
  await update('other');
  const { endpointArn } = phone();
  await expect(update('other')).rejects.toMatchObject({ code: 'PROOF_REFUSED' });
  await expect(update('third', -1)).rejects.toMatchObject({ code: 'PROOF_REFUSED' });
  expect(phone().endpointArn).toBe(endpointArn);
});

describe('an endpoint that is left and cannot be deleted', () => {
  beforeEach(async () => {
    refuse(world, 'DeleteEndpoint', new Error('no answer'), { times: 1 });
    await update('other');
  });

  it('stays noted, and the phone is woken at its new one', () => {
    expect([noted().left, known()]).toEqual([first, [first, phone().endpointArn]]);
  });

  it('is deleted before the phone gets a third', async () => {
    world.clock.advance(60_000);
    await update('third');
    expect([noted().left, known()]).toEqual([undefined, [phone().endpointArn]]);
  });

  it('keeps the phone from a third for as long as it cannot be deleted', async () => {
    world.clock.advance(60_000);
    refuse(world, 'DeleteEndpoint', new Error('no answer'));
    await expect(update('third')).rejects.toMatchObject({ code: 'UNAVAILABLE', retryAfter: 5 });
  });

  it('is deleted with the new one once the phone is retired', async () => {
    world.clock.advance(60_000);
    await dropRetiredEndpoints(world, 'user-holder');
    expect(known()).toHaveLength(2);
    given(world, { ...phone(), retiredAt: later(60).toISOString() });
    await dropRetiredEndpoints(world, 'user-holder');
    expect([known(), noted()]).toEqual([[], { endpointArn: undefined, left: undefined }]);
  });
});

it('decides again where the endpoint is deleted under it', async () => {
  meanwhile(world, 'SetEndpointAttributes', () => world.services.push.endpoints.clear());
  await update('other');
  expect(known()).toEqual([phone().endpointArn]);
  expect(stored(world, endpoints.at(phone().endpointArn ?? ''))?.devices).toEqual([signer.deviceId]);
});
