/**
 * One search over everything that the viewer may see, from any page: a combobox whose options lead
 * to what they name. The key / goes to it.
 */
import { useCombobox } from 'downshift';
import { useEffect, useRef, useState } from 'react';
import { useNavigate } from 'react-router';
import { useQuery } from 'urql';
import { useDebounced } from '../shared/use-debounced.ts';
import { type Hit, hitsOf, SEARCH } from './hits.ts';

const WAIT_MS = 200;

interface Found {
  hits: Hit[];
  /** What to say of it. */
  state: string;
}

/** What is found by what is typed, once typing rests. */
function useFound(typed: string): Found {
  const wanted = useDebounced(typed.trim(), WAIT_MS);
  const [{ data, error, fetching }] = useQuery({
    query: SEARCH,
    variables: { text: wanted },
    pause: wanted === '',
    // What was found a minute ago may be gone, or no longer be all there is.
    requestPolicy: 'cache-and-network',
  });
  const isCurrent = wanted === typed.trim() && !fetching;
  const hits = wanted !== '' && data ? hitsOf(data) : [];
  const state = stateOf({ count: hits.length, isCurrent, hasFailed: error !== undefined });
  return { hits, state };
}

function useSearchCombobox(onChosen: () => void) {
  const navigate = useNavigate();
  const [typed, setTyped] = useState('');
  const found = useFound(typed);
  const combobox = useCombobox<Hit>({
    items: found.hits,
    itemToString: (hit) => hit?.name ?? '',
    defaultHighlightedIndex: 0,
    onInputValueChange: ({ inputValue }) => setTyped(inputValue),
    onSelectedItemChange: ({ selectedItem }) => {
      if (!selectedItem) return;
      onChosen();
      void navigate(selectedItem.path);
    },
    // Leaving the field chooses nothing, and keeps what is typed.
    stateReducer: (state, { changes, type }) =>
      type === useCombobox.stateChangeTypes.InputBlur
        ? { ...state, isOpen: false, highlightedIndex: -1 }
        : changes,
  });
  return { ...found, ...combobox, isShown: combobox.isOpen && typed.trim() !== '' };
}

/** Begins again, empty, once something was chosen. */
export function SearchBox() {
  const [chosen, setChosen] = useState(0);
  return <SearchField key={chosen} onChosen={() => setChosen(chosen + 1)} />;
}

function SearchField({ onChosen }: { onChosen: () => void }) {
  const input = useRef<HTMLInputElement>(null);
  const { hits, state, isShown, highlightedIndex, getInputProps, getMenuProps, getItemProps } =
    useSearchCombobox(onChosen);
  useSlash(input);
  return (
    <search className="search-box">
      <input
        {...getInputProps({
          ref: input,
          type: 'search',
          'aria-label': 'Search everything',
          'aria-keyshortcuts': '/',
          placeholder: 'Search everything',
          spellCheck: false,
          autoComplete: 'off',
        })}
        // Of what is not there, nothing is the active one.
        {...((!isShown || hits.length === 0) && { 'aria-activedescendant': undefined })}
      />
      <ul
        {...getMenuProps({
          'aria-label': 'What was found',
          className: 'card options',
          hidden: !isShown || hits.length === 0,
        })}
      >
        {isShown &&
          hits.map((hit, index) => (
            <li
              key={hit.id}
              {...getItemProps({ item: hit, index })}
              data-highlighted={index === highlightedIndex}
            >
              <span>
                {hit.name}
                {hit.detail && <span className="hint"> {hit.detail}</span>}
              </span>
              <span className="badge">{hit.kind}</span>
            </li>
          ))}
      </ul>
      <p
        className={isShown && hits.length === 0 ? 'card options' : 'visually-hidden'}
        role="status"
      >
        {isShown && state}
      </p>
    </search>
  );
}

function stateOf(state: { count: number; isCurrent: boolean; hasFailed: boolean }): string {
  if (!state.isCurrent) return 'Searching…';
  if (state.count > 0) return `${state.count} found`;
  return state.hasFailed ? 'The search did not work. Try again.' : 'Nothing is found.';
}

/** Has / go to the search, unless it is being typed somewhere. */
function useSlash(input: React.RefObject<HTMLInputElement | null>): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const { target } = event;
      const isTyping =
        target instanceof HTMLElement &&
        (target.isContentEditable || target.matches('input, textarea, select'));
      if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || isTyping) return;
      event.preventDefault();
      input.current?.focus();
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [input]);
}
