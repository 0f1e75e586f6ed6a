/** Name under which the bus and its rules know the service. */
export const EVENT_SOURCE = 'llavero';
