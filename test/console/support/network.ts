import type { Page } from 'playwright-core';

export const CORS = { 'access-control-allow-origin': '*' };

/** Lets what the page posts here reach the service, and loses so many answers; gives how many were lost. */
export async function loseAnswers(
  page: Page,
  address: RegExp,
  times = Number.POSITIVE_INFINITY,
): Promise<() => number> {
  let lost = 0;
  await page.route(address, async (route) => {
    if (route.request().method() !== 'POST' || lost >= times) return route.fallback();
    lost += 1;
    await route.fetch();
    return route.abort('connectionreset');
  });
  return () => lost;
}

/** Loses what the page sends here on its way. */
export async function loseOnTheWay(page: Page, address: RegExp): Promise<void> {
  await page.route(address, (route) => route.abort('connectionreset'));
}

/** Answers what the page posts here in the service's place. */
export async function answerPosts(page: Page, address: RegExp, status: number, problem: object = {}): Promise<void> {
  await page.route(address, (route) =>
    route.request().method() === 'POST'
      ? route.fulfill({
          status,
          headers: { ...CORS, 'content-type': 'application/problem+json' },
          body: JSON.stringify({ title: 'In the service’s place', status, ...problem }),
        })
      : route.fallback(),
  );
}

/** The network works again. */
export async function restoreNetwork(page: Page): Promise<void> {
  await page.unrouteAll({ behavior: 'ignoreErrors' });
}
