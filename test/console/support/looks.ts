import type { Page } from 'playwright-core';

/** The widths that the pages are measured at: a narrow phone, a phone, a tablet, a small and a plain screen. */
const WIDTHS = [320, 360, 768, 900, 1280];

/**
 * Every control in sight that somebody cannot use: it is empty, wider than the window, cut by an ancestor, under
 * another control, or too small for its own words. With a dialog open, those of the dialog.
 */
const FIND_HIDDEN = `(() => {
  const root = [...document.querySelectorAll('[role=dialog], [role=alertdialog]')].at(-1) ?? document.body;
  const shown = (it) => it.checkVisibility({ visibilityProperty: true }) && !it.closest('.skip, .visually-hidden, [inert]');
  // What the eye sees of a native choice is its label.
  const seen = (it) => it.closest('.radio, .choice-box, .choice-page') ?? it;
  const controls = [...new Set([...root.querySelectorAll('a[href], button, input, select, textarea, summary')].map(seen))].filter(shown);
  const say = (it) => (it.getAttribute('aria-label') ?? it.textContent ?? it.id).trim().slice(0, 40) || it.outerHTML.slice(0, 60);
  const boxes = controls.map((it) => it.getBoundingClientRect());
  const faults = [];
  controls.forEach((it, index) => {
    const box = boxes[index];
    if (box.width < 1 || box.height < 1) faults.push('empty: ' + say(it));
    if (box.left < -1 || box.right > document.documentElement.clientWidth + 1) faults.push('beside the window: ' + say(it));
    if (!it.matches('input, select, textarea') && it.scrollWidth > it.clientWidth + 1 && it.clientWidth > 0) faults.push('its words are cut: ' + say(it));
    for (let above = it.parentElement; above && above !== document.body; above = above.parentElement) {
      const { overflowX, overflowY, position } = getComputedStyle(above);
      const edge = above.getBoundingClientRect();
      if (overflowX !== 'visible' && (box.left < edge.left - 1 || box.right > edge.right + 1)) faults.push('cut by ' + above.className + ': ' + say(it));
      if (/hidden|clip/.test(overflowY) && (box.top < edge.top - 1 || box.bottom > edge.bottom + 1)) faults.push('cut by ' + above.className + ': ' + say(it));
      if (position === 'fixed') break;
    }
    // A footer that stays in sight lies over what scrolls under it.
    if (it.closest('.dialog-footer')) return;
    for (let other = index + 1; other < controls.length; other += 1) {
      if (controls[other].closest('.dialog-footer') || it.contains(controls[other]) || it.closest('.search-box')) continue;
      const beside = boxes[other];
      const wide = Math.min(box.right, beside.right) - Math.max(box.left, beside.left);
      const high = Math.min(box.bottom, beside.bottom) - Math.max(box.top, beside.top);
      if (wide > 1 && high > 1) faults.push('over ' + say(controls[other]) + ': ' + say(it));
    }
  });
  const sideways = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  if (sideways > 0) faults.push('the page is ' + sideways + ' pixels too wide');
  return faults;
})()`;

/** Measures every control at each width; the page is left at the width that it had. */
export async function hiddenControls(page: Page): Promise<string[]> {
  const before = page.viewportSize() ?? { width: 1280, height: 800 };
  const found: string[] = [];
  for (const width of WIDTHS) {
    await page.setViewportSize({ ...before, width });
    const faults = (await page.evaluate(FIND_HIDDEN)) as string[];
    found.push(...faults.map((fault) => `${width}: ${fault}`));
  }
  await page.setViewportSize(before);
  return found;
}

/** The page's cumulative layout shift so far: the largest sum within five seconds that have no pause of one. */
export async function layoutShift(page: Page): Promise<number> {
  const shifts = (await page.evaluate(`new Promise((done) => {
    const shifts = [];
    const observer = new PerformanceObserver((list) => shifts.push(...list.getEntries()));
    observer.observe({ type: 'layout-shift', buffered: true });
    setTimeout(() => done(shifts.filter((it) => !it.hadRecentInput).map((it) => [it.startTime, it.value])), 100);
  })`)) as [number, number][];
  let [start, last, sum, most] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0];
  for (const [at, value] of shifts) {
    if (at - last > 1000 || at - start > 5000) [start, sum] = [at, 0];
    last = at;
    sum += value;
    most = Math.max(most, sum);
  }
  return most;
}

/** Measures the pixels of the list's first row below the fold, on a phone of 360 by 640. */
export async function firstRowBelow(page: Page): Promise<number> {
  const before = page.viewportSize() ?? { width: 1280, height: 800 };
  await page.setViewportSize({ width: 360, height: 640 });
  const pixels = await page.evaluate(`(() => {
    scrollTo(0, 0);
    return document.querySelector('tbody tr th').getBoundingClientRect().bottom - innerHeight;
  })()`);
  await page.setViewportSize(before);
  return Math.max(0, Number(pixels));
}

/** In forced colours the border of a tab says if it is the open one: tabs and sections that look like the open one. */
export async function tabsLikeTheOpenOne(page: Page): Promise<string[]> {
  return (await page.evaluate(`(() => {
    const border = (it) => getComputedStyle(it).borderBottomColor;
    return [['.tab[aria-selected=true]', '.tab[aria-selected=false]'], ['.sections a[aria-current]', '.sections a:not([aria-current])']]
      .flatMap(([open, others]) => [...document.querySelectorAll(others)].filter((it) => border(it) === border(document.querySelector(open))))
      .map((it) => it.textContent);
  })()`)) as string[];
}
