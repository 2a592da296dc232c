import { Fragment, type ReactNode } from 'react';
import type { CampaignStats, MessageFigures } from './documents.ts';
import { FIGURE_LABEL, formatRate } from './labels.ts';

const COLUMNS: readonly {
  figure: keyof typeof FIGURE_LABEL;
  rate?: 'deliveryRate' | 'readRate' | 'replyRate';
}[] = [
  { figure: 'total' },
  { figure: 'sent' },
  { figure: 'delivered', rate: 'deliveryRate' },
  { figure: 'read', rate: 'readRate' },
  { figure: 'replied', rate: 'replyRate' },
  { figure: 'failed' },
];

/**
 * A row for each template and one for all; where there is no room it scrolls by itself, and can be
 * reached by keyboard for that.
 */
export function TemplateTable({
  stats: { templates, totals },
  labelledBy,
}: {
  stats: CampaignStats;
  labelledBy: string;
}) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls has to be reachable by keyboard
    <section className="card table-frame" aria-labelledby={labelledBy} tabIndex={0}>
      <table aria-labelledby={labelledBy}>
        <thead>
          <tr>
            <th scope="col">Template</th>
            {COLUMNS.map(({ figure }) => (
              <th key={figure} scope="col" className="number">
                {FIGURE_LABEL[figure]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {templates.map(({ templateName, counts }, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the templates of a campaign never change, and two may have one name
            <Row key={index} name={templateName} counts={counts} />
          ))}
        </tbody>
        <tfoot>
          <Row name="All" counts={totals} />
        </tfoot>
      </table>
    </section>
  );
}

/** Names of templates have no spaces to break at. */
function breakable(name: string): ReactNode {
  return name.split(/(?<=_)/).map((part, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a name never change
    <Fragment key={index}>
      {index > 0 && <wbr />}
      {part}
    </Fragment>
  ));
}

function Row({ name, counts }: { name: string; counts: MessageFigures }) {
  return (
    <tr>
      <th scope="row">{breakable(name)}</th>
      {COLUMNS.map(({ figure, rate }) => (
        <td key={figure} className="number">
          <span>{counts[figure].toLocaleString()}</span>
          {rate && <span className="hint">{formatRate(counts[rate])}</span>}
        </td>
      ))}
    </tr>
  );
}
