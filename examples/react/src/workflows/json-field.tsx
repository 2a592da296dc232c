export function JsonField({ initial, problem }: { initial: string; problem: string | undefined }) {
  return (
    <div className="field">
      <label htmlFor="workflow-input">Input</label>
      <textarea
        id="workflow-input"
        name="input"
        className="mono"
        spellCheck={false}
        autoComplete="off"
        defaultValue={initial}
        aria-invalid={problem !== undefined}
        aria-describedby="workflow-input-hint workflow-input-error"
      />
      <p className="hint" id="workflow-input-hint">
        As JSON, with the names that the steps read. Ids look like those in this app’s addresses.
      </p>
      <p className="error" id="workflow-input-error" role="alert">
        {problem}
      </p>
    </div>
  );
}
