import { useEffect, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../common/ui/button.tsx';
import type { ListedToken } from '../api-types.ts';
import { useToken, useTokenSearch } from '../queries.ts';

const TYPING_PAUSE_MS = 250;

export interface TokenPickerProps {
  readonly tokenId: string;
  /** Virtual tokens alone: only they change their state. */
  readonly virtualOnly?: boolean;
  readonly onChoose: (tokenId: string) => void;
}

/** One token, found by its holder's name, username, e-mail or serial. */
export function TokenPicker({ tokenId, virtualOnly = false, onChoose }: TokenPickerProps) {
  const { t } = useTranslation();
  const chosen = useToken(tokenId || undefined);
  const id = useId();
  const [typed, setTyped] = useState('');
  const [words, setWords] = useState('');
  const found = useTokenSearch(words, virtualOnly);
  useEffect(() => {
    const timer = setTimeout(() => setWords(typed.trim()), TYPING_PAUSE_MS);
    return () => clearTimeout(timer);
  }, [typed]);

  const choose = (token: ListedToken): void => {
    setTyped('');
    setWords('');
    onChoose(token.tokenId);
  };
  if (tokenId) {
    return (
      <div className="field picker">
        <p className="label">{t('list.person')}</p>
        <div className="picked">
          <span>{chosen.data ? <TokenName token={chosen.data} /> : tokenId}</span>
          <Button size="small" onPress={() => onChoose('')}>
            {t('list.removePerson')}
          </Button>
        </div>
      </div>
    );
  }
  const answered = words !== '' && words === typed.trim() && found.data !== undefined;
  return (
    <div className="field picker">
      <label className="label" htmlFor={id}>
        {t('list.person')}
      </label>
      <input
        id={id}
        className="input"
        value={typed}
        maxLength={100}
        autoComplete="off"
        placeholder={t('list.searchHint')}
        onChange={({ target }) => setTyped(target.value)}
      />
      <p className="visually-hidden" role="status">
        {answered ? t('list.found', { count: found.data.items.length }) : null}
      </p>
      {answered ? (
        <ul className="picker-found">
          {found.data.items.map((token) => (
            <li key={token.tokenId}>
              <button type="button" className="picker-option" onClick={() => choose(token)}>
                <TokenName token={token} />
              </button>
            </li>
          ))}
          {found.data.items.length === 0 ? <li className="picker-none">{t('tokens.none')}</li> : null}
          {found.data.nextCursor ? <li className="picker-none">{t('list.typeMore')}</li> : null}
        </ul>
      ) : null}
    </div>
  );
}

function TokenName({ token: { holder, kind, serial } }: { token: Pick<ListedToken, 'holder' | 'kind' | 'serial'> }) {
  const { t } = useTranslation();
  return (
    <>
      <span className="cell-strong">{holder.fullName}</span>
      <span className="cell-quiet">
        {holder.username} · {t(kind === 'VIRTUAL' ? 'tokens.tabs.virtual' : 'tokens.tabs.physical')} {serial}
      </span>
    </>
  );
}
