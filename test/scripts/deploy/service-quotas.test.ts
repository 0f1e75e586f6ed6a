import { readServiceQuotas } from '../../../scripts/deploy/service-quotas.ts';
import { type Answering, startFakeEngine } from '../../local/relay/fake-engine.ts';

const lookup = {
  region: 'us-east-1',
  credentials: { accessKeyId: 'key', secretAccessKey: 'secret', sessionToken: 'session' },
};

let aws: Awaited<ReturnType<typeof startFakeEngine>>;
let answering: Answering;
const before = process.env.AWS_ENDPOINT_URL;

beforeEach(async () => {
  aws = await startFakeEngine((request) => answering(request));
  process.env.AWS_ENDPOINT_URL = `http://127.0.0.1:${aws.port}`;
});

afterEach(async () => {
  await aws.close();
  if (before === undefined) delete process.env.AWS_ENDPOINT_URL;
  else process.env.AWS_ENDPOINT_URL = before;
});

it('reads every page of a service’s quotas, each signed as the lookup’s role', async () => {
  answering = ({ body }) => {
    const [name, next] = body.includes('NextToken') ? ['second', {}] : ['first', { NextToken: 'more' }];
    return { body: JSON.stringify({ Quotas: [{ QuotaName: name, Value: 7, Unit: 'None' }], ...next }) };
  };
  expect(await readServiceQuotas(lookup, 'states')).toEqual(
    new Map([
      ['first', 7],
      ['second', 7],
    ]),
  );
  expect(aws.received.map(({ body }) => JSON.parse(body))).toEqual([
    { ServiceCode: 'states', MaxResults: 100 },
    { ServiceCode: 'states', MaxResults: 100, NextToken: 'more' },
  ]);
  expect(aws.received[0]?.headers).toMatchObject({
    authorization: expect.stringMatching(/Credential=key\/\d{8}\/us-east-1\/servicequotas\/aws4_request/),
    'x-amz-security-token': 'session',
    'x-amz-target': 'ServiceQuotasV20190624.ListServiceQuotas',
  });
});

it.each([
  [
    'by the name of the refusal',
    '{"__type":"com.amazonaws.servicequotas#AccessDeniedException"}',
    'AccessDeniedException',
  ],
  ['by the status where it has none', 'no JSON', 'HTTP 400'],
])('says that the quotas were not read where AWS refuses, %s', async (_, body, name) => {
  answering = () => ({ status: 400, body });
  await expect(readServiceQuotas(lookup, 'states')).rejects.toMatchObject({ name });
});
