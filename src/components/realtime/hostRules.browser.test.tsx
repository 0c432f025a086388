import { expect, onTestFinished, test } from 'vitest';
import '../../styles/tokens.css';
import '../../styles/reset.css';
import '../../styles/surfaces.css';
import '../../styles/card.css';
import { mount } from '../../../tests/browser/mount.ts';
import { jobCardView } from '../../presentation/jobCardView.ts';
import { panelView } from '../../presentation/panelView.ts';
import { INITIAL_PANEL_STATE } from '../../presentation/panelState.ts';
import { connectionFacts, entryFacts, NOW, stateFacts } from '../../presentation/testFacts.ts';
import { JobCard } from './JobCard.tsx';
import { JobTimelinePanelView } from './JobTimelinePanelView.tsx';

/** What a new page of Vite's template says of its elements, and more. */
const HOST = `
  h1, h2, h3 { font: 500 24px/118% cursive; color: red; letter-spacing: -0.24px; margin: 0 0 8px }
  p { margin: 0 }
  code { display: inline-flex; font: 15px/135% cursive; color: red; padding: 4px 8px; background: yellow }
  a { color: red }
`;

const PROPERTIES = ['color', 'font', 'letterSpacing', 'margin', 'padding', 'display', 'backgroundColor'] as const;

test('rules of a host page for its headings, paragraphs and code do not reach ours', () => {
  const error = { code: 'model_timeout', message: 'The model stopped answering', retryable: true };
  const failed = entryFacts({ status: 'failed', finishedAt: NOW, error });
  const history = { jobId: 'b', title: 'B', standing: 'completed', progress: 100, startedAt: NOW } as const;
  const panel = { ...INITIAL_PANEL_STATE, isExpanded: true };
  const view = panelView(
    stateFacts([]),
    { ...panel, history: [{ ...history, finishedAt: NOW, late: false, error: null }] },
    NOW,
  );
  const { container } = mount(
    <>
      <JobTimelinePanelView view={view} onPanelEvent={() => undefined} />
      <JobCard view={jobCardView(failed, connectionFacts(), NOW)} isOpen />
    </>,
  );
  const looks = (): string[] =>
    [...container.querySelectorAll('*')].map((element) => {
      const style = getComputedStyle(element);
      return [element.className, ...PROPERTIES.map((property) => style[property])].join(' | ');
    });
  const before = looks();
  expect(container.querySelectorAll('[role="heading"]')).toHaveLength(3);
  const host = document.createElement('style');
  host.textContent = HOST;
  document.head.append(host);
  onTestFinished(() => {
    host.remove();
  });
  expect(looks()).toEqual(before);
});
