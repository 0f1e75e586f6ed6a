import type { paths } from '@llavero/client';

/** The bank's support lines as `GET /support` gives them. */
export type Support = paths['/support']['get']['responses'][200]['content']['application/json'];
