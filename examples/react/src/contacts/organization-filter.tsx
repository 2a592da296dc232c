/**
 * Searches an organization while one types, and keeps to it; a combobox as screen readers know it.
 */
import { type UseComboboxState, type UseComboboxStateChangeOptions, useCombobox } from 'downshift';
import { useState } from 'react';
import { useQuery } from 'urql';
import type { OrganizationSearchQuery } from '../generated/graphql.ts';
import { graphql } from '../generated/index.ts';
import { useDebounced } from '../shared/use-debounced.ts';

const ORGANIZATION_SEARCH = graphql(`
  query OrganizationSearch($search: String) {
    organizations(first: 8, filter: { search: $search }) {
      nodes {
        id
        name
        contactCount
      }
    }
  }
`);

const ORGANIZATION_NAME = graphql(`
  query OrganizationName($id: ID!) {
    organization(id: $id) {
      id
      name
      contactCount
    }
  }
`);

const WAIT_MS = 200;

type Found = OrganizationSearchQuery['organizations']['nodes'][number];
const NONE_FOUND: readonly Found[] = [];
const nameOf = (organization: Found | null) => organization?.name ?? '';

interface OrganizationFilterProps {
  /** A global id; null for all. */
  organizationId: string | null;
  onChange: (organizationId: string | null) => void;
}

export function OrganizationFilter({ organizationId, onChange }: OrganizationFilterProps) {
  const [{ data: named }] = useQuery({
    query: ORGANIZATION_NAME,
    variables: { id: organizationId ?? '' },
    pause: organizationId === null,
  });
  const selected =
    organizationId !== null && named?.organization?.id === organizationId
      ? named.organization
      : null;
  return (
    <Combobox
      selected={selected}
      isFiltering={organizationId !== null}
      onSelect={(organization) => onChange(organization?.id ?? null)}
    />
  );
}

interface ComboboxProps {
  selected: Found | null;
  isFiltering: boolean;
  onSelect: (organization: Found | null) => void;
}

function Combobox({ selected, isFiltering, onSelect }: ComboboxProps) {
  const [typed, setTyped] = useState('');
  const search = useDebounced(typed === nameOf(selected) ? '' : typed.trim(), WAIT_MS);
  const [isOpened, setIsOpened] = useState(false);
  const [{ data, fetching }] = useQuery({
    query: ORGANIZATION_SEARCH,
    variables: { search: search || null },
    pause: !isOpened,
  });
  const items = data?.organizations.nodes ?? NONE_FOUND;

  const { isOpen, highlightedIndex, getInputProps, getMenuProps, getItemProps } =
    useCombobox<Found>({
      items: [...items],
      selectedItem: selected,
      itemToString: nameOf,
      stateReducer: keepToWhatIsFound,
      onInputValueChange: ({ inputValue, type }) => {
        setTyped(inputValue);
        if (inputValue === '' && type === useCombobox.stateChangeTypes.InputChange && isFiltering)
          onSelect(null);
      },
      onSelectedItemChange: ({ selectedItem }) => onSelect(selectedItem),
      onIsOpenChange: ({ isOpen: opens }) => setIsOpened(opens),
    });
  return (
    <div className="organization-filter">
      <input
        {...getInputProps({
          'aria-label': 'Organization',
          placeholder: 'Any organization',
          spellCheck: false,
        })}
      />
      {isFiltering && (
        <button
          type="button"
          className="quiet"
          aria-label="Any organization"
          onClick={() => onSelect(null)}
        >
          ×
        </button>
      )}
      <ul
        {...getMenuProps({
          'aria-label': 'Organizations',
          className: 'card options',
          hidden: !isOpen,
        })}
      >
        {isOpen &&
          items.map((item, index) => (
            <li
              key={item.id}
              {...getItemProps({ item, index })}
              data-highlighted={index === highlightedIndex}
            >
              <span>{item.name}</span>
              <span className="muted number">
                {item.contactCount} <span className="visually-hidden">contacts</span>
              </span>
            </li>
          ))}
        {isOpen && items.length === 0 && (
          <li className="muted">{fetching || !data ? 'Searching…' : 'None is called so.'}</li>
        )}
      </ul>
    </div>
  );
}

/** Leaving the field chooses nothing, and forgets a name that was typed by half. */
function keepToWhatIsFound(
  state: UseComboboxState<Found>,
  { type, changes }: UseComboboxStateChangeOptions<Found>,
): Partial<UseComboboxState<Found>> {
  if (type !== useCombobox.stateChangeTypes.InputBlur) return changes;
  return { ...state, isOpen: false, highlightedIndex: -1, inputValue: nameOf(state.selectedItem) };
}
