import { useEffect } from 'react';

/** Names the page in the browser's tab and moves a listener's attention to its heading when it changes. */
export function usePageTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Llavero`;
  }, [title]);
}
