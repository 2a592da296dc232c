export function workflowPath(key: string): string {
  return `/workflows/${encodeURIComponent(key)}`;
}

export function executionPath(id: string): string {
  return `/workflows/executions/${encodeURIComponent(id)}`;
}
