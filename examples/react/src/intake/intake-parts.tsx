/**
 * What surrounds the questions: where one is in them and whether they are saved, and the way to
 * hand them in.
 */
import { When } from '../shared/dates.tsx';
import { ProgressBar } from '../shared/progress-bar.tsx';
import type { IntakeFormState } from './intake-form.ts';
import { answeredIn, focusQuestion, type Path } from './path.ts';

interface AsideProps {
  path: Path;
  state: IntakeFormState;
  isSubmitted: boolean;
}

export function IntakeAside({ path, state, isSubmitted }: AsideProps) {
  return (
    <aside className="intake-aside">
      <ProgressBar
        label="Required questions answered"
        percent={state.percent}
        tone={state.percent === 100 ? 'good' : 'accent'}
      />
      <p className="save-state" role="status">
        {isSubmitted ? 'Submitted' : <SaveState state={state} />}
      </p>
      <nav aria-label="Parts of the questionnaire">
        <ol>
          {path.blocks.map((block) => {
            const { answered, total } = answeredIn(block, state);
            return (
              <li key={block.id}>
                <a href={`#block-${block.key}`} data-done={answered === total}>
                  <span>{block.title}</span>
                  <span className="number muted">
                    {answered}/{total}
                  </span>
                </a>
              </li>
            );
          })}
        </ol>
      </nav>
    </aside>
  );
}

function SaveState({ state }: { state: IntakeFormState }) {
  if (state.problem && Object.keys(state.edits).length > 0)
    return <span className="error">Not saved yet</span>;
  if (state.activity === 'saving') return 'Saving…';
  if (state.savedAt === null) return 'Answers are saved as you go';
  return (
    <>
      Saved at <When at={state.savedAt} show="time" />
    </>
  );
}

export function IntakeSubmit({ path, state }: { path: Path; state: IntakeFormState }) {
  const wrong = path.blocks
    .flatMap(({ questions }) => questions)
    .filter(({ key }) => key in state.errors);
  return (
    <section className="card stack" aria-label="Submit">
      {wrong.length > 0 && (
        <div className="notice bad">
          <p>
            {wrong.length === 1
              ? 'One question needs an answer:'
              : `${wrong.length} questions need an answer:`}
          </p>
          <ul className="wrong">
            {wrong.map(({ key, label }) => (
              <li key={key}>
                <button type="button" className="link" onClick={() => focusQuestion(key)}>
                  {label}
                </button>
              </li>
            ))}
          </ul>
        </div>
      )}
      {state.problem && (
        <p className="notice bad" role="alert">
          {state.problem}
        </p>
      )}
      <div className="actions">
        <p className="muted">
          The packets are made from these answers. They cannot be changed afterwards.
        </p>
        <button type="submit" className="primary" disabled={state.activity === 'submitting'}>
          {state.activity === 'submitting' ? 'Submitting…' : 'Submit'}
        </button>
      </div>
    </section>
  );
}
