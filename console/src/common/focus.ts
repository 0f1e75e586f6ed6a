const PATIENCE_MS = 3_000;

/** True while nothing that the person chose since has the focus: it is nowhere, where it was, or in a closing dialog. */
function isAdrift(before: Element | null): boolean {
  const focused = document.activeElement;
  if (!focused || focused === document.body || focused === before) return true;
  return focused.closest('[role=dialog], [role=alertdialog]') !== null;
}

/**
 * Moves the focus to the page's heading as soon as it can take it: a page may still be fetched, and a dialog may still
 * close over it. Gives up once the person has moved the focus.
 */
export function focusOnHeading(root: ParentNode = document): () => void {
  const giveUpAt = performance.now() + PATIENCE_MS;
  const before = document.activeElement;
  let frame = 0;
  const attempt = (): void => {
    if (!isAdrift(before)) return;
    const heading = root.querySelector<HTMLElement>('h1');
    if (heading) {
      heading.tabIndex = -1;
      heading.focus({ preventScroll: true });
    }
    if (performance.now() < giveUpAt) frame = requestAnimationFrame(attempt);
  };
  frame = requestAnimationFrame(attempt);
  return () => cancelAnimationFrame(frame);
}

/** Moves the focus to the heading if whatever had it is gone. */
export function focusOnHeadingIfAdrift(): void {
  // The dialog's own giving back comes first.
  setTimeout(() => {
    if (document.activeElement === document.body) focusOnHeading();
  }, 100);
}
