import { type FocusEvent, useCallback } from 'react';
import { Link, useNavigate } from 'react-router';
import { useQuery } from 'urql';
import { type ClientDetail, useClientOfPage } from '../clients/client-layout.tsx';
import { clientPath } from '../clients/client-path.ts';
import { When } from '../shared/dates.tsx';
import { Empty, ErrorNotice, Loading } from '../shared/states.tsx';
import { answerOf } from './answers.ts';
import type { IntakeForm, IntakeFormState } from './intake-form.ts';
import { IntakeAside, IntakeSubmit } from './intake-parts.tsx';
import { focusQuestion, INTAKE_PATH, type Path, type PathBlock } from './path.ts';
import { QuestionField } from './question-field.tsx';
import { useIntakeForm } from './use-intake-form.ts';

export function IntakePage() {
  const { client, refresh } = useClientOfPage();
  const [{ data, error }, refetch] = useQuery({
    query: INTAKE_PATH,
    variables: { clientType: client.clientType },
  });
  if (data?.intakePath) return <Intake client={client} path={data.intakePath} refresh={refresh} />;
  if (error) return <ErrorNotice error={error} onRetry={refetch} />;
  if (data) return <Empty title="There is no questionnaire for this type of client" />;
  return <Loading label="Loading the questionnaire" rows={4} rowHeight="9rem" />;
}

interface IntakeProps {
  client: ClientDetail;
  path: Path;
  refresh: () => void;
}

function Intake({ client, path, refresh }: IntakeProps) {
  const navigate = useNavigate();
  const [form, state] = useIntakeForm({ clientId: client.id, saved: client.intake, refresh });
  const submit = async () => {
    const message = await form.submit();
    if (message !== null) await navigate(clientPath(client.id, 'packets'), { state: { message } });
    else focusFirstError(path, form.getState());
  };
  return (
    <div className="intake">
      <IntakeAside path={path} state={state} isSubmitted={client.intakeCompletedAt !== null} />
      <form
        className="stack"
        noValidate
        aria-label={path.title}
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        {client.intakeCompletedAt && (
          <div className="notice">
            <p>
              Submitted on <When at={client.intakeCompletedAt} show="date and time" />. The answers
              cannot be changed any more.
            </p>
            <Link to={clientPath(client.id, 'packets')}>See the packets</Link>
          </div>
        )}
        {path.blocks.map((block) => (
          <IntakeBlock
            key={block.id}
            block={block}
            form={form}
            state={state}
            isSubmitted={client.intakeCompletedAt !== null}
          />
        ))}
        {!client.intakeCompletedAt && <IntakeSubmit path={path} state={state} />}
      </form>
    </div>
  );
}

interface IntakeBlockProps {
  block: PathBlock;
  form: IntakeForm;
  state: IntakeFormState;
  isSubmitted: boolean;
}

function IntakeBlock({ block, form, state, isSubmitted }: IntakeBlockProps) {
  const saveOnLeaving = useCallback(
    (event: FocusEvent<HTMLElement>) => {
      if (!event.currentTarget.contains(event.relatedTarget)) void form.flush(block);
    },
    [form, block],
  );
  return (
    <section
      className="card"
      id={`block-${block.key}`}
      aria-labelledby={`block-${block.key}-title`}
      onBlur={saveOnLeaving}
    >
      <h2 id={`block-${block.key}-title`}>{block.title}</h2>
      <fieldset className="questions" disabled={isSubmitted}>
        {block.questions.map((question) => (
          <QuestionField
            key={question.key}
            question={question}
            answer={answerOf(state, question.key)}
            error={state.errors[question.key]}
            onAnswer={(answer) => form.edit(block, question.key, answer)}
          />
        ))}
      </fieldset>
    </section>
  );
}

function focusFirstError(path: Path, { errors }: IntakeFormState): void {
  const first = path.blocks.flatMap(({ questions }) => questions).find(({ key }) => key in errors);
  if (first) focusQuestion(first.key);
}
