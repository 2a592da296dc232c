/**
 * Runs in the browser: starts GraphiQL with what the page holds, after it has made sure of two
 * things. A token that an earlier visit left in this browser and that the server refuses, such as
 * one of a demo that was deleted, is replaced by the page's own. An example that the address names
 * opens with ids that exist.
 */
const { options, examples } = JSON.parse(document.querySelector('#start').textContent);
const workers = {
  editorWorkerService: '/graphiql/editor-worker.js',
  json: '/graphiql/json-worker.js',
  graphql: '/graphiql/graphql-worker.js',
};
self.MonacoEnvironment = { globalAPI: false, getWorkerUrl: (_module, label) => workers[label] };

// The names under which GraphiQL keeps its state.
const HEADERS = 'graphiql:headers';
const TABS = 'graphiql:tabState';

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const post = (headers, query) =>
  fetch('/graphql', {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify({ query }),
  });

async function isRefused(headers) {
  const given = parsed(headers);
  if (!given || typeof given !== 'object') return false;
  return (await post(given, '{ viewer { role } }')).status === 401;
}

async function replaceRefusedTokens() {
  const own = options.headers;
  if (!own) return;
  const kept = localStorage.getItem(HEADERS);
  const state = parsed(localStorage.getItem(TABS));
  const tabs = Array.isArray(state?.tabs) ? state.tabs : [];
  const others = new Set([kept, ...tabs.map((tab) => tab.headers)]);
  const refused = new Set(['', null]);
  for (const headers of others)
    if (headers && headers !== own && (await isRefused(headers))) refused.add(headers);
  if (refused.has(kept)) localStorage.setItem(HEADERS, own);
  for (const tab of tabs) if (refused.has(tab.headers)) tab.headers = own;
  if (tabs.length > 0) localStorage.setItem(TABS, JSON.stringify(state));
}

/**
 * Opens the tab that was open before, with its variables and headers. GraphiQL itself finds it only
 * by a query in the address, which is there after an edit, and opens an empty tab otherwise.
 */
function reopenTab() {
  const state = parsed(localStorage.getItem(TABS));
  const tab = state?.tabs?.[state.activeTabIndex];
  const query = new URL(location.href).searchParams.get('query');
  if (!tab || (query && query !== tab.query)) return;
  options.query = tab.query ?? '';
  options.variables = tab.variables ?? '';
  if (tab.headers) localStorage.setItem(HEADERS, tab.headers);
}

async function variablesOf({ variables, find }) {
  if (!find) return variables;
  const headers = parsed(localStorage.getItem(HEADERS)) ?? parsed(options.headers) ?? {};
  const { data } = await (await post(headers, find.query)).json();
  const found = Object.entries(find.paths).map(([name, path]) => [
    name,
    path.split('.').reduce((value, key) => value?.[key], data) ?? '',
  ]);
  return { ...variables, ...Object.fromEntries(found) };
}

async function openExample() {
  const address = new URL(location.href);
  const example = examples[address.searchParams.get('example')];
  if (!example) return;
  address.searchParams.delete('example');
  history.replaceState({}, '', address);
  options.query = example.query;
  const variables = await variablesOf(example);
  options.variables = variables ? JSON.stringify(variables, null, 2) : '';
  options.defaultTabs = [
    { query: options.query, variables: options.variables, headers: options.headers ?? null },
  ];
}

document.querySelector('#examples').addEventListener('change', ({ target }) => {
  location.assign(`/graphql?example=${target.value}`);
});

await replaceRefusedTokens();
reopenTab();
await openExample();
globalThis.YogaGraphiQL.renderYogaGraphiQL(document.querySelector('#root'), options);
