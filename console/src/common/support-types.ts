import type { components } from '@llavero/client';

/** The bank's support lines as `GET /support` gives them. */
export type Support = components['schemas']['Support'];
