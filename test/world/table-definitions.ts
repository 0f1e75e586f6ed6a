import type { TableDefinition } from './memory-table.ts';

const key = { partition: 'pk', sort: 'sk' };

/** The main table and its indexes, as `infra/constructs/token-tables.ts` deploys them. */
export const MAIN_TABLE: TableDefinition = {
  name: 'llavero',
  key,
  indexes: [
    { name: 'list', partition: 'listPk', sort: 'listSk' },
    { name: 'status', partition: 'statusPk', sort: 'listSk' },
    { name: 'recent', partition: 'listPk', sort: 'recentSk' },
    { name: 'open', partition: 'openPk', sort: 'openSk' },
  ],
};

/** The table of events, and its index. */
export const RECORD_TABLE: TableDefinition = {
  name: 'llavero-record',
  key,
  indexes: [{ name: 'list', partition: 'companyId', sort: 'listSk' }],
};

/** The table of sealed seeds. */
export const SEEDS_TABLE: TableDefinition = { name: 'llavero-seeds', key };

/** The table of sign-ins. */
export const SIGN_INS_TABLE: TableDefinition = { name: 'llavero-sign-ins', key };
