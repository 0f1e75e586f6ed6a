import { type ILogGroup, QueryDefinition, QueryString } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

interface SavedQuery {
  readonly id: string;
  readonly name: string;
  readonly fields: string[];
  readonly filterStatements: string[];
  readonly statsStatements?: string[];
  readonly sort: string;
  readonly limit?: number;
}

const QUERIES: readonly SavedQuery[] = [
  {
    // Every line bears the id of the web request that asked for the change; the access log calls it requestId.
    id: 'Story',
    name: 'Historia de un cambio · One change’s story',
    fields: [
      '@timestamp',
      'message',
      'status',
      'action',
      'operation',
      'code',
      'route',
      'changeId',
      'requestId',
      '@log',
    ],
    filterStatements: ['correlationId = "REQUEST_ID" or requestId = "REQUEST_ID"'],
    sort: '@timestamp asc',
    limit: 1000,
  },
  {
    id: 'FindStory',
    name: 'De un cambio a su historia · From a change to its story',
    fields: ['correlationId'],
    filterStatements: ['changeId = "CHANGE_ID"', 'ispresent(correlationId)'],
    statsStatements: ['count(*) as lines, min(@timestamp) as first by correlationId'],
    sort: 'first asc',
  },
  {
    id: 'Refusals',
    name: 'Rechazos por código y ruta · Refusals by code and route',
    fields: ['code', 'route'],
    filterStatements: ['message = "request refused"'],
    statsStatements: ['count(*) as times by code, route'],
    sort: 'times desc',
  },
  {
    // Who they are is not in the logs: the runbook says how to find them by this id.
    id: 'RefusalsByCaller',
    name: 'Rechazos por usuario y código · Refusals by caller and code',
    fields: ['userId', 'code'],
    filterStatements: ['message = "request refused"', 'ispresent(userId)'],
    statsStatements: ['count(*) as times by userId, code'],
    sort: 'times desc',
  },
  {
    // Lambda itself writes of a run that was cut off, as text without a level.
    id: 'Faults',
    name: 'Fallas y su causa · Faults and their cause',
    fields: [
      '@timestamp',
      'message',
      'errorNames.0',
      'frames.0',
      'route',
      'changeId',
      'correlationId',
      '@log',
      '@message',
    ],
    filterStatements: ['level = "ERROR" or @message like /Task timed out|Runtime exited/'],
    sort: '@timestamp desc',
    limit: 200,
  },
  {
    id: 'Repairs',
    name: 'Reparaciones del conciliador · Repairs by the reconciler',
    fields: ['@timestamp', 'operation', 'changeId', 'companyId', 'correlationId'],
    filterStatements: ['message = "change repaired"'],
    sort: '@timestamp desc',
    limit: 200,
  },
];

/** The first questions of operations to the logs; words in capitals are to be replaced. */
export class SavedQueries extends Construct {
  constructor(scope: Construct, id: string, logGroups: ILogGroup[]) {
    super(scope, id);
    for (const { id: queryId, name, ...query } of QUERIES) {
      const queryString = new QueryString(query);
      new QueryDefinition(this, queryId, { queryDefinitionName: `Llavero/${name}`, queryString, logGroups });
    }
  }
}
