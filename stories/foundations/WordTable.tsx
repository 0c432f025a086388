import { Unstyled } from '@storybook/addon-docs/blocks';
import type { ReactElement } from 'react';
import { english } from '../../src/presentation/english.ts';
import type { Message, Sentence, Words } from '../../src/presentation/words.ts';
import '../support/docs.css';

type Row = readonly [name: string, sample: string];

const plain = (sentence: Sentence): string => sentence.map(({ text }) => text).join('');
const whole = ({ headline, detail }: Message): string =>
  detail.length === 0 ? headline : `${headline} ${plain(detail)}`;

const TITLE = 'Market study';

/** What a catalogue says, with samples put in. */
function samples(words: Words): Readonly<Record<string, readonly Row[]>> {
  const { bar, details, job, well, panel, restore, announce } = words;
  return {
    'Numbers and times': [
      ['number', words.number(1204)],
      ['percent', words.percent(62)],
      ['duration', words.duration(102_000)],
      ['span', words.span(40_000)],
      ['ago', words.ago(125_000)],
    ],
    'Status bar': [
      ['bar.connecting', bar.connecting],
      ['bar.idle', bar.idle],
      ['bar.working', bar.working(2)],
      ['bar.waiting', bar.waiting(1)],
      ['bar.reconnecting', whole(bar.reconnecting(3, 4_000))],
      ['bar.offline', whole(bar.offline)],
      ['bar.disconnected', whole(bar.disconnected)],
      ['bar.catchingUp', bar.catchingUp(1204)],
      ['bar.caughtUp', bar.caughtUp(612, 1204)],
      ['bar.delayed', bar.delayed],
      ['bar.workerSilent', whole(bar.workerSilent(TITLE, 40_000, 0))],
      ['bar.holding', plain(bar.holding(TITLE, 0))],
      ['bar.signInExpired', whole(bar.signInExpired)],
      ['bar.signIn', bar.signIn],
      ['bar.retry', bar.retry],
      ['details.roundTrip', details.roundTrip],
      ['details.lastContact', details.lastContact],
      ['details.reconnected', details.reconnected],
    ],
    'A job': [
      ['job.status', job.status({ kind: 'running', live: true })],
      ['job.status', job.status({ kind: 'cancelling' })],
      ['job.status', job.status({ kind: 'completed', late: true })],
      ['job.status', job.status({ kind: 'workerSilent', forMs: 40_000 })],
      ['job.status', job.status({ kind: 'notLive', lastStatus: 'running', agoMs: 12_000 })],
      ['job.status', job.status({ kind: 'gone' })],
      ['job.remaining', job.remaining(50_000)],
      ['job.stepOf', job.stepOf(2, 3)],
      ['job.cancel', job.cancel],
      ['job.resume', job.resume],
      ['job.tryAgain', job.tryAgain],
      ['job.requestLost', job.requestLost],
      ['job.kept', job.kept(1) ?? ''],
      ['job.copyText', job.copyText],
      ['well.jump', well.jump],
      ['well.newLines', well.newLines(24)],
      ['well.leftOut', well.leftOut(1_200_000)],
      ['well.replaced', well.replaced],
    ],
    Panel: [
      ['panel.title', panel.title],
      ['panel.empty', panel.empty],
      ['panel.noneRunning', panel.noneRunning],
      ['panel.notLive', whole(panel.notLive(2))],
    ],
    'Restore banner': [
      ['restore.reconnecting', restore.reconnecting(45, 1)],
      ['restore.reconnecting', restore.reconnecting(null, 3)],
      ['restore.resuming', restore.resuming(45)],
      ['restore.completed', plain(restore.completed(TITLE))],
      ['restore.failed', plain(restore.failed(TITLE, 'The model stopped answering.'))],
      ['restore.gone', plain(restore.gone(45, true))],
    ],
    Spoken: [
      ['announce', announce({ kind: 'jobStarted', title: TITLE })],
      ['announce', announce({ kind: 'jobCompleted', title: TITLE })],
      ['announce', announce({ kind: 'connectionLost' })],
      ['announce', announce({ kind: 'connectionBack' })],
    ],
  };
}

/** The English catalogue as people read it, in the groups of its names. */
export function WordTable(): ReactElement {
  return (
    <Unstyled>
      <table className="docs-table">
        {Object.entries(samples(english)).map(([group, rows]) => (
          <tbody key={group}>
            <tr>
              <th scope="rowgroup" colSpan={2}>
                {group}
              </th>
            </tr>
            {rows.map(([name, sample]) => (
              <tr key={`${name} ${sample}`}>
                <td>
                  <code>{name}</code>
                </td>
                <td>{sample}</td>
              </tr>
            ))}
          </tbody>
        ))}
      </table>
    </Unstyled>
  );
}
