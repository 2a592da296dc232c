import { useState } from 'react';
import { useQuery } from 'urql';
import { describeError } from '../shared/states.tsx';
import { useDebounced } from '../shared/use-debounced.ts';
import { PROPERTIES } from './documents.ts';

const WAIT_MS = 200;

/** The fields of the ready-made workflow `maintenance-intake`. */
export function MaintenanceFields() {
  const [typed, setTyped] = useState('');
  const search = useDebounced(typed.trim(), WAIT_MS);
  const [{ data, error }] = useQuery({ query: PROPERTIES, variables: { search: search || null } });
  const [wanted, setWanted] = useState('');
  const properties = data?.properties.nodes ?? [];
  const property = properties.find(({ id }) => id === wanted) ?? properties[0];
  return (
    <div className="maintenance-fields">
      <div className="field">
        <label htmlFor="property-search">Find a property</label>
        <input
          id="property-search"
          type="search"
          placeholder="Name or address"
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
      </div>
      <div className="field">
        <label htmlFor="property">Property</label>
        <select
          id="property"
          name="propertyId"
          required
          value={property?.id ?? ''}
          onChange={(event) => setWanted(event.target.value)}
        >
          {properties.length === 0 && (
            <option value="">{data ? 'None is called so' : 'Loading…'}</option>
          )}
          {properties.map(({ id, name, address }) => (
            <option key={id} value={id}>
              {name}, {address}
            </option>
          ))}
        </select>
        <p className="error" role="alert">
          {error && describeError(error)}
        </p>
      </div>
      <div className="field">
        <label htmlFor="asset">What is broken</label>
        <select id="asset" name="assetId" key={property?.id}>
          {property?.assets.map(({ id, name, category }) => (
            <option key={id} value={id}>
              {name} ({category})
            </option>
          ))}
          <option value="">Something else</option>
        </select>
      </div>
      <div className="field">
        <label htmlFor="request-title">Title</label>
        <input
          id="request-title"
          name="title"
          required
          maxLength={200}
          autoComplete="off"
          placeholder="No heating"
        />
      </div>
      <div className="field wide">
        <label htmlFor="request-description">Description</label>
        <textarea
          id="request-description"
          name="description"
          maxLength={5_000}
          placeholder="Since when, and what was tried"
        />
      </div>
    </div>
  );
}

export function maintenanceInput(form: FormData): object {
  return Object.fromEntries(
    ['propertyId', 'assetId', 'title', 'description'].map((name) => [name, String(form.get(name))]),
  );
}
