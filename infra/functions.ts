import type { EnvName } from '../shared/env.ts';
import { ROUTES } from '../shared/routes.ts';

/** The access that a function gets; the stack turns it into exact actions, resources and environment variables. */
export interface FunctionGrants {
  /** Actions on the main table. */
  readonly table?: readonly TableAction[];
  /** Indexes of the main table that it queries. */
  readonly indexes?: readonly IndexName[];
  /** Actions on the record. No function may change or delete there, so neither is offered. */
  readonly record?: readonly ('dynamodb:PutItem' | 'dynamodb:Query' | 'dynamodb:BatchGetItem')[];
  /** Indexes of the record that it queries. */
  readonly recordIndexes?: readonly RecordIndexName[];
  /** Actions on the table of sealed seeds. No function both reads and deletes a seed. */
  readonly seeds?: readonly ('dynamodb:BatchGetItem' | 'dynamodb:PutItem' | 'dynamodb:DeleteItem')[];
  /** Actions on the table of sign-ins. */
  readonly signIns?: readonly ('dynamodb:BatchGetItem' | 'dynamodb:UpdateItem')[];
  readonly seedKey?: readonly ('kms:Encrypt' | 'kms:Decrypt')[];
  readonly cursorKey?: readonly ('kms:GenerateMac' | 'kms:VerifyMac')[];
  readonly receiptKey?: readonly SigningAction[];
  readonly dayKey?: readonly SigningAction[];
  /** Its access to the archive of the record; changing or deleting is not offered. */
  readonly archive?: readonly ArchiveGrant[];
  /** Actions on the state machine or its executions. */
  readonly workflow?: readonly WorkflowAction[];
  /** Actions on the bus of events. */
  readonly bus?: readonly 'events:PutEvents'[];
  /** Actions on the push applications or their endpoints. */
  readonly push?: readonly PushAction[];
}

export type TableAction =
  | 'dynamodb:GetItem'
  | 'dynamodb:BatchGetItem'
  | 'dynamodb:Query'
  | 'dynamodb:PutItem'
  | 'dynamodb:UpdateItem'
  | 'dynamodb:DeleteItem'
  | 'dynamodb:ConditionCheckItem';

export type SigningAction = 'kms:Sign' | 'kms:GetPublicKey';

export type ArchiveGrant = 'put events' | 'put days' | 'get days' | 'list';

export type IndexName = 'list' | 'status' | 'recent' | 'open';

export type RecordIndexName = 'list';

export type WorkflowAction =
  | 'states:StartExecution'
  | 'states:DescribeExecution'
  | 'states:StopExecution'
  | 'states:SendTaskSuccess';

export type PushAction =
  | 'sns:CreatePlatformEndpoint'
  | 'sns:SetEndpointAttributes'
  | 'sns:DeleteEndpoint'
  | 'sns:Publish';

/** One deployed function: what it may do, what it is told, and how much room it has. */
export interface FunctionSpec {
  readonly grants: FunctionGrants;
  /** Settings it reads, beside the names of what it was granted. */
  readonly settings?: readonly EnvName[];
  /** @default 512 */
  readonly memoryMb?: number;
  /** @default 10 */
  readonly timeoutSeconds?: number;
}

const READ = ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query'] as const;
const PUT = 'dynamodb:PutItem';
const UPDATE = 'dynamodb:UpdateItem';
const DELETE = 'dynamodb:DeleteItem';
const CHECK = 'dynamodb:ConditionCheckItem';
const WRITE = [...READ, PUT, UPDATE, DELETE, CHECK] as const;
const RECORD_PUT = ['dynamodb:PutItem'] as const;
const CURSOR = ['kms:GenerateMac', 'kms:VerifyMac'] as const;

const SIGN = ['kms:Sign', 'kms:GetPublicKey'] as const;

/** The access to write an expiry: the first to show a change as expired writes it so (decision 0051). */
const EXPIRE = [...READ, PUT, DELETE] as const;

const reader: FunctionSpec = { grants: { table: READ } };
/** Reads, and notes that its caller has signed in. */
const greeter: FunctionSpec = { grants: { table: READ, signIns: ['dynamodb:BatchGetItem', UPDATE] } };
/** Reads, and writes an expiry before showing it. */
const settler: FunctionSpec = { grants: { table: EXPIRE, record: RECORD_PUT } };
const LISTER_GRANTS = { table: EXPIRE, record: RECORD_PUT, cursorKey: CURSOR };
const decider: FunctionSpec = { grants: { table: WRITE, record: RECORD_PUT, workflow: ['states:SendTaskSuccess'] } };

/** Functions behind the API: the one table of what each may do. */
const API_FUNCTIONS: Readonly<Record<ApiFunctionName, FunctionSpec>> = {
  'get-me': greeter,
  'get-support': reader,
  'list-reasons': reader,
  'get-app-me': greeter,
  'get-token': settler,
  'get-change': settler,
  'list-authorizations': reader,
  'list-tokens': { grants: { ...LISTER_GRANTS, indexes: ['list', 'status', 'recent'] } },
  'list-changes': {
    grants: { ...LISTER_GRANTS, record: ['dynamodb:PutItem', 'dynamodb:Query'], indexes: ['list', 'status'] },
  },
  'list-events': { grants: { table: READ, record: ['dynamodb:Query'], cursorKey: CURSOR } },
  'list-company-events': {
    grants: {
      table: ['dynamodb:BatchGetItem'],
      record: ['dynamodb:Query', 'dynamodb:BatchGetItem'],
      recordIndexes: ['list'],
      cursorKey: CURSOR,
    },
  },
  'get-receipt': {
    grants: { table: EXPIRE, record: ['dynamodb:PutItem', 'dynamodb:Query'], receiptKey: SIGN },
  },
  'request-change': {
    grants: { table: WRITE, record: RECORD_PUT, workflow: ['states:StartExecution', 'states:SendTaskSuccess'] },
    settings: ['HOLD_SECONDS', 'HOLDS_PER_TOKEN'],
  },
  'cancel-change': decider,
  'decide-change': {
    grants: { ...decider.grants, indexes: ['status'] },
    settings: ['REQUIRE_USER_VERIFICATION'],
  },
  'create-activation-code': {
    grants: { table: [...READ, PUT, UPDATE, CHECK], record: RECORD_PUT },
    settings: ['ACTIVATION_CODE_SECONDS'],
  },
  'enrol-device': {
    grants: {
      table: WRITE,
      record: RECORD_PUT,
      seeds: ['dynamodb:BatchGetItem', PUT],
      seedKey: ['kms:Encrypt', 'kms:Decrypt'],
      push: ['sns:CreatePlatformEndpoint', 'sns:SetEndpointAttributes'],
    },
    settings: ['ACTIVATION_CODE_TRIES'],
  },
  'verify-otp': {
    grants: { table: [...READ, PUT], seeds: ['dynamodb:BatchGetItem'], seedKey: ['kms:Decrypt'] },
  },
  'update-push-token': {
    grants: {
      table: WRITE,
      push: ['sns:CreatePlatformEndpoint', 'sns:SetEndpointAttributes', 'sns:DeleteEndpoint'],
    },
  },
};

/** Functions that the workflow or the schedule calls. */
const WORKFLOW_FUNCTIONS: Readonly<Record<WorkflowFunctionName, FunctionSpec>> = {
  'hold-change': {
    grants: { table: [...READ, UPDATE, CHECK], push: ['sns:Publish'], workflow: ['states:SendTaskSuccess'] },
    settings: ['PUSHES_PER_DEVICE'],
    timeoutSeconds: 20,
  },
  'apply-change': {
    grants: { table: WRITE, record: RECORD_PUT, seeds: [DELETE] },
    timeoutSeconds: 20,
  },
  'expire-change': {
    grants: { table: EXPIRE, record: RECORD_PUT },
    timeoutSeconds: 20,
  },
  'reconcile-changes': {
    grants: {
      table: WRITE,
      indexes: ['open', 'status'],
      record: RECORD_PUT,
      seeds: [DELETE],
      workflow: ['states:StartExecution', 'states:DescribeExecution', 'states:StopExecution', 'states:SendTaskSuccess'],
      push: ['sns:Publish'],
    },
    settings: ['PUSHES_PER_DEVICE'],
    // It must be done before the schedule calls it again.
    timeoutSeconds: 55,
  },
};

/** Functions that keep the archive of the record. */
const ARCHIVE_FUNCTIONS: Readonly<Record<ArchiveFunctionName, FunctionSpec>> = {
  'archive-events': { grants: { archive: ['put events'] }, timeoutSeconds: 60 },
  'sign-day': { grants: { archive: ['list', 'get days', 'put days'], dayKey: SIGN }, timeoutSeconds: 900 },
};

/** Functions that tell the holders of tokens, and take released phones off their push endpoints. */
const NOTICE_FUNCTIONS: Readonly<Record<NoticeFunctionName, FunctionSpec>> = {
  'send-notices': {
    grants: {
      table: ['dynamodb:BatchGetItem', 'dynamodb:Query', PUT, UPDATE],
      push: ['sns:Publish', 'sns:DeleteEndpoint'],
    },
    settings: ['PUSHES_PER_DEVICE'],
    timeoutSeconds: 60,
  },
};

/** Functions that tell the bank's other systems. */
const EVENT_FUNCTIONS: Readonly<Record<EventFunctionName, FunctionSpec>> = {
  'publish-events': { grants: { bus: ['events:PutEvents'] }, timeoutSeconds: 60 },
};

/** Functions that the bank's staff call, each through a role of its own; no route leads to them. */
const RESCUE_FUNCTIONS: Readonly<Record<RescueFunctionName, FunctionSpec>> = {
  'propose-rescue': {
    grants: {
      table: ['dynamodb:BatchGetItem', PUT, DELETE, CHECK],
      record: RECORD_PUT,
      workflow: ['states:StartExecution'],
    },
    settings: ['HOLD_SECONDS'],
  },
  'confirm-rescue': {
    grants: {
      table: ['dynamodb:BatchGetItem', PUT, CHECK],
      record: RECORD_PUT,
      workflow: ['states:SendTaskSuccess'],
    },
  },
};

export type ApiFunctionName = (typeof ROUTES)[number]['functionName'];

export type WorkflowFunctionName = 'hold-change' | 'apply-change' | 'expire-change' | 'reconcile-changes';

export type ArchiveFunctionName = 'archive-events' | 'sign-day';

export type NoticeFunctionName = 'send-notices';

export type EventFunctionName = 'publish-events';

export type RescueFunctionName = 'propose-rescue' | 'confirm-rescue';

export type FunctionName =
  | ApiFunctionName
  | WorkflowFunctionName
  | ArchiveFunctionName
  | NoticeFunctionName
  | EventFunctionName
  | RescueFunctionName;

/** Every function of the service with what it may do. */
export const FUNCTIONS: Readonly<Record<FunctionName, FunctionSpec>> = {
  ...API_FUNCTIONS,
  ...WORKFLOW_FUNCTIONS,
  ...ARCHIVE_FUNCTIONS,
  ...NOTICE_FUNCTIONS,
  ...EVENT_FUNCTIONS,
  ...RESCUE_FUNCTIONS,
};

/** The keys of the service, by the grant to use one. */
export type KeyGrant = 'seedKey' | 'cursorKey' | 'receiptKey' | 'dayKey';

const KEY_GRANTS: readonly KeyGrant[] = ['seedKey', 'cursorKey', 'receiptKey', 'dayKey'];

/** The actions on a key that functions are granted, each with those functions. */
export function listKeyUsers(key: KeyGrant): Map<string, FunctionName[]> {
  const users = new Map<string, FunctionName[]>();
  for (const [name, { grants }] of Object.entries(FUNCTIONS) as [FunctionName, FunctionSpec][]) {
    for (const action of grants[key] ?? []) users.set(action, [...(users.get(action) ?? []), name]);
  }
  return users;
}

/**
 * The name of the role of a function that uses a key; undefined of any other function. The key's policy names it, and is
 * there before the role.
 */
export function buildRoleName(stage: string, name: FunctionName): string | undefined {
  const { grants } = FUNCTIONS[name];
  return KEY_GRANTS.some((key) => grants[key]) ? `llavero-${stage}-${name}` : undefined;
}

/** The custom resource's function: granted by its own construct, in no request's path. */
export const PUSH_APPLICATION_FUNCTION = 'push-application';

/** Answers CORS preflights of every route: granted nothing. */
export const PREFLIGHT_FUNCTION = 'answer-preflight';

/** Every folder under `functions/` that is deployed. */
export const DEPLOYED_FUNCTIONS: readonly string[] = [
  ...Object.keys(FUNCTIONS),
  PREFLIGHT_FUNCTION,
  PUSH_APPLICATION_FUNCTION,
];

/** True if a function answers the API, and so needs the origins that may call it. */
export function isApiFunction(name: FunctionName): name is ApiFunctionName {
  return ROUTES.some((route) => route.functionName === name);
}

/** True if a person waits for a function: it answers the API, or the workflow calls it for a change under way. */
export function isInPeoplesPath(name: FunctionName): boolean {
  return isApiFunction(name) || name === 'hold-change' || name === 'apply-change' || name === 'expire-change';
}

/** A function's id in its stack: `HoldChange` of the folder `hold-change`. */
export function buildConstructId(folder: string): string {
  return folder.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
