import { type AppApi, createAppApi } from '../../../phone/protocol/index.ts';
import type { PageConfig } from '../common/config.ts';
import type { Session } from '../common/session.ts';

/** The service for this page's user; an access token refused once is renewed and tried again. */
export function createPhoneApi(config: PageConfig, session: Session): AppApi {
  const fetchSignedIn: typeof fetch = async (input, init) => {
    const response = await fetch(input, { ...init, cache: 'no-store' });
    if (response.status !== 401) return response;
    await session.renew();
    const headers = new Headers(init?.headers);
    headers.set('authorization', `Bearer ${await session.accessToken()}`);
    const again = await fetch(input, { ...init, headers, cache: 'no-store' });
    if (again.status === 401) session.end();
    return again;
  };
  return createAppApi({ apiUrl: config.apiUrl, accessToken: () => session.accessToken(), fetch: fetchSignedIn });
}
